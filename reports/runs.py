"""The runs of the roll-up: each is recorded, and a rebuild is asked for and done month by month.

A rebuild takes the lock of one month at a time, in one transaction with what it tells of it, so
that reports come in and sweeps go on meanwhile. As long as it works it holds a lock of its session:
where a rebuild has begun and nobody holds the lock, its worker has died. The next one takes it up
where it stood.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from reports import restating, rollup
from reports.models import Period, RollupRun
from units import clock
from units.errors import NotAllowed, NotPossibleNow
from units.models import Tenant

logger = logging.getLogger(__name__)
Kind = RollupRun.Kind

# Of what came out differently, so many figures are kept with the run.
EXAMPLES = 20
_listeners: list[Callable[[int, int], None]] = []


def on_work(listener: Callable[[int, int], None]) -> None:
    """Have `listener(run, tenant)` called, after the commit, when a worker is needed."""
    _listeners.append(listener)


# -- What the clock and the approvals ask for -----------------------------------------------------


def sweep(tenant_id: int) -> int:
    """Sweep a province; a sweep that found no mark leaves no run."""
    with _recorded(RollupRun(tenant_id=tenant_id, kind=Kind.SWEEP, asked_at=clock.now())) as run:
        run.done = rollup.sweep(tenant_id)
    return run.done


def compare_open_months(tenant_id: int) -> None:
    """Compare the months that can still change with their reports; a difference is an alarm."""
    months = Period.objects.filter(tenant_id=tenant_id, state=Period.State.OPEN)
    run = RollupRun(tenant_id=tenant_id, kind=Kind.NIGHTLY, asked_at=clock.now(), of=len(months))
    with _recorded(run):
        for month in months:
            _compare(run, month)


def restate(tenant_id: int, *, on: date, period_ids: list[int]) -> None:
    """Compute months under the tree of a day, which somebody asked for by looking at them."""
    run = RollupRun(tenant_id=tenant_id, kind=Kind.RESTATING, asked_at=clock.now())

    def tell(done: int, of: int) -> None:
        run.done, run.of = done, of

    with _recorded(run):
        restating.restate(tenant_id, on=on, period_ids=period_ids, tell=tell)


def forget_old(tenant_id: int) -> int:
    """Drop the runs of more than ROLLUP_RUNS_KEPT_DAYS ago; returns how many that were."""
    before = clock.now() - timedelta(days=settings.ROLLUP_RUNS_KEPT_DAYS)
    return RollupRun.objects.filter(tenant_id=tenant_id, asked_at__lt=before).delete()[0]


# -- What people ask for --------------------------------------------------------------------------


def months_of(
    tenant: Tenant, *, year: int | None = None, month: int | None = None
) -> Sequence[Period]:
    """The months with totals: one, those of a year, or all of a province, the oldest first."""
    chosen = {"year": year, "month": month}
    opened = Period.objects.filter(
        tenant=tenant, **{name: number for name, number in chosen.items() if number}
    ).exclude(state=Period.State.UNOPENED)
    return list(opened.order_by("year", "month"))


@transaction.atomic
def ask(
    *,
    tenant: Tenant,
    actor: User | None,
    year: int | None = None,
    month: int | None = None,
    calls_worker: bool = True,
) -> RollupRun:
    """Have a month, a year or all months of a province built anew, by a worker that is called, or
    else by the caller.

    `actor` None is whoever runs the server. Raises NotAllowed, and NotPossibleNow where no such
    month was opened, or where a rebuild is under way; one that was interrupted gives way.
    """
    if actor and not (actor.holds(Right.PERIODS) and actor.tenant_id == tenant.pk):
        raise NotAllowed(_("You do not keep the months of this province."))
    months = months_of(tenant, year=year, month=month)
    if not months:
        raise NotPossibleNow(_("No month of it was opened yet: there are no totals to rebuild."))
    # Of two who ask at once, the second sees the first one's run.
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    _make_way(tenant)
    run = RollupRun.objects.create(
        tenant=tenant, kind=Kind.REBUILD, year=year, month=month, asked_at=clock.now(),
        asked_by=actor, of=len(months),
    )  # fmt: skip
    for listener in _listeners if calls_worker else ():
        # Robust: beat calls a worker again, so a broker that is away takes nothing back.
        transaction.on_commit(partial(listener, run.pk, tenant.pk), robust=True)
    return run


def _make_way(tenant: Tenant) -> None:
    """End a rebuild whose worker has died. Raises NotPossibleNow where one works or waits."""
    other = _under_way().filter(tenant=tenant).select_related("asked_by").first()
    if other is None:
        return
    if other.started_at is None or tenant.pk in at_work():
        raise NotPossibleNow(_(
            "A rebuild of %(what)s is under way, asked for by %(who)s at %(when)s: "
            "%(done)s of %(of)s months are done."
        ) % {
            "what": other.about, "who": other.asked_by or _("whoever runs the server"),
            "when": f"{localtime(other.asked_at):%H:%M %d/%m/%Y}",
            "done": other.done, "of": other.of,
        })  # fmt: skip
    other.ended_at = clock.now()
    other.save(update_fields=["ended_at"])


def _under_way() -> QuerySet[RollupRun]:
    return RollupRun.objects.filter(kind=Kind.REBUILD, ended_at=None)


def waiting() -> list[tuple[int, int]]:
    """(run, tenant) of the rebuilds that nobody works at: told again, in case a worker died."""
    return list(_under_way().exclude(tenant__in=at_work()).values_list("pk", "tenant_id"))


# -- What a worker does ---------------------------------------------------------------------------


def work(pk: int, tenant_id: int, *, tell: Callable[[RollupRun], None] = lambda run: None) -> None:
    """Do what is left of a rebuild, unless somebody is at it; `tell` is called after each month."""
    with _alone(tenant_id) as is_ours:
        run = _under_way().filter(pk=pk).select_related("tenant").first() if is_ours else None
        if run:
            run.started_at = run.started_at or clock.now()
            run.save(update_fields=["started_at"])
            with _recorded(run):
                _rebuild(run, tell)


def _rebuild(run: RollupRun, tell: Callable[[RollupRun], None]) -> None:
    months = months_of(run.tenant, year=run.year, month=run.month)
    for month in months[run.done :]:
        with transaction.atomic():
            _compare(run, month)
            run.save(update_fields=["done", "differences", "examples"])
        tell(run)


@contextmanager
def _recorded(run: RollupRun) -> Iterator[RollupRun]:
    """Write down how a run ended, unless it had nothing to do, and nobody asked for it."""
    run.started_at = run.started_at or run.asked_at
    try:
        yield run
    except Exception as error:
        run.failure = f"{type(error).__name__}: {error}".splitlines()[0][:250]
        raise
    finally:
        run.ended_at = clock.now()
        if run.pk or run.done or run.failure:
            run.save()


def _compare(run: RollupRun, month: Period) -> None:
    found = [Difference(month, *each) for each in rollup.compare(month)]
    for difference in found:
        logger.error("Roll-up of %s was wrong: %s", month, difference)
    run.done += 1
    run.differences += len(found)
    changed = [figure for difference in found for figure in difference.figures()]
    run.examples = [*run.examples, *changed][:EXAMPLES]


@dataclass(frozen=True)
class Difference:
    """A total that came out differently, as `rollup.compare` tells it."""

    month: Period
    # The day of the tree that it is a total under.
    on: date
    unit_id: int
    was: tuple[Any, ...] | None
    became: tuple[Any, ...] | None

    def __str__(self) -> str:
        under = "" if self.on == self.month.tree_on else f" in the tree of {self.on}"
        return f"unit {self.unit_id}{under}: {self.was} became {self.became}"

    def figures(self) -> list[dict[str, Any]]:
        """Figure by figure; `code` is "" of how many were expected, submitted and approved, and
        `tree` is "" of the month's own."""
        where: dict[str, Any] = {"unit": self.unit_id, "period": self.month.pk}
        where["tree"] = "" if self.on == self.month.tree_on else self.on.isoformat()
        was, became = _flat(self.was), _flat(self.became)
        return [
            where
            | {"column": key[0], "code": key[1], "was": was.get(key), "became": became.get(key)}
            for key in sorted(was.keys() | became.keys())
            # Not reported is not the same as not applicable.
            if (key in was, was.get(key)) != (key in became, became.get(key))
        ]


