"""The portal with a database server of its own: whatever can fail may fail here."""

from collections.abc import Iterator

import pytest

from tests.cast import PASSWORD
from tests.faults.island import Beat, Island
from tests.faults.work import tend
from tests.stack import Stack, Visitor, until

DATED = {"BUSINESS_DATE": "2024-06-10", "CNSCD_DEMO": "0"}


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Web and one worker over a June whose reports are all submitted."""
    home = tmp_path_factory.mktemp("faults")
    island = Island(home / "island")
    stack = Stack(island, home, **DATED)
    try:
        island.fill("tests.worker.filling", **DATED)
        stack.web.start()
        stack.worker.start()
        stack.web.wait()
        stack.worker.wait()
        yield stack
    finally:
        stack.stop()
        island.stop()


@pytest.fixture(scope="session")
def admin(office: Stack) -> Visitor:
    """Fills, submits and approves whatever the province has."""
    return Visitor(office.address, "qn.admin", PASSWORD)


@pytest.fixture
def stack(office: Stack) -> Iterator[Stack]:
    """Everything runs, before and after."""
    yield office
    office.broker.start()
    office.database.start()
    tend(office.worker)
    office.worker.wait()


@pytest.fixture
def beat(stack: Stack) -> Iterator[Beat]:
    beat = Beat(stack)
    beat.start()
    until("beat asks", lambda: "Sending due task" in beat.said(), seconds=40)
    yield beat
    beat.stop()
