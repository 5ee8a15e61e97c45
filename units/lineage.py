"""Where what stood in the tree of one day is found in the tree of another one.

Hamlets carry on and are placed anew, so they are found by their placements. Of a unit that does not
stand on that day the successions are asked, forward or back, as long as each step has one answer.
Where a unit was split, or came of several, no file says which part something belongs to: it is
found at the unit above, and is called unplaced.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection

from units import clock
from units.models import Level, Placement, Succession, Unit
from units.querysets import UnitQuerySet


@dataclass(frozen=True)
class Spell:
    """Days on which the same communes and districts stand, and nothing is placed elsewhere;
    `until` is the first day after them, None while nothing has changed since."""

    since: date
    until: date | None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


# A new hamlet is no new tree: nothing that stood before stands elsewhere.
SPELL = """
select max(day) filter (where day <= %(on)s), min(day) filter (where day > %(on)s)
from (
    select unnest(array[lower(valid), upper(valid)]) as day
    from units_unit
    where tenant_id = %(tenant)s and level < %(hamlet)s
    union all
    select lower(placement.valid)
    from units_placement placement
    join units_unit unit on unit.id = placement.unit_id
    where placement.tenant_id = %(tenant)s and lower(placement.valid) > lower(unit.valid)
) change
"""


def spell_of(tenant_id: int, *, on: date) -> Spell | None:
    """The spell of a province's tree in which a day lies; None before its first unit."""
    with connection.cursor() as cursor:
        cursor.execute(SPELL, {"tenant": tenant_id, "on": on, "hamlet": Level.HAMLET})
        since, until = cursor.fetchone()
    return Spell(since, until) if since else None


@dataclass(frozen=True)
class Home:
    """The province, district or commune at which the figures of a unit are counted first."""

    unit_id: int
    # Whether nobody knows which part of a split or merged unit it belongs to.
    is_unplaced: bool = False


def homes(tenant_id: int, *, counted_on: date, on: date) -> dict[int, Home]:
    """Of every unit that stands on `counted_on` its home in the tree of `on`, by the unit's id.

    None is left out, so the sum over all homes is the same in every tree. Raises LookupError where
    the province has no unit on `on`.
    """
    chart = _Chart.read(tenant_id, on)
    return {pk: chart.home(pk) for pk, unit in chart.units.items() if counted_on in unit.valid}


def shown_on(unit: Unit, *, on: date) -> date | None:
    """The day whose tree has the unit: the day itself or, where it does not stand on that, today;
    None where it stands on neither."""
    return next((day for day in (on, clock.today()) if day in unit.valid), None)


def seats(unit: Unit, *, on: date) -> UnitQuerySet:
    """Those of a day that are counted at or below a unit: in the tree of that day or, where it has
    no such unit, in today's; none where neither has."""
    shown = shown_on(unit, on=on)
    if shown is None:
        return Unit.objects.none()
    if shown == on:
        return Unit.objects.under(unit, on=on)
    below = set(Unit.objects.under(unit, on=shown).values_list("pk", flat=True))
    found = homes(unit.tenant_id, counted_on=on, on=shown)
    return Unit.objects.filter(pk__in=[pk for pk, home in found.items() if home.unit_id in below])


@dataclass(frozen=True)
class Kin:
    """A unit of which another one came, or what became of it: from which day on, and whether it is
    but a part."""

    unit: Unit
    since: date
    is_part: bool


def came_of(unit: Unit, *, after: date) -> list[Kin]:
    """The units that became this one, or a part of it, on a day after `after`."""
    rows = unit.origins.filter(effective_on__gt=after).select_related("predecessor")
    rows = rows.order_by("effective_on", "predecessor__level", "predecessor__code")
    return [Kin(each.predecessor, each.effective_on, each.partial) for each in rows]


def became(unit: Unit) -> list[Kin]:
    """What a unit that has ended became; of one without successor the unit that was above it."""
    since = unit.valid.upper
    if since is None or since > clock.today():
        return []
    rows = unit.successions.select_related("successor").order_by("successor__code")
    if found := [Kin(each.successor, each.effective_on, each.partial) for each in rows]:
        return found
    eve = since - timedelta(days=1)
    above = Placement.objects.filter(unit=unit, valid__contains=eve).select_related("parent")
    return [Kin(each.parent, since, is_part=False) for each in above]


