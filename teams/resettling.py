"""Teams and committees of units that end.

Hamlets carry on, and so do their teams. A team that stands on an ended unit itself, as those of
enterprises do, goes on as another at the successor, with its people, posts and hamlets: a team sits
at one unit for all its days, so the months before still count it where it was.
A committee was appointed for its unit and ends with it, unless the unit is but renamed.
"""

from datetime import date
from typing import Any, cast

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from teams import enlistment
from teams.models import Area, Committee, Ending, Membership, Seat, Team
from units import outlook
from units.models import Unit
from units.outlook import Outlook, Reform


class TeamMover(outlook.Mover):
    tracked = (Seat, Committee, Area, Membership, Team)

    def counted(self, outlook: Outlook) -> list[tuple[str, int]]:
        day, ended = outlook.decree.effective_on, [lot.unit.pk for lot in outlook.ending]
        teams = Team.objects.filter(active__overlap=DateRange(day, None))
        local = teams.filter(unit__in=outlook.moved)
        own = teams.filter(unit__in=ended)
        people = Membership.objects.since_or_after(day).filter(team__in=local | own)
        committees = Committee.objects.filter(unit__in=ended, valid__overlap=DateRange(day, None))
        return [
            (_("teams that come along with their hamlets"), local.count()),
            (_("teams that go on at the successor"), own.count()),
            (_("members of these teams"), people.count()),
            (_("steering committees that end or are renamed"), committees.count()),
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
