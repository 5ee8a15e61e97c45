"""Figures of more than a month: sums of months, held against the time before and the year before.

A flow is added up over the months, a stock is that of the last one, and a rate comes from the parts
that so arise. A month that is missing is named and never taken for zero: a flow then is that of the
others, and a stock is not known, for an older one would not be that of the same day.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Max, Min, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.catalogue import Catalogue
from reports.models import Indicator, Period, Total
from reports.month_numbers import Month, is_to_come, key_of, month_of, months_back, written
from reports.overview import summed
from reports.spans import Length, Span
from reports.sums import Sum, add_up
from units.lineage import Spell
from units.models import Unit

# Where fewer reports than so many percent of the others stand behind a figure, a change of it would
# tell of who reported, and not of what was done.
COMPARABLE_PERCENT = 80


class Reach(TextChoices):
    """How far a figure reaches; each but the last is told by one month that lies in it."""

    MONTH = "month", gettext_lazy("month")
    QUARTER = "quarter", gettext_lazy("quarter")
    HALF_YEAR = "half-year", gettext_lazy("half-year")
    NINE_MONTHS = "nine-months", gettext_lazy("nine months")
    YEAR_TO_DATE = "year-to-date", gettext_lazy("year to date")
    YEAR = "year", gettext_lazy("year")
    CUMULATIVE = "cumulative", gettext_lazy("since the beginning")


LENGTHS = {
    Reach.QUARTER: Length.QUARTER,
    Reach.HALF_YEAR: Length.HALF_YEAR,
    Reach.NINE_MONTHS: Length.NINE_MONTHS,
    Reach.YEAR: Length.YEAR,
}


@dataclass(frozen=True)
class Stretch:
    """Months in a row, by name."""

    label: str
    months: tuple[Month, ...]

    @property
    def last(self) -> Month:
        return self.months[-1]

    @property
    def key(self) -> str:
        """The month by which it is asked for."""
        return key_of(self.last)

    @property
    def last_label(self) -> str:
        return written(self.last)


def stretch_of(reach: Reach, year: int, month: int, *, first: Month | None = None) -> Stretch:
    """The stretch in which a month lies. One to date, and one since the beginning, ends with it;
    `first` is where the latter begins, the month itself where nothing was before."""
    at = month_of(year, month)
    if length := LENGTHS.get(reach):
        number = 1 if length == Length.NINE_MONTHS else (month - 1) // length + 1
        span = Span(year, length, number)
        return Stretch(span.label, tuple(month_of(year, each) for each in span.months))
    if reach == Reach.YEAR_TO_DATE:
        months = tuple(range(month_of(year, 1), at + 1))
        return Stretch(_("01–%(month)s") % {"month": written(at)}, months)
    if reach == Reach.CUMULATIVE:
        months = tuple(range(min(first if first is not None else at, at), at + 1))
        return Stretch(f"{written(months[0])}–{written(at)}", months)
    return Stretch(written(at), (at,))


def before(reach: Reach, year: int, month: int) -> Stretch | None:
    """The stretch of the same kind before; None where that is the one of the year before."""
    steps = {Reach.MONTH: 1, Reach.QUARTER: 3, Reach.HALF_YEAR: 6}
    if reach not in steps:
        return None
    return _moved(reach, year, month, steps[reach])


def year_before(reach: Reach, year: int, month: int) -> Stretch | None:
    """The same stretch of the year before; None of what has no beginning of its own."""
    return None if reach == Reach.CUMULATIVE else _moved(reach, year, month, 12)


def months_shown(reach: Reach, year: int, month: int) -> set[Month]:
    """All months of which a page of this reach shows something, twelve at least; those since the
    beginning are for the caller to find."""
    stretches = [
        stretch_of(reach, year, month), before(reach, year, month), year_before(reach, year, month)
    ]  # fmt: skip
    shown = {at for each in stretches if each for at in each.months}
    return shown | set(months_back(year, month, 12))


def _moved(reach: Reach, year: int, month: int, back: int) -> Stretch:
    at = month_of(year, month) - back
    return stretch_of(reach, at // 12, at % 12 + 1)


@dataclass
class Long:
    """What a unit has over a stretch. `whole` counts reports, one a team and month."""

    stretch: Stretch
    whole: Sum
    # The last month alone, of which the stocks are.
    last: Sum
    # Months of which nothing was rolled up, and those that are not final.
    missing: list[Month] = field(default_factory=list)
    provisional: list[Month] = field(default_factory=list)
    # Of a unit below: the months that are missing of the whole, where that is said.
    missing_above: Collection[Month] = ()

    @property
    def is_final(self) -> bool:
        return not self.missing and not self.provisional

    @property
    def missing_said(self) -> str:
        """Those that should be there, without what is said of the whole."""
        said = (m for m in self.missing if m not in self.missing_above and not is_to_come(m))
        return ", ".join(map(written, said))

    @property
    def to_come_said(self) -> str:
        return ", ".join(written(month) for month in self.missing if is_to_come(month))


def over(
    stretch: Stretch,
    by_month: dict[Month, Sum],
    stocks: set[str],
    *,
    missing_above: Collection[Month] = (),
) -> Long:
    """Put months together; `stocks` are the codes of figures of which the last month's holds."""
    there = [month for month in stretch.months if month in by_month]
    whole = add_up(by_month[month] for month in there)
    last = by_month.get(stretch.last, Sum())
    for code in stocks:
        _take(whole.values, last.values, code)
        _take(whole.gave, last.gave, code)
    return Long(
        stretch,
        whole,
        last,
        missing=[month for month in stretch.months if month not in by_month],
        provisional=[month for month in there if not by_month[month].is_final],
        missing_above=missing_above,
    )


