"""A small cast, served by real processes, with a real Celery worker behind them."""

from collections.abc import Iterator

import pytest

from tests.cast import PASSWORD
from tests.databases import Database
from tests.stack import Stack, Visitor

DATED = {"BUSINESS_DATE": "2024-06-10", "CNSCD_DEMO": "0"}


@pytest.fixture(scope="session")
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    database = Database("worker", keep=request.config.getoption("reuse_db"))
    home = tmp_path_factory.mktemp("worker")
    stack = Stack(database, home, **DATED)
    try:
        stack.worker.start()
        database.fill_template("tests.worker.filling", **DATED)
        database.renew()
        stack.web.start()
        stack.web.wait()
        stack.worker.wait()
        yield stack
    finally:
        stack.stop()
        database.drop()


@pytest.fixture
def stack(office: Stack) -> Stack:
    """As it was filled: twelve submitted reports, nothing approved, nothing marked, one worker."""
    office.database.renew()
    office.broker.start()
    if office.worker.process is None:
        office.worker.start()
        office.worker.wait()
    return office


@pytest.fixture
def admin(stack: Stack) -> Visitor:
    """Approves whatever the province has."""
    return Visitor(stack.address, "qn.admin", PASSWORD)
