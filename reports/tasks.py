"""Background doors of the roll-up. Safe to repeat: the marks in PostgreSQL are the truth."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from reports import rollup, schedule
from reports.models import DirtyTotal, Period
from units import tree
from units.models import Tenant
from units.tenancy import scope

logger = logging.getLogger(__name__)


@shared_task
def sweep_tenant(tenant_id: int) -> None:
    with scope(tenant=tenant_id):
        rollup.sweep(tenant_id)


@shared_task
def sweep_everything() -> None:
    """Sweep what no approval could announce, as when Redis was away."""
    with scope(reads_all=True):
        marked = list(DirtyTotal.objects.values_list("tenant_id", flat=True).distinct())
    for tenant_id in marked:
        sweep_tenant.delay(tenant_id)


@shared_task
def open_and_lock_everything() -> None:
    """Open and lock the months that are due, province by province."""
    for tenant_id in Tenant.objects.filter(is_nation=False).values_list("pk", flat=True):
        open_and_lock.delay(tenant_id)


@shared_task
def open_and_lock(tenant_id: int) -> None:
    """What cannot be opened or locked is an alarm, and tried again with the next run."""
    with scope(tenant=tenant_id):
        for failure in schedule.run(Tenant.objects.get(pk=tenant_id)):
            logger.error("The schedule of tenant %s: %s", tenant_id, failure)


@shared_task
def rebuild_everything() -> None:
    """Rebuild the months that can still change, province by province."""
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        rebuild_tenant.delay(tenant_id)


@shared_task
def rebuild_tenant(tenant_id: int) -> None:
    """Compare what is derived with what it is derived from; a difference is an alarm."""
    with scope(tenant=tenant_id):
        if differences := tree.count_differences(tenant=Tenant.objects.get(pk=tenant_id)):
            logger.error("Ancestry of tenant %s was wrong in %s rows.", tenant_id, differences)
        rollup.sweep(tenant_id)
        for period in Period.objects.filter(tenant_id=tenant_id, state=Period.State.OPEN):
            for difference in rollup.compare(period):
                logger.error("Roll-up of %s was wrong: %s", period, difference)


def sweep_soon(tenant_id: int) -> None:
    """Ask a worker to sweep. Without a broker the approval stands, and beat's sweep comes later."""
    try:
        sweep_tenant.delay(tenant_id)
    except OperationalError:
        logger.warning("No broker: the totals of tenant %s wait for the next sweep.", tenant_id)
