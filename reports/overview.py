"""What a month looks like for a unit: its sums, how complete they are, and the parts below."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q

from accounts.roles import Right
from reports import catalogue, displaced, extensions, kept_census, missing, restating
from reports.catalogue import Catalogue
from reports.displaced import Share, Stray
from reports.kpi import Rate, reaches
from reports.models import Period, Ratio, Report, Status, Total
from reports.periods import days_late, last_day
from reports.sums import Sum, add_up
from targets.models import Target
from teams import census
from teams.census import Census
from teams.models import Team
from teams.querysets import TeamQuerySet
from units import clock, lineage
from units.lineage import Home, Spell
from units.models import Level, Unit


@dataclass
class Part:
    """One unit below, with its sum and its census, and its deadline in the month, if it has one."""

    unit: Unit
    sum: Sum
    census: Census
    # What it took of units that were split, where it is shown in a month before.
    shares: list[Share] = field(default_factory=list)
    due_on: date | None = None
    # How many of its teams have more time: for them nobody is late.
    extended: int = 0

    @property
    def is_late(self) -> bool:
        """Whether its deadline is over before all that was expected of it is approved."""
        is_over = self.due_on is not None and self.due_on < clock.today()
        return is_over and self.sum.approved + self.extended < self.sum.expected


@dataclass
class TeamPart:
    """One team of a commune, with its report of the month, if it has one."""

    team: Team
    report: Report | None
    # By how many days the report was sent after the deadline, see `reports.periods.days_late`.
    days_late: int = 0
    # Until when the team was given more time, see `reports.extensions`.
    more_time_until: date | None = None
    # Whether the month takes its report now.
    is_open: bool = False
    due_on: date | None = None
    # Whether it was sent and returned, which may be told where nothing else of it is.
    is_returned: bool = False

    @property
    def sum(self) -> Sum:
        if self.report is None or self.report.status not in Status.counted():
            return Sum(expected=1, submitted=int(self.is_submitted))
        values = self.report.values
        gave = {code: 1 for code, value in values.items() if value is not None}
        return Sum(values=values, gave=gave, expected=1, submitted=1, approved=1)

    @property
    def readable(self) -> Report | None:
        """The report, where its figures may be read."""
        return self.report if self.report and self.report.is_readable else None

    @property
    def is_submitted(self) -> bool:
        return self.report is not None and self.report.is_submitted


def more_time(teams: Iterable[TeamPart]) -> list[TeamPart]:
    """Those of the teams that have more time now than the month gives them."""
    return [part for part in teams if extensions.is_running(part.more_time_until) and part.is_open]


@dataclass
class Standing:
    """How far a unit is with one target; `met` None cannot be judged."""

    target: Target
    ratio: Ratio
    rate: Rate
    # How many teams stand behind each part; where they differ, the rate compares unlike things.
    gave_part: int
    gave_whole: int

    @property
    def met(self) -> bool | None:
        return reaches(self.rate, self.target.at_least_percent)

    @property
    def goal(self) -> int:
        """Where on a bar of 100 the level asked for is drawn."""
        return int(self.target.at_least_percent)


@dataclass
class Picture:
    unit: Unit
    year: int
    month: int
    period: Period | None
    catalogue: Catalogue
    sum: Sum
    census: Census
    parts: list[Part]
    # Teams that stand directly on the unit: all of a commune, elsewhere an enterprise's.
    teams: list[TeamPart]
    standings: list[Standing]
    # The day whose units are shown, and the spell in which it lies, None for the month's own tree.
    on: date
    spell: Spell | None
    # The teams of other units that are counted here, under the units of another time.
    strays: list[Stray]
    # Then a team without a report here may have one that is not handed in.
    is_only_overseen: bool
    # Where the figures of each unit of the month are counted among the units shown, by its id;
    # empty where those are the month's own.
    homes: dict[int, Home]

    @property
    def key(self) -> str:
        """How the month is written in an address."""
        return f"{self.year}-{self.month:02}"

    @property
    def own_day(self) -> date:
        """The day whose tree is the month's own."""
        return self.period.tree_on if self.period else last_day(self.year, self.month)

    @property
    def is_restated(self) -> bool:
        """Whether the units are those of another time than the month."""
        return self.period is not None and self.on != self.period.tree_on

    @property
    def is_awaited(self) -> bool:
        """Whether a worker has yet to compute the sums under these units."""
        is_summed = self.unit.is_commune or self.sum.computed_at is not None
        return self.is_restated and self.stands and not is_summed

    @property
    def stands(self) -> bool:
        return self.on in self.unit.valid