# Whoever opens a page is asked about, so it is put in plain SQL.
JOINED = """
with recursive joined (heir_id, unit_id) as (
    select unit_id, unit_id from unnest(%(units)s::bigint[]) unit_id
    union
    select joined.heir_id, succession.predecessor_id
    from joined
    join units_succession succession
      on succession.successor_id = joined.unit_id and not succession.partial
    join units_unit unit on unit.id = succession.predecessor_id
    where upper(unit.valid) <= %(today)s
)
select heir_id, unit_id from joined where unit_id <> heir_id
"""


def joined(unit_ids: Iterable[int]) -> dict[int, set[int]]:
    """By unit, those that have ended and became part of it whole, at once or on the way of others.
    Nobody is heir to what was split."""
    found: dict[int, set[int]] = {pk: set() for pk in unit_ids}
    with connection.cursor() as cursor:
        cursor.execute(JOINED, {"units": list(found), "today": clock.today()})
        for heir, old in cursor.fetchall():
            found[heir].add(old)
    return found


def split_between(tenant_id: int, *, first: date, last: date) -> list[Succession]:
    """What became of units that were split on a day after `first` and up to `last`, each part."""
    rows = Succession.objects.filter(
        tenant_id=tenant_id, partial=True, effective_on__gt=first, effective_on__lte=last
    )
    return list(rows.select_related("predecessor").order_by("predecessor__code"))


def forerunners(unit: Unit, *, since: date) -> set[int]:
    """The units that it has come of, or has taken in, after a day: by their ids."""
    found: set[int] = set()
    asked = {unit.pk}
    while asked:
        rows = Succession.objects.filter(successor__in=asked, effective_on__gt=since)
        asked = set(rows.values_list("predecessor", flat=True)) - found
        found |= asked
    return found


@dataclass
class _Chart:
    """All units of a province, and what leads from one to another."""

    on: date
    units: dict[int, Any]
    placements: dict[int, list[tuple[Any, int]]] = field(default_factory=lambda: defaultdict(list))
    # What became of a unit up to the day, and what it was before: another, and whether all of this
    # one is found there.
    became: dict[int, list[tuple[int, bool]]] = field(default_factory=lambda: defaultdict(list))
    came_of: dict[int, list[tuple[int, bool]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, tenant_id: int, on: date) -> "_Chart":
        units = Unit.objects.filter(tenant_id=tenant_id).only("level", "valid").order_by("code")
        chart = cls(on, {unit.pk: unit for unit in units})
        placed = Placement.objects.filter(tenant_id=tenant_id)
        for unit, parent, valid in placed.values_list("unit", "parent", "valid"):
            chart.placements[unit].append((valid, parent))
        for each in Succession.objects.filter(tenant_id=tenant_id):
            if each.effective_on <= on:
                chart.became[each.predecessor_id].append((each.successor_id, not each.partial))
            elif each.effective_on == chart.units[each.successor_id].valid.lower:
                # What it took in later on changes nothing: it carried on.
                chart.came_of[each.successor_id].append((each.predecessor_id, True))
        return chart

    def home(self, pk: int) -> Home:
        found = self._stand_in(pk)
        if self.units[found.unit_id].level != Level.HAMLET:
            return found
        return Home(self._parent(found.unit_id, self.on) or self._root(), found.is_unplaced)

    def _stand_in(self, pk: int) -> Home:
        """The unit that stands for this one on the day."""
        valid = self.units[pk].valid
        if self.on in valid:
            return Home(pk)
        has_ended = valid.upper is not None and valid.upper <= self.on
        others = self.became[pk] if has_ended else self.came_of[pk]
        if [is_all for _other, is_all in others] == [True]:
            return self._stand_in(others[0][0])
        edge = valid.upper - timedelta(days=1) if has_ended else valid.lower
        above = self._parent(pk, edge)
        found = self._stand_in(above) if above else Home(self._root())
        return Home(found.unit_id, found.is_unplaced or bool(others))

    def _parent(self, pk: int, day: date) -> int | None:
        """None above the province, whose parent is another tenant's."""
        parents = (parent for valid, parent in self.placements[pk] if day in valid)
        return next((parent for parent in parents if parent in self.units), None)

    def _root(self) -> int:
        for pk, unit in self.units.items():
            if unit.level == Level.PROVINCE and self.on in unit.valid:
                return pk
        raise LookupError(f"No province stands on {self.on}.")
