"""A worker dies in every statement of a sweep, and two workers meet at one commune."""

import os
import signal
from collections.abc import Iterator
from functools import partial

import psutil
import pytest

from tests.faults.wire import Wire
from tests.faults.work import AT_THE_MONTH, MARKS, Work, assert_right, lock_month, settled, stored
from tests.stack import Stack, Visitor, Worker, until

# Of the statements of a sweep those that have to be among the ones that were tried.
PARTS = [
    "set_config('cnscd.", "BEGIN", "SKIP LOCKED", "pg_advisory_xact_lock",
    "insert into reports_total", 'DELETE FROM "reports_dirtytotal"', "COMMIT",
]  # fmt: skip


@pytest.fixture
def tenant(stack: Stack) -> int:
    return int(stack.database.one("select id from units_tenant where code = '22'"))


# -- A worker that dies ---------------------------------------------------------------------------


@pytest.fixture
def wire(stack: Stack) -> Iterator[Wire]:
    wire = Wire(stack.database.url)
    yield wire
    wire.close()


@pytest.fixture
def wired(stack: Stack, wire: Wire) -> Iterator[Worker]:
    """The only worker; it reaches the database by the wire."""
    stack.worker.stop()
    worker = stack.another_worker("wired")
    worker.environment["DATABASE_URL"] = wire.url
    worker.start()
    worker.wait()
    yield worker
    worker.stop()


def dirty(stack: Stack, tenant: int) -> None:
    """Wrong totals, each with its mark, and one of a unit that has none."""
    stack.database.order(
        "update reports_total set values = '{}', submitted = 0, expected = 0", tenant=tenant
    )
    stack.database.order(
        "insert into reports_dirtytotal (tenant_id, period_id, unit_id, marked_at)"
        " select tenant_id, period_id, unit_id, now() from reports_total where tenant_id = %s",
        tenant,
        tenant=tenant,
    )


def is_dirty(stack: Stack) -> bool:
    """Whether every total is still as wrong as `dirty` left it, and has its mark."""
    ours = {unit for _, unit in stack.database.ask(MARKS)}
    return bool(ours) and all(stored(stack)[unit][:2] == ({}, 0) for unit in ours)


def assert_all_parts(died: list[str]) -> None:
    for part in PARTS:
        assert any(part in statement for statement in died), part


def kill_child(worker: Worker, port: int) -> None:
    """Kill -9 the one process of the worker whose socket has this port."""
    assert worker.process is not None
    for child in psutil.Process(worker.process.pid).children():
        if any(each.laddr.port == port for each in child.net_connections("tcp")):
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
            return
    raise AssertionError(f"nobody has port {port}")


def test_sweep_is_whole_or_never_was_when_its_process_is_killed_in_any_statement(
    stack: Stack, admin: Visitor, tenant: int, wire: Wire, wired: Worker
) -> None:
    work = Work(stack, admin)
    work.advance_all(3)
    until("totals follow", lambda: settled(stack), seconds=40)

    def sweep() -> str:
        return f"sweep_tenant[{stack.send('sweep_tenant', tenant)}] succeeded"

    def clean_run() -> int:
        dirty(stack, tenant)
        wire.hold(0)
        done = sweep()
        until("a sweep without a fault ends", lambda: done in wired.said())
        return max(map(len, wire.said.values()))

    def held_or_done(done: str) -> str:
        return "held" if wire.held.is_set() else "done" if done in wired.said() else ""

    def caught_at(number: int) -> str:
        """Until a sweep is held: one that was lost before may come back and take the marks."""
        while True:
            dirty(stack, tenant)
            wire.hold(number)
            done = sweep()
            if until("held or done", partial(held_or_done, done), seconds=40) == "held":
                return done

    died: list[str] = []
    first = ""
    for number in range(1, clean_run() + 1):
        lost = caught_at(number)
        first = first or lost
        kill_child(wired, wire.held_port)
        died.append(wire.cut())
        # Of what a dead process had begun the database keeps nothing.
        until("all or nothing", lambda: settled(stack) or is_dirty(stack), seconds=5)
        sweep()
        until("another process sweeps", lambda: settled(stack), seconds=40)
    assert_all_parts(died)
    # Nobody had to ask again: the job of a dead process goes back into its queue.
    until("the lost job is done", lambda: first in wired.said(), seconds=40)
    wired.stop()
    stack.worker.start()
    stack.worker.wait()
    assert_right(work)


# -- Two workers ----------------------------------------------------------------------------------


@pytest.fixture
def second_worker(stack: Stack) -> Iterator[Worker]:
    with stack.second_worker() as worker:
        yield worker


def test_one_commune_is_right_when_two_workers_sweep_it_at_once(
    stack: Stack, admin: Visitor, second_worker: Worker
) -> None:
    """Each has a mark of the same commune: whoever comes last writes what both should."""
    work = Work(stack, admin)
    month_is_locked = lock_month(stack)
    for count in (1, 2):
        work.advance(work.reports[0])
        while work.done[work.reports[0]][-1] == "submit":
            work.advance(work.reports[0])
        until(
            f"{count} sweeps wait",
            lambda count=count: len(stack.database.ask(AT_THE_MONTH)) >= count,
            seconds=40,
        )
    month_is_locked.close()
    until("totals follow", lambda: settled(stack), seconds=40)
    second_worker.stop()
    assert_right(work)
