"""The roll-up in its own process: what an approval, a lost broker and a killed worker leave."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg2
import pytest

from tests.stack import Stack, Visitor, Worker, until

SUM_BY_HAND = """
select unit.code, coalesce(sum((report.values ->> 'residents_guided')::int), 0)
from units_unit unit
join units_ancestry above on above.ancestor_id = unit.id and above.valid @> date '2024-06-14'
left join reports_report report on report.unit_id = above.unit_id and report.status = 'approved'
where unit.level in (1, 2, 3)
group by unit.code
"""
TOTALS = """
select unit.code, coalesce((total.values ->> 'residents_guided')::int, 0)
from reports_total total
join units_unit unit on unit.id = total.unit_id
"""
MARKS = "select tenant_id from reports_dirtytotal"
REPORTS = """
select report.id, report.version
from reports_report report
join units_unit unit on unit.id = report.unit_id
where report.status = 'submitted'
  and report.tenant_id = (select id from units_tenant where code = '22')
order by report.id
"""


def approve(stack: Stack, visitor: Visitor, count: int = 1) -> float:
    """Approve the next reports of the province; how many seconds that took."""
    started = time.monotonic()
    for pk, version in stack.database.ask(REPORTS)[:count]:
        visitor.post(f"/reports/{pk}/steps/approve/", version=version, key=uuid4())
    return time.monotonic() - started


def settled(stack: Stack) -> bool:
    """Nothing is marked, and every total is the naive sum of the reports below."""
    return not stack.database.ask(MARKS) and _totals(stack) == dict(stack.database.ask(SUM_BY_HAND))


def _totals(stack: Stack) -> dict[str, int]:
    return dict(stack.database.ask(TOTALS))


def tenant(stack: Stack, code: str) -> int:
    return int(stack.database.one("select id from units_tenant where code = %s", code))


def test_totals_follow_when_report_is_approved(stack: Stack, admin: Visitor) -> None:
    assert set(_totals(stack).values()) == {0}
    approve(stack, admin)
    until("totals follow", lambda: settled(stack), seconds=5)
    assert _totals(stack) == {**dict.fromkeys(_totals(stack), 0), "22": 1, "193": 1, "06691": 1}


# -- Without Redis --------------------------------------------------------------------------------


def test_approval_stands_when_broker_is_gone(stack: Stack, admin: Visitor) -> None:
    usual = approve(stack, admin)
    until("totals follow", lambda: settled(stack))
    stack.broker.stop()
    # The first finds out that the connection is dead; the next has to make one.
    for _ in range(2):
        assert approve(stack, admin) - usual < 2
    assert set(stack.database.ask(MARKS)) == {(tenant(stack, "22"),)}
    assert "wait for the next sweep" in stack.web.said()

    stack.broker.start()
    stack.send("sweep_everything")
    until("totals catch up", lambda: settled(stack), seconds=30)
    assert _totals(stack)["22"] == 7


# -- A worker that dies ---------------------------------------------------------------------------

WAITING = """
select 1
from pg_stat_activity
where datname = current_database() and wait_event = 'advisory'
"""


@pytest.fixture
def month_is_locked(stack: Stack) -> Iterator[psycopg2.extensions.connection]:
    """Another session holds what a rebuild of June waits for, until the connection is closed."""
    june = stack.database.one(
        "select id from reports_period where tenant_id = %s", tenant(stack, "22")
    )
    connection = psycopg2.connect(stack.database.url)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [june])
    yield connection
    connection.close()


def test_marks_remain_when_worker_is_killed_in_sweep(
    stack: Stack, admin: Visitor, month_is_locked: psycopg2.extensions.connection
) -> None:
    approve(stack, admin)
    until("the sweep waits", lambda: stack.database.ask(WAITING))
    stack.worker.kill()
    month_is_locked.close()
    assert len(stack.database.ask(MARKS)) == 1
    assert set(_totals(stack).values()) == {0}

    stack.worker.start()
    stack.send("sweep_everything")
    until("totals catch up", lambda: settled(stack), seconds=60)
    assert _totals(stack)["22"] == 1


# -- Two workers ----------------------------------------------------------------------------------


@pytest.fixture
def second_worker(stack: Stack) -> Iterator[Worker]:
    with stack.second_worker() as worker:
        yield worker


def test_no_mark_is_lost_or_counted_twice_when_two_workers_sweep(
    stack: Stack, admin: Visitor, second_worker: Worker
) -> None:
    def press() -> None:
        for _ in range(10):
            stack.send("sweep_everything")

    with ThreadPoolExecutor() as pool:
        pressing = pool.submit(press)
        approve(stack, admin, count=9)
        pressing.result()
    until("totals follow", lambda: settled(stack))
    assert _totals(stack)["22"] == 2**9 - 1
    assert all("sweep_tenant" in worker.said() for worker in (stack.worker, second_worker))


# -- What beat asks for ---------------------------------------------------------------------------


def falsify(stack: Stack, code: str) -> int:
    """Write a wrong total of a province, as nothing in the portal does; the province's unit."""
    (unit,) = stack.database.ask("select id, tenant_id from units_unit where code = %s", code)
    stack.database.order(
        """update reports_total set values = '{"residents_guided": 999}' where unit_id = %s""",
        unit[0],
        tenant=unit[1],
    )
    return int(unit[0])


