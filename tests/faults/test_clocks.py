"""Clocks that are wrong, jump, and contradict each other.

What is derived never asks a clock in which order things happened: marks go by their number, reports
by their version, and rebuilds of a month by a lock of the database.
"""

from collections.abc import Iterator

import pytest

from tests.faults.conftest import DATED
from tests.faults.island import Beat
from tests.faults.work import Work, assert_right, settled
from tests.stack import Stack, Visitor, Worker, until


def test_beat_goes_on_when_its_clock_was_set_back(stack: Stack, admin: Visitor, beat: Beat) -> None:
    """It remembers when it asked last, which is a day ahead."""
    beat.stop()
    beat.shift(days=1)
    beat.start()
    told = len(beat.said())
    until("it asks", lambda: "Sending due task" in beat.said()[told:], seconds=40)
    beat.stop()
    beat.shift(days=0)
    beat.start()
    told = len(beat.said())
    until("it asks again", lambda: "sweep_everything" in beat.said()[told:], seconds=40)
    # Whose jobs stand behind it in the order of what is next.
    until("it asks for all", lambda: "teams.tasks.resume" in beat.said()[told:], seconds=40)


@pytest.fixture
def strangers(stack: Stack) -> Iterator[list[Worker]]:
    """One worker lives tomorrow, which is beyond the visibility timeout, and one yesterday."""
    workers = []
    for name, days in (("tomorrow", 1), ("yesterday", -1)):
        worker = stack.another_worker(name)
        worker.environment["STACK_CLOCK_DAYS"] = str(days)
        worker.start()
        workers.append(worker)
    for worker in workers:
        worker.wait()
    yield workers
    for worker in workers:
        worker.stop()


def test_totals_are_right_when_clocks_contradict_each_other(
    stack: Stack, admin: Visitor, strangers: list[Worker]
) -> None:
    work = Work(stack, admin)

    def all_swept() -> bool:
        work.advance_all(4)
        return all("sweep_marked" in each.said() for each in [stack.worker, *strangers])

    until("each of them sweeps", all_swept, seconds=60)
    until("totals follow", lambda: settled(stack), seconds=40)
    for each in strangers:
        each.stop()
    assert_right(work)


def test_reports_stand_when_the_business_clock_jumps(stack: Stack, admin: Visitor) -> None:
    """Forward past the end of the month, back before the last steps, and to the day it is."""
    work = Work(stack, admin)
    for day in ("2024-06-14", "2024-05-20", DATED["BUSINESS_DATE"]):
        stack.web.stop()
        stack.web.environment["BUSINESS_DATE"] = day
        stack.web.start()
        stack.web.wait()
        work.advance_all(3)
    assert_right(work)
