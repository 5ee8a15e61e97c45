"""Establishing one team by hand, and changing what is said of it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import Right
from teams import directory, enlistment, registry
from teams.models import Area, Kind, Membership, Team
from teams.registry import NewTeam, demand_keeper
from teams.serving import serve
from units import clock
from units.errors import InvalidEntry, NotPossibleNow
from units.models import Level, Unit
from units.text import fold, normalise, why_not_called

# Where a team of each kind sits.
HOME_LEVELS = {Kind.LOCAL: (Level.HAMLET,), Kind.ENTERPRISE: (Level.PROVINCE, Level.DISTRICT)}
Errors = dict[str, list[str]]


@transaction.atomic
def establish(*, new: NewTeam, since: date, actor: User) -> Team:
    """Establish one team, active from `since` on; a local one serves at least one hamlet.

    Raises NotAllowed, and InvalidEntry with the sentences by key, and then changes nothing.
    """
    demand_keeper(actor, new.unit)
    enlistment.lock_register(new.unit.tenant_id)
    sits_wrong = why_not_seat(new.kind, new.unit)
    errors = {
        "name": [why_not_name(new.name, _names_in(new.unit))],
        "unit": [sits_wrong],
        "active_since": [
            "" if sits_wrong else why_not_there(new.unit, since), clock.why_to_come(since)
        ],
        "decided_on": [clock.why_to_come(new.decided_on)],
        "hamlets": [
            why_not_hamlets(new.kind, new.hamlets), *_faults_of(new.hamlets, since, actor)
        ],
    }  # fmt: skip
    demand_sound(errors)
    (team,) = registry.establish_teams(tenant=new.unit.tenant, teams=[new], since=since)
    return team


@transaction.atomic
def amend(
    *,
    team: Team,
    values: Mapping[str, Any],
    hamlets: Collection[Unit] | None = None,
    since: date | None = None,
    actor: User,
) -> None:
    """Write anew what is said of a team; `values` goes by the keys of the directory's columns.

    `hamlets` are all that it serves from `since` on, from today if None; without them it serves
    those that it did. Raises NotAllowed, NotPossibleNow for a team that has ended, and InvalidEntry
    with the sentences by key, and then changes nothing.
    """
    demand_keeper(actor, team.unit)
    enlistment.lock_register(team.tenant_id)
    team.refresh_from_db()
    demand_active(team)
    given = {key: values[key] for key in directory.PARTICULARS if key in values}
    since = since or clock.today()
    errors: Errors = {"decided_on": [clock.why_to_come(given.get("decided_on"))]}
    if "name" in given:
        given["name"] = normalise(given["name"])
        errors["name"] = [why_not_name(given["name"], _names_in(team.unit, besides=team))]
    errors["members_with_free_data"] = [why_not_free_data(team, given, people_of([team]))]
    changes = hamlets is not None and {each.pk for each in hamlets} != set(_served(team))
    if changes:
        errors |= _faults_of_change(team, hamlets or (), since, actor)
    demand_sound(errors)
    for key, value in given.items():
        setattr(team, key, value)
    team.save(update_fields=list(given))
    if changes:
        serve([(team, hamlets or ())], since)


def demand_active(team: Team) -> None:
    """Raises NotPossibleNow where the team was merged or dissolved: what it was stands."""
    if team.ending:
        raise NotPossibleNow(_("This team has ended: nothing of it can be changed any more."))


def demand_sound(errors: Errors) -> None:
    """Raises InvalidEntry where anything was refused."""
    told = {key: list(filter(None, reasons)) for key, reasons in errors.items()}
    found = {key: reasons for key, reasons in told.items() if reasons}
    if found:
        raise InvalidEntry(next(iter(found.values()))[0], errors=found)


# -- What speaks against it: "" where nothing does, on pages as in sheets -------------------------


def why_not_name(name: str, others: Iterable[str]) -> str:
    """`others` are those of the other active teams in the same seat: sheets name teams by name and
    seat, and a form may be sent twice."""
    if not normalise(name):
        return _("The team has to have a name.")
    if why_not := why_not_called(name):
        return why_not
    taken = fold(name) in map(fold, others)
    return _("A team of this name is there already.") if taken else ""


def people_of(teams: Iterable[Team]) -> Mapping[int, int]:
    """How many people are in each of the teams today."""
    rows = Membership.objects.current_on(clock.today()).filter(team__in=teams)
    return dict(rows.values_list("team").annotate(Count("pk")))


def why_not_free_data(team: Team, given: dict[str, Any], people: Mapping[int, int]) -> str:
    """Free data are the members' own. A team whose people are not registered yet is believed."""
    key = "members_with_free_data"
    told, count = given.get(key), people.get(team.pk, 0)
    if told is None or told == getattr(team, key) or not 0 < count < told:
        return ""
    said = ngettext(
        "The team has only %(count)s member.", "The team has only %(count)s members.", count
    )
    return said % {"count": count}