def draw(unit: Unit, *, year: int, month: int, user: Any, spell: Spell | None = None) -> Picture:
    """Everything the overview of a unit shows of a month, in a fixed number of statements; under
    the units of a spell, or those of the month itself."""
    months = Period.objects.visible_to(user).filter(year=year, month=month)
    periods = {each.tenant_id: each for each in months.select_related("form")}
    period = periods.get(unit.tenant_id)
    own_day = period.tree_on if period else last_day(year, month)
    on = restating.day_of(period, spell) if period else own_day
    forms = catalogue.of_period(period) if period else catalogue.of_year(year)
    days = {pk: each.tree_on for pk, each in periods.items()}
    if unit.level == Level.NATION:
        # Each province on its own day: by the last of the month one may be part of another.
        provinces = summed(unit, user)
        children = [each for each in provinces if days.get(each.tenant_id, on) in each.valid]
    else:
        children = below(unit, on=on, user=user)
    sums = _sums([unit, *children], year=year, month=month, user=user, spell=spell)
    counted_on = clock.today() if spell and on != own_day else on
    counts = _count(unit, children, days, counted_on, user)
    homes: dict[int, Home] = {}
    shares: dict[int, list[Share]] = {}
    if on != own_day:
        homes = lineage.homes(unit.tenant_id, counted_on=own_day, on=on)
        shares = displaced.shares(unit.tenant_id, homes, counted_on=own_day, on=on)
    parts = [
        Part(child, sums.get(child.pk, Sum()), counts[child.pk], shares.get(child.pk, []))
        for child in children
    ]
    if period and on == own_day:
        _set_deadlines(parts, period, user)
    teams = _teams(unit, period, own_day, user, homes)
    # The teams are all there is of a commune: under other units no worker has to be waited for.
    of_teams = (part.sum for part in teams if homes and unit.is_commune)
    own = sums.get(unit.pk) or add_up([*(part.sum for part in parts), *of_teams])
    return Picture(
        unit=unit,
        year=year,
        month=month,
        period=period,
        catalogue=forms,
        sum=own,
        census=counts[unit.pk],
        parts=parts,
        teams=teams,
        standings=standings(own, forms, year=year),
        on=on,
        spell=spell,
        strays=displaced.strays(unit, (part.team for part in teams), homes),
        is_only_overseen=is_only_overseen(unit, user),
        homes=homes,
    )


def _set_deadlines(parts: list[Part], period: Period, user: Any) -> None:
    if not parts:
        return
    units = [part.unit for part in parts]
    later = extensions.of_units(period, units)
    more_time = missing.extended(units, period, user)
    for part in parts:
        due_on = period.due_on(Level(part.unit.level))
        part.due_on = max(due_on, later.get(part.unit.pk, due_on))
        part.extended = more_time.get(part.unit.pk, 0)


def is_only_overseen(unit: Unit, user: Any) -> bool:
    """Whether the user neither fills in nor reviews there, and sees only what is handed in."""
    return not (user.may(Right.FILL, unit) or user.may(Right.REVIEW, unit))


def below(unit: Unit, *, on: date, user: Any) -> list[Unit]:
    """The units under it on a day that have sums of their own."""
    children = Unit.objects.ever_visible_to(user).children_of(unit, on=on)
    return [child for child in children if child.level != Level.HAMLET]


def _count(
    unit: Unit, children: list[Unit], days: dict[int, date], on: date, user: Any
) -> dict[int, Census]:
    """The census by unit id, of each province on its own day; the nation is the sum of them."""
    if unit.level != Level.NATION:
        return census.take([unit, *children], on=on)
    asked = {child: days.get(child.tenant_id, on) for child in children}
    counts = kept_census.of_provinces(asked, user=user)
    return {**counts, unit.pk: census.add_up(counts.values())}


def _sums(
    units: list[Unit], *, year: int, month: int, user: Any, spell: Spell | None
) -> dict[int, Sum]:
    """By unit id; months are found by name, for each province has rows of its own."""
    totals = (
        Total.objects.visible_to(user)
        .in_tree(spell)
        .filter(unit__in=[unit.pk for unit in units], period__year=year, period__month=month)
    )
    return {total.unit_id: Sum.of(total) for total in totals.to_read()}


