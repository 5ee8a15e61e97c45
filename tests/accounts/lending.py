"""Handing over, as short as tests want it."""

from datetime import date

from accounts import delegation
from accounts.models import Delegation, User
from units import clock


def lend(
    giver: User,
    holder: User,
    *,
    since: date | None = None,
    until: date | None = None,
    reason: str = "Nghỉ phép",
) -> Delegation:
    """Hand over the giver's widest role; for today, if nothing is said."""
    first = since or clock.today()
    actor = User.objects.get(pk=giver.pk)
    return delegation.hand_over(
        grant=delegation.to_hand_over(actor)[0],
        username=holder.username,
        since=first,
        until=until or first,
        reason=reason,
        actor=actor,
    )
