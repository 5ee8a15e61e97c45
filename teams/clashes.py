"""What was done is taken back, unless something of the present leaves no room for it.

That two people share no phone, that nobody comes to be in two teams, and that nobody is in a team
or a committee that has ended, is held by no rule of the database: whatever is entered is asked
before, and what is taken back, after, for then it stands in the register like all the rest.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pghistory
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from teams.models import Area, Committee, Membership, Person, Seat, Team
from units import reversal
from units.reversal import Later, Model

# Of whatever hangs on a body that may end: the body, and when it lasts.
BODIES: dict[Model, tuple[str, Model, str]] = {
    Membership: ("team", Team, "active"),
    Area: ("team", Team, "active"),
    Seat: ("committee", Committee, "valid"),
}


def take_back(tracked: Sequence[Model], context: UUID, *, since: date, **said: Any) -> list[Later]:
    """Undo a context of the history that holds from a day on, in one that says `said`.

    Where anything stands in the way, that is told, and nothing is done.
    """
    if later := reversal.standing_on(tracked, context):
        return later
    with transaction.atomic():
        with pghistory.context(**said) as undoing:
            reversal.take_back(tracked, context)
        found = _clashes(context, undoing.id, since)
        if found:
            transaction.set_rollback(True)
    return found


def _clashes(context: UUID, undoing: UUID, since: date) -> list[Later]:
    found = [*_ended(undoing), *_in_two_teams(context, undoing), *_of_one_phone(undoing, since)]
    return [each for each in found if each.ids]


def _events(model: Any) -> Any:
    return model._meta.get_field("events").related_model.objects


def _touched(model: Any, undoing: UUID) -> QuerySet[Any]:
    """What stands again, or stands as it did."""
    ours = _events(model).filter(pgh_context_id=undoing)
    return model.objects.filter(pk__in=ours.values("pgh_obj_id"))


def _ended(undoing: UUID) -> Iterable[Later]:
    """Teams and committees that ended before those who would be in them again."""
    for model, (key, body, lasts) in BODIES.items():
        end = f"{key}__{lasts}__endswith"
        outlast = Q(valid__endswith__isnull=True) | Q(valid__endswith__gt=F(end))
        rows = _touched(model, undoing).filter(outlast, **{f"{end}__isnull": False})
        yield Later(body, list(rows.order_by(key).values_list(key, flat=True).distinct()))


def _in_two_teams(context: UUID, undoing: UUID) -> Iterable[Later]:
    """Who has joined another team since."""
    again = _touched(Membership, undoing)
    ours = _events(Membership).filter(pgh_context_id=context)
    last = ours.aggregate(last=Max("pgh_id"))["last"] or 0
    beside = again.filter(person=OuterRef("person"), valid__overlap=OuterRef("valid"))
    since = _events(Membership).filter(pgh_id__gt=last).exclude(pgh_context_id=undoing)
    rows = Membership.objects.filter(
        Exists(beside.exclude(team=OuterRef("team"))), pk__in=since.values("pgh_obj_id")
    )
    yield _later(rows)


def _of_one_phone(undoing: UUID, since: date) -> Iterable[Later]:
    """Who has been given the number meanwhile."""
    members = Membership.objects.filter(valid__overlap=DateRange(since, None))
    there = Person.objects.exclude(phone="").filter(Exists(members.filter(person=OuterRef("pk"))))
    # Few numbers are shared: to look for each of a whole province's would take minutes.
    shared = there.values("tenant", "phone").annotate(people=Count("pk")).filter(people__gt=1)
    there = there.filter(phone__in=list(shared.values_list("phone", flat=True)))
    again = there.filter(
        Q(pk__in=_touched(Person, undoing)) | Q(memberships__in=_touched(Membership, undoing))
    )
    same = again.filter(tenant=OuterRef("tenant"), phone=OuterRef("phone"))
    yield _later(there.filter(Exists(same.exclude(pk=OuterRef("pk")))))


def _later(rows: QuerySet[Any]) -> Later:
    return Later(rows.model, list(rows.order_by("pk").values_list("pk", flat=True)))
