"""How a team ends, what follows from it, and the way back.

A team is merged into another or dissolved as of a day, which is the first on which it is no longer
active. The history holds what was written with it, so that it can be taken back.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pghistory
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts.models import User
from teams import clashes, enlistment, standing
from teams.establishment import demand_active, demand_sound
from teams.models import Area, Ending, Membership, Person, Post, Team
from teams.registry import demand_keeper
from units import clock
from units.errors import NotPossibleNow
from units.models import Unit

# Whatever refers to others stands before them.
TRACKED = (Area, Membership, Team)
# Tells what of a team is not done yet, each in a few words; the apps that hang on teams do.
Teller = Callable[[Team], list[str]]

_tellers: list[Teller] = []


def also_ask(teller: Teller) -> None:
    """Have `teller(team)` asked for what an ending would leave open."""
    _tellers.append(teller)


@dataclass
class Consequences:
    """What follows from the end of a team."""

    # Whose membership ends, leaders first.
    people: list[Membership] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    # What begins in the team into which it is merged: for who and what is not there already.
    arrivals: list[Membership] = field(default_factory=list)
    gains: list[Area] = field(default_factory=list)
    # Hamlets that no active team would serve any more.
    bare: list[Unit] = field(default_factory=list)
    # What is not done yet, in words.
    left_open: list[str] = field(default_factory=list)

    @property
    def leading(self) -> list[Person]:
        """Who enters the figures of the team, and would no longer."""
        return [each.person for each in self.people if each.leads]

    @property
    def passing(self) -> list[Unit]:
        """The hamlets that the other team would serve, too."""
        return [each.hamlet for each in self.gains]

    @property
    def at_home(self) -> int:
        """How many are in the other team already."""
        return len(self.people) - len(self.arrivals)


def foresee(*, team: Team, into: Team | None, on: date, actor: User) -> Consequences:
    """What would follow if the team were merged into another, or dissolved where there is none.

    Raises NotAllowed, NotPossibleNow where it has ended already, and InvalidEntry with the
    sentences by key for what cannot be.
    """
    _demand_keeper_of_both(actor, team, into)
    demand_active(team)
    outcome = Consequences(people=_people(team, on), areas=_areas(team, on))
    demand_sound(
        {"on": _faults_of_day(team, on, outcome), "into": _faults_of_other(team, into, on)}
    )
    if into is not None:
        outcome.arrivals = _arrivals(outcome.people, into, on)
        outcome.gains = _gains(outcome.areas, into, on)
    else:
        outcome.bare = _bare(team, outcome.areas, on)
    outcome.left_open = [said for teller in _tellers for said in teller(team)]
    return outcome


@transaction.atomic
def end(*, team: Team, into: Team | None, on: date, actor: User) -> Consequences:
    """Merge the team into another as of a day, or dissolve it where there is none.

    Its people go on as plain members of the other team, core or not and sent by whom they were,
    and its hamlets pass to it; an account stays with its person. Raises as `foresee` does.
    """
    _demand_keeper_of_both(actor, team, into)
    enlistment.lock_register(team.tenant_id)
    for each in filter(None, (team, into)):
        each.refresh_from_db()
    outcome = foresee(team=team, into=into, on=on, actor=actor)
    with pghistory.context(ends_team=team.pk, user=actor.pk):
        team.memberships.since_or_after(on).end(on=on)
        team.areas.since_or_after(on).end(on=on)
        Membership.objects.bulk_create(outcome.arrivals)
        Area.objects.bulk_create(outcome.gains)
        team.active = DateRange(team.active.lower, on)
        team.ending, team.merged_into = (Ending.MERGED if into else Ending.DISSOLVED), into
        team.save(update_fields=["active", "ending", "merged_into"])
    return outcome


def _demand_keeper_of_both(actor: User, team: Team, into: Team | None) -> None:
    for each in filter(None, (team, into)):
        demand_keeper(actor, each.unit)


# -- What follows ---------------------------------------------------------------------------------


def _people(team: Team, on: date) -> list[Membership]:
    people = team.memberships.since_or_after(on).select_related("person")
    order = list(Post)
    return sorted(people, key=lambda each: (order.index(Post(each.post)), each.person.sort_key))


def _areas(team: Team, on: date) -> list[Area]:
    areas = team.areas.since_or_after(on).select_related("hamlet")
    return list(areas.order_by("hamlet__code", "pk"))


def _arrivals(people: Iterable[Membership], into: Team, on: date) -> list[Membership]:
    there = _first_days(into.memberships.since_or_after(on).values_list("person", "valid"))
    return [
        Membership(
            tenant_id=into.tenant_id,
            team=into,
            person=each.person,
            # Core or not, and sent by whom, goes along; the post is one of the old team's.
            post=Post.MEMBER,
            is_core=each.is_core,
            organisation=each.organisation,
            valid=valid,
        )
        for each in people
        if (valid := _goes_on(each.valid, there.get(each.person_id), on))
    ]


def _gains(areas: Iterable[Area], into: Team, on: date) -> list[Area]:
    there = _first_days(into.areas.since_or_after(on).values_list("hamlet", "valid"))
    return [
        Area(tenant_id=into.tenant_id, team=into, hamlet=each.hamlet, valid=valid)
        for each in areas
        if (valid := _goes_on(each.valid, there.get(each.hamlet_id), on))
    ]


def _first_days(rows: Iterable[tuple[int, Any]]) -> dict[int, date]:
    """Since when the other team has each of its people, or of its hamlets."""
    first: dict[int, date] = {}
    for pk, valid in rows:
        first[pk] = min(valid.lower, first.get(pk, valid.lower))
    return first


def _goes_on(valid: DateRange, there: date | None, on: date) -> DateRange | None:
    """When it holds in the other team: from the day to its own end, or to where one that begins
    `there` later takes over; None where the other team has it on the day."""
    if there is not None and there <= on:
        return None
    return DateRange(on, min((day for day in (valid.upper, there) if day), default=None))


def _bare(team: Team, areas: Iterable[Area], on: date) -> list[Unit]:
    hamlets = [each.hamlet for each in areas]
    others = Area.objects.filter(hamlet__in=hamlets, team__active__contains=on).exclude(team=team)
    served = set(others.served_on(on).values_list("hamlet", flat=True))
    return [each for each in hamlets if each.pk not in served]


def _faults_of_day(team: Team, on: date, outcome: Consequences) -> list[str]:
    if why := clock.why_to_come(on):
        return [why]
    if on <= _began(team.active):
        return [_("A team ends after the day on which it began, %(day)s.") % _day(team.active)]
    late = [(each.person.full_name, each.valid) for each in outcome.people]
    late += [(each.hamlet.name, each.valid) for each in outcome.areas]
    return [
        _("%(name)s is with the team only since %(day)s: name a later day.")
        % (_day(valid) | {"name": name})
        for name, valid in late
        if _began(valid) >= on
    ]


def _faults_of_other(team: Team, into: Team | None, on: date) -> list[str]:
    if into is None:
        return []
    if into.pk == team.pk:
        return [_("A team cannot be merged into itself.")]
    if into.kind != team.kind:
        return [_("A local team is merged into a local one, an enterprise's into an enterprise's.")]
    if into.ending:
        return [_("This team has ended itself.")]
    if _began(into.active) > on:
        return [_("This team is active only since %(day)s.") % _day(into.active)]
    return []


def _began(valid: Any) -> date:
    return valid.lower


def _day(valid: DateRange) -> dict[str, str]:
    return {"day": clock.written(_began(valid))}


# -- The way back ---------------------------------------------------------------------------------


def way_back(team: Team) -> UUID | None:
    """The context of the history in which the team ended by hand; None where it did not.

    A team may have ended in a context of many, such as that of an import: that is not taken back
    for one of them.
    """
    last = _last_version(team) if team.ending else None
    if last is None or (last.pgh_context or {}).get("ends_team") != team.pk:
        return None
    return last.pgh_context_id


def _last_version(team: Any) -> Any:
    """The newest that the history holds."""
    return team.events.order_by("pgh_id").last()


@transaction.atomic
def take_back(*, team: Team, actor: User) -> None:
    """Have the team be what it was before it ended, with its people and hamlets.

    Raises NotAllowed, and NotPossibleNow where it did not end by hand or later changes stand on it.
    """
    demand_keeper(actor, team.unit)
    enlistment.lock_register(team.tenant_id)
    team.refresh_from_db()
    _demand_keeper_of_both(actor, team, team.merged_into)
    context = way_back(team)
    if context is None:
        raise NotPossibleNow(_("This team did not end by hand, so that nothing can be taken back."))
    # What both brought along is the other team's by the first of them alone.
    if team.merged_into and (after := _merged_later(team)):
        raise NotPossibleNow(
            _("Take the merging of %(name)s back first: it came later.") % {"name": after.name}
        )
    said: dict[str, Any] = {"since": team.active.upper, "revives_team": team.pk, "user": actor.pk}
    if later := clashes.take_back(TRACKED, context, **said):
        raise NotPossibleNow(
            _("This cannot be taken back any more, for somebody has changed since: %(what)s.")
            % {"what": standing.names_of(later, actor)}
        )
    team.refresh_from_db()


def _merged_later(team: Team) -> Team | None:
    others = Team.objects.filter(merged_into=team.merged_into_id).exclude(pk=team.pk)
    return others.filter(events__pgh_id__gt=_last_version(team).pgh_id).first()
