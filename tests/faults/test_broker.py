"""Redis goes away in the middle of the work, or hangs, and comes back.

The minute of the acceptance is as long as beat needs to fail twice. No outcome
depends on its length: neither ever gives up, see `test_nobody_gives_up`, and what stands between a
report and its total meanwhile is a mark in PostgreSQL, which no clock takes away.
"""

import time

import psutil

from cnscd_portal.celery import app
from tests.faults.island import Beat
from tests.faults.work import MARKS, Work, assert_right, settled, tend
from tests.stack import Stack, Visitor, until

# An officer's patience with one step; a hanging Redis is found out once a connection.
PATIENCE_SECONDS = 8


def test_nobody_gives_up() -> None:
    assert app.conf.broker_connection_max_retries is None
    assert app.conf.broker_connection_retry


def test_reports_are_accepted_and_totals_catch_up_when_redis_was_away(
    stack: Stack, admin: Visitor, beat: Beat
) -> None:
    work = Work(stack, admin)
    work.advance_all(2)
    stack.broker.stop()
    told = len(beat.said())
    work.advance_all()
    assert stack.database.ask(MARKS)
    until("beat has failed twice", lambda: beat.said()[told:].count("refused") > 1, seconds=40)
    work.advance_all(3)
    stack.broker.start()

    def caught_up() -> bool:
        # Kombu cannot give back a job that it has: with the connection ends such a worker.
        tend(stack.worker)
        return settled(stack)

    until("totals catch up", caught_up, seconds=60)
    assert_right(work)


def test_reports_are_accepted_when_redis_hangs(stack: Stack, admin: Visitor) -> None:
    work = Work(stack, admin)
    redis = stack.broker.server.process()
    assert isinstance(redis, psutil.Process)
    redis.suspend()
    try:
        for report in work.reports[:2]:
            started = time.monotonic()
            work.advance(report)
            assert time.monotonic() - started < PATIENCE_SECONDS
    finally:
        redis.resume()
    stack.send("sweep_everything")
    assert_right(work)
