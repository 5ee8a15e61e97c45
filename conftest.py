"""What every test run needs, wherever its tests lie."""

import os

import pytest

from cnscd_portal.machine import notice_of_skipped_tests

# More of them than this wait for the one PostgreSQL.
MOST_PROCESSES = 8


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: the tests of browser and worker wait for other processes."""
    return min((os.cpu_count() or 1) + 1, MOST_PROCESSES)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The very last line, so that nobody takes skipped tests for passed ones."""
    is_xdist_worker = hasattr(config, "workerinput")
    if not is_xdist_worker and (notice := notice_of_skipped_tests()):
        print(notice)
