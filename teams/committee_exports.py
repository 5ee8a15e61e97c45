"""Who sits in steering committees, as a file: of exactly what was asked for, and on record."""

from collections.abc import Iterator
from typing import Any

from django.utils.text import capfirst

from accounts.models import User
from teams.exports import Taking, people_file
from teams.models import Committee, SteeringPost
from teams.querysets import SeatQuerySet
from teams.workbooks import COMMITTEES
from units.models import Level
from units.text import dialled, masked

FIELDS = (
    "committee", "committee__unit__level", "committee__unit__code", "committee__unit__name",
    "committee__name", "committee__decision_number", "committee__decided_on", "full_name", "post",
    "office", "phone", "valid",
)  # fmt: skip


def seats_file(seats: SeatQuerySet, kind: str, *, actor: User, **asking: Any) -> bytes:
    """Who sits in committees, with the columns that an import reads; see `people_file`."""
    kept = set(Committee.objects.visible_to(actor).kept_by(actor).values_list("pk", flat=True))
    masked_ones = seats.exclude(committee__in=kept)
    taking = Taking(COMMITTEES, seats, masked_ones, actor, **asking)
    return people_file(taking, _rows(seats, kept), kind)


def _rows(seats: SeatQuerySet, kept: set[int]) -> Iterator[list[Any]]:
    for row in seats.values_list(*FIELDS).iterator(chunk_size=2000):
        committee, level, code, unit, name, number, decided, *of_seat, valid = row
        full_name, post, office, phone = of_seat
        shows = dialled if committee in kept else masked
        yield [
            capfirst(str(Level(level).label)), code, unit, name, number, decided, full_name,
            capfirst(str(SteeringPost(post).label)), office, shows(phone), valid.lower, valid.upper,
        ]  # fmt: skip
