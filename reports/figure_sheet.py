"""The grid of a month as a workbook: its columns, its rows, and what is understood of it again."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports import figures
from reports.catalogue import Catalogue
from reports.models import Indicator, Period
from reports.overview import TeamPart
from teams import roster
from units.models import Unit
from units.sheets import writing
from units.sheets.columns import Cell, Column, NotThis, as_figure
from units.sheets.values import written
from units.text import fold

# How a row names its team; the template has the first two, which are enough.
NAMES = ("team_code", "team", "commune", "hamlet")
IN_TEMPLATE = 2
A_MONTH = re.compile(r"\b(?:thang|month)\s*(\d{1,2})\s*(?:[/.\-]|nam)\s*(20\d{2})\b")


def columns_of(catalogue: Catalogue) -> list[Column]:
    """Those that name the team, and one for each figure of the form."""
    return [*map(_naming, NAMES), *map(_column, catalogue.indicators)]


def _naming(key: str) -> Column:
    (column,) = [each for each in roster.COLUMNS if each.key == key]
    if key != "team":
        return column
    # Without it a row of one figure would be taken for a remark.
    return replace(column, required=True, help=gettext_lazy("As the portal names it."))


def _column(indicator: Indicator) -> Column:
    return Column(
        indicator.code,
        lazy(_label, str)(indicator),
        figure,
        aliases=(indicator.code, *indicator.headings),
        help=lazy(_help, str)(indicator),
        most=indicator.maximum,
        takes_formulas=True,
        show=_shown,
    )


def _label(indicator: Indicator) -> str:
    return f"{indicator.label} ({indicator.unit_of_measure})"


def _help(indicator: Indicator) -> str:
    rule = _("A whole number up to %(most)s, or x where it does not apply; blank is left as it is.")
    return f"{indicator.help} {rule % {'most': as_figure(indicator.maximum)}}".strip()


def _shown(value: Any) -> str:
    return _("not applicable") if value == figures.NOT_APPLICABLE else as_figure(value)


def figure(cell: Cell) -> int | str | None:
    """The figure of a cell, "x" where it does not apply, None for a blank. Texts are read as the
    page reads them, and a number with decimals is none, whatever was meant."""
    typed = written(cell)
    if not typed:
        return None
    if typed.casefold() == figures.NOT_APPLICABLE:
        return figures.NOT_APPLICABLE
    if isinstance(cell, float) and not cell.is_integer():
        raise NotThis(_("Only whole numbers count here: write 1,038 or 1038, without decimals."))
    try:
        return figures.parse(typed)
    except figures.NotAFigure as refusal:
        raise NotThis(str(refusal)) from refusal


def template(unit: Unit, period: Period, catalogue: Catalogue, parts: Iterable[TeamPart]) -> bytes:
    """A row for each of these teams, with what is stored of it by now, in the present language."""
    title = _("Figures of month %(month)s · %(unit)s") % {"month": period, "unit": unit.name}
    columns = [*map(_naming, NAMES[:IN_TEMPLATE]), *map(_column, catalogue.indicators)]
    rows = [[part.team.pk, part.team.name, *_stored(part, catalogue)] for part in parts]
    return writing.template(columns, title, rows, frozen=IN_TEMPLATE)


def _stored(part: TeamPart, catalogue: Catalogue) -> list[int | str | None]:
    values = part.readable.values if part.readable else {}
    return [
        figures.NOT_APPLICABLE if code in values and values[code] is None else values.get(code)
        for code in catalogue.codes
    ]


def why_not_of(period: Period, above: Sequence[str]) -> str:
    """What speaks against a file with these words above its table: that it names another month.
    "" where it names this one, or none."""
    named = [
        (int(year), int(month)) for text in above for month, year in A_MONTH.findall(fold(text))
    ]
    if not named or (period.year, period.month) in named:
        return ""
    year, month = named[0]
    return _(
        "The file says that it is of month %(theirs)s, and it was brought for month %(ours)s: "
        "nothing was read of it."
    ) % {"theirs": f"{month:02}/{year}", "ours": period}
