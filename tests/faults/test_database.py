"""The database is stopped, or crashes, in the middle of a sweep and of a submission."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.island import Beat
from tests.faults.work import (
    AT_THE_MONTH,
    AT_THE_REPORT,
    PATIENCE_SECONDS,
    Work,
    assert_right,
    lock_month,
    lock_report,
)
from tests.stack import Stack, Visitor, until


@pytest.mark.parametrize("way", ["stop", "crash"])
def test_nothing_is_lost_or_doubled_when_database_is_restarted(
    way: str, stack: Stack, admin: Visitor, beat: Beat
) -> None:
    work = Work(stack, admin)
    for step in ("submit", "approve", "reopen"):
        restart_in_the_middle(work, step, getattr(stack.database, way))
    work.advance_all(4)
    assert_right(work)


def restart_in_the_middle(work: Work, step: str, end: Callable[[], None]) -> None:
    """Of two people one is in the middle of a step, while the other's approval is being swept."""
    mine, others = work.reports[:2]
    work.advance_until(mine, step)
    work.advance_until(others, "approve")
    database = work.stack.database
    month, report = lock_month(work.stack), lock_report(work.stack, mine)
    with ThreadPoolExecutor() as pool:
        working = pool.submit(work.advance, mine)
        work.advance(others)
        until("the sweep waits", lambda: database.ask(AT_THE_MONTH), seconds=PATIENCE_SECONDS)
        until("the step waits", lambda: database.ask(AT_THE_REPORT), seconds=PATIENCE_SECONDS)
        end()
        database.start()
        assert working.result() == step
    for each in (month, report):
        each.close()
