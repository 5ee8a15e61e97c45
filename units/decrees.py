"""The two files of a decree on boundaries: what became of which commune, and which units there are.

Codes are given again to other units, so a code on the left of a succession is of a unit that stood
on the day before, and a code on the right of one that stands on the day itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pghistory
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from units import clock
from units.errors import FileRefused
from units.models import Decree, Level, Unit
from units.sheets.columns import Cell, Column, NotThis
from units.sheets.reading import open_book
from units.sheets.safety import demand_safe
from units.sheets.tables import address, find_table
from units.text import fold, normalise, why_not_called

# How long the codes of a level are: a workbook that took them for numbers lost their zeros.
DIGITS = {Level.PROVINCE: 2, Level.DISTRICT: 3, Level.COMMUNE: 5}
WORDS = {
    **{level.name.lower(): level for level in DIGITS},
    "tinh": Level.PROVINCE,
    "huyen": Level.DISTRICT,
    "xa": Level.COMMUNE,
}


@dataclass(frozen=True)
class Official:
    """A decree whose files come with the portal."""

    name: str
    effective_on: date
    successions: Path
    units: Path


FOLDER = settings.FIXTURE_ROOT / "units"
OFFICIAL = {
    "2024-11-01": Official(
        "Nghị quyết 1199/NQ-UBTVQH15",
        date(2024, 11, 1),
        FOLDER / "succession-2024-11-01-quang-ninh.csv",
        FOLDER / "units-2024.csv",
    ),
    "2025-07-01": Official(
        "Sắp xếp đơn vị hành chính từ ngày 01/07/2025",
        date(2025, 7, 1),
        FOLDER / "succession-2025-07-01.csv",
        FOLDER / "units-2025.csv",
    ),
}


def _code(cell: Cell) -> str:
    return "" if cell is None else normalise(str(cell))


def _name(cell: Cell) -> str:
    name = _code(cell)
    if why_not := why_not_called(name):
        raise NotThis(why_not)
    return name


def _commune_code(cell: Cell) -> str:
    return _code(cell).zfill(DIGITS[Level.COMMUNE])


def _level(cell: Cell) -> Level:
    word = fold(str(cell or ""))
    if word not in WORDS:
        raise NotThis(_("“%(word)s” is no level: province, district or commune.") % {"word": cell})
    return WORDS[word]


SUCCESSIONS = (
    Column(
        "old",
        gettext_lazy("Code before"),
        _commune_code,
        aliases=("old_commune_code", "mã cũ"),
        required=True,
    ),
    Column(
        "new",
        gettext_lazy("Code from the day on"),
        _commune_code,
        aliases=("new_commune_code", "mã mới"),
        required=True,
    ),
)
UNITS = (
    Column("level", gettext_lazy("Level"), _level, aliases=("level", "cấp"), required=True),
    Column("code", gettext_lazy("Unit code"), _code, aliases=("code", "mã"), required=True),
    Column(
        "parent",
        gettext_lazy("Code of the unit above"),
        _code,
        aliases=("parent_code", "mã cấp trên"),
    ),
    Column("name", gettext_lazy("Unit name"), _name, aliases=("name", "tên"), required=True),
)


def load(
    *,
    name: str,
    effective_on: date,
    successions: Path,
    units: Path,
    province: Unit,
    actor: Any,
    called: tuple[str, str] = ("successions.csv", "units.csv"),
) -> Decree:
    """Read both files for a province and keep what they say as a draft.

    `called` is what their owner calls them. Raises FileRefused, with one sentence, where a file is
    no such table, or does not have the province.
    """
    rows = list(read(units, called[1], UNITS))
    ours = _of_province(rows, province.code)
    if not ours:
        raise FileRefused(
            _("%(file)s has no unit of %(province)s, whose code is %(code)s.")
            % {"file": called[1], "province": province, "code": province.code}
        )
    begun = {row[1] for row in ours}
    links = [(row["old"], row["new"]) for row in read(successions, called[0], SUCCESSIONS)]
    with pghistory.context(user=actor.pk):
        return Decree.objects.create(
            tenant_id=province.tenant_id,
            name=normalise(name),
            effective_on=effective_on,
            plan={"units": ours, "successions": [link for link in links if link[1] in begun]},
            loaded_at=clock.now(),
            loaded_by=str(actor),
        )


def read(path: Path, name: str, columns: Sequence[Column]) -> Iterator[dict[str, Any]]:
    """The rows of the first visible sheet. Raises FileRefused, naming the cell that is wrong."""
    kind = demand_safe(path, name)
    sheets = open_book(path, kind).sheets
    if not sheets:
        raise FileRefused(_("There is no visible sheet in this file."))
    table = find_table(sheets[0], columns)
    if table.missing:
        missing = ", ".join(str(column.label) for column in table.missing)
        raise FileRefused(_("%(file)s has no column %(names)s.") % {"file": name, "names": missing})
    places = {each.key: each.index for each in table.headings if each.key}
    for row in table.rows():
        yield {
            column.key: _value(column, row.cells.get(column.key), row.number, places)
            for column in columns
        }


def _value(column: Column, cell: Cell, number: int, places: dict[str, int]) -> Any:
    try:
        if column.required and cell is None:
            raise NotThis(_("This has to be filled in."))
        return column.parse(cell)
    except NotThis as why:
        where = address(number, places[column.key])
        raise FileRefused(f"{where}: {why}") from None


def _of_province(rows: Iterable[dict[str, Any]], code: str) -> list[list[Any]]:
    """[level, code, name, code of the parent] of all that stands under it, districts first."""
    known = sorted(rows, key=lambda row: row["level"])
    reached = {(Level.PROVINCE, code)}
    found = []
    for row in known:
        own = row["code"].zfill(DIGITS[row["level"]])
        above = {
            (level, row["parent"].zfill(DIGITS[level])) for level in DIGITS if level < row["level"]
        }
        if row["parent"] and above & reached:
            reached.add((row["level"], own))
            found.append([int(row["level"]), own, row["name"], row["parent"]])
    return found
