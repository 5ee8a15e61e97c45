"""Background doors of the import. Safe to repeat: the batch in PostgreSQL says what is to do."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from teams import batches
from units.tenancy import scope

logger = logging.getLogger(__name__)


@shared_task
def work(batch: int, tenant: int) -> None:
    with scope(tenant=tenant):
        batches.work(batch)


@shared_task
def resume() -> None:
    """Take up what a worker left when it died, or what no worker was told of."""
    with scope(reads_all=True):
        waiting = batches.forgotten()
    for batch, tenant in waiting:
        work.delay(batch, tenant)


def work_soon(batch: int, tenant: int) -> None:
    """Ask a worker. Without a broker the batch waits, and beat's `resume` comes later."""
    try:
        work.delay(batch, tenant)
    except OperationalError:
        logger.warning("No broker: the import %s waits for the next round.", batch)
