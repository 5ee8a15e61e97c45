"""Totals: summed in the database from reports to communes, then from children to parents.

Idempotent by construction: a rebuild reads reports and writes totals, whatever stood there before.
The order of things makes it safe beside running approvals. An approval writes its mark in its own
transaction; a sweep takes marks first, then the lock of the month, and only then looks at the
reports, so what it misses has a mark that is still to come.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import partial
from operator import attrgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from reports.models import DirtyTotal, Period, Report, Status, Total
from reports.summing import REBUILD
from units import clock, lineage
from units.models import Ancestry, Level, Unit

# From the leaves up, for a parent is summed from its children.
TOTALLED = [Level.COMMUNE, Level.DISTRICT, Level.PROVINCE]
MARKS_A_SWEEP = 5000

# Units by level, to be rebuilt.
Targets = dict[int, list[int]]
# What of a total has to come out the same, whoever computes it.
COMPARED = ("values", "gave", "not_applicable", "expected", "submitted", "approved")
# The day of the tree, the unit, and what of COMPARED its total was and became; None where there
# was, or is, none.
Difference = tuple[date, int, tuple[Any, ...] | None, tuple[Any, ...] | None]

_listeners: list[Callable[[int], None]] = []
_unannounced = ContextVar("unannounced", default=False)


def subscribe(listener: Callable[[int], None]) -> None:
    """Have `listener(tenant_id)` called after every commit that left marks."""
    _listeners.append(listener)


# Where the figures are counted, and where the team is expected by now: it may have gone elsewhere.
MARK = """
insert into reports_dirtytotal (tenant_id, period_id, unit_id, marked_at)
select distinct report.tenant_id, report.period_id, place.unit_id, statement_timestamp()
from reports_report report
left join teams_team team on team.id = report.team_id
cross join lateral (
    values (report.unit_id), (coalesce(team.unit_id, report.unit_id))
) place (unit_id)
where report.id = any(%s)
order by place.unit_id
"""


def mark_dirty(reports: Iterable[Report]) -> None:
    """Mark the totals above these reports, in the transaction that changed them."""
    changed = list(reports)
    with connection.cursor() as cursor:
        cursor.execute(MARK, [[report.pk for report in changed]])
    _announce({report.tenant_id for report in changed})


def mark_month(period: Period) -> None:
    """Mark every total of a month, for from its opening on each says how many are expected.

    Without it a parent would be summed from those children alone that somebody reported in.
    """
    DirtyTotal.objects.bulk_create(
        [
            DirtyTotal(tenant_id=period.tenant_id, period=period, unit_id=pk)
            for pks in _totalled(period, period.tree_on).values()
            for pk in pks
        ],
        batch_size=2000,
    )
    _announce({period.tenant_id})


def _announce(tenant_ids: set[int]) -> None:
    if _unannounced.get():
        return
    for tenant_id in tenant_ids:
        for listener in _listeners:
            # Robust: what follows a commit must not make it look like a failure.
            transaction.on_commit(partial(listener, tenant_id), robust=True)


@contextmanager
def unannounced() -> Iterator[None]:
    """Call no listener for marks left meanwhile: the caller sweeps them in the same transaction."""
    token = _unannounced.set(True)
    try:
        yield
    finally:
        _unannounced.reset(token)


def sweep(tenant_id: int) -> int:
    """Rebuild whatever is marked in a tenant; returns how many marks were swept."""
    swept = 0
    while True:
        taken = _sweep_once(tenant_id)
        swept += taken
        # Fewer than it may take were all there were, and later marks have a call of their own.
        if taken < MARKS_A_SWEEP:
            return swept


@transaction.atomic
def _sweep_once(tenant_id: int) -> int:
    stand_by(tenant_id)
    marks = list(
        DirtyTotal.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(tenant_id=tenant_id)
        .select_related("period")
        .order_by("pk")[:MARKS_A_SWEEP]
    )
    for period in sorted({mark.period for mark in marks}, key=attrgetter("pk")):
        _lock(period)
        above = _above(period, {mark.unit_id for mark in marks if mark.period_id == period.pk})
        _write(period, period.tree_on, above)
        for on in kept_trees(period):
            _build(period, on)
    DirtyTotal.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    return len(marks)


@transaction.atomic
def rebuild(period: Period, *, on: date | None = None) -> None:
    """Build every total of a month anew, and drop those of units that are not in its tree.

    With `on` those under the tree of that day. They are kept from then on: whatever is swept of the
    month is brought into them, too.
    """
    _lock(period)
    _build(period, on or period.tree_on)


KEPT = """
select distinct total.tree_on
from reports_total total
join units_unit unit on unit.id = total.unit_id
where total.period_id = %(period)s and total.tree_on <> %(on)s
  and unit.tenant_id = %(tenant)s and unit.level = %(province)s