def test_every_province_is_swept_when_beat_asks(stack: Stack) -> None:
    for code in ("22", "30"):
        unit = falsify(stack, code)
        stack.database.order(
            "insert into reports_dirtytotal (tenant_id, period_id, unit_id, marked_at)"
            " select tenant_id, period_id, unit_id, now() from reports_total where unit_id = %s",
            unit,
            tenant=tenant(stack, code),
        )
    assert not settled(stack)
    stack.send("sweep_everything")
    until("both are swept", lambda: settled(stack))


def test_alarm_is_raised_when_total_was_falsified(stack: Stack, admin: Visitor) -> None:
    approve(stack, admin)
    until("totals follow", lambda: settled(stack))
    unit = falsify(stack, "30")
    told = len(stack.worker.said())
    stack.send("rebuild_everything")
    until("the total is mended", lambda: settled(stack))
    until("both are compared", lambda: stack.worker.said()[told:].count("rebuild_tenant[") >= 4)
    alarms = [line for line in stack.worker.said()[told:].splitlines() if " ERROR " in line]
    assert len(alarms) == 1
    assert f"Roll-up of 06/2024 was wrong: unit {unit}" in alarms[0]
    assert "999" in alarms[0]


def test_no_alarm_is_raised_when_report_is_approved_during_rebuild(
    stack: Stack, admin: Visitor, month_is_locked: psycopg2.extensions.connection
) -> None:
    told = len(stack.worker.said())
    stack.send("rebuild_everything")
    until("the rebuild waits", lambda: stack.database.ask(WAITING))
    approve(stack, admin)
    month_is_locked.close()
    until("totals follow", lambda: settled(stack))
    assert " ERROR " not in stack.worker.said()[told:]


# -- A rebuild by hand ----------------------------------------------------------------------------

ROLLUP = "/administration/rollup/"
RUN = "select done, ended_at is not null from reports_rolluprun where kind = 'rebuild'"


def test_rebuild_is_done_by_a_worker(stack: Stack, admin: Visitor) -> None:
    falsify(stack, "22")
    admin.post(f"{ROLLUP}rebuild/", span="all")
    until("it is done", lambda: stack.database.ask(RUN) == [(1, True)])
    assert settled(stack)
    assert "999" in admin.get(ROLLUP)


def test_rebuild_goes_on_when_its_worker_was_killed(
    stack: Stack, admin: Visitor, month_is_locked: psycopg2.extensions.connection
) -> None:
    falsify(stack, "22")
    assert "Đang tính lại" in admin.post(f"{ROLLUP}rebuild/", span="all")
    until("the rebuild waits", lambda: stack.database.ask(WAITING))
    stack.worker.kill()
    # PostgreSQL looks after whoever asked once it has an answer.
    month_is_locked.close()
    until("it is told", lambda: "bị gián đoạn" in admin.get(ROLLUP))
    assert stack.database.ask(RUN) == [(0, False)]

    stack.worker.start()
    stack.send("sweep_everything")
    until("it is done", lambda: stack.database.ask(RUN) == [(1, True)], seconds=60)
    assert settled(stack)
