"""What was changed of somebody in the register, when and by whom: read from the history."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from accounts.models import User
from teams.identity import OF_MEMBERSHIP, OF_PERSON
from teams.models import Membership, Person
from teams.workbooks import MEMBERS

NOTHING: dict[str, Any] = {}


@dataclass(frozen=True)
class Entry:
    """`told` are (what, old, new) as people read them; `by` is "" where the portal did it itself.

    `team` is that of the membership, "" where it is of the person. `is_import` tells a file.
    """

    at: datetime
    by: str
    team: str
    told: list[tuple[str, str, str]]
    is_import: bool


def stays(person: Person, *, viewer: User) -> list[Membership]:
    """In which of the teams that the viewer sees the person is or was, the latest first."""
    rows = Membership.objects.visible_to(viewer).filter(person=person).select_related("team")
    return list(rows.order_by("-valid", "-pk"))


def last_change(rows: Iterable[Any]) -> tuple[str, datetime]:
    """Who changed any of the rows last, "" where the portal did it itself, and when."""
    versions = [row.events.order_by("pgh_id").last() for row in rows]
    latest = max(versions, key=lambda version: version.pgh_created_at)
    who = _metadata(latest).get("user")
    name = _names({who}).get(who, "") if who else ""
    return name, latest.pgh_created_at


def entries(person: Person, of: Collection[Membership]) -> list[Entry]:
    """What was changed of the person and of these memberships, the latest first.

    What is said of somebody who has moved to a team that is none of these is for that one to know.
    """
    found: list[Any] = []
    if person.memberships.order_by("valid").last() in of:
        versions = person.events.order_by("pgh_id")  # type: ignore[attr-defined]
        found += _changes(list(versions), _of_person, "")
    for stay in of:
        versions = stay.events.order_by("pgh_id")  # type: ignore[attr-defined]
        found += _changes(list(versions), _of_membership, stay.team.name)
    names = _names({who for *_rest, who in found if who})
    told = [
        Entry(version.pgh_created_at, names.get(who, ""), team, changed, _is_import(version))
        for version, team, changed, who in found
    ]
    return sorted(told, key=lambda entry: entry.at, reverse=True)


def _changes(versions: list[Any], read: Any, team: str) -> Iterator[tuple[Any, str, Any, Any]]:
    """(version, team, what changed, who did it) of those versions that changed anything."""
    said = [NOTHING, *map(read, versions)]
    for (old, new), version in zip(pairwise(said), versions, strict=True):
        told = [_told(key, old.get(key), new[key]) for key in new if old.get(key) != new[key]]
        if told := [each for each in told if each[1] != each[2]]:
            yield version, team, told, _metadata(version).get("user")


def _of_person(version: Any) -> dict[str, Any]:
    return {key: getattr(version, key) for key in OF_PERSON}


def _of_membership(version: Any) -> dict[str, Any]:
    days = {"joined_on": version.valid.lower, "left_on": version.valid.upper}
    return {key: getattr(version, key) for key in OF_MEMBERSHIP} | days


def _told(key: str, old: Any, new: Any) -> tuple[str, str, str]:
    column = MEMBERS.by_key[key]
    return str(column.label), column.shown(_as_kept(old)), column.shown(_as_kept(new))


def _as_kept(value: Any) -> Any:
    """As an import keeps it; what is no core member has nothing to tell."""
    if isinstance(value, date):
        return value.isoformat()
    return None if value is False else value


def _names(ids: set[int]) -> dict[int, str]:
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)}


def _is_import(version: Any) -> bool:
    return "batch" in _metadata(version)


def _metadata(version: Any) -> dict[str, Any]:
    return version.pgh_context or {}
