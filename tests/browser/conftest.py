"""The demo, served by real processes, and people who look at it in Chromium."""

import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect, sync_playwright

from cnscd_portal.machine import notice_of_skipped_tests
from tests.browser.seats import Seats, find_chromium
from tests.databases import Database, run
from tests.stack import Stack

COLLECTING = ("manage.py", "collectstatic", "--noinput", "--verbosity=0")


@pytest.fixture(scope="session", autouse=True)
def _there_is_chromium() -> None:
    """Before anything is started."""
    if notice := notice_of_skipped_tests():
        pytest.skip(notice)


@pytest.fixture(scope="session")
def portal(demo_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    home = tmp_path_factory.mktemp("browser")
    stack = Stack(demo_database, home, CNSCD_DEMO="1", STACK_STATIC_ROOT=str(home / "static"))
    try:
        # It asks for nothing before its first task, and takes seconds to start.
        stack.worker.start()
        _bring_static_files(stack)
        stack.web.start()
        stack.web.wait()
        stack.worker.wait()
        yield stack
    finally:
        stack.stop()


def _bring_static_files(stack: Stack) -> None:
    """Those that `make test` has collected, unless a source is younger."""
    collected, target = settings.STATIC_ROOT, stack.settings["STACK_STATIC_ROOT"]
    manifest = collected / "staticfiles.json"
    sources = [path for folder in settings.STATICFILES_DIRS for path in folder.rglob("*")]
    newest = max(path.stat().st_mtime for path in sources)
    if manifest.exists() and manifest.stat().st_mtime > newest:
        shutil.copytree(collected, target)
    else:
        run(*COLLECTING, environment=stack.environment())


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Closed after each module: while Playwright runs, Django takes the thread for asynchronous."""
    # A machine on which other tests run, too, is slow at times.
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium())
        yield browser
        browser.close()


@pytest.fixture
def fresh(portal: Stack) -> Stack:
    """The portal with the demo as it was loaded, for tests that write."""
    portal.database.renew()
    return portal


@pytest.fixture
def seats(portal: Stack, chromium: Browser) -> Iterator[Seats]:
    """`seats.take(username)` is a page on which that person has signed in."""
    seats = Seats(chromium, portal.address)
    yield seats
    seats.clear()