def computed_at(
    unit: Unit, *, year: int, month: int, user: Any, spell: Spell | None = None
) -> datetime | None:
    """When the sums of a unit were last computed; of the nation, those of any province."""
    totals = (
        Total.objects.visible_to(user)
        .in_tree(spell)
        .filter(unit__in=summed(unit, user), period__year=year, period__month=month)
    )
    return totals.aggregate(latest=Max("computed_at"))["latest"]


def summed(unit: Unit, user: Any) -> list[Unit]:
    """The units whose totals make up the unit's: its own, or those of the nation's provinces, with
    those that have become part of others since."""
    if unit.level != Level.NATION:
        return [unit]
    return list(Unit.objects.ever_visible_to(user).filter(level=Level.PROVINCE))


def _teams(
    unit: Unit, period: Period | None, on: date, user: Any, homes: dict[int, Home]
) -> list[TeamPart]:
    """The teams whose home is the unit, see `reports.rollup`; `homes` where it is shown in another
    tree."""
    expected = expected_teams(period, on, user)
    if homes:
        own = expected.filter(
            unit__in=[pk for pk, home in homes.items() if home.unit_id == unit.pk]
        )
    elif unit.level == Level.COMMUNE:
        own = expected.within(unit, on=on)
    else:
        own = expected.filter(unit=unit)
    return team_parts(own, period, user)


def expected_teams(period: Period | None, on: date, user: Any) -> TeamQuerySet:
    """Who is expected in a month, wherever: active on its day, or with a report all the same."""
    reported = (
        Report.objects.filter(period=period).values("team") if period else Report.objects.none()
    )
    return Team.objects.visible_to(user).filter(Q(active__contains=on) | Q(pk__in=reported))


def team_parts(found: TeamQuerySet, period: Period | None, user: Any) -> list[TeamPart]:
    """These teams with their reports, by unit, in a fixed number of statements."""
    teams = list(found.select_related("unit").order_by("unit__code", "sort_key", "pk"))
    reports = (
        {
            report.team_id: report
            for report in Report.objects.visible_to(user)
            .with_readable(user)
            .with_sent_at()
            .filter(period=period, team__in=[team.pk for team in teams])
            .select_related("updated_by")
        }
        if period
        else {}
    )
    sent_back = _sent_back(period, teams, user) if period else {}
    more_time = extensions.of_teams(period, teams) if period else {}
    return [
        _part(
            team,
            reports.get(team.pk),
            period,
            more_time.get(team.pk),
            sent_back=sent_back.get(team.pk),
        )
        for team in teams
    ]


def _sent_back(period: Period, teams: list[Team], user: Any) -> dict[int, Report]:
    """What was sent and returned, by team, also where the user may read nothing of it."""
    rows = Report.objects.sent_to(user).filter(period=period, team__in=teams)
    returned = rows.filter(status=Status.RETURNED).with_sent_at()
    return {report.team_id: report for report in returned}


def _part(
    team: Team,
    report: Report | None,
    period: Period | None,
    more_time_until: date | None,
    *,
    sent_back: Report | None,
) -> TeamPart:
    if period is None:
        return TeamPart(team, report)
    late = 0
    if sent := report or sent_back:
        late = days_late(
            sent.sent_at, period, own_due_on=sent.due_on, more_time_until=more_time_until
        )
    has_time = extensions.is_running(more_time_until)
    return TeamPart(
        team,
        report,
        days_late=late,
        more_time_until=more_time_until,
        is_open=period.is_open or (period.state == Period.State.LOCKED and has_time),
        due_on=extensions.due_on(period, more_time_until),
        is_returned=sent_back is not None,
    )


def standings(whole: Sum, forms: Catalogue, *, year: int) -> list[Standing]:
    """How far a sum is with each target of the year, in the order of the plan."""
    ratios = {ratio.code: ratio for ratio in forms.ratios}
    return [
        Standing(
            target,
            ratio,
            whole.rate(ratio),
            gave_part=whole.gave.get(ratio.numerator.code, 0),
            gave_whole=whole.gave.get(ratio.denominator.code, 0),
        )
        for target in Target.objects.filter(year=year)
        if (ratio := ratios.get(target.ratio_code))
    ]
