"""The demo: fills the database, then runs web, worker and beat in one terminal.

Run by `make demo` inside `python -m cnscd_portal.embedded run`.
"""

import argparse
import fcntl
import hashlib
import os
import select
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from io import StringIO
from threading import Thread
from types import FrameType

from cnscd_portal.embedded.sharing import mark_of_use
from cnscd_portal.machine import (
    DATA,
    ROOT,
    MachineError,
    files,
    is_current,
    mark_current,
    python_sources,
    refuse_second_demo,
    refuse_taken_port,
)

ACCOUNTS = DATA / "demo-accounts.txt"
FULL_BELOW_BYTES = 50_000_000
# The letters of the demo, which leave this machine no further.
MAIL = DATA / "mail"
ASKED_TO_STOP = {128 + signal.SIGINT, 128 + signal.SIGTERM}


def fill_database_when_changed() -> int:
    """An exit code. The database of an unchanged portal is as the last demo left it."""
    sources = [*python_sources(), *files("fixtures"), ROOT / "requirements.lock"]
    database = hashlib.sha256(os.environ["DATABASE_URL"].encode()).hexdigest()[:12]
    stamp = DATA / "stamps" / f"database-{database}"
    if is_current(stamp, sources):
        return 0
    filling = subprocess.run([sys.executable, "-m", "cnscd_portal.demo_server", "--fill"])
    if filling.returncode == 0:
        mark_current(stamp, sources)
    return filling.returncode


def fill_database() -> None:
    """All commands in one process: starting Django anew for each costs more than they do."""
    import django
    from django.core.management import CommandError, call_command
    from django.db import OperationalError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cnscd_portal.settings")
    django.setup()
    accounts = StringIO()
    try:
        for command in ("migrate", "load_catalogue", "load_demo"):
            call_command(command)
        call_command("load_demo", accounts=True, stdout=accounts)
    except (CommandError, OperationalError) as error:
        # A full disk, a database that is away: nothing that a traceback would explain.
        raise MachineError(f"The demo data cannot be loaded: {_first_cause(error)}") from error
    ACCOUNTS.write_text(accounts.getvalue())


def _first_cause(error: Exception) -> str:
    """PostgreSQL goes down where it cannot write its log, and then speaks of connections only."""
    if shutil.disk_usage(DATA).free < FULL_BELOW_BYTES:
        return "no space is left on the disk."
    return str(error).strip().splitlines()[0]


def serve(port: int) -> int:
    """Web, worker and beat until one of them ends or somebody asks to stop; an exit code."""
    from honcho.manager import Manager

    manager = Manager()
    for name, command in _processes(port).items():
        # `exec`, because honcho starts a shell, which would stand between it and the process.
        manager.add_process(name, f"exec {shlex.join(command)}")
    Thread(target=_announce, args=(port,), daemon=True).start()
    Thread(target=_notice_closed_terminal, daemon=True).start()
    manager.loop()
    if manager.returncode in ASKED_TO_STOP:
        return 0
    print("A part of the demo ended by itself; its last lines above say why.", file=sys.stderr)
    return manager.returncode or 1


def _processes(port: int) -> dict[str, list[str]]:
    web = [sys.executable, "-m", "granian", "--interface=wsgi", "--host=127.0.0.1"]
    web += [f"--port={port}", "--workers=2", "--blocking-threads=4", "--log-level=warning"]
    # The page comes first: starting all at once would make each of them three times as slow.
    celery = [sys.executable, "-m", "cnscd_portal.demo_server", f"--port={port}", "--then"]
    celery += [sys.executable, "-Wignore:You're running the worker with superuser"]
    celery += ["-m", "celery", "--quiet", "--app=cnscd_portal"]
    return {
        "web": [*web, "cnscd_portal.wsgi:application"],
        "worker": [*celery, "worker", "--queues=rollup,exchange,mail", "--concurrency=2"],
        "beat": [*celery, "beat"],
        "mail": [
            *(sys.executable, "-m", "cnscd_portal.mail_catcher"),
            *(f"--port={os.environ['EMAIL_URL'].rpartition(':')[2]}", f"--folder={MAIL}"),
        ],
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _announce(port: int) -> None:
    _wait_for_web(port)
    address = f"http://127.0.0.1:{port}/"
    print(f"\n{ACCOUNTS.read_text()}\nThe portal is at {address} (Ctrl-C stops it).")
    print(f"Its letters are kept in {MAIL.relative_to(ROOT)}/, and sent to nobody.\n", flush=True)


def _wait_for_web(port: int) -> None:
    while not _answers(port):
        time.sleep(0.1)


def _answers(port: int) -> bool:
    web = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        web.request("HEAD", "/")
        web.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        web.close()
    return True


def _notice_closed_terminal() -> None:
    """Over ssh the signal reaches `make` alone, and that keeps waiting for us."""
    if sys.stdout.isatty():
        terminal = select.poll()
        # No event but the hang-up, which need not be asked for.
        terminal.register(sys.stdout, 0)
        terminal.poll()
        os.kill(os.getpid(), signal.SIGHUP)


def _hang_up(signum: int, frame: FrameType | None) -> None:
    """A closed terminal ends the demo as Ctrl-C does; there is nobody left to tell about it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
    os.kill(os.getpid(), signal.SIGTERM)


def _end(signum: int, frame: FrameType | None) -> None:
    sys.exit(0)


def demo(port: int) -> int:
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, _hang_up)
    refuse_second_demo()
    refuse_taken_port(port)
    # Marked as well, so that `make stop` finds the demo even where its launcher was killed.
    with (DATA / "demo.lock").open("w") as lock, mark_of_use(DATA):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.environ["CNSCD_DEMO"] = "1"
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{_free_port()}"
        os.environ["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        return fill_database_when_changed() or serve(port)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--fill", action="store_true")
    parser.add_argument("--then", nargs=argparse.REMAINDER, metavar="COMMAND")
    options = parser.parse_args()
    if options.fill:
        fill_database()
        return 0
    if options.then:
        _wait_for_web(options.port)
        os.execv(options.then[0], options.then)
    return demo(options.port)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MachineError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
