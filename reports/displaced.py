"""What of a month stands elsewhere under the units of another time than under its own, and why."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Count
from django.utils.timezone import localdate

from teams.models import Team
from units import lineage
from units.lineage import Home
from units.models import Decree, Unit


@dataclass(frozen=True)
class Stray:
    """The teams of another unit's own that are counted at a unit itself, and at none below it."""

    unit: Unit
    teams: list[Team]
    # Whether nobody knows to which unit below they belong; else theirs ended without a successor.
    is_unplaced: bool


def strays(unit: Unit, teams: Iterable[Team], homes: dict[int, Home]) -> list[Stray]:
    """Of teams that are counted at a unit above communes, those of other units; by their unit."""
    others = [team for team in teams if team.unit_id != unit.pk and not unit.is_commune]
    return [
        Stray(found, list(own), homes[found.pk].is_unplaced)
        for found, own in groupby(others, key=lambda team: team.unit)
    ]


@dataclass(frozen=True)
class Share:
    """What a unit took of another one that was split."""

    split: Unit
    # How many of its teams, as somebody decided on that day; 0 where they all went elsewhere.
    teams: int
    decided_on: date
    # Whether the decision was made up, to show how it works.
    is_example: bool


def shares(
    tenant_id: int, homes: dict[int, Home], *, counted_on: date, on: date
) -> dict[int, list[Share]]:
    """By unit that stands on `on`, its shares of what was split since a month, of whose last day
    the teams are."""
    found: dict[int, list[Share]] = defaultdict(list)
    parts = lineage.split_between(tenant_id, first=counted_on, last=on)
    days = {part.effective_on for part in parts}
    decrees = {
        each.effective_on: each
        for each in Decree.objects.filter(
            tenant_id=tenant_id, state=Decree.State.APPLIED, effective_on__in=days
        ).defer("plan")
    }
    counts = {day: _counts(homes, counted_on, day - timedelta(days=1)) for day in days}
    for part in parts:
        day, split = part.effective_on, part.predecessor
        decree = decrees.get(day)
        found[part.successor_id].append(
            Share(
                split,
                counts[day].get((split.pk, part.successor_id), 0),
                localdate(decree.applied_at) if decree and decree.applied_at else day,
                decree is not None and decree.is_example,
            )
        )
    return found


def _counts(homes: dict[int, Home], counted_on: date, eve: date) -> dict[tuple[int, int], int]:
    """By the unit that stood above them on the eve and by their home, how many teams there are."""
    rows = Team.objects.active_on(counted_on).filter(
        unit__in=list(homes), unit__ancestries__valid__on=eve
    )
    found: dict[tuple[int, int], int] = defaultdict(int)
    of_units = rows.values_list("unit__ancestries__ancestor", "unit").annotate(Count("pk"))
    for above, pk, count in of_units.order_by():
        found[above, homes[pk].unit_id] += count
    return found
