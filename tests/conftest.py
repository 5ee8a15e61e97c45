"""What every test stands on: a frozen business date, both walls, a small cast, and no broker.

The cast and the catalogue are committed once a session, because building them takes as long as
twenty tests. A transactional test flushes them away; whoever asks for them next builds them again.
"""

import gc
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from threading import Barrier
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from accounts.models import User
from accounts.sessions import SessionStore
from reports import catalogue, notices, restating, rollup, runs
from reports.catalogue import Catalogue
from reports.figures import Values
from reports.models import Form, Report, Status
from teams import batches
from tests.cast import AtOnce, Cast, Enter, ReportIn, SignIn, Undone, assemble, lead_report
from tests.databases import Database, migrated_template
from units.models import Tenant
from units.tenancy import scope

HERE = Path(__file__).parent

SETTINGS: dict[str, Any] = {
    "BUSINESS_DATE": date(2024, 6, 10),
    "DEMO": False,
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "SECURE_SSL_REDIRECT": False,
    "WHITENOISE_AUTOREFRESH": True,
    # The files of the front end are built for the demo, not for the tests.
    "STORAGES": {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
}

# Folders whose tests share a stack of processes, and what marks them.
STACKS = {"browser": "browser", "faults": "worker", "worker": "worker"}

hypothesis.settings.register_profile(
    "portal",
    max_examples=25,
    deadline=None,
    database=None,
    print_blob=True,
    # Explaining a failure takes minutes where every example writes to a database.
    phases=[phase for phase in hypothesis.Phase if phase is not hypothesis.Phase.explain],
    # Each example rolls back to its own savepoint, so that it may share the fixtures.
    suppress_health_check=[
        hypothesis.HealthCheck.function_scoped_fixture,
        hypothesis.HealthCheck.too_slow,
    ],
)
hypothesis.settings.load_profile("portal")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process of pytest-xdist runs all tests of a stack, unless their module says of which."""
    for item in items:
        folder = item.path.relative_to(HERE).parts[0]
        if folder in STACKS:
            item.add_marker(STACKS[folder])
            if not item.get_closest_marker("xdist_group"):
                item.add_marker(pytest.mark.xdist_group(folder))


def pytest_collection_finish() -> None:
    """What was imported stays, so that looking through it for garbage finds none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000)


@pytest.fixture(scope="session", autouse=True)
def _settings() -> Iterator[None]:
    with override_settings(**SETTINGS):
        yield


@pytest.fixture(autouse=True)
def _no_broker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only tests that have a worker of their own announce what they changed."""
    if not any(request.node.get_closest_marker(name) for name in ("worker", "browser")):
        monkeypatch.setattr(rollup, "_listeners", [])
        monkeypatch.setattr(runs, "_listeners", [])
        monkeypatch.setattr(batches, "_listeners", [])
        monkeypatch.setattr(restating, "_listeners", [])
        monkeypatch.setattr(notices, "_listeners", [])


@pytest.fixture(scope="session")
def standing() -> dict[str, Any]:
    """What `django_db_setup` committed, and pickles of it for `cast` and `forms` to hand out.

    Each test gets a copy of its own, and unpickling makes one six times as fast as `deepcopy`.
    """
    return {}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()
    # A transactional test empties every table, which the walls refuse anybody else.
    connection.settings_dict["OPTIONS"]["options"] = "-c cnscd.may_truncate=on"


@pytest.fixture(scope="session")
def django_db_setup(
    _settings: None,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    standing: dict[str, Any],
) -> None:
    # pytest-django makes a database for tests only where one of those chosen asks for it.
    database = connection.settings_dict["NAME"]
    assert database.startswith("test_"), "Choose a test that asks for a database, too."
    with django_db_blocker.unblock():
        if Tenant.objects.exists():  # A database kept by --reuse-db.
            call_command("flush", interactive=False, verbosity=0)
        catalogue.load()
        cast, forms = assemble(), catalogue.of_year(2024)
        standing.update(nation=cast.nation.pk, form=forms.form.pk)
        standing.update(cast=pickle.dumps(cast), forms=pickle.dumps(forms))


@pytest.fixture(scope="session")
def demo_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """The demo as it was loaded; `renew` takes back what a test wrote into it."""
    database = Database("demo", keep=request.config.getoption("reuse_db"))
    try:
        database.fill_template("tests.demo_filling", CNSCD_DEMO="1")
        database.renew()
        yield database
    finally:
        database.drop()


@pytest.fixture
def forms(db: None, standing: dict[str, Any]) -> Catalogue:
    """The team's month of 2024."""
    if Form.objects.filter(pk=standing["form"]).exists():
        return pickle.loads(standing["forms"])
    catalogue.load()
    return catalogue.of_year(2024)


@pytest.fixture
def cast(forms: Catalogue, standing: dict[str, Any]) -> Cast:
    if Tenant.objects.filter(pk=standing["nation"]).exists():
        return pickle.loads(standing["cast"])
    return assemble()


@pytest.fixture
def enter() -> Enter:
    """`with enter(user):` opens the connection as a request of that person does."""

    def open_for(user: User) -> AbstractContextManager[None]:
        return scope(tenant=user.tenant_id, reads_all=user.reads_all_tenants)

    return open_for


@pytest.fixture
def report_in(cast: Cast, enter: Enter) -> ReportIn:
    """`report_in(status, team=…, values=…)` leads the June report of a team to that state."""

    def lead(status: Status, *, team: str = "hg-1a", values: Values | None = None) -> Report:
        home = cast.teams[team].tenant
        with enter(cast.admin if home == cast.province else cast.stranger):
            return lead_report(cast, status, cast.teams[team], values)

    return lead


@pytest.fixture
def undone() -> Undone:
    """`with undone():` takes back what one example of a property wrote."""

    @contextmanager
    def take_back() -> Iterator[None]:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    return take_back


@pytest.fixture
def at_once() -> AtOnce:
    """`at_once(call, …)` starts calls together, each with a connection of its own.

    Returns what each returned or raised. Needs a transactional test: nothing else is committed.
    """

    def start(*calls: Callable[[], object]) -> list[object]:
        together = Barrier(len(calls))

        def run(call: Callable[[], object]) -> object:
            try:
                together.wait(timeout=10)
                return call()
            except Exception as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(run, calls))

    return start


@pytest.fixture
def client_of(cast: Cast) -> SignIn:
    """`client_of(user)` is a browser in which that person has signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        # The session alone: whatever else signing in writes has tests of its own, and takes longer
        # than most pages.
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "accounts.backends.AccountBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    return sign_in