order by total.tree_on
"""


def kept_trees(period: Period) -> list[date]:
    """The days under whose trees a month is kept beside its own; told by the province's totals."""
    asked: dict[str, Any] = {
        "period": period.pk, "on": period.tree_on,
        "tenant": period.tenant_id, "province": Level.PROVINCE,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(KEPT, asked)
        return [on for (on,) in cursor.fetchall()]


def forget_kept_trees(tenant_ids: Iterable[int]) -> None:
    """Drop all totals that are not in the tree of their month: the tree has changed."""
    restated = Total.objects.filter(tenant__in=list(tenant_ids))
    restated.exclude(tree_on=F("period__ends_on")).delete()


def _build(period: Period, on: date) -> None:
    targets = _totalled(period, on)
    ids = [pk for pks in targets.values() for pk in pks]
    Total.objects.filter(period=period, tree_on=on).exclude(unit__in=ids).delete()
    _write(period, on, targets)


def _totalled(period: Period, on: date) -> Targets:
    """The units of the tree of a day that have a total."""
    return _by_level(
        Unit.objects.filter(
            tenant_id=period.tenant_id,
            level__in=TOTALLED,
            ancestries__depth=0,
            ancestries__valid__contains=on,
        ).values_list("level", "pk")
    )


def _above(period: Period, unit_ids: set[int]) -> Targets:
    """The units of the month's tree that have a total, at or above any of these; the totals of
    those that are not, or no longer, in the tree are dropped."""
    rows = list(
        Ancestry.objects.filter(unit__in=unit_ids, valid__contains=period.tree_on).values_list(
            "unit_id", "ancestor__level", "ancestor_id"
        )
    )
    if gone := unit_ids - {unit_id for unit_id, _, _ in rows}:
        Total.objects.filter(period=period, tree_on=period.tree_on, unit__in=gone).delete()
    return _by_level({(level, pk) for _, level, pk in rows if level in TOTALLED})


def _by_level(rows: Iterable[tuple[int, int]]) -> Targets:
    targets: Targets = {}
    for level, pk in rows:
        targets.setdefault(level, []).append(pk)
    return targets


def compare(period: Period) -> list[Difference]:
    """Rebuild a month and name every total that came out differently; none is right."""
    with transaction.atomic():
        # Locked first: a sweep that ended in between would look like a difference.
        _lock(period)
        before = _snapshot(period)
        for on in (trees := [period.tree_on, *kept_trees(period)]):
            _build(period, on)
        after = _snapshot(period)
        # Asked last: whatever the rebuild saw that no sweep has seen yet carries its mark by now.
        awaited = _awaited(period, trees)
    return [
        (on, pk, before.get((on, pk)), after.get((on, pk)))
        for on, pk in sorted(before.keys() | after.keys())
        if before.get((on, pk)) != after.get((on, pk)) and (on, pk) not in awaited
    ]


def _awaited(period: Period, trees: list[date]) -> set[tuple[date, int]]:
    """The totals that a sweep is still to come for: at and above the homes of what is marked."""
    marked = set(DirtyTotal.objects.filter(period=period).values_list("unit", flat=True))
    awaited: set[tuple[date, int]] = set()
    for on in trees if marked else ():
        homes = lineage.homes(period.tenant_id, counted_on=period.tree_on, on=on)
        at = [homes[pk].unit_id for pk in marked & homes.keys()]
        rows = Ancestry.objects.filter(unit__in=at, valid__contains=on)
        awaited |= {(on, each.ancestor_id) for each in rows}
    return awaited


def _snapshot(period: Period) -> dict[tuple[date, int], tuple[Any, ...]]:
    rows = Total.objects.filter(period=period)
    return {row[:2]: row[2:] for row in rows.values_list("tree_on", "unit_id", *COMPARED)}


def stand_by(tenant_id: int) -> None:
    """Let nobody change whose the units of a province are, nor their tree by a decree, until the
    transaction ends. To be called first, before anything is judged and any mark is taken."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock_shared(hashtext('reports_total'), %s)", [tenant_id]
        )


def hold_still(tenant_id: int) -> None:
    """Wait until no totals of a province are computed any more, and let none be until the
    transaction ends: see `stand_by`."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('reports_total'), %s)", [tenant_id])


def _lock(period: Period) -> None:
    """One rebuild a month at a time: of two, the later must not write the older sums."""
    stand_by(period.tenant_id)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [period.pk])


def _write(period: Period, on: date, targets: Targets) -> None:
    """Compute these totals, one statement a level, each from the one below."""
    brought = {} if on == period.tree_on else _brought_home(period, on)
    with connection.cursor() as cursor:
        for level in TOTALLED:
            if level in targets:
                parameters = _parameters(period, on, level, targets[level])
                cursor.execute(REBUILD, parameters | brought)


def _brought_home(period: Period, on: date) -> dict[str, Any]:
    homes = lineage.homes(period.tenant_id, counted_on=period.tree_on, on=on)
    return {
        "is_restated": True,
        "reporters": list(homes),
        "homes": [home.unit_id for home in homes.values()],
    }


def _parameters(period: Period, on: date, level: int, unit_ids: list[int]) -> dict[str, Any]:
    return {
        "tenant": period.tenant_id,
        "period": period.pk,
        "on": on,
        "counted_on": period.tree_on,
        "is_restated": False,
        "reporters": [],
        "homes": [],
        "units": unit_ids,
        # What stands below a commune reports; what stands below any other unit has a total.
        "of_hamlets": level == Level.COMMUNE,
        "counted": tuple(Status.counted()),
        "held_back": tuple(Status.editable()),
        "now": clock.now(),
    }
