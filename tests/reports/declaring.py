"""The appendix of Hải Dương for the first half of 2023 as it is brought, and smaller tables."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from openpyxl import Workbook

from accounts.models import User
from reports.models import Declaration
from reports.spans import Length
from reports.workbooks import DECLARED_SPANS
from teams.models import Batch
from tests.cast import SINCE, Cast
from tests.teams import bringing
from units.founding import read
from units.models import Level
from units.tenancy import scope
from units.tree import plant

UNITS = settings.FIXTURE_ROOT / "units" / "units-2022.csv"
APPENDIX = settings.FIXTURE_ROOT / "reports" / "hai-duong-2023-appendix.csv"

# Of Quảng Ninh in June: with a column that no form asks for, one without figures, and a blank cell.
SMALL = [
    ["BẢNG TỔNG HỢP THÁNG 6/2024"],
    ["TT", "Địa phương", "Số người dân được hướng dẫn", "Số hộ nghèo", "Ghi chú"],
    [1, "TP Hạ Long", 10, 3, "đã rà soát"],
    [2, "Cẩm Phả", None, 4, None],
    ["Toàn tỉnh", None, 12, 7, None],
]


def plant_districts(cast: Cast) -> None:
    """Those of Hải Dương, of which the cast has one."""
    districts = [
        each
        for each in read(UNITS, province="30")
        if each.level == Level.DISTRICT and each.code not in cast.units
    ]
    with scope(tenant=cast.other.pk):
        planted = plant(tenant=cast.other, seedlings=districts, root=cast.units["30"], since=SINCE)
    cast.units.update({unit.code: unit for unit in planted})


def appendix() -> list[list[Any]]:
    """The rows of the file, with numbers where a workbook has numbers."""
    with APPENDIX.open(encoding="utf-8") as file:
        return [[_cell(text) for text in line] for line in csv.reader(file)]


def _cell(text: str) -> int | str | None:
    digits = text.replace(".", "")
    return int(digits) if digits.isdecimal() else text or None


def save(folder: Path, rows: list[list[Any]], name: str = "Phụ lục 2023.xlsx") -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / name)
    return folder / name


def bring(path: Path, actor: User, cast: Cast, unit: str = "30", **options: Any) -> Batch:
    """The file as it was read, for the first half of 2023 unless said otherwise."""
    half = {"subject": DECLARED_SPANS[Length.HALF_YEAR], "effective_on": date(2023, 6, 30)}
    asked = {**half, "title": "", **options}
    return bringing.received(path, actor, unit=cast.units[unit], **asked)


def declare(path: Path, actor: User, cast: Cast, unit: str = "30", **options: Any) -> Declaration:
    """The table, kept."""
    batch = bring(path, actor, cast, unit, **options)
    bringing.commit(batch, actor)
    return Declaration.objects.get(batch=bringing.worked(batch))
