"""The census of provinces, kept for the days of their months, for the nation's overview.

Whatever changes teams, people, areas or the tree leaves a mark in the same transaction (triggers of
the database, reports/migrations/0010_census.py). A count that a mark covers is not read any more:
the reader counts again, and a worker keeps the new count. As in the roll-up, the worker takes marks
first, then the lock, and counts only then, so what it misses has a mark that is still to come.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from reports import rollup
from reports.models import CensusMark, KeptCensus, Period
from teams import census
from teams.census import Census
from units.models import Level, Unit


def of_provinces(days: Mapping[Unit, date], *, user: Any) -> dict[int, Census]:
    """The census of each province on its day, by unit id: as kept where that holds, else counted.

    One statement, and four for each day on which a province had to be counted.
    """
    kept = (
        KeptCensus.objects.visible_to(user)
        .holding()
        .filter(unit__in=[unit.pk for unit in days], on__in=set(days.values()))
    )
    held = {(row.unit_id, row.on): Census(**row.counts) for row in kept}
    counts = {unit.pk: held[unit.pk, day] for unit, day in days.items() if (unit.pk, day) in held}
    waiting = {unit: day for unit, day in days.items() if unit.pk not in counts}
    for day in set(waiting.values()):
        counts |= census.take([unit for unit in waiting if waiting[unit] == day], on=day)
    return counts


@transaction.atomic
def keep(tenant_id: int) -> int:
    """Count a province on those days of its months that were marked or never kept; returns how
    many days it were."""
    rollup.stand_by(tenant_id)
    marks = CensusMark.objects.filter(
        pk__in=[
            mark.pk
            for mark in CensusMark.objects.select_for_update(skip_locked=True).filter(
                tenant_id=tenant_id
            )
        ]
    )
    _lock(tenant_id)
    kept = KeptCensus.objects.filter(tenant_id=tenant_id)
    kept.filter(Exists(marks.filter(days__contains=OuterRef("on")))).delete()
    marks.delete()
    months = Period.objects.filter(tenant_id=tenant_id).exclude(state=Period.State.UNOPENED)
    days = {month.tree_on for month in months} - set(kept.values_list("on", flat=True))
    provinces = Unit.objects.filter(tenant_id=tenant_id, level=Level.PROVINCE)
    for day in days:
        KeptCensus.objects.bulk_create(
            KeptCensus(tenant_id=tenant_id, unit_id=pk, on=day, counts=asdict(counted))
            for pk, counted in census.take(provinces, on=day).items()
        )
    return len(days)


@transaction.atomic
def compare(tenant_id: int) -> list[str]:
    """Count every day anew, name each count that no mark explains and put it right; none is
    right."""
    keep(tenant_id)
    wrong = {}
    for kept in KeptCensus.objects.filter(tenant_id=tenant_id).select_related("unit"):
        counts = asdict(census.take([kept.unit], on=kept.on)[kept.unit_id])
        if counts != kept.counts:
            wrong[kept.pk] = f"unit {kept.unit_id} on {kept.on}: {kept.counts} became {counts}"
            KeptCensus.objects.filter(pk=kept.pk).update(counts=counts)
    # Asked last: whatever changed since the marks were taken carries its own by now.
    holding = KeptCensus.objects.holding().filter(pk__in=wrong).values_list("pk", flat=True)
    return [wrong[pk] for pk in sorted(holding)]


def _lock(tenant_id: int) -> None:
    """One count of a province at a time: of two, the later must not write the older one."""
    with connection.cursor() as cursor:
        # By two numbers: those of the roll-up are one, and never the same.
        cursor.execute("select pg_advisory_xact_lock(hashtext('census'), %s)", [tenant_id])
