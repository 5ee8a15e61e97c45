"""What waits for a review in a month, and who has sent nothing?"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, F, Q

from accounts.models import User
from accounts.roles import Right
from reports import checks, extensions, four_eyes, judging, missing
from reports.catalogue import of_form
from reports.checks import Finding
from reports.figures import Values
from reports.missing import Absent, Why
from reports.models import Period, Report, ReportStep, Status
from reports.periods import days_late
from reports.querysets import ReportQuerySet
from teams.models import Team
from units import clock, lineage, tree
from units.models import Ancestry, Unit

# A page is full with so many lines; a commune is never torn in two.
LINES = 40
IN_ORDER = ("unit__code", "team__sort_key", "team__pk")


@dataclass(frozen=True)
class Waiting:
    """One report with what its reviewer needs to know: last month's figures, empty where nothing
    was handed in, and what the checks found."""

    report: Report
    last: Values
    findings: list[Finding]
    submitted_by: User | None
    days_late: int
    # Whether the month takes a decision on it now.
    is_open: bool
    # Why somebody else has to approve it; "" where this person can.
    why_not_approve: str

    @property
    def may_be_approved(self) -> bool:
        return self.is_open and not self.why_not_approve


@dataclass
class Group:
    """The reports that wait in one commune, by id, and its teams whose report is not there. Of a
    team that is of no commune, `unit` is its own."""

    unit: Unit
    waiting: list[int] = field(default_factory=list)
    absent: list[Absent] = field(default_factory=list)

    @property
    def others(self) -> list[tuple[Why, list[Absent]]]:
        return missing.by_why(self.absent)


def waiting_for(user: User) -> ReportQuerySet:
    """The reports of teams that the user may approve or return."""
    rows = Report.objects.visible_to(user).with_right(user, Right.REVIEW)
    return rows.filter(status=Status.SUBMITTED, team__isnull=False)


def waiting_in(unit: Unit, period: Period, user: User) -> ReportQuerySet:
    """Those of a month whose teams are under a unit in that month or today, in the order of the
    queue: what a reform brought still waits, and so does what it took from whoever is above."""
    below = Q(unit__in=lineage.seats(unit, on=period.tree_on))
    below |= Q(unit__in=Unit.objects.last_within(user, [unit.pk]))
    return waiting_for(user).filter(below, period=period).order_by(*IN_ORDER)


def by_month(user: User, units: Sequence[Unit]) -> dict[int, list[tuple[Period, int]]]:
    """By unit: how many wait under it in each month that takes reviews now, the newest first; none
    without any."""
    until = Q(unit__ancestries__valid__on=clock.today())
    until |= Q(unit__ancestries__valid__endswith=F("unit__valid__endswith"))
    rows = waiting_for(user).writable_now().filter(until, unit__ancestries__ancestor__in=units)
    counts = {
        (unit, period): count
        for unit, period, count in rows.values_list(
            "unit__ancestries__ancestor", "period"
        ).annotate(Count("pk"))
    }
    months = Period.objects.visible_to(user).filter(pk__in={period for _unit, period in counts})
    newest = list(months)
    return {
        unit.pk: [
            (month, counts[unit.pk, month.pk]) for month in newest if (unit.pk, month.pk) in counts
        ]
        for unit in units
    }


def groups(unit: Unit, period: Period, user: User) -> list[Group]:
    """Commune by commune in the tree that has the unit, that of the month first, those where
    something waits before the others; in a fixed number of statements."""
    waiting = list(waiting_in(unit, period, user).values_list("pk", "unit"))
    absent = missing.under(unit, period, user)
    seats = {pk for _pk, pk in waiting} | {each.team.unit_id for each in absent}
    homes = tree.communes(seats, on=lineage.shown_on(unit, on=period.tree_on) or period.tree_on)
    found: dict[int, Group] = {}
    for pk, seat in waiting:
        found.setdefault(homes[seat].pk, Group(homes[seat])).waiting.append(pk)
    for each in absent:
        home = homes[each.team.unit_id]
        found.setdefault(home.pk, Group(home)).absent.append(each)
    return sorted(
        found.values(), key=lambda each: (not each.waiting, each.unit.level, each.unit.code)
    )


def pages(found: list[Group]) -> list[list[Group]]:
    """The groups, as many to a page as fill it."""
    leaves: list[list[Group]] = []
    room = 0
    for each in found:
        # Names of the absent stand beside each other.
        lines = len(each.waiting) + 1 + len(each.absent) // 4
        if not leaves or room < lines:
            leaves.append([])
            room = LINES
        leaves[-1].append(each)
        room -= lines
    return leaves


def rows(wanted: list[int], period: Period, user: User) -> dict[int, Waiting]:
    """What is to be known of reports that wait, by id, in a fixed number of statements."""
    reports = list(
        waiting_for(user)
        .filter(pk__in=wanted)
        .with_sent_at()
        .with_was_locked()
        .select_related("team", "unit", "form", "updated_by")
    )
    teams = [report.team for report in reports]
    known = judging.yardsticks([team.pk for team in teams], period)
    more_time = extensions.of_teams(period, teams)
    senders = _senders(reports)
    others = four_eyes.why_not_approve(reports, user)
    takes = Report.objects.visible_to(user).filter(pk__in=[report.pk for report in reports])
    is_open = set(takes.writable_now().values_list("pk", flat=True))
    return {
        report.pk: Waiting(
            report,
            known[report.team_id].last,
            checks.find(
                report.values, of_form(report.form), known[report.team_id], report.explanations
            ),
            senders.get(report.pk),
            days_late(
                report.sent_at,
                period,
                own_due_on=report.due_on,
                more_time_until=more_time.get(report.team_id),
            ),
            report.pk in is_open,
            others.get(report.pk, ""),
        )
        for report in reports
    }


def taken_with(key: UUID, user: User) -> dict[str, list[Report]]:
    """What the user approved and returned in one go and nothing happened to since, by the step's
    name."""
    steps = (
        ReportStep.objects.visible_to(user)
        .filter(key=key, by=user, report__team__isnull=False, version=F("report__version"))
        .select_related("report__team", "report__period")
        .order_by("report__team__sort_key", "pk")
    )
    done: dict[str, list[Report]] = defaultdict(list)
    for step in steps:
        done[step.name].append(step.report)
    return dict(done)


# -- From one report to the next -------------------------------------------------------------------


@dataclass(frozen=True)
class WayOn:
    """Where a reviewer goes from a report: to the queue of `unit`, and to the team whose report is
    the next one there; None where nothing else waits."""

    unit: Unit
    count: int
    next: Team | None


def way_on(team: Team, period: Period, user: User) -> WayOn | None:
    """None for somebody who does not review the team's reports."""
    reached = Ancestry.objects.filter(
        unit=team.unit_id,
        ancestor__in=user.unit_ids_with(Right.REVIEW),
        valid__contains=clock.today(),
    )
    widest = reached.select_related("ancestor").order_by("-depth").first()
    if widest is None:
        return None
    others = waiting_in(widest.ancestor, period, user).exclude(team=team)
    here = Q(unit__code=team.unit.code)
    beside = Q(team__sort_key__gt=team.sort_key) | Q(team__sort_key=team.sort_key, team__gt=team)
    later = others.filter(Q(unit__code__gt=team.unit.code) | here & beside)
    report = later.select_related("team").first() or others.select_related("team").first()
    return WayOn(widest.ancestor, others.count(), report.team if report else None)


# -- How the queue is laid out ---------------------------------------------------------------------


def _senders(reports: list[Report]) -> dict[int, User | None]:
    """Who handed each report in last, by the report's id."""
    steps = ReportStep.objects.filter(report__in=reports, name="submit")
    last = steps.order_by("report", "-version").distinct("report").select_related("by")
    return {step.report_id: step.by for step in last}
