"""What stands on an import, in words: how much of each kind, and a few of them by name."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from teams.models import Area, Committee, Membership, Person, Seat, Team
from teams.subjects import NAMED
from units import clock
from units.reversal import Later

NAMES_AT_MOST = 3


def also_say(model: Any, kind: Any, beside: tuple[str, ...], say: Callable[[Any], str]) -> None:
    """Name what may stand on an import of an app above: its `kind`, which may be a lazy text, and
    how `say` calls one of them, with what it reads `beside`."""
    NAMED[model._meta.label] = kind
    SAID[model] = (beside, say)


def why_not_undone(later: list[Later], user: Any) -> str:
    """Why an import stays, to `user`, who is told no names of what is elsewhere."""
    told = names_of(later, user)
    return _(
        "This import cannot be undone any more, for later changes stand on it: %(told)s."
    ) % {"told": told}  # fmt: skip


def names_of(later: list[Later], user: Any) -> str:
    """How many of each kind, and a few by name: of those, none of what is elsewhere."""
    return "; ".join(_told(each, user) for each in later)


def _told(later: Later, user: Any) -> str:
    kind = NAMED.get(later.model._meta.label, _("other records"))
    names = _names(later, user)
    if len(later.ids) > len(names) > 0:
        names.append("…")
    return f"{len(later.ids)} {kind}" + (f" ({'; '.join(names)})" if names else "")


def _names(later: Later, user: Any) -> list[str]:
    if later.model not in SAID:
        return []
    beside, say = SAID[later.model]
    model: Any = later.model
    rows = model.objects.visible_to(user).filter(pk__in=later.ids).order_by("pk")
    return [say(row) for row in rows.select_related(*beside)[:NAMES_AT_MOST]]


def _membership(row: Membership) -> str:
    return _in_post(row.team.name, row.person.full_name, row)


def _seat(row: Seat) -> str:
    return _in_post(row.committee.name, row.full_name, row)


def _in_post(body: str, name: str, row: Any) -> str:
    return _("%(body)s: %(name)s, %(post)s since %(day)s") % {
        "body": body,
        "name": name,
        "post": row.get_post_display(),
        "day": clock.written(row.valid.lower),
    }


# Of each kind what is read beside it, and how one is called. The apps above add their own.
SAID: dict[Any, tuple[tuple[str, ...], Callable[[Any], str]]] = {
    Membership: (("team", "person"), _membership),
    Seat: (("committee",), _seat),
    Area: (("team", "hamlet"), lambda row: f"{row.team.name}: {row.hamlet.name}"),
    Person: ((), str),
    Team: ((), str),
    Committee: ((), str),
}
