"""Who may enter a view. A view that does not say is closed, see `AccessMiddleware`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from accounts.roles import Right

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Door:
    """`rights` names those of which the person must hold one; none means any signed-in person.

    `or_nation` also admits whoever reads every province.
    """

    signed_in: bool = True
    rights: frozenset[Right] = field(default_factory=frozenset)
    or_nation: bool = False

    def admits(self, user: Any) -> bool:
        if not self.signed_in:
            return True
        if not user.is_authenticated:
            return False
        if self.or_nation and user.reads_all_tenants:
            return True
        return not self.rights or any(user.holds(right) for right in self.rights)


EVERYBODY = Door(signed_in=False)
SIGNED_IN = Door()


def holders_of(*rights: Right, or_nation: bool = False) -> Door:
    return Door(rights=frozenset(rights), or_nation=or_nation)


def open_to(door: Door) -> Callable[[View], View]:
    """Say who may enter a function view or a class of views."""

    def mark(view: View) -> View:
        view.door = door  # type: ignore[attr-defined]
        return view

    return mark


def door_of(view: Any) -> Door | None:
    """The door of a resolved view, function or class; None where nobody said."""
    for candidate in (view, getattr(view, "cls", None), getattr(view, "view_class", None)):
        door = getattr(candidate, "door", None)
        if isinstance(door, Door):
            return door
    return None
