"""Who is reminded of what on which day: one digest a person and day, and none without a cause."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import Grant, User
from accounts.roles import Role
from reports import extensions, notices
from reports.holders import Holders, Place
from reports.models import Extension, Notice, Period, Report, Status
from teams.models import Team
from units import clock
from units.models import Level, Tenant

# On which days people are reminded, counted from the deadline of what they hold up. On the other
# days nobody is written to: whoever reads the same words every day reads none of them.
REMINDED_ON = (-5, -2, 0, 1, 3, 7)
# More teams and places than these are counted and not named: nobody reads a thousand lines.
NAMED, PLACES = 30, 10


@dataclass(frozen=True)
class Duty:
    """One thing that one person holds up: a team's month to enter, to mend, or to review."""

    person: int
    what: str
    period: Period
    team: Team
    place: Place
    due_on: date

    @property
    def days(self) -> int:
        """How many days after its deadline it is; less than 0 before."""
        return (clock.today() - self.due_on).days


def duties(tenant: Tenant) -> list[Duty]:
    """What is open in the months that can be written today, each with whoever holds it up.

    The number of statements grows with the months, of which few are open at once, and not with the
    teams. What nobody can do who has an account is left out.
    """
    found: list[Duty] = []
    for period in _months(tenant):
        found += _duties(period)
    return found


def _months(tenant: Tenant) -> Iterable[Period]:
    """The open months that have begun, and the locked ones in which somebody has more time."""
    today = clock.today()
    more_time = Extension.objects.filter(tenant=tenant).in_force(today).values("period")
    writable = Q(state=Period.State.OPEN) | Q(state=Period.State.LOCKED, pk__in=more_time)
    return Period.objects.filter(writable, tenant=tenant, starts_on__lte=today)


def _duties(period: Period) -> list[Duty]:
    teams = list(Team.objects.filter(tenant_id=period.tenant_id).active_on(period.tree_on))
    more_time = extensions.of_teams(period, teams)
    if not period.is_open:
        in_time = extensions.in_force(period, teams)
        teams = [team for team in teams if team.pk in in_time]
    reports = {each.team_id: each for each in _reports(period)}
    holders = Holders(period.tenant_id, teams)
    found = (
        _duty(period, team, reports.get(team.pk), more_time.get(team.pk), holders)
        for team in teams
        if holders.knows(team)
    )
    return [duty for duty in found if duty]


def _reports(period: Period) -> Iterable[Report]:
    return Report.objects.filter(period=period).only("team_id", "status", "updated_by_id")


def _duty(
    period: Period, team: Team, report: Report | None, until: date | None, holders: Holders
) -> Duty | None:
    """None where the report is approved already, or nobody is there to do it."""
    due_on = extensions.due_on(period, until)
    if report is None or report.is_editable:
        mends = report is not None and report.status == Status.RETURNED
        what = "mend" if mends else "fill"
        person = holders.filler(team, report.updated_by_id if report and mends else None)
    elif report.status == Status.SUBMITTED:
        what, person = "review", holders.reviewer(team)
        level = Level(holders.place(team).level)
        # By the deadline of where the team belongs.
        due_on = max(due_on, period.due_on(level))
    else:
        return None
    if person is None:
        return None
    return Duty(person, what, period, team, holders.place(team), due_on)


@dataclass(frozen=True)
class Group:
    """What a line of a digest tells of."""

    due_on: date
    month: str
    what: str
    place: Place

    @classmethod
    def of(cls, duty: Duty) -> "Group":
        return cls(duty.due_on, duty.period.key, duty.what, duty.place)


# -- Digests ------------------------------------------------------------------------------------


def remind(tenant: Tenant) -> None:
    """Make today's digests of a province, safe to repeat.

    Somebody is reminded on a day on which the table says so of one of their duties, and is then
    told everything that they hold up and that is due within the days of the table.
    """
    by_person: dict[int, list[Duty]] = defaultdict(list)
    everybodys = duties(tenant)
    whole = Counter(Group.of(duty) for duty in everybodys)
    for duty in everybodys:
        if duty.days >= REMINDED_ON[0]:
            by_person[duty.person].append(duty)
    called = {
        person: held
        for person, held in by_person.items()
        if any(duty.days in REMINDED_ON for duty in held)
    }
    people = User.objects.filter(pk__in=called, is_active=True, wants_reminders=True)
    # A leader is told of the own team alone.
    posted = Grant.objects.filter(user__in=called).exclude(role=Role.TEAM_LEADER)
    overseers = set(posted.values_list("user", flat=True))
    with transaction.atomic():
        notices.make(
            [
                _digest(person, called[person.pk], whole if person.pk in overseers else Counter())
                for person in people
            ]
        )


def _digest(person: User, held: list[Duty], whole: Counter[Group]) -> Notice:
    return Notice(
        tenant_id=person.tenant_id,
        to=person,
        kind=Notice.Kind.REMINDER,
        period=max((duty.period for duty in held), key=lambda each: (each.year, each.month)),
        on=clock.today(),
        content={"parts": _parts(held, whole)},
        made_at=clock.now(),
    )


def _parts(held: list[Duty], whole: Counter[Group]) -> list[dict[str, Any]]:
    """Duties of one kind with one deadline at one place together, what is due first before.

    Each place names its share of `NAMED`. What is over `PLACES` is told together: 900 teams of 150
    more units. `whole` says how many there are of each group, whoever holds them up.
    """
    groups: dict[Group, list[Duty]] = defaultdict(list)
    for duty in held:
        groups[Group.of(duty)].append(duty)
    ordered = sorted(groups, key=lambda each: (each.due_on, each.month, each.what, each.place.name))
    parts = []
    near = ordered[:PLACES]
    for group in near:
        teams = [duty.team for duty in groups[group]]
        teams.sort(key=lambda team: (team.sort_key, team.pk))
        # Missing is said of the unit, as on its pages; to mend and to review is one person's.
        says_whole = group.what == "fill" and whole[group] > len(teams)
        parts.append(
            _part(group, teams, named=NAMED // len(near))
            | ({"all": whole[group]} if says_whole else {})
        )
    rest: dict[tuple[date, str, str], list[Group]] = defaultdict(list)
    for group in ordered[PLACES:]:
        rest[group.due_on, group.month, group.what].append(group)
    for others in rest.values():
        teams = [duty.team for group in others for duty in groups[group]]
        elsewhere = {"unit": None, "place": "", "units": len(others)}
        parts.append(_part(others[0], teams, named=0) | elsewhere)
    return parts


def _part(group: Group, teams: list[Team], *, named: int) -> dict[str, Any]:
    return {
        "what": group.what,
        "month": group.month,
        "unit": group.place.pk,
        "place": group.place.name,
        "due_on": group.due_on.isoformat(),
        "count": len(teams),
        "teams": [[team.pk, team.name] for team in teams[:named]],
    }
