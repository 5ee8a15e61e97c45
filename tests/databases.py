"""Databases of the tests, each made in a moment from a template."""

import contextlib
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from django.apps import apps
from django.conf import settings
from psycopg2 import errors, sql

ATTEMPTS = 25
ROOT = Path(__file__).resolve().parent.parent


class Database:
    """A database of its own, and a template from which it is made anew in under a second."""

    def __init__(self, purpose: str, *, keep: bool) -> None:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        self.name = "_".join(filter(None, [_stem(), purpose, worker]))
        # One for all processes of a run: to fill it takes longer than most of them would wait.
        self.template = f"{_stem()}_{purpose}_template"
        self.keep = keep
        self.used = contextlib.ExitStack()

    @property
    def url(self) -> str:
        return url_of(self.name)

    def fill_template(self, module: str, **settings: str) -> None:
        """Have `python -m module` fill the template, unless it is there: of this run, or kept.

        What the module said stays with the template.
        """

        def fill(unfinished: str) -> None:
            order("create database {} template {}", unfinished, migrated_template())
            said = run("-m", module, environment=environment(url_of(unfinished), **settings))
            order("comment on database {} is %s", unfinished, values=[said])

        self.used.enter_context(_in_use(self.template, keep=self.keep))
        edition = _digest_of_migrations() if self.keep else _run_of_tests()
        self.template = made_once(self.template, edition, fill)

    def said(self) -> str:
        """What the module that filled the template said of it."""
        with maintenance() as cursor:
            cursor.execute(
                "select shobj_description(oid, 'pg_database') from pg_database where datname = %s",
                [self.template],
            )
            ((said,),) = cursor.fetchall()
            return str(said)

    def renew(self) -> None:
        """Back to what the template holds; open connections are cut off."""
        drop(self.name)
        order("create database {} template {} strategy file_copy", self.name, self.template)

    def drop(self) -> None:
        drop(self.name)
        self.used.close()

    @contextlib.contextmanager
    def session(self) -> Iterator[Any]:
        """A cursor in a transaction that sees every province, and writes where `open_for` said."""
        connection = psycopg2.connect(self.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute("select set_config('cnscd.reads_all', 'on', false)")
                yield cursor
        finally:
            connection.close()

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self.session() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    def one(self, query: str, *values: object) -> Any:
        """The only column of the only row."""
        ((answer,),) = self.ask(query, *values)
        return answer

    def order(self, statement: str, *values: object, tenant: int) -> None:
        """Change rows of one province."""
        with self.session() as cursor:
            cursor.execute("select set_config('cnscd.tenant', %s, false)", [str(tenant)])
            cursor.execute(statement, values)


# -- Templates ------------------------------------------------------------------------------------


def migrated_template() -> str:
    """The name of a database with every table and no row, from which all others are made.

    Migrating takes as long as twenty tests: the first process to ask does it for all of them, and
    for the runs to come, until a migration changes.
    """

    def migrate(unfinished: str) -> None:
        order("create database {}", unfinished)
        run("manage.py", "migrate", "--verbosity=0", environment=environment(url_of(unfinished)))

    return made_once(f"{_stem()}_migrated", _digest_of_migrations(), migrate)


def made_once(stem: str, edition: str, make: Callable[[str], None]) -> str:
    """The name of an edition of a template; the first to ask makes it, and drops all others."""
    complete = f"{stem}_{edition}"
    with maintenance() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext(%s))", [stem])
        known = _named(stem)
        if complete not in known:
            for outdated in known:
                drop(outdated)
            make(stem)
            order("alter database {} rename to {}", stem, complete)
    return complete


@contextlib.contextmanager
def _in_use(stem: str, *, keep: bool) -> Iterator[None]:
    """Whoever is the last to use a template drops it."""
    key = f"use of {stem}"
    with maintenance() as cursor:
        cursor.execute("select pg_advisory_lock_shared(hashtext(%s))", [key])
        yield
        cursor.execute("select pg_advisory_unlock_shared(hashtext(%s))", [key])
        cursor.execute("select pg_try_advisory_lock(hashtext(%s))", [key])
        if cursor.fetchall() == [(True,)] and not keep:
            for name in _named(stem):
                drop(name)


def _named(stem: str) -> list[str]:
    with maintenance() as cursor:
        cursor.execute("select datname from pg_database where starts_with(datname, %s)", [stem])
        return [name for (name,) in cursor.fetchall()]


def _stem() -> str:
    # Read from the address, for pytest-django renames the database in the settings.
    return f"test_{urlsplit(settings.DATABASE_URL).path.lstrip('/')}"


def _run_of_tests() -> str:
    """The same in all processes of pytest-xdist."""
    return os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]


def _digest_of_migrations() -> str:
    folders = [Path(app.path) / "migrations" for app in apps.get_app_configs()]
    files = sorted(path for folder in folders for path in folder.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


# -- The server -----------------------------------------------------------------------------------


def url_of(name: str) -> str:
    return urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()


def drop(name: str) -> None:
    # The server may be looking after its tables, in a process that our role cannot end.
    for left in reversed(range(ATTEMPTS)):
        try:
            order("drop database if exists {} with (force)", name)
            break
        except errors.InsufficientPrivilege:
            if not left:
                raise
            time.sleep(0.2)


def order(statement: str, *names: str, values: Sequence[str] = ()) -> None:
    with maintenance() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)), values)


@contextlib.contextmanager
def maintenance() -> Iterator[Any]:
    connection = psycopg2.connect(url_of("postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


# -- Commands -------------------------------------------------------------------------------------


def environment(database_url: str, **settings: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.stack_settings",
        "DATABASE_URL": database_url,
        "SECRET_KEY": "a key for the tests, which opens nothing outside of them",
        "HTTPS": "0",
        **settings,
    }


def run(*command: str, environment: dict[str, str]) -> str:
    """Run a Python command to its end; what it said."""
    command = (sys.executable, *command)
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
