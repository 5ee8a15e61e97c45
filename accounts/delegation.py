"""Handing over the work on reports to a colleague, for the days on which one is away."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Delegation, Grant, User
from accounts.roles import Right, Role, lendable
from units import clock
from units.errors import InvalidEntry, NotAllowed, NotPossibleNow
from units.models import Ancestry, Unit
from units.text import normalise

# Whoever is away for longer is followed by somebody with a role of their own.
LONGEST = timedelta(days=62)

_listeners: list[Callable[[Delegation], None]] = []


def subscribe(listener: Callable[[Delegation], None]) -> None:
    """Have `listener(delegation)` called when one is handed over and when one is ended, as a part
    of that transaction."""
    _listeners.append(listener)


def to_hand_over(user: User) -> list[Grant]:
    """The roles of which the user can hand something over: none that is lent to them."""
    return [grant for grant in user.held_grants if not grant.lent and lendable(Role(grant.role))]


def colleagues(user: User) -> QuerySet[User]:
    """Who holds a role on the same units, to be offered; others are found by their user name."""
    units = [grant.unit_id for grant in to_hand_over(user)]
    rows = User.objects.filter(tenant_id=user.tenant_id, is_active=True, grants__unit__in=units)
    return rows.exclude(pk=user.pk).distinct().order_by("username")


@transaction.atomic
def hand_over(
    *, grant: Grant, username: str, since: date, until: date, reason: str, actor: User
) -> Delegation:
    """Lend what the actor's own grant allows of the work on reports; both days are included.

    The holder gets what of it they do not hold themselves. Raises NotAllowed for a grant that is
    not the actor's own, and InvalidEntry with the sentences by key.
    """
    # Two hand-overs of one role follow each other: the second sees the first.
    User.objects.select_for_update().get(pk=actor.pk)
    if grant.pk not in {own.pk for own in to_hand_over(actor)}:
        raise NotAllowed(_("You can hand over only what you hold yourself."))
    _demand("until", _why_not_these_days(since, until))
    reason = normalise(reason)
    _demand("reason", "" if reason else _("Say why, for it stands in the history."))
    _demand("username", why_not_to(username, grant=grant, actor=actor))
    holder = _named(username, actor).get()
    days = DateRange(since, until + timedelta(days=1))
    _demand("since", _why_not_again(grant, days))
    row = Delegation.objects.create(
        tenant_id=actor.tenant_id,
        giver=actor,
        holder=holder,
        unit_id=grant.unit_id,
        role=grant.role,
        rights=sorted(_lent(grant, holder)),
        days=days,
        reason=reason,
        handed_over_at=clock.now(),
    )
    _announce(row)
    return row


@transaction.atomic
def end(*, delegation: Delegation, actor: User, reason: str = "") -> Delegation:
    """Take it back, give it back or, before its first day, decline it, from this moment on.

    Nobody has to give a `reason`. Raises NotAllowed for anybody but giver and holder, InvalidEntry
    for a reason that is too long, and NotPossibleNow where it is over.
    """
    if not Delegation.objects.editable_by(actor).filter(pk=delegation.pk).exists():
        raise NotAllowed(_("Only those two end it: who handed over, and who stands in."))
    row = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if row.is_over:
        raise NotPossibleNow(_("This is over already."))
    row.ended_at, row.ended_by, row.ending_reason = clock.now(), actor, normalise(reason)
    _demand("reason", _why_too_long(row.ending_reason))
    row.save(update_fields=["ended_at", "ended_by", "ending_reason"])
    _announce(row)
    return row


def _announce(row: Delegation) -> None:
    for listener in _listeners:
        listener(row)


def _demand(key: str, why: str) -> None:
    """Raises InvalidEntry where anything speaks against what stands under the key."""
    if why:
        raise InvalidEntry(why, errors={key: [why]})


def _why_too_long(reason: str) -> str:
    limit = Delegation._meta.get_field("ending_reason").max_length or 0
    too_long = _("Please keep the reason under %(limit)s characters.") % {"limit": limit}
    return too_long if len(reason) > limit else ""


def _why_not_these_days(since: date, until: date) -> str:
    if since < clock.today():
        return _("This cannot begin in the past: the first day is today or later.")
    if until < since:
        return _("The last day lies before the first.")
    if until - since >= LONGEST:
        return _(
            "At most %(days)s days can be handed over at once. For longer, the administrator gives "
            "your colleague a role of their own."
        ) % {"days": LONGEST.days}
    return ""


def why_not_to(username: str, *, grant: Grant, actor: User) -> str:
    """What speaks against handing this grant of the actor's to whoever has the name, or ""."""
    holder = _named(username, actor).first()
    if holder == actor:
        return _("This is yourself: name a colleague.")
    if holder and _lent(grant, holder):
        return ""
    # Whose name it is, and whether anybody's, is told of those alone whom the page offers.
    if holder and colleagues(actor).filter(pk=holder.pk).exists():
        return _("%(name)s holds these rights there already.") % {"name": holder}
    return _(
        "No open account of your province has this name, or whoever has it holds these rights "
        "there already."
    )


def _named(username: str, actor: User) -> QuerySet[User]:
    """The open account of the actor's province that has the name, if there is one."""
    name = User.normalize_username(username)
    return User.objects.filter(tenant_id=actor.tenant_id, username=name, is_active=True)


def _why_not_again(grant: Grant, days: DateRange) -> str:
    given = Delegation.objects.filter(
        giver=grant.user_id,
        unit=grant.unit_id,
        role=grant.role,
        ended_at=None,
        days__overlap=days,
    ).select_related("holder")
    if not (other := given.first()):
        return ""
    return _("%(name)s stands in for you from %(since)s to %(until)s: end that first.") % {
        "name": other.holder,
        "since": clock.written(other.since),
        "until": clock.written(other.until),
    }


def _lent(grant: Grant, holder: User) -> frozenset[Right]:
    """What of a role is not the holder's own already, and worth nothing without the work."""
    rights = lendable(Role(grant.role)) - _own_rights(holder, grant.unit)
    return rights if rights & {Right.FILL, Right.REVIEW} else frozenset()


def _own_rights(user: User, unit: Unit) -> frozenset[Right]:
    """The rights that reach the unit by roles of one's own, but for that of a leader, which reaches
    the teams that they lead alone."""
    above = Ancestry.objects.filter(unit=unit, valid__contains=clock.today()).values("ancestor")
    grants = Grant.objects.filter(user=user, unit__in=above).exclude(role=Role.TEAM_LEADER)
    return frozenset(right for grant in grants for right in grant.rights)
