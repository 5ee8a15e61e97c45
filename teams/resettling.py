"""Teams and committees of units that end.

Hamlets carry on, and so do their teams. A team that stands on an ended unit itself, as those of
enterprises do, goes on as another at the successor, with its people, posts and hamlets: a team sits
at one unit for all its days, so the months before still count it where it was.
A committee was appointed for its unit and ends with it, unless the unit is but renamed.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from teams import enlistment
from teams.models import Area, Committee, Ending, Membership, Seat, Team
from units import outlook
from units.fates import Fate, Lot
from units.models import Decree, Unit
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

# Rows a statement.
AT_ONCE = 2000


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

    def hold(self, decree: Decree) -> None:
        enlistment.lock_register(decree.tenant_id)

    def move(self, reform: Reform) -> None:
        _go_on(reform)
        _end_committees(reform)


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


def _go_on(reform: Reform) -> None:
    """The teams at ended units; whoever hangs on a team is told which one follows it."""
    day = reform.day
    teams = Team.objects.filter(
        unit__in=list(reform.heirs), active__overlap=DateRange(day, None)
    ).order_by("pk")
    begun, ended = _by_begin(teams, "active", day)
    for team in begun:
        team.unit = reform.heirs[team.unit_id]
    Team.objects.bulk_update(begun, ["unit"], batch_size=AT_ONCE)
    made = [
        _copy(team, unit=reform.heirs[team.unit_id], active=DateRange(day, team.active.upper))
        for team in ended
    ]
    Team.objects.bulk_create(made, batch_size=AT_ONCE)
    after = {team.pk: follower for team, follower in zip(ended, made, strict=True)}
    for rows in (Membership.objects, Area.objects):
        _hand_over(rows, "team", after, day)
    for team in ended:
        team.ending, team.merged_into = Ending.MERGED, after[team.pk]
    _end(Team.objects, ended, "active", day, also=["ending", "merged_into"])
    reform.followers.update({team.pk: team.pk for team in begun})
    reform.followers.update({pk: follower.pk for pk, follower in after.items()})


def _end_committees(reform: Reform) -> None:
    """Where only the name of its unit changes one goes on; what would begin later never does."""
    committees = Committee.objects.filter(
        unit__in=list(reform.heirs), valid__overlap=DateRange(reform.day, None)
    ).order_by("pk")
    _rename(committees.filter(unit__in=reform.renamed), reform)
    day = reform.day
    never, ended = _by_begin(committees.exclude(unit__in=reform.renamed), "valid", day)
    seats = Seat.objects.filter(committee__in=ended, valid__overlap=DateRange(day, None))
    not_taken, left = _by_begin(seats, "valid", day)
    Seat.objects.filter(pk__in=[seat.pk for seat in not_taken]).delete()
    Committee.objects.filter(pk__in=[each.pk for each in never]).delete()
    _end(Seat.objects, left, "valid", day)
    _end(Committee.objects, ended, "valid", day)


def _rename(committees: QuerySet[Any], reform: Reform) -> None:
    day, heirs = reform.day, reform.heirs
    begun, ended = _by_begin(committees, "valid", day)
    for each in begun:
        each.unit = heirs[each.unit_id]
    Committee.objects.bulk_update(begun, ["unit"], batch_size=AT_ONCE)
    made = [
        _copy(each, unit=heirs[each.unit_id], valid=DateRange(day, each.valid.upper))
        for each in ended
    ]
    Committee.objects.bulk_create(made, batch_size=AT_ONCE)
    after = {each.pk: follower for each, follower in zip(ended, made, strict=True)}
    _hand_over(Seat.objects, "committee", after, day)
    _end(Committee.objects, ended, "valid", day)


def _hand_over(rows: Any, name: str, after: dict[int, Any], day: date) -> None:
    """From the day on each belongs to the body that follows its own; whatever begins later only
    there."""
    later = rows.filter(**{f"{name}__in": list(after), "valid__overlap": DateRange(day, None)})
    begun, ended = _by_begin(later.order_by("pk"), "valid", day)
    copies = [
        _copy(
            row,
            valid=DateRange(day, row.valid.upper),
            **{name: after[getattr(row, f"{name}_id")]},
        )
        for row in ended
    ]
    for row in begun:
        setattr(row, name, after[getattr(row, f"{name}_id")])
    rows.bulk_update(begun, [name], batch_size=AT_ONCE)
    _end(rows, ended, "valid", day)
    rows.bulk_create(copies, batch_size=AT_ONCE)


def _by_begin(rows: Iterable[Any], name: str, day: date) -> tuple[list[Any], list[Any]]:
    """Those of which all lies under the new tree, and those that began before it."""
    found = list(rows)
    later = [cast(date, getattr(row, name).lower) >= day for row in found]
    return (
        [row for row, is_later in zip(found, later, strict=True) if is_later],
        [row for row, is_later in zip(found, later, strict=True) if not is_later],
    )


def _end(rows: Any, ended: list[Any], name: str, day: date, *, also: Iterable[str] = ()) -> None:
    """They hold until the eve; told with what else was changed of them."""
    for row in ended:
        setattr(row, name, DateRange(getattr(row, name).lower, day))
    rows.bulk_update(ended, [name, *also], batch_size=AT_ONCE)


def _copy(row: Any, **changes: Any) -> Any:
    """Another row that differs in nothing else, not saved."""
    fields = [each for each in row._meta.concrete_fields if not each.generated]
    kept = {each.attname: getattr(row, each.attname) for each in fields}
    made = type(row)(**{**kept, "id": None})
    for name, value in changes.items():
        setattr(made, name, value)
    return made
