"""The part of one's area to which a list is narrowed, and the parts that are offered."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import F, Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from teams.forms import Filter
from units import clock, tree
from units.models import Level, Unit
from units.querysets import UnitQuerySet
from units.text import whole_number

LEVELS = (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)
INDENT = "\u2003"


def demand_within(request: HttpRequest, units: UnitQuerySet) -> None:
    """A unit that is asked for and out of reach is not found."""
    if (pk := whole_number(request.GET.get("unit", ""))) is not None:
        get_object_or_404(units, pk=pk)


def has_to_choose(user: User, asked: Filter) -> bool:
    """Whether a province has to be chosen first: a list of the whole nation helps nobody."""
    return bool(user.reads_all_tenants and not asked.asked("unit"))


def offered(user: User, asked: Filter) -> list[tuple[Unit, str]]:
    """The units right below one's own, and below each on the way down to the one that was asked
    for; each with the blanks that it stands in by. Two statements, however many there are."""
    chosen, today = asked.asked("unit"), clock.today()
    above = tree.path(chosen, on=today) if chosen else []
    opened = [*user.area_ids, *(unit.pk for unit in above)]
    below = Q(placements__parent__in=opened, level__in=LEVELS)
    units = (
        Unit.objects.visible_to(user)
        .within(user.area_ids)
        .filter(below | Q(pk=chosen and chosen.pk), placements__valid__on=today)
        .annotate(parent=F("placements__parent"))
        .order_by("level", "code")
    )
    return list(_descending(list(units)))


def _descending(units: list[Unit]) -> Iterator[tuple[Unit, str]]:
    """Each with those under it right behind it."""
    listed = {unit.pk for unit in units}
    under: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in units:
        under[unit.parent if unit.parent in listed else None].append(unit)

    def descend(parent: int | None, indent: str) -> Iterator[tuple[Unit, str]]:
        for unit in under[parent]:
            yield unit, indent
            yield from descend(unit.pk, indent + INDENT)

    return descend(None, "")
