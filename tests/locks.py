"""Meeting at a lock: tests of two connections that get into each other's way on purpose."""

import time

from django.db import connection


def wait_until_somebody_waits() -> None:
    """Until another connection to this database waits for a lock."""
    for _ in range(500):
        with connection.cursor() as cursor:
            # Inside a transaction a connection that was opened since the first look is not seen.
            cursor.execute("select pg_stat_clear_snapshot()")
            cursor.execute(
                "select from pg_stat_activity "
                "where datname = current_database() and wait_event_type = 'Lock'"
            )
            if cursor.rowcount:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waited")
