"""How many teams, members and hamlets a unit has on a day, and how much of it is covered."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date

from django.db.models import Count, Q

from teams.models import Area, Kind, Membership, Team
from units.models import Level, Unit


@dataclass
class Census:
    """Counts of one unit and everything under it, on one day."""

    local: int = 0
    enterprise: int = 0
    members: int = 0
    hamlets: int = 0
    hamlets_covered: int = 0
    communes: int = 0
    communes_covered: int = 0

    @property
    def teams(self) -> int:
        return self.local + self.enterprise


def add_up(parts: Iterable[Census]) -> Census:
    """The census of all together, of units that share nothing."""
    rows = [astuple(part) for part in parts]
    return Census(*map(sum, zip(*rows, strict=True)))


def take(units: Iterable[Unit], *, on: date) -> dict[int, Census]:
    """Count each of `units`, in four statements however many they are; keys are unit ids.

    A hamlet is covered when at least one active team serves it. Teams are never divided by
    hamlets: Quảng Ninh has 1.462 local teams in 1.452 hamlets, which would be 100,69%.
    """
    ids = [unit.pk for unit in units]
    counts = {pk: Census() for pk in ids}
    _count_teams(counts, ids, on)
    _count_members(counts, ids, on)
    _count_units(counts, ids, on)
    _count_covered(counts, ids, on)
    return counts


def sizes(teams: Iterable[int], *, on: date) -> dict[int, int]:
    """How many people each team had on a day, by the team's id; those without anybody are left
    out."""
    rows = Membership.objects.current_on(on).filter(team__in=list(teams)).values_list("team")
    return dict(rows.annotate(Count("person", distinct=True)))


def _count_teams(counts: dict[int, Census], ids: list[int], on: date) -> None:
    rows = (
        Team.objects.active_on(on)
        .filter(unit__ancestries__ancestor__in=ids, unit__ancestries__valid__on=on)
        .values_list("unit__ancestries__ancestor")
        .annotate(
            local=Count("pk", filter=Q(kind=Kind.LOCAL)),
            enterprise=Count("pk", filter=Q(kind=Kind.ENTERPRISE)),
        )
    )
    for pk, local, enterprise in rows:
        counts[pk].local, counts[pk].enterprise = local, enterprise


def _count_members(counts: dict[int, Census], ids: list[int], on: date) -> None:
    rows = (
        Membership.objects.current_on(on)
        .filter(
            team__active__on=on,
            team__unit__ancestries__ancestor__in=ids,
            team__unit__ancestries__valid__on=on,
        )
        .values_list("team__unit__ancestries__ancestor")
        .annotate(Count("person", distinct=True))
    )
    for pk, members in rows:
        counts[pk].members = members


def _count_units(counts: dict[int, Census], ids: list[int], on: date) -> None:
    rows = (
        Unit.objects.filter(
            level__in=[Level.COMMUNE, Level.HAMLET],
            ancestries__ancestor__in=ids,
            ancestries__valid__on=on,
        )
        .values_list("ancestries__ancestor")
        .annotate(
            communes=Count("pk", filter=Q(level=Level.COMMUNE)),
            hamlets=Count("pk", filter=Q(level=Level.HAMLET)),
        )
    )
    for pk, communes, hamlets in rows:
        counts[pk].communes, counts[pk].hamlets = communes, hamlets


def _count_covered(counts: dict[int, Census], ids: list[int], on: date) -> None:
    served = Area.objects.filter(valid__on=on, team__active__on=on)
    rows = (
        Unit.objects.filter(
            level=Level.HAMLET,
            pk__in=served.values("hamlet"),
            ancestries__ancestor__in=ids,
            ancestries__valid__on=on,
            placements__valid__on=on,
        )
        .values_list("ancestries__ancestor")
        .annotate(
            hamlets=Count("pk", distinct=True),
            # The commune of a hamlet that is counted by itself stands above it.
            communes=Count("placements__parent", distinct=True, filter=Q(ancestries__depth__gt=0)),
        )
    )
    for pk, hamlets, communes in rows:
        counts[pk].hamlets_covered, counts[pk].communes_covered = hamlets, communes
