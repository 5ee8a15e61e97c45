"""Who reports, and who in time: a unit and its parts, month by month."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

from django.db.models import Count, F, Q

from reports import extensions, missing
from reports.kpi import Rate
from reports.models import Extension, Period, Report, Status, Total
from reports.overview import below, summed
from reports.periods import days_late, last_day
from teams.models import Team
from units import clock
from units.models import Level, Unit

MONTHS = 12
# From how many percent in time on a month is of the next grade; the best is to miss nobody.
GRADES = (50, 70, 90, 100)


@dataclass(frozen=True)
class Tally:
    """How many teams were to report in a month, and what became of it. `received` counts what was
    sent and not taken back, also what is `returned` and not here again; `extended` whose report is
    not there and who still have time, see `reports.missing`."""

    expected: int = 0
    received: int = 0
    late: int = 0
    returned: int = 0
    approved: int = 0
    extended: int = 0
    # Whether the deadline of the teams is over: until then nobody is missing.
    is_due: bool = True

    @property
    def on_time(self) -> int:
        # What was sent this minute is late before the totals, which come by a worker, know of it.
        return max(0, self.received - self.late)

    @property
    def missing(self) -> int:
        return max(0, self.expected - self.received - self.extended)

    @property
    def on_time_rate(self) -> Rate:
        return Rate(self.on_time, self.expected)

    @property
    def grade(self) -> int | None:
        """From 0 for the worst to 4; None where it cannot be judged, or not yet."""
        percent = self.on_time_rate.percent
        if percent is None or not self.is_due:
            return None
        return sum(percent >= least for least in GRADES)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            expected=self.expected + other.expected,
            received=self.received + other.received,
            late=self.late + other.late,
            returned=self.returned + other.returned,
            approved=self.approved + other.approved,
            extended=self.extended + other.extended,
            is_due=self.is_due and other.is_due,
        )


@dataclass(frozen=True)
class Line:
    """One unit or team over the months, the oldest first; None where a month was not opened to it,
    or nobody was to report."""

    of: Unit | Team
    tallies: list[Tally | None]

    @property
    def latest(self) -> Tally | None:
        return self.tallies[-1]

    @property
    def whole(self) -> Tally:
        """All months together."""
        return add_up(self.tallies) or Tally()


@dataclass(frozen=True)
class Calendar:
    unit: Unit
    year: int
    month: int
    # Year and month of each column, the oldest first; the last one is that of the page.
    months: list[tuple[int, int]]
    own: Line
    units: list[Line]
    # Teams that stand directly on the unit, see `reports.overview`.
    teams: list[Line]

    @property
    def lines(self) -> list[Line]:
        return [*self.units, *self.teams]


def add_up(tallies: Iterable[Tally | None]) -> Tally | None:
    """The sum of those that there are; None where there is none."""
    there = [each for each in tallies if each is not None]
    return reduce(Tally.__add__, there) if there else None


def draw(unit: Unit, *, year: int, month: int, user: Any) -> Calendar:
    """The twelve months up to this one of a unit and its parts, in a fixed number of statements.

    The parts are those of the last month's tree; each is counted as it stood in every month.
    """
    last = _at(year, month)
    asked = range(last - MONTHS + 1, last + 1)
    periods = _periods(asked, user)
    newest = periods.get(unit.tenant_id, {}).get(last)
    on = newest.tree_on if newest else last_day(year, month)
    is_nation = unit.level == Level.NATION
    children = summed(unit, user) if is_nation else below(unit, on=on, user=user)
    tallies = _tallies([unit, *children], periods, user)
    lines = [
        Line(child, [tallies[child.pk].get(at) for at in asked])
        for child in children
        # A province that has become part of another one has its months before that.
        if on in child.valid or child.pk in tallies
    ]
    own = [tallies[unit.pk].get(at) for at in asked]
    if is_nation:
        # It has no totals of its own.
        own = [add_up(column) for column in zip(*(line.tallies for line in lines), strict=True)]
    return Calendar(
        unit=unit,
        year=year,
        month=month,
        months=[(at // 12, at % 12 + 1) for at in asked],
        own=Line(unit, own or [None] * MONTHS),
        units=lines,
        teams=_teams(unit, periods.get(unit.tenant_id, {}), asked, on, user),
    )


# Months are counted from the year 0 on, so that those of two years follow each other.
Months = dict[int, Period]


def _at(year: int, month: int) -> int:
    return year * 12 + month - 1


def _periods(asked: range, user: Any) -> dict[int, Months]:
    """The months that were ever opened, by tenant."""
    found: dict[int, Months] = defaultdict(dict)
    months = Period.objects.visible_to(user).alias(at=F("year") * 12 + F("month") - 1)
    for period in months.filter(at__gte=asked[0], at__lte=asked[-1]).exclude(
        state=Period.State.UNOPENED
    ):
        found[period.tenant_id][_at(period.year, period.month)] = period
    return found


def _tallies(
    units: list[Unit], periods: dict[int, Months], user: Any
) -> dict[int, dict[int, Tally]]:
    """By unit and month: how many there are from the totals, and what became of them."""
    months = {each.pk: each for of_tenant in periods.values() for each in of_tenant.values()}
    sums = Total.objects.visible_to(user).as_reported().filter(unit__in=units, period__in=months)
    reports = Report.objects.sent_to(user).filter(period__in=months)
    late = _count(reports.sent_late(), units)
    returned = _count(reports.filter(status=Status.RETURNED), units)
    extended = _extended(months, units, user)
    found: dict[int, dict[int, Tally]] = defaultdict(dict)
    for total in sums:
        period = months[total.period_id]
        key = (total.unit_id, total.period_id)
        found[total.unit_id][_at(period.year, period.month)] = Tally(
            expected=total.expected,
            received=total.submitted + returned.get(key, 0),
            late=late.get(key, 0),
            returned=returned.get(key, 0),
            approved=total.approved,
            extended=extended.get(key, 0),
            is_due=_is_due(period),
        )
    return found


def _count(reports: Any, units: list[Unit]) -> dict[tuple[int, int], int]:
    """How many of the reports stand at or below each unit in the tree of their month."""
    above = Q(
        unit__ancestries__ancestor__in=units, unit__ancestries__valid__on=F("period__ends_on")
    )
    rows = reports.filter(above).values_list("unit__ancestries__ancestor", "period")
    return {(unit, period): count for unit, period, count in rows.annotate(Count("pk"))}


def _extended(
    months: dict[int, Period], units: list[Unit], user: Any
) -> dict[tuple[int, int], int]:
    given = Extension.objects.in_force(clock.today()).filter(period__in=months)
    return {
        (unit, pk): count
        for pk in set(given.values_list("period", flat=True))
        for unit, count in missing.extended(units, months[pk], user).items()
    }


def _is_due(period: Period, more_time_until: date | None = None) -> bool:
    return extensions.due_on(period, more_time_until) < clock.today()


def _teams(unit: Unit, months: Months, asked: range, on: date, user: Any) -> list[Line]:
    """The teams whose home is the unit and that were to report in any of the months."""
    rows = Team.objects.visible_to(user)
    own = rows.within(unit, on=on) if unit.level == Level.COMMUNE else rows.filter(unit=unit)
    teams = list(own.select_related("unit").order_by("unit__code", "sort_key", "pk"))
    reports = {
        (report.team_id, report.period_id): report
        for report in Report.objects.sent_to(user)
        .with_sent_at()
        .filter(period__in=months.values(), team__in=teams)
    }
    more_time = _more_time(months.values(), teams)
    lines = [
        Line(
            team,
            [
                _of_team(
                    team,
                    period,
                    reports.get((team.pk, period.pk)),
                    more_time.get(period.pk, {}).get(team.pk),
                )
                if (period := months.get(at))
                else None
                for at in asked
            ],
        )
        for team in teams
    ]
    return [line for line in lines if any(line.tallies)]


def _more_time(months: Iterable[Period], teams: list[Team]) -> dict[int, dict[int, date]]:
    """By month and team, the last day of whatever more time the team was given."""
    given = Period.objects.filter(pk__in=[each.pk for each in months], extensions__isnull=False)
    return {period.pk: extensions.of_teams(period, teams) for period in given.distinct()}


def _of_team(
    team: Team, period: Period, report: Report | None, more_time_until: date | None
) -> Tally | None:
    if report is None and period.tree_on not in team.active:
        return None
    status = report.status if report else None
    sent_at = report.sent_at if report else None
    due_on = report.due_on if report else None
    late = days_late(sent_at, period, own_due_on=due_on, more_time_until=more_time_until)
    return Tally(
        expected=1,
        received=int(report is not None),
        late=int(late > 0),
        returned=int(status == Status.RETURNED),
        approved=int(status in Status.counted()),
        extended=int(report is None and extensions.is_running(more_time_until)),
        is_due=_is_due(period, more_time_until),
    )
