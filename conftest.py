"""What every test run needs, wherever its tests lie."""

import pytest

from cnscd_portal.machine import notice_of_skipped_tests


def pytest_unconfigure(config: pytest.Config) -> None:
    """The very last line, so that nobody takes skipped tests for passed ones."""
    is_xdist_worker = hasattr(config, "workerinput")
    if not is_xdist_worker and (notice := notice_of_skipped_tests()):
        print(notice)
