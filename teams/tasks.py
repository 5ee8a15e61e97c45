"""Background doors of the import. Safe to repeat: the batch in PostgreSQL says what is to do."""

import logging
from typing import Any

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


def ask_worker(task: Any, *arguments: Any, waits: str) -> None:
    """Ask for a task. Without a broker what was committed stands, and beat's round comes later; the
    log says then what `waits`, of the first argument where there is one."""
    try:
        task.delay(*arguments)
    except OperationalError:
        logger.warning("No broker: %s", waits % arguments[:1])


def work_soon(batch: int, tenant: int) -> None:
    ask_worker(work, batch, tenant, waits="the import %s waits for the next round.")
