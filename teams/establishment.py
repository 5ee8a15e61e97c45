"""Establishing one team by hand, and changing what is said of it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from teams import directory, enlistment, registry
from teams.members import demand_keeper
from teams.models import Area, Kind, Team
from teams.registry import NewTeam
from units import clock
from units.errors import InvalidEntry, NotPossibleNow
from units.models import Level, Unit
from units.text import fold, normalise

# Where a team of each kind sits.
SEATS = {Kind.LOCAL: (Level.HAMLET,), Kind.ENTERPRISE: (Level.PROVINCE, Level.DISTRICT)}
Errors = dict[str, list[str]]


@transaction.atomic
def establish(*, new: NewTeam, since: date, actor: User) -> Team:
    """Establish one team, active from `since` on; a local one serves at least one hamlet.

    Raises NotAllowed, and InvalidEntry with the sentences by key, and then changes nothing.
    """
    demand_keeper(actor, new.unit)
    enlistment.lock_register(new.unit.tenant_id)
    errors = defaultdict(list, _faults_of_name(new.name, new.unit))
    if new.unit.level not in SEATS[new.kind]:
        errors["unit"].append(_("A team of this kind does not sit in a unit of this level."))
    elif since not in new.unit.valid:
        errors["active_since"].append(
            _("%(name)s did not exist on that day.") % {"name": new.unit.name}
        )
    if since > clock.today():
        errors["active_since"].append(_("This day is still to come."))
    _judge_decision(errors, new.decided_on)
    _judge_hamlets(errors, new.kind, new.hamlets)
    _judge_additions(errors, new.hamlets, since, actor)
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
    errors: Errors = defaultdict(list)
    if "name" in given:
        given["name"] = normalise(given["name"])
        errors |= _faults_of_name(given["name"], team.unit, besides=team)
    _judge_decision(errors, given.get("decided_on"))
    changes = hamlets is not None and {each.pk for each in hamlets} != set(_served(team))
    if changes:
        _judge_change_of_hamlets(errors, team, hamlets or (), since, actor)
    demand_sound(errors)
    for key, value in given.items():
        setattr(team, key, value)
    team.save(update_fields=list(given))
    if changes:
        serve(team, hamlets or (), since)


def demand_active(team: Team) -> None:
    """Raises NotPossibleNow where the team was merged or dissolved: what it was stands."""
    if team.ending:
        raise NotPossibleNow(_("This team has ended: nothing of it can be changed any more."))


def demand_sound(errors: Errors) -> None:
    """Raises InvalidEntry where anything was refused."""
    found = {key: reasons for key, reasons in errors.items() if reasons}
    if found:
        raise InvalidEntry(next(iter(found.values()))[0], errors=found)


def _faults_of_name(name: str, unit: Unit, *, besides: Team | None = None) -> Errors:
    """Sheets name teams by name and seat, and a form may be sent twice."""
    if not normalise(name):
        return {"name": [_("The team has to have a name.")]}
    there = Team.objects.filter(unit=unit, ending="").exclude(pk=besides.pk if besides else None)
    if fold(name) in map(fold, there.values_list("name", flat=True)):
        return {"name": [_("A team of this name is there already.")]}
    return {}


def _judge_decision(errors: Errors, decided_on: date | None) -> None:
    if decided_on and decided_on > clock.today():
        errors["decided_on"].append(_("This day is still to come."))


def _judge_hamlets(errors: Errors, kind: str, hamlets: Collection[Unit]) -> None:
    if bool(hamlets) != (kind == Kind.LOCAL):
        errors["hamlets"].append(
            _("A local team serves at least one hamlet, an enterprise's team none.")
        )


def _judge_additions(errors: Errors, hamlets: Collection[Unit], since: date, actor: User) -> None:
    """A hamlet that is served anew has to be one, to be the actor's, and to be there already."""
    kept = Unit.objects.within(actor.unit_ids_with(Right.ROSTER)).among(hamlets)
    for hamlet in hamlets:
        if hamlet.level != Level.HAMLET:
            why = _("%(name)s is no hamlet.")
        elif hamlet.pk not in kept:
            why = _("You do not keep the roster of %(name)s.")
        elif since not in hamlet.valid:
            why = _("%(name)s did not exist on that day.")
        else:
            continue
        errors["hamlets"].append(why % {"name": hamlet.name})


def _judge_change_of_hamlets(
    errors: Errors, team: Team, hamlets: Collection[Unit], since: date, actor: User
) -> None:
    """Whatever happened before `since` stands, so that nothing may have happened after it."""
    _judge_hamlets(errors, team.kind, hamlets)
    served = _served(team)
    added = [each for each in hamlets if each.pk not in served]
    _judge_additions(errors, added, since, actor)
    if since > clock.today():
        errors["since"].append(_("This day is still to come."))
    days = [day for area in team.areas.all() for day in (area.valid.lower, area.valid.upper) if day]
    last = max([team.active.lower, *days])
    if since < last:
        errors["since"].append(
            _("The hamlets served last changed on %(day)s: name that day or a later one.")
            % {"day": formats.date_format(last, "SHORT_DATE_FORMAT")}
        )


def _served(team: Team) -> list[int]:
    return list(team.areas.served_on(clock.today()).values_list("hamlet", flat=True))


def serve(team: Team, hamlets: Collection[Unit], since: date) -> None:
    """What began on the very day is put right; what began before is ended."""
    now = team.areas.served_on(since)
    dropped = now.exclude(hamlet__in=hamlets)
    dropped.filter(valid__startswith=since).delete()
    dropped.end(on=since)
    kept = set(now.values_list("hamlet", flat=True))
    Area.objects.bulk_create(
        Area(tenant_id=team.tenant_id, team=team, hamlet=hamlet, valid=DateRange(since, None))
        for hamlet in hamlets
        if hamlet.pk not in kept
    )
