"""One member at a time, by the very rules by which a sheet of them comes in."""

from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from teams import differences, enlistment, namesakes, registry
from teams.identity import OF_MEMBERSHIP, OF_PERSON, Known
from teams.models import Membership, Team
from teams.plans import Line, Outcome
from units import clock
from units.errors import InvalidEntry
from units.sheets.entries import Entry


@transaction.atomic
def enter(
    *,
    team: Team,
    values: dict[str, Any],
    on: date,
    actor: User,
    member: Membership | None = None,
    who: str = "",
) -> Line:
    """Enrol somebody in a team as of a day, or write anew all that is known of a member.

    `values` goes by the keys of the roster's columns. A member of another team moves to this one.
    Where a newcomer has the name of somebody who may be the same, `who` is the key of one of
    `namesakes.choices`.

    Raises NotAllowed, and InvalidEntry with the sentences by key, and then changes nothing.
    """
    registry.demand_keeper(actor, team.unit)
    if why := clock.why_to_come(on) or _why_not_since(member, on):
        raise InvalidEntry(why, errors={"effective_on": [why]})
    enlistment.lock_register(team.tenant_id)
    meant = Meant(member.person_id) if member else _meant(team, values, who, actor)
    if meant.person and not member:
        # Who moves leaves the other team on the day of joining this one.
        on = values.get("joined_on") or on
    named = {"team_code": team.pk, "member_code": meant.person}
    entry = Entry(1, values | named, is_whole=member is not None)
    comparison = differences.Comparison(registry.area_around(team.unit, actor), on)
    comparison.take(entry, former=meant.former, is_new=meant.is_new)
    plan = comparison.finish(is_complete=False)
    _demand_accepted(plan.lines[0])
    enlistment.write(plan, tenant=team.tenant_id, on=on)
    return plan.lines[0]


def _demand_accepted(line: Line) -> None:
    if line.outcome == Outcome.REFUSED:
        errors: dict[str, list[str]] = {}
        for problem in line.problems:
            errors.setdefault(problem.key, []).append(problem.why)
        raise InvalidEntry(line.problems[0].why, errors=errors)


class Meant(NamedTuple):
    """Who is entered: somebody who is in a team, somebody who was, or nobody known."""

    person: int | None = None
    former: Known | None = None
    is_new: bool = False


def _meant(team: Team, values: dict[str, Any], who: str, actor: User) -> Meant:
    """Whom a newcomer's name means; nothing is guessed. Raises InvalidEntry under `who`."""
    stays = namesakes.found(team=team, values=values, actor=actor)
    if not stays:
        return Meant()
    if who not in dict(namesakes.choices(stays, team)):
        why = namesakes.why_unsettled(stays, team)
        raise InvalidEntry(why, errors={"who": [why]})
    for stay in stays:
        if who == str(stay.person_id):
            is_past = stay.ended_on is not None
            return Meant(former=namesakes.as_known(stay)) if is_past else Meant(stay.person_id)
    return Meant(is_new=True)


def _why_not_since(member: Membership | None, on: date) -> str:
    """What speaks against changing a member as of a day; "" where nothing does."""
    if member is None or on >= member.joined_on:
        return ""
    day = clock.written(member.joined_on)
    return _("This person is in the team only since %(day)s.") % {"day": day}


def known_of(member: Membership) -> dict[str, Any]:
    """What the register says of a member, by the keys of the roster's columns."""
    person = member.person
    of_person = {key: getattr(person, key) for key in OF_PERSON}
    of_membership = {key: getattr(member, key) for key in OF_MEMBERSHIP}
    return of_person | of_membership