def _take(whole: dict[str, Any], last: dict[str, Any], code: str) -> None:
    """Let the last month's entry hold, also where it has none."""
    whole.pop(code, None)
    if code in last:
        whole[code] = last[code]


@dataclass
class Row:
    """One figure of a unit beside what it is held against."""

    indicator: Indicator
    now: Long
    before: Long | None
    year_before: Long | None

    @property
    def change(self) -> int | None:
        """Since the year before or, where nothing is known of it, the stretch before; None where
        one of both is unknown, has months that the other lacks, or `is_uneven`."""
        held = self.held_against
        code = self.indicator.code
        if held is None or self.is_uneven:
            return None
        now, then = self.now.whole.values.get(code), held.whole.values.get(code)
        return None if now is None or then is None else now - then

    @property
    def held_against(self) -> Long | None:
        """What can be compared: a sum that lacks months is no measure for another one."""
        if not self._is_whole(self.now):
            return None
        others = (self.year_before, self.before)
        return next((each for each in others if each and self._is_whole(each)), None)

    def _is_whole(self, long: Long) -> bool:
        if self.indicator.kind == Indicator.Kind.STOCK:
            return long.stretch.last not in long.missing
        return not long.missing

    @property
    def gave_then(self) -> int:
        """How many gave it in what the change is told against, for like is held against like."""
        return self.held_against.whole.gave.get(self.indicator.code, 0) if self.held_against else 0

    @property
    def is_uneven(self) -> bool:
        """Whether too few reports stand behind one of both for them to be compared."""
        fewer, more = sorted((self.gave_said[0], self.gave_then))
        return bool(fewer) and fewer * 100 < more * COMPARABLE_PERCENT

    @property
    def gave_said(self) -> tuple[int, int]:
        """How many gave the figure, of how many approved reports, in the months that it is of."""
        is_stock = self.indicator.kind == Indicator.Kind.STOCK
        reports = self.now.last if is_stock else self.now.whole
        return self.now.whole.gave.get(self.indicator.code, 0), reports.approved


@dataclass
class View:
    """What the overview shows of a unit over a stretch."""

    now: Long
    before: Long | None
    year_before: Long | None
    rows: list[Row]
    parts: list[tuple[Unit, Long]]

    @property
    def beside(self) -> Sum | None:
        """What stands at the unit itself and at none of those below, so that the rows add up: teams
        of enterprises, and what is not placed. None where nobody is expected there."""
        whole, parts = self.now.whole, add_up(long.whole for _unit, long in self.parts)
        if whole.expected == parts.expected:
            return None
        gave = {code: count - parts.gave.get(code, 0) for code, count in whole.gave.items()}
        return Sum(
            values={
                code: (whole.values[code] or 0) - (parts.values.get(code) or 0)
                for code, count in gave.items()
                if count
            },
            gave=gave,
            expected=whole.expected - parts.expected,
            submitted=whole.submitted - parts.submitted,
            approved=whole.approved - parts.approved,
        )

    @property
    def longs(self) -> list[Long]:
        """In the order of their columns."""
        return [each for each in (self.now, self.before, self.year_before) if each]

    @property
    def lacking(self) -> list[Long]:
        """Those in which months are missing that should be there."""
        return [each for each in self.longs if each.missing_said]


