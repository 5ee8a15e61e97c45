"""Quarters, half-years and years: built from months, never reported for themselves.

Điều 12 of Nghị định 09/2019 gives each the window from the first day of its first month to the last
day of its last, and Điều 13 the deadlines of that last month. So a span has nothing of its own: it
follows the months as they are laid out, under any calendar and over a change of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import IntegerChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.models import Period


class Length(IntegerChoices):
    """In months."""

    QUARTER = 3, gettext_lazy("quarter")
    HALF_YEAR = 6, gettext_lazy("half-year")
    NINE_MONTHS = 9, gettext_lazy("nine months")
    YEAR = 12, gettext_lazy("year")


@dataclass(frozen=True)
class Span:
    """So many months of a year; `number` counts those of the same length within the year."""

    year: int
    length: Length
    number: int

    @property
    def months(self) -> list[int]:
        """The months of the year that it is made of. Nine months are the first nine."""
        first = (self.number - 1) * self.length + 1
        return list(range(first, first + self.length))

    @property
    def label(self) -> str:
        said = {"number": self.number, "year": self.year}
        halves = (_("first six months of %(year)s"), _("last six months of %(year)s"))
        return {
            Length.QUARTER: _("quarter %(number)s/%(year)s"),
            Length.HALF_YEAR: halves[self.number > 1],
            Length.NINE_MONTHS: _("nine months of %(year)s"),
            Length.YEAR: _("year %(year)s"),
        }[self.length] % said


@dataclass(frozen=True)
class Window:
    """From when to when a span counts, and when each level has to send its report of it."""

    span: Span
    starts_on: date
    ends_on: date
    team_due_on: date
    commune_due_on: date
    district_due_on: date
    province_due_on: date


def spans_of(year: int, *, has_nine_months: bool = False) -> list[Span]:
    """The spans of a year, by their last month and the shorter first."""
    spans = [
        Span(year, length, number)
        for length in Length
        if length != Length.NINE_MONTHS or has_nine_months
        for number in range(1, 12 // length + 1)
    ]
    return sorted(spans, key=lambda span: (span.months[-1], span.length))


def window(span: Span, months: Mapping[int, Period]) -> Window | None:
    """Its window and deadlines, from its months by number; None while the first or last lacks."""
    first, last = months.get(span.months[0]), months.get(span.months[-1])
    if first is None or last is None:
        return None
    return Window(
        span=span,
        starts_on=first.starts_on,
        ends_on=last.ends_on,
        team_due_on=last.team_due_on,
        commune_due_on=last.commune_due_on,
        district_due_on=last.district_due_on,
        province_due_on=last.province_due_on,
    )


def windows(year: int, periods: Iterable[Period], *, has_nine_months: bool) -> list[Window]:
    """Those of a year that can be told from these months of it."""
    months = {period.month: period for period in periods if period.year == year}
    found = (window(span, months) for span in spans_of(year, has_nine_months=has_nine_months))
    return [each for each in found if each]
