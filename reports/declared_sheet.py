"""What a consolidated table says: its columns as they are printed, and the period that it names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports import figure_sheet
from reports.catalogue import Catalogue
from reports.models import Period
from teams.models.exchange import NUMBERING
from teams.places import COMMUNE_HEADINGS
from units.bilingual import in_language
from units.sheets.columns import Cell, Column, NotThis, as_figure
from units.sheets.tables import Heading
from units.sheets.values import text, whole_number
from units.text import fold

UNIT = "unit"
# Before the number of a column that no form asks for.
OTHER = "other-"
UNIT_HEADINGS = (
    "Huyện/TX/TP", "Huyện/thị xã/thành phố", "Huyện, thị xã, thành phố", "Quận/huyện", "Huyện",
    "Tên huyện", "Địa phương", "Tên đơn vị", "Đơn vị hành chính", "Unit", "District",
)  # fmt: skip
A_YEAR = re.compile(r"\b(?:nam|year)\s*(20\d{2})\b")
# The day of the letter that a table comes with is not its period.
A_DATE = re.compile(r"ngay\s*\d{1,2}\s*thang\s*\d{1,2}\s*nam\s*20\d{2}")


def columns_of(catalogue: Catalogue, headings: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Whose row it is, the figures of the form, and the figures that only this file has: those of
    its `headings`, as a `Batch` keeps them."""
    name = Column(
        UNIT,
        gettext_lazy("Unit"),
        text(150),
        aliases=(*UNIT_HEADINGS, *COMMUNE_HEADINGS),
        required=True,
    )
    figures = [
        _column(each.code, lazy(in_language, str)(each, "label"), (each.code, *each.headings))
        for each in catalogue.indicators
    ]
    others = [
        _column(f"{OTHER}{each['index']}", each["text"])
        for each in headings
        if _is_figures(each["text"], each["samples"])
    ]
    return [name, *figures, *others]


def _column(key: str, label: Any, aliases: tuple[str, ...] = ()) -> Column:
    # A document prints its thousands as the country does, whoever brings it.
    return Column(key, label, whole_number, aliases=aliases, takes_formulas=True, show=as_figure)


def also_kept(heading: Heading) -> Heading:
    """A column of figures that no form asks for is kept as well."""
    if heading.key or not _is_figures(heading.text, heading.samples):
        return heading
    return replace(heading, key=f"{OTHER}{heading.index}")


def _is_figures(heading: str, samples: Sequence[str]) -> bool:
    if not heading or fold(heading).strip(".") in NUMBERING:
        return False
    return not samples or any(map(_is_figure, samples))


def _is_figure(cell: Cell) -> bool:
    try:
        return whole_number(cell) is not None
    except NotThis:
        return False


def why_not_of(year: int, month: Period | None, above: Sequence[str]) -> str:
    """What speaks against a file with these words above its table: that it names another period.
    "" where it names this one, or none."""
    said = [A_DATE.sub("", fold(text)) for text in above]
    if month:
        return figure_sheet.why_not_of(month, said)
    named = [int(found) for text in said for found in A_YEAR.findall(text)]
    if not named or year in named:
        return ""
    return _(
        "The file says that it is of the year %(theirs)s, and it was brought for %(ours)s: "
        "nothing was read of it."
    ) % {"theirs": named[0], "ours": year}
