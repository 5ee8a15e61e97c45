"""With which decree on boundaries a report came along to another unit, or went back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from units.models import Decree

# What of a version of the history is looked at.
COLUMNS = ("pgh_id", "pgh_context", "pgh_created_at")


@dataclass(frozen=True)
class Move:
    """That a report came along with a decree, or went back with it: nobody saved anything."""

    said: str
    by: User | None
    at: datetime


def of(events: Iterable[dict[str, Any]]) -> dict[int, Move]:
    """Of the versions that a decree made, by their `pgh_id`: what it was, by whom, and when."""
    moved = {event["pgh_id"]: event for event in events if decree_of(event)}
    if not moved:
        return {}
    decrees = Decree.objects.filter(pk__in={decree_of(each) for each in moved.values()})
    names = dict(decrees.values_list("pk", "name"))
    people = User.objects.in_bulk({each["pgh_context"]["user"] for each in moved.values()})
    return {pk: _told(event, names, people) for pk, event in moved.items()}


def decree_of(event: dict[str, Any]) -> int | None:
    """The id of the decree that was applied or undone; None where a person changed the report."""
    said = event["pgh_context"] or {}
    return said.get("decree") or said.get("undoes_decree")


def _told(event: dict[str, Any], names: dict[int, str], people: dict[int, User]) -> Move:
    said = event["pgh_context"]
    # An undone decree can be discarded.
    name = names.get(decree_of(event) or 0, _("a decree"))
    what = _("Came along with %(decree)s") if "decree" in said else _("Went back with %(decree)s")
    at = datetime.fromisoformat(said["at"]) if "at" in said else event["pgh_created_at"]
    return Move(what % {"decree": name}, people.get(said["user"]), at)
