"""Background doors of roll-up, schedule, notices and evidence. Safe to repeat: PostgreSQL is the
truth."""

import logging
from collections.abc import Iterable
from datetime import date
from typing import Any

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone
from redis import RedisError

from reports import evidence, kept_census, notices, post, reminders, runs, schedule
from reports.addresses import whole_address_of
from reports.models import CensusMark, DirtyTotal, Notice
from teams.tasks import ask_worker
from units import tree
from units.models import Tenant
from units.tenancy import scope

logger = logging.getLogger(__name__)

# Stands while a call for a round of sweeps waits for a worker, and so many seconds at most: a call
# that got lost holds up nobody's for longer.
CALLED = "reports.sweeps.called"
CALL_HOLDS_SECONDS = 10


def _provinces() -> Iterable[int]:
    return Tenant.objects.provinces().values_list("pk", flat=True)


def _in_each(tenants: Iterable[int], task: Any) -> None:
    """Ask for a task of its own for each, so that none waits for another."""
    for tenant_id in tenants:
        task.delay(tenant_id)


@shared_task
def sweep_tenant(tenant_id: int) -> None:
    with scope(tenant=tenant_id):
        runs.sweep(tenant_id)


@shared_task
def sweep_marked() -> None:
    """Go once through the provinces that have marks: in a rush a round takes along what has come
    since it was called. What fails is an alarm, and holds up no other province."""
    # Before the look: whatever is marked after it has a call of its own.
    cache.delete(CALLED)
    for tenant_id in _marked():
        try:
            with scope(tenant=tenant_id):
                runs.sweep(tenant_id)
        except Exception:
            logger.exception("The totals of tenant %s could not be swept.", tenant_id)


def _marked() -> list[int]:
    with scope(reads_all=True):
        return list(DirtyTotal.objects.values_list("tenant_id", flat=True).distinct())


@shared_task
def sweep_everything() -> None:
    """Share out among all processes what no approval could announce, as when Redis was away, and
    what changes of rosters made doubtful; take up rebuilds that a worker left."""
    marked = _marked()
    with scope(reads_all=True):
        recount = list(CensusMark.objects.values_list("tenant_id", flat=True).distinct())
        left = runs.waiting()
    _in_each(marked, sweep_tenant)
    _in_each(recount, keep_census)
    for run, tenant_id in left:
        rebuild_asked_for.delay(run, tenant_id)


@shared_task
def rebuild_asked_for(run: int, tenant_id: int) -> None:
    with scope(tenant=tenant_id):
        runs.work(run, tenant_id)


@shared_task
def keep_census(tenant_id: int) -> None:
    """Apart from the sweep: nobody's approval waits until people are counted."""
    with scope(tenant=tenant_id):
        kept_census.keep(tenant_id)


@shared_task
def open_and_lock_everything() -> None:
    """Open and lock the months that are due, province by province."""
    _in_each(_provinces(), open_and_lock)


@shared_task
def open_and_lock(tenant_id: int) -> None:
    """What cannot be opened or locked is an alarm, and tried again with the next run."""
    with scope(tenant=tenant_id):
        for failure in schedule.run(Tenant.objects.get(pk=tenant_id)):
            logger.error("The schedule of tenant %s: %s", tenant_id, failure)


@shared_task
def rebuild_everything() -> None:
    """Rebuild the months that can still change, province by province."""
    _in_each(Tenant.objects.values_list("pk", flat=True), rebuild_tenant)


@shared_task
def rebuild_tenant(tenant_id: int) -> None:
    """Compare what is derived with what it is derived from; a difference is an alarm."""
    with scope(tenant=tenant_id):
        if differences := tree.count_differences(tenant=Tenant.objects.get(pk=tenant_id)):
            logger.error("Ancestry of tenant %s was wrong in %s rows.", tenant_id, differences)
        runs.sweep(tenant_id)
        runs.compare_open_months(tenant_id)
        for difference in kept_census.compare(tenant_id):
            logger.error("Census of tenant %s was wrong: %s", tenant_id, difference)
        runs.forget_old(tenant_id)


@shared_task
def clear_evidence_everywhere() -> None:
    """Delete the files that no row keeps, province by province."""
    _in_each(_provinces(), clear_evidence)


@shared_task
def clear_evidence(tenant_id: int) -> None:
    with scope(tenant=tenant_id):
        evidence.clear_out(tenant_id)


def sweep_soon(tenant_id: int) -> None:
    """Call for a round, unless one is called for already and has not begun."""
    waits = "the totals wait for the next sweep."
    try:
        is_first = cache.add(CALLED, tenant_id, timeout=CALL_HOLDS_SECONDS)
    except RedisError:  # The broker is the same Redis: to wait for it, too, helps nobody.
        logger.warning("No broker: %s", waits)
        return
    if is_first:
        ask_worker(sweep_marked, waits=waits)


@shared_task
def restate_months(tenant_id: int, day: str, period_ids: list[int]) -> None:
    """`day` is written as 2025-07-01."""
    with scope(tenant=tenant_id):
        runs.restate(tenant_id, on=date.fromisoformat(day), period_ids=period_ids)


def restate_soon(tenant_id: int, day: date, period_ids: list[int]) -> None:
    """Without a broker the next look asks anew."""
    waits = "months of tenant %s are not restated yet."
    ask_worker(restate_months, tenant_id, day.isoformat(), period_ids, waits=waits)


def rebuild_soon(run: int, tenant_id: int) -> None:
    ask_worker(rebuild_asked_for, run, tenant_id, waits="the rebuild %s waits for the next round.")


# -- Notices ------------------------------------------------------------------------------------


@shared_task
def remind_everything() -> None:
    """Make the digests of the day, province by province."""
    _in_each(_provinces(), remind_tenant)


@shared_task
def remind_tenant(tenant_id: int) -> None:
    with scope(tenant=tenant_id):
        reminders.remind(Tenant.objects.get(pk=tenant_id))


@shared_task
def mail_everything() -> None:
    """Mail what no commit could announce, and what could not be sent before."""
    with scope(reads_all=True):
        waiting = Notice.objects.to_mail(timezone.now())
        tenants = set(waiting.order_by().values_list("tenant_id", flat=True).distinct())
    _in_each(tenants, mail_tenant)


@shared_task
def mail_tenant(tenant_id: int) -> None:
    with scope(tenant=tenant_id):
        post.send_waiting(tenant_id, link=whole_address_of)


@shared_task
def forget_old_notices() -> None:
    """Drop what was told a year ago."""
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope(tenant=tenant_id):
            notices.forget_old(tenant_id)


def mail_soon(tenant_id: int) -> None:
    ask_worker(mail_tenant, tenant_id, waits="the letters of tenant %s wait for the next run.")
