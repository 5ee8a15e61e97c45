"""Teams and committees of units that end.

Hamlets carry on, and so do their teams. A team that stands on an ended unit itself, as those of
enterprises do, goes on as another at the successor, with its people, posts and hamlets: a team sits
at one unit for all its days, so the months before still count it where it was.
A committee was appointed for its unit and ends with it, unless the unit is but renamed.
"""

from datetime import date
from typing import Any, cast

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy

from teams import enlistment
from teams.models import Area, Committee, Ending, Membership, Seat, Team
from units import outlook
from units.fates import Fate, Lot
from units.models import Unit
from units.outlook import Kind, Outlook, Reform, Tally

ALONG = Kind(
    "teams",
    gettext_lazy("teams that come along with their hamlets"),
    (
        gettext_lazy("Team"),
        gettext_lazy("Hamlet"),
        gettext_lazy("Commune before"),
        gettext_lazy("Commune from then on"),
    ),
)
OWN = Kind(
    "own-teams",
    gettext_lazy("teams that go on at the successor"),
    (gettext_lazy("Team"), gettext_lazy("Unit before"), gettext_lazy("Unit from then on")),
)
MEMBERS = Kind("members", gettext_lazy("members of these teams"))
COMMITTEES = Kind(
    "committees",
    gettext_lazy("steering committees that end or are renamed"),
    (gettext_lazy("Steering committee of"), gettext_lazy("Goes on as that of")),
)


class TeamMover(outlook.Mover):
    tracked = (Seat, Committee, Area, Membership, Team)

    kinds = (ALONG, OWN, MEMBERS, COMMITTEES)

    def counted(self, outlook: Outlook) -> list[Tally]:
        day, later = outlook.decree.effective_on, DateRange(outlook.decree.effective_on, None)
        lots = {lot.unit.pk: lot for lot in outlook.ending}
        homes = {each.pk: (each, lot) for lot in lots.values()
                 for each in outlook.hamlets.get(lot.unit.pk, ())}  # fmt: skip
        teams = Team.objects.filter(active__overlap=later).order_by("pk")
        local, own = teams.filter(unit__in=list(homes)), teams.filter(unit__in=list(lots))
        people = Membership.objects.since_or_after(day).filter(team__in=local | own)
        committees = Committee.objects.filter(unit__in=list(lots), valid__overlap=later)
        along = [[team.name, *_moved(outlook, *homes[team.unit_id])] for team in local]
        on = [[team.name, lots[team.unit_id].unit.name, _heir(outlook, lots[team.unit_id])]
              for team in own]  # fmt: skip
        bodies = [_fate_of(outlook, lots[each.unit_id]) for each in committees.order_by("pk")]
        return [
            Tally(ALONG, len(along), along),
            Tally(OWN, len(on), on),
            Tally(MEMBERS, people.count()),
            Tally(COMMITTEES, len(bodies), bodies),
        ]

    def move(self, reform: Reform) -> None:
        enlistment.lock_register(reform.outlook.decree.tenant_id)
        later = DateRange(reform.day, None)
        teams = Team.objects.filter(unit__in=list(reform.heirs), active__overlap=later)
        for team in teams.order_by("pk"):
            _go_on(team, reform.heirs[team.unit_id], reform.day)
        committees = Committee.objects.filter(unit__in=list(reform.heirs), valid__overlap=later)
        for committee in committees.order_by("pk"):
            _end(committee, reform)


def _moved(outlook: Outlook, hamlet: Unit, lot: Lot) -> list[str]:
    return [hamlet.name, lot.unit.name, outlook.told_heir(hamlet, lot)]


def _heir(outlook: Outlook, lot: Lot) -> str:
    if outlook.is_open(lot):
        return ""
    return outlook.names.get(outlook.main_heir(lot), outlook.province.name)


def _fate_of(outlook: Outlook, lot: Lot) -> list[str]:
    """A committee goes on where only the name of its unit changes."""
    goes_on = lot.fate in (Fate.RENAMED, Fate.RECODED)
    return [lot.unit.name, _heir(outlook, lot) if goes_on else ""]


def _go_on(team: Team, at: Unit, day: date) -> None:
    if _began(team.active, day):
        team.unit = at
        team.save(update_fields=["unit"])
        return
    follower = _copy(team, unit=at, active=DateRange(day, team.active.upper))
    for rows in (team.memberships.all(), team.areas.all()):
        _hand_over(rows.filter(valid__overlap=DateRange(day, None)), day, team=follower)
    team.active = DateRange(team.active.lower, day)
    team.ending, team.merged_into = Ending.MERGED, follower
    team.save(update_fields=["active", "ending", "merged_into"])


def _end(committee: Committee, reform: Reform) -> None:
    """Where only the name of its unit changes it goes on; what would begin later never does."""
    day = reform.day
    seats = committee.seats.filter(valid__overlap=DateRange(day, None))
    if committee.unit_id in reform.renamed:
        at = reform.heirs[committee.unit_id]
        if _began(committee.valid, day):
            committee.unit = at
            committee.save(update_fields=["unit"])
            return
        follower = _copy(committee, unit=at, valid=DateRange(day, committee.valid.upper))
        _hand_over(seats, day, committee=follower)
    elif _began(committee.valid, day):
        committee.delete()
        return
    else:
        seats.filter(valid__startswith__gte=day).delete()
        for seat in seats:
            seat.valid = DateRange(seat.valid.lower, day)
            seat.save(update_fields=["valid"])
    committee.valid = DateRange(committee.valid.lower, day)
    committee.save(update_fields=["valid"])


def _hand_over(rows: Any, day: date, **to: Any) -> None:
    """From the day on each belongs to another body; whatever begins later only there."""
    for row in rows:
        if _began(row.valid, day):
            for name, body in to.items():
                setattr(row, name, body)
            row.save(update_fields=list(to))
            continue
        upper, row.valid = row.valid.upper, DateRange(row.valid.lower, day)
        row.save(update_fields=["valid"])
        _copy(row, valid=DateRange(day, upper), **to)


def _began(valid: Any, day: date) -> bool:
    """Whether all of it lies under the new tree."""
    return cast(date, valid.lower) >= day


def _copy(row: Any, **changes: Any) -> Any:
    """Another row that differs in nothing else."""
    fields = [each for each in row._meta.concrete_fields if not each.generated]
    kept = {each.attname: getattr(row, each.attname) for each in fields}
    made = type(row)(**{**kept, "id": None})
    for name, value in changes.items():
        setattr(made, name, value)
    made.save(force_insert=True)
    return made
