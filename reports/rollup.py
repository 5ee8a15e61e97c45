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
    # Dropped first, or a parent that is summed from its children would take them in.
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
        for on in [period.tree_on, *kept_trees(period)]:
            _build(period, on)
        after = _snapshot(period)
        # Asked last: whatever the rebuild saw that no sweep has seen yet carries its mark by now.
        awaited = _above_marks(period)
    return [
        (on, pk, before.get((on, pk)), after.get((on, pk)))
        for on, pk in sorted(before.keys() | after.keys())
        if before.get((on, pk)) != after.get((on, pk))
        # Other trees are built anew with whatever is swept.
        and not (pk in awaited if on == period.tree_on else awaited)
    ]


def _above_marks(period: Period) -> set[int]:
    """The units whose totals a sweep is still to come for."""
    marked = DirtyTotal.objects.filter(period=period).values("unit")
    above = Ancestry.objects.filter(unit__in=marked, valid__contains=period.tree_on)
    return set(above.values_list("ancestor_id", flat=True))


def _snapshot(period: Period) -> dict[tuple[date, int], tuple[Any, ...]]:
    rows = Total.objects.filter(period=period)
    return {row[:2]: row[2:] for row in rows.values_list("tree_on", "unit_id", *COMPARED)}


def _lock(period: Period) -> None:
    """One rebuild a month at a time: of two, the later must not write the older sums."""
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


# A reporter's figures are counted first at its `home`: the commune of a hamlet, and the unit itself
# of an enterprise's team; under the tree of another day, where `units.lineage` finds them. Who is
# expected is asked of the month's own day under every tree. jsonb_each_text turns "not applicable"
# into NULL, which sum() leaves out; a code that nobody sent has no row, so it stays missing.
#
# Behind row-level security the planner may not look into the statistics of a range: it takes
# `valid @> day` to hold for one row in 200, and a nested loop over so "few" rows to be cheap.
# So that test stands where an index has found the rows before, or in a FILTER; and "offset 0" keeps
# the search for children apart, which would else read the placements of the whole nation.
REBUILD = """
with target as (
    select unnest(%(units)s::bigint[]) as unit_id
),
child as (
    select target.unit_id as parent_id, placement.unit_id
    from target
    cross join lateral (
        select unit_id from units_placement
        where parent_id = target.unit_id and valid @> %(on)s::date
        offset 0
    ) placement
),
home as (
    select unit_id as reporter_id, unit_id as home_id from target where not %(is_restated)s
    union all
    select unit_id, parent_id from child where %(of_hamlets)s and not %(is_restated)s
    union all
    select brought.reporter_id, brought.home_id
    from unnest(%(reporters)s::bigint[], %(homes)s::bigint[]) brought (reporter_id, home_id)
    join target on target.unit_id = brought.home_id
),
own as (
    select home.home_id as unit_id, report.team_id, report.status, report.values
    from home
    join reports_report report
      on report.unit_id = home.reporter_id and report.period_id = %(period)s
),
child_of as (
    select child.parent_id, total.values, total.gave, total.not_applicable,
           total.expected, total.submitted, total.approved
    from child
    join reports_total total
      on total.unit_id = child.unit_id
     and total.period_id = %(period)s and total.tree_on = %(on)s
    where not %(of_hamlets)s
),
figure as (
    select own.unit_id, part.key as code, part.value::bigint as amount,
           (part.value is not null)::int as gave, (part.value is null)::int as not_applicable
    from own, jsonb_each_text(own.values) part
    where own.status in %(counted)s
    union all
    select child_of.parent_id, part.key, part.value::bigint,
           coalesce((child_of.gave ->> part.key)::int, 0),
           coalesce((child_of.not_applicable ->> part.key)::int, 0)
    from child_of, jsonb_each_text(child_of.values) part
),
summed as (
    select unit_id, code, sum(amount) as amount, sum(gave) as gave,
           sum(not_applicable) as not_applicable
    from figure
    group by unit_id, code
),
packed as (
    select unit_id,
           jsonb_object_agg(code, amount) as values,
           jsonb_object_agg(code, gave) filter (where gave > 0) as gave,
           jsonb_object_agg(code, not_applicable) filter (where not_applicable > 0)
               as not_applicable
    from summed
    group by unit_id
),
reporters as (
    -- Expected is who is active, and who has submitted all the same: never more than all of them.
    -- A draft does not count, for it leaves no mark. Wherever the report stands: a team may have
    -- gone from there since, and whoever is summed beside it must not matter.
    select home.home_id as unit_id,
           count(*) filter (where team.active @> %(counted_on)s::date
                            or exists (select from reports_report sent
                                       where sent.team_id = team.id
                                         and sent.period_id = %(period)s
                                         and sent.status not in %(held_back)s
                                       offset 0)) as expected,
           0 as submitted, 0 as approved
    from home
    join teams_team team on team.unit_id = home.reporter_id and team.tenant_id = %(tenant)s
    group by home.home_id
    union all
    select unit_id, 0, count(*) filter (where status not in %(held_back)s),
           count(*) filter (where status in %(counted)s)
    from own
    group by unit_id
    union all
    select parent_id, expected, submitted, approved from child_of
),
counted as (
    select unit_id, sum(expected) as expected, sum(submitted) as submitted,
           sum(approved) as approved
    from reporters
    group by unit_id
)
insert into reports_total (tenant_id, unit_id, period_id, tree_on, values, gave, not_applicable,
                           expected, submitted, approved, computed_at)
select %(tenant)s, target.unit_id, %(period)s, %(on)s,
       coalesce(packed.values, '{}'), coalesce(packed.gave, '{}'),
       coalesce(packed.not_applicable, '{}'),
       coalesce(counted.expected, 0), coalesce(counted.submitted, 0),
       coalesce(counted.approved, 0), %(now)s
from target
left join packed using (unit_id)
left join counted using (unit_id)
on conflict (period_id, unit_id, tree_on) do update
set values = excluded.values, gave = excluded.gave, not_applicable = excluded.not_applicable,
    expected = excluded.expected, submitted = excluded.submitted, approved = excluded.approved,
    computed_at = excluded.computed_at
"""
