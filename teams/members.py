"""One member at a time, by the very rules by which a sheet of them comes in."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from teams import differences, enlistment, registry
from teams.identity import OF_MEMBERSHIP, OF_PERSON
from teams.models import Membership, Team
from teams.plans import Line, Outcome
from units import clock
from units.errors import InvalidEntry
from units.sheets.entries import Entry


@transaction.atomic
def enter(
    *, team: Team, values: dict[str, Any], on: date, actor: User, member: Membership | None = None
) -> Line:
    """Enrol somebody in a team as of a day, or write anew all that is known of a member.

    `values` goes by the keys of the roster's columns. A member of another team moves to this one.
    Raises NotAllowed, and InvalidEntry with the sentences by key, and then changes nothing.
    """
    registry.demand_keeper(actor, team.unit)
    if why := clock.why_to_come(on) or _why_not_since(member, on):
        raise InvalidEntry(why, errors={"effective_on": [why]})
    named = {"team_code": team.pk, "member_code": member.person_id if member else None}
    enlistment.lock_register(team.tenant_id)
    entry = Entry(1, values | named, is_whole=member is not None)
    plan = differences.compare([entry], registry.area_around(team.unit, actor), on=on)
    line = plan.lines[0]
    if line.outcome == Outcome.REFUSED:
        errors: dict[str, list[str]] = {}
        for problem in line.problems:
            errors.setdefault(problem.key, []).append(problem.why)
        raise InvalidEntry(line.problems[0].why, errors=errors)
    enlistment.write(plan, tenant=team.tenant_id, on=on)
    return line


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