def days_of(stretch: Stretch, tenant_id: int, user: Any) -> tuple[date, date] | None:
    """From which day on the figures of a stretch are, and up to which, as far as its months have
    been laid out; None where none has."""
    at = F("year") * 12 + F("month") - 1
    months = Period.objects.visible_to(user).filter(tenant_id=tenant_id).alias(at=at)
    days = months.filter(at__in=stretch.months).aggregate(Min("starts_on"), Max("ends_on"))
    since, until = days["starts_on__min"], days["ends_on__max"]
    return (since, until) if since else None


def view(
    unit: Unit,
    children: Iterable[Unit],
    *,
    reach: Reach,
    year: int,
    month: int,
    forms: Catalogue,
    spell: Spell | None,
    user: Any,
) -> View:
    """The sums of a unit and of those below it, read in one statement."""
    below = list(children)
    asked = stretch_of(reach, year, month)
    others = (before(reach, year, month), year_before(reach, year, month))
    wanted = {at for each in (asked, *others) if each for at in each.months}
    is_all = reach == Reach.CUMULATIVE
    makes_up = summed(unit, user)
    months = _by_unit([*makes_up, *below], None if is_all else wanted, asked.last, spell, user)
    own = _together(months.get(each.pk, {}) for each in makes_up)
    stretch = stretch_of(reach, year, month, first=min(own, default=None))
    stocks = stocks_of(forms)

    def held(other: Stretch | None) -> Long | None:
        return over(other, own, stocks) if other else None

    now = over(stretch, own, stocks)
    then, last_year = map(held, others)
    return View(
        now,
        then,
        last_year,
        rows=[Row(each, now, then, last_year) for each in forms.indicators],
        parts=[
            (
                child,
                over(stretch, months.get(child.pk, {}), stocks, missing_above=now.missing),
            )
            for child in below
        ],
    )


def trend(
    unit: Unit,
    indicator: Indicator,
    *,
    year: int,
    month: int,
    user: Any,
    spell: Spell | None = None,
) -> list[tuple[str, int | None, Sum]]:
    """The last twelve months of one figure, the oldest first: label, value or None, and its sum."""
    months = months_back(year, month, 12)
    own = by_month(unit, months, spell=spell, user=user)
    wholes = [(at, own.get(at, Sum())) for at in months]
    return [(written(at), whole.values.get(indicator.code), whole) for at, whole in wholes]


def by_month(
    unit: Unit, months: Iterable[Month], *, spell: Spell | None, user: Any
) -> dict[Month, Sum]:
    """The sums of a unit in those of the months of which something was rolled up."""
    asked = list(months)
    return _together(_by_unit(summed(unit, user), asked, max(asked), spell, user).values())


def of_reach(
    unit: Unit, *, reach: Reach, year: int, month: int, forms: Catalogue, spell: Spell | None,
    user: Any,
) -> tuple[Long, dict[Month, Sum]]:  # fmt: skip
    """What a unit has over the stretch in which a month lies, and the months it is put together
    of."""
    asked = stretch_of(reach, year, month)
    months = None if reach == Reach.CUMULATIVE else asked.months
    found = _by_unit(summed(unit, user), months, asked.last, spell, user)
    own = _together(found.values())
    stretch = stretch_of(reach, year, month, first=min(own, default=None))
    return over(stretch, own, stocks_of(forms)), own


def stocks_of(forms: Catalogue) -> set[str]:
    """The codes of the figures of which the last month's holds."""
    return {each.code for each in forms.indicators if each.kind == Indicator.Kind.STOCK}


def _by_unit(
    units: list[Unit], months: Iterable[Month] | None, until: Month, spell: Spell | None, user: Any
) -> dict[int, dict[Month, Sum]]:
    """Of these months, or of all up to one."""
    totals = Total.objects.visible_to(user).in_tree(spell).filter(unit__in=units)
    totals = totals.annotate(at=F("period__year") * 12 + F("period__month") - 1)
    chosen = totals.filter(at__lte=until) if months is None else totals.filter(at__in=months)
    found: dict[int, dict[Month, Sum]] = {}
    for total in chosen.to_read():
        found.setdefault(total.unit_id, {})[total.at] = Sum.of(total)
    return found


def _together(units: Iterable[dict[Month, Sum]]) -> dict[Month, Sum]:
    parts: dict[Month, list[Sum]] = {}
    for months in units:
        for month, each in months.items():
            parts.setdefault(month, []).append(each)
    return {month: add_up(each) for month, each in parts.items()}
