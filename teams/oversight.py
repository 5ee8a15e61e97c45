"""Which units have a steering committee on a day, who heads it, and how many sit in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from teams.models import Committee, Seat, SteeringPost
from teams.querysets import SeatQuerySet
from teams.seating import STEERED
from units.models import Level, Unit
from units.querysets import UnitQuerySet
from units.text import fold


@dataclass(frozen=True)
class Coverage:
    """Of one level: how many units there are, how many of them have a committee, of how many."""

    level: Level
    units: int
    covered: int
    people: int

    @property
    def missing(self) -> int:
        return self.units - self.covered


@dataclass
class Steered:
    """A unit, and its committee with its head; None where there is none."""

    unit: Unit
    committee: Committee | None = None
    head: Seat | None = None
    # Those whose name or office was asked for.
    found: list[Seat] = field(default_factory=list)


def steered(units: UnitQuerySet, *, on: date) -> UnitQuerySet:
    """Those of the units that there are on a day and that need a committee, each with
    `has_committee`."""
    standing = Committee.objects.standing_on(on).filter(unit=OuterRef("pk"))
    rows = units.filter(level__in=STEERED, valid__on=on)
    return rows.annotate(has_committee=Exists(standing))


def found(units: UnitQuerySet, words: str, *, on: date) -> UnitQuerySet:
    """Those called so, or in whose committee somebody's name or office is."""
    seats = Seat.objects.current_on(on).found(words)
    holding = seats.filter(committee__valid__on=on, committee__unit=OuterRef("pk"))
    return units.filter(Q(search__icontains=fold(words)) | Exists(holding))


def people(seats: SeatQuerySet, units: UnitQuerySet, *, on: date, words: str = "") -> SeatQuerySet:
    """Those of the seats that are taken on a day in the committees of the units: with words, the
    ones that have them, and all of a unit that is called so."""
    rows = seats.current_on(on).filter(
        committee__valid__on=on, committee__unit__in=units.values("pk")
    )
    if words:
        key = fold(words)
        rows = rows.filter(Q(search__icontains=key) | Q(committee__unit__search__icontains=key))
    return rows


def coverage(units: UnitQuerySet, *, on: date) -> list[Coverage]:
    """Level by level, in two statements; levels of which there is no unit are left out."""
    counted = (
        units.order_by()
        .values_list("level")
        .annotate(units=Count("pk"), covered=Count("pk", filter=Q(has_committee=True)))
    )
    seats = people(Seat.objects.all(), units, on=on).order_by()
    seated = Counter(dict(seats.values_list("committee__unit__level").annotate(Count("pk"))))
    return [
        Coverage(Level(level), count, covered, seated[level])
        for level, count, covered in sorted(counted)
    ]


def table(units: Sequence[Unit], *, on: date, words: str = "") -> list[Steered]:
    """The units with their committees, in three statements however many they are."""
    seats = Seat.objects.current_on(on)
    committees = Committee.objects.standing_on(on).filter(unit__in=units).with_people(on=on)
    committees = committees.prefetch_related(
        Prefetch("seats", seats.filter(post=SteeringPost.HEAD), to_attr="heads"),
        Prefetch(
            "seats", seats.found(words).in_order() if words else seats.none(), to_attr="found"
        ),
    )
    by_unit = {committee.unit_id: committee for committee in committees}
    return [_row(unit, by_unit.get(unit.pk)) for unit in units]


def _row(unit: Unit, committee: Any) -> Steered:
    """The committee knows its `heads` and those `found` in it, as they were fetched with it."""
    if committee is None:
        return Steered(unit)
    head = committee.heads[0] if committee.heads else None
    return Steered(unit, committee, head, committee.found)