def why_not_seat(kind: Kind, unit: Unit) -> str:
    """A local team sits in a hamlet, an enterprise's at a province or district."""
    seats = unit.level in HOME_LEVELS[kind]
    return "" if seats else _("A team of this kind does not sit in a unit of this level.")


def why_not_hamlets(kind: Kind, hamlets: Collection[Unit]) -> str:
    """A local team serves some, an enterprise's none."""
    if kind == Kind.LOCAL and not hamlets:
        return _("A local team serves at least one hamlet: name it.")
    if kind != Kind.LOCAL and hamlets:
        return _("An enterprise's team serves no hamlet.")
    return ""


def why_not_there(unit: Unit, on: date) -> str:
    """Units come and go by reforms."""
    there = on in unit.valid
    return "" if there else _("%(name)s did not exist on that day.") % {"name": unit.name}


def why_not_served_since(settled_on: date, since: date) -> str:
    """Whatever happened before `since` stands, so that nothing may have happened after it."""
    if since >= settled_on:
        return ""
    said = _("The hamlets served last changed on %(day)s: name that day or a later one.")
    return said % {"day": clock.written(settled_on)}


def settled_on(team: Team, areas: Iterable[Area]) -> date:
    """The last day on which anything of the hamlets that it serves began or ended."""
    spans = [team.active, *(each.valid for each in areas)]
    return max(day for each in spans for day in (each.lower, each.upper) if day)


def _names_in(unit: Unit, *, besides: Team | None = None) -> Iterable[str]:
    there = Team.objects.filter(unit=unit, ending="").exclude(pk=besides.pk if besides else None)
    return there.values_list("name", flat=True)


def _faults_of(hamlets: Collection[Unit], since: date, actor: User) -> list[str]:
    """A hamlet that is served anew has to be one, to be the actor's, and to be there already."""
    kept = Unit.objects.within(actor.unit_ids_with(Right.ROSTER)).among(hamlets)
    return [_fault_of(hamlet, since, is_kept=hamlet.pk in kept) for hamlet in hamlets]


def _fault_of(hamlet: Unit, since: date, *, is_kept: bool) -> str:
    if hamlet.level != Level.HAMLET:
        return _("%(name)s is no hamlet.") % {"name": hamlet.name}
    if not is_kept:
        return _("You do not keep the roster of %(name)s.") % {"name": hamlet.name}
    return why_not_there(hamlet, since)


def _faults_of_change(team: Team, hamlets: Collection[Unit], since: date, actor: User) -> Errors:
    served = _served(team)
    added = [each for each in hamlets if each.pk not in served]
    return {
        "hamlets": [why_not_hamlets(Kind(team.kind), hamlets), *_faults_of(added, since, actor)],
        "since": [
            clock.why_to_come(since),
            why_not_served_since(settled_on(team, team.areas.all()), since),
        ],
    }


def _served(team: Team) -> list[int]:
    return list(team.areas.served_on(clock.today()).values_list("hamlet", flat=True))
