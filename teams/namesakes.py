"""Who of one's area may be meant by a name that is enrolled by hand? Found, and never guessed."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from teams import registry
from teams.identity import OF_PERSON, Known
from teams.models import Membership, Team
from units import clock
from units.text import fold

# Said of who is enrolled: none of those who were found.
SOMEBODY_ELSE = "somebody-else"


def found(*, team: Team, values: dict[str, Any], actor: User) -> list[Membership]:
    """The last membership of each person of the actor's area, present or past, who has the name and
    the year of birth or the phone; of the team itself, of whom nothing tells the newcomer apart."""
    area, today = registry.area_around(team.unit, actor), clock.today()
    born, phone = values.get("birth_year"), values.get("phone")
    alike = Q(team=team, valid__on=today)
    if born:
        alike &= Q(person__birth_year=born) | Q(person__birth_year=None)
        alike |= Q(person__birth_year=born)
    if phone:
        alike |= Q(person__phone=phone)
    rows = Membership.objects.within(area, on=today).filter(alike)
    rows = rows.filter(person__search=fold(values.get("full_name") or ""))
    last = rows.order_by("person_id", "-valid").distinct("person_id")
    return list(last.select_related("person", "team"))


def is_member(stay: Membership, team: Team) -> bool:
    """Whether the person is in the very team already."""
    return stay.team_id == team.pk and not stay.ended_on


def as_known(stay: Membership) -> Known:
    """The person as somebody who comes back, after the last team anywhere."""
    last = Membership.objects.filter(person=stay.person_id).latest("valid")
    values = {key: getattr(stay.person, key) for key in OF_PERSON}
    return Known(None, stay.person_id, last.team_id, last.valid.lower, last.valid.upper, values)


def why_unsettled(stays: list[Membership], team: Team) -> str:
    """That somebody has to say who is meant, and who is in the team already."""
    here = [_is_here(stay) for stay in stays if is_member(stay, team)]
    return " ".join([*here, _("Somebody of this name is in the register: say who is meant.")])


def choices(stays: list[Membership], team: Team) -> list[tuple[str, str]]:
    """What can be said of who is meant: each with its sentence."""
    known = [(str(stay.person_id), _told(stay)) for stay in stays if not is_member(stay, team)]
    return [*known, (SOMEBODY_ELSE, _("somebody else of the same name"))]


def _told(stay: Membership) -> str:
    told = {"person": _person(stay), "team": stay.team.name}
    if left := stay.ended_on:
        said = _("%(person)s, who left %(team)s on %(day)s, comes back")
        return said % {**told, "day": clock.written(left)}
    said = _("%(person)s, who is in %(team)s since %(day)s, moves to this team")
    return said % {**told, "day": _since(stay)}


def _is_here(stay: Membership) -> str:
    said = _("%(person)s is in this team since %(day)s.")
    return said % {"person": _person(stay), "day": _since(stay)}


def _since(stay: Membership) -> str:
    return clock.written(stay.joined_on)


def _person(stay: Membership) -> str:
    person = stay.person
    return f"{person.full_name} ({person.birth_year})" if person.birth_year else person.full_name
