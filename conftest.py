"""What every test run needs, wherever its tests lie."""

import os

import pytest

from cnscd_portal.machine import notice_of_skipped_tests

# Those of the stacks wait for other processes most of the time.
WAITING = 3
# More of them than this wait for the one PostgreSQL.
MOST_PROCESSES = 8


def pytest_xdist_auto_num_workers() -> int:
    """Enough that every core computes while the stacks are run, which come first: see `STACKS`."""
    return min((os.cpu_count() or 1) + WAITING, MOST_PROCESSES)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The very last line, so that nobody takes skipped tests for passed ones."""
    is_xdist_worker = hasattr(config, "workerinput")
    if not is_xdist_worker and (notice := notice_of_skipped_tests()):
        print(notice)
