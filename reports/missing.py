"""Whose report of a month is not there, and why? Counted here alone, for pages, texts and notices.

A team is missing where it sent nothing, or took back what it sent. One whose extension still runs
is in its own time, and one whose report was returned is mending it: neither is missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, TextChoices, Value, When
from django.utils.translation import gettext_lazy as _

from reports import extensions
from reports.models import Extension, Period, Report, Status
from teams.models import Team
from teams.querysets import TeamQuerySet
from units import clock, lineage
from units.models import Unit


class Why(TextChoices):
    """Why a report is not there."""

    MISSING = "missing", _("missing")
    EXTENDED = "extended", _("has more time")
    RETURNED = "returned", _("returned")


@dataclass(frozen=True)
class Absent:
    """A team whose report is not there; `more_time_until` None where its extension is over, too."""

    team: Team
    why: Why
    more_time_until: date | None

    @property
    def is_returned(self) -> bool:
        return self.why == Why.RETURNED


@dataclass(frozen=True)
class Counts:
    """How many teams of a unit there are of each kind."""

    missing: int = 0
    extended: int = 0
    returned: int = 0

    def __bool__(self) -> bool:
        return bool(self.missing or self.extended or self.returned)


def teams(period: Period, user: Any) -> TeamQuerySet:
    """Those that were to report in the month and whose report is not there, each with `why`."""
    own = Report.objects.filter(period=period, team=OuterRef("pk"))
    given = (
        Extension.objects.filter(period=period)
        .in_force(clock.today())
        .reaching(team=OuterRef("pk"), unit=OuterRef(OuterRef("unit")))
    )
    expected = Team.objects.visible_to(user).filter(tenant_id=period.tenant_id)
    return (
        expected.active_on(period.tree_on)
        .filter(~Exists(own.exclude(status__in=Status.editable())))
        .annotate(
            why=Case(
                When(Exists(own.filter(status=Status.RETURNED)), then=Value(Why.RETURNED.value)),
                When(Exists(given), then=Value(Why.EXTENDED.value)),
                default=Value(Why.MISSING.value),
                output_field=CharField(),
            )
        )
    )


def under(unit: Unit, period: Period, user: Any) -> list[Absent]:
    """Those that are counted at or below a unit, see `lineage.seats`, in the order of the queue."""
    rows = teams(period, user).filter(unit__in=lineage.seats(unit, on=period.tree_on))
    found = list(rows.order_by("unit__code", "sort_key", "pk").only("name", "unit"))
    until = extensions.in_force(period, found)
    return [Absent(team, Why(team.why), until.get(team.pk)) for team in found]


def count(unit: Unit, period: Period, user: Any) -> Counts:
    """How many of each kind `under` would list."""
    rows = teams(period, user).filter(unit__in=lineage.seats(unit, on=period.tree_on))
    return Counts(**dict(rows.order_by().values_list("why").annotate(Count("pk"))))


def extended(units: Iterable[Unit], period: Period, user: Any) -> dict[int, int]:
    """By unit, how many teams at or below it have more time now; few months have any of them."""
    if not Extension.objects.in_force(clock.today()).filter(period=period).exists():
        return {}
    rows = teams(period, user).filter(
        why=Why.EXTENDED,
        unit__ancestries__ancestor__in=units,
        unit__ancestries__valid__on=period.tree_on,
    )
    counts = rows.order_by().values_list("unit__ancestries__ancestor").annotate(Count("pk"))
    return dict(counts)


def by_why(absent: list[Absent]) -> list[tuple[Why, list[Absent]]]:
    """The kinds that there are, each with its teams."""
    kinds = [(why, [each for each in absent if each.why == why]) for why in Why]
    return [kind for kind in kinds if kind[1]]
