"""What was entered by mistake, put right: the days of joining and of leaving, somebody who never
left, and somebody who never joined.

The history keeps what stood there before.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from teams import enlistment
from teams.models import Membership, Post
from teams.registry import demand_keeper
from units import clock
from units.errors import InvalidEntry, NotPossibleNow

# Whoever was enrolled by mistake is noticed by then.
NOTICED_WITHIN = timedelta(days=30)
ONE_DAY = timedelta(days=1)


@transaction.atomic
def correct_joining(*, member: Membership, joined_on: date, actor: User) -> None:
    """Let a membership begin on another day. One of the same person that ended on the old day, with
    another post or in another team, ends on the new one.

    Raises NotAllowed, NotPossibleNow where the member was taken out meanwhile, and InvalidEntry
    with the sentence under `joined_on`.
    """
    _lock(member, actor)
    before = _ending_where(member)
    if why := _why_not(member, before, joined_on, actor):
        raise InvalidEntry(why, errors={"joined_on": [why]})
    moves = [(member, DateRange(joined_on, member.valid.upper))]
    if before:
        moves.append((before, DateRange(before.joined_on, joined_on)))
    # The one that gets shorter first: no two of a person stand in a team on one day.
    for row, valid in moves if joined_on > member.joined_on else reversed(moves):
        row.valid = valid
        row.save(update_fields=["valid"])


def _lock(member: Membership, actor: User) -> None:
    """Have the membership stay as it stands now until the transaction ends."""
    demand_keeper(actor, member.team.unit)
    enlistment.lock_register(member.tenant_id)
    try:
        member.refresh_from_db(fields=["valid", "post"])
    except Membership.DoesNotExist as gone:
        raise NotPossibleNow(_("Somebody took this member out of the register.")) from gone


def _ending_where(member: Membership) -> Membership | None:
    """What the membership follows on, without a day between them."""
    others = Membership.objects.filter(person=member.person_id).select_related("team__unit")
    return others.filter(valid__endswith=member.joined_on).first()


def _why_not(member: Membership, before: Membership | None, day: date, actor: User) -> str:
    """What speaks against the day; "" where nothing does."""
    team, until = member.team, member.valid.upper
    if to_come := clock.why_to_come(day):
        return to_come
    if day < team.active_since:
        return _("The team was established on %(day)s.") % {"day": clock.written(team.active_since)}
    if until and day >= until:
        return _("The membership ended on %(day)s.") % {"day": clock.written(until)}
    if before and not actor.may(Right.ROSTER, before.team.unit):
        return _("It follows on a membership in a team whose roster you do not keep.")
    if before and day <= before.joined_on:
        return _("It follows on a membership that began on %(day)s only.") % {
            "day": clock.written(before.joined_on)
        }
    if before and (ended := before.team.active.upper) and day > ended:
        said = _("It follows on a membership in %(team)s, which ended on %(day)s.")
        return said % {"team": before.team.name, "day": clock.written(ended)}
    moved = [(member, DateRange(day, until))]
    if before:
        moved.append((before, DateRange(before.joined_on, day)))
    return _why_not_beside(moved, actor)


def _why_not_beside(moved: list[tuple[Membership, DateRange]], actor: User) -> str:
    """What of the others speaks against memberships that would hold on these days instead."""
    own = [row.pk for row, _valid in moved]
    for row, valid in moved:
        others = Membership.objects.filter(valid__overlap=valid).exclude(pk__in=own)
        others = others.select_related("person", "team__unit").order_by("valid")
        if other := others.filter(person=row.person_id).first():
            if not actor.may(Right.ROSTER, other.team.unit):
                return _("On that day this person was in a team whose roster you do not keep.")
            return _("On that day this person was in %(team)s.") % {"team": other.team.name}
        leader = others.filter(team=row.team_id, post=Post.LEADER).first()
        if leader and row.post == Post.LEADER:
            return _("On that day %(name)s led the team.") % {"name": leader.person.full_name}
    return ""


@transaction.atomic
def correct_leaving(*, member: Membership, left_on: date, actor: User) -> None:
    """Let a membership that has ended end on another day: the first one without it.

    Raises NotAllowed, and InvalidEntry with the sentence under `left_on`.
    """
    _lock(member, actor)
    if why := _why_not_left(member, left_on, actor):
        raise InvalidEntry(why, errors={"left_on": [why]})
    _end(member, left_on)


@transaction.atomic
def take_leaving_back(*, member: Membership, actor: User) -> None:
    """Let a membership that was ended by mistake go on. Raises NotAllowed and NotPossibleNow."""
    _lock(member, actor)
    if why := why_not_back(member, actor):
        raise NotPossibleNow(why)
    _end(member, None)


def _end(member: Membership, until: date | None) -> None:
    member.valid = DateRange(member.valid.lower, until)
    member.save(update_fields=["valid"])


def _why_not_left(member: Membership, day: date, actor: User) -> str:
    if day <= member.joined_on:
        return _("Nobody leaves before the day of joining.")
    return clock.why_to_come(day) or _why_not_until(member, day, actor)


def why_not_back(member: Membership, actor: User) -> str:
    """What stands on the leaving; "" where nothing does."""
    return _why_not_until(member, date.max, actor)


def _why_not_until(member: Membership, day: date, actor: User) -> str:
    """What speaks against a membership that has ended going on until a day, or less long."""
    if not (left := member.ended_on):
        return _("This membership has not ended.")
    ended = member.team.active.upper
    if ended and day > ended:
        return _("The team has ended on %(day)s.") % {"day": clock.written(ended)}
    # Whoever moved on the very day began elsewhere then: that day is put right there.
    later = Membership.objects.filter(valid__overlap=DateRange(left, max(day, left + ONE_DAY)))
    later = later.exclude(pk=member.pk).select_related("person", "team__unit").order_by("valid")
    if own := later.filter(person=member.person_id).first():
        return _("This person is in %(team)s since %(day)s.") % {
            "team": _named(own, actor),
            "day": clock.written(own.valid.lower),
        }
    leader = later.filter(team=member.team_id, post=Post.LEADER).first()
    if leader and member.post == Post.LEADER and day > left:
        return _("%(name)s leads the team since %(day)s.") % {
            "name": leader.person.full_name,
            "day": clock.written(leader.valid.lower),
        }
    return ""


def _named(stay: Membership, actor: User) -> str:
    """The team; one elsewhere is not told by name."""
    if actor.may(Right.ROSTER, stay.team.unit):
        return stay.team.name
    return _("a team whose roster you do not keep")


@transaction.atomic
def withdraw(*, member: Membership, actor: User) -> None:
    """Take somebody out of the register who was enrolled by mistake, as if it had not been.

    Raises NotAllowed, and NotPossibleNow where anything stands on it: then the membership ends.
    """
    _lock(member, actor)
    if why := why_not_withdrawn(member):
        raise NotPossibleNow(why)
    member.person.delete()


def why_not_withdrawn(member: Membership) -> str:
    """What stands on the membership; "" where nothing does. Head counts that somebody may have
    reported are no mistake any more."""
    recorded = member.events.order_by("pgh_id").first()  # type: ignore[attr-defined]
    if recorded is None or recorded.pgh_created_at < timezone.now() - NOTICED_WITHIN:
        said = _("This has stood in the register for more than %(days)s days: let it end instead.")
        return said % {"days": NOTICED_WITHIN.days}
    if member.person.user_id:
        return _("This person has an account: close it, and let the membership end.")
    if member.person.memberships.exclude(pk=member.pk).exists():
        return _("This person has another membership in the past: let this one end instead.")
    return ""
