"""Who sits in steering committees, as a file: of exactly what was asked for, and on record."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from teams.committee_sheet import COLUMNS
from teams.exports import MOST_ROWS
from teams.models import Committee, Export, SteeringPost
from teams.querysets import SeatQuerySet
from units import clock
from units.errors import NotPossibleNow
from units.models import Level, Unit
from units.sheets.listing import csv_file
from units.sheets.writing import template
from units.text import dialled, masked

FIELDS = (
    "committee", "committee__unit__level", "committee__unit__code", "committee__unit__name",
    "committee__name", "committee__decision_number", "committee__decided_on", "full_name", "post",
    "office", "phone", "valid",
)  # fmt: skip


def seats_file(
    seats: SeatQuerySet, kind: str, *, asked: dict[str, Any], unit: Unit | None, actor: User
) -> bytes:
    """The seats as .xlsx or .csv; the taking is recorded.

    Raises NotPossibleNow where they are too many for one file: nothing is ever cut off.
    """
    count = seats.count()
    if count > MOST_ROWS:
        raise NotPossibleNow(
            ngettext(
                "%(count)s person is too many for one file: choose a smaller area.",
                "%(count)s people are too many for one file: choose a smaller area.",
                count,
            )
            % {"count": count}
        )
    kept = set(Committee.objects.visible_to(actor).kept_by(actor).values_list("pk", flat=True))
    Export.objects.create(
        tenant_id=actor.tenant_id,
        unit=unit or Unit.objects.visible_to(actor).get(pk=actor.area_ids[0]),
        subject="committees",
        asked=asked,
        rows=count,
        is_masked=seats.exclude(committee__in=kept).exists(),
        at=clock.now(),
        by=actor,
    )
    rows = _rows(seats, kept)
    if kind == "csv":
        return csv_file(COLUMNS, rows)
    return template(COLUMNS, _("Steering committees"), rows)


def _rows(seats: SeatQuerySet, kept: set[int]) -> Iterator[list[Any]]:
    for row in seats.values_list(*FIELDS).iterator(chunk_size=2000):
        committee, level, code, unit, name, number, decided, *of_seat, valid = row
        full_name, post, office, phone = of_seat
        shows = dialled if committee in kept else masked
        yield [
            str(Level(level).label), code, unit, name, number, decided, full_name,
            str(SteeringPost(post).label), office, shows(phone), valid.lower, valid.upper,
        ]  # fmt: skip