def _flat(total: tuple[Any, ...] | None) -> dict[tuple[str, str], int | None]:
    flat: dict[tuple[str, str], int | None] = {}
    for column, held in zip(rollup.COMPARED, total or (), strict=False):
        if isinstance(held, dict):
            flat |= {(column, code): number for code, number in held.items()}
        else:
            flat[column, ""] = held
    return flat


# -- The lock of a rebuild ------------------------------------------------------------------------

# By two numbers: the months' locks are one, and never the same.
TAKE = "select pg_try_advisory_lock(hashtext('reports_rolluprun'), %s)"
GIVE_BACK = "select pg_advisory_unlock(hashtext('reports_rolluprun'), %s)"
HELD = """
select objid::bigint
from pg_locks
where locktype = 'advisory' and objsubid = 2 and granted
  and classid::bigint = hashtext('reports_rolluprun')::bigint & 4294967295
  and database = (select oid from pg_database where datname = current_database())
"""


@contextmanager
def _alone(tenant_id: int) -> Iterator[bool]:
    """Whether nobody else rebuilds the province; the lock ends with the worker, too."""
    is_ours = _select(TAKE, tenant_id)[0]
    try:
        yield is_ours
    finally:
        if is_ours:
            _select(GIVE_BACK, tenant_id)


def at_work() -> set[int]:
    """The provinces in which a worker is rebuilding now."""
    return set(_select(HELD))


def _select(sql: str, *parameters: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row[0] for row in cursor.fetchall()]
