"""Commands that use the servers: the first to come starts them, the last to go stops them."""

import fcntl
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from cnscd_portal.embedded.servers import (
    DATA,
    POLL_SECONDS,
    STOP_WITHIN_SECONDS,
    Postgres,
    Redis,
    servers,
    service_urls,
    write_private,
)

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(command: Sequence[str], data: Path = DATA) -> int:
    """Run a command with DATABASE_URL, REDIS_URL and SECRET_KEY set; its exit code."""
    (data / "logs").mkdir(parents=True, exist_ok=True)
    relay = Relay()
    if all(os.environ.get(server.variable) for server in (Postgres, Redis)):
        return relay.follow(command, _environment(data))
    with mark_of_use(data):
        try:
            _start_missing(data)
            return relay.follow(command, _environment(data))
        finally:
            relay.ignore()
            with _one_at_a_time(data):
                if not _users(data):
                    _stop_all(data)


def stop(data: Path = DATA) -> None:
    """End every `run` of this clone, and its servers where a crash left them behind."""
    if not data.exists():
        return
    for pid in _users(data):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_WITHIN_SECONDS
    while _users(data) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    with _one_at_a_time(data):
        _stop_all(data)


def _start_missing(data: Path) -> None:
    with _one_at_a_time(data):
        for server in servers(data):
            if not os.environ.get(server.variable):
                server.start()


def _stop_all(data: Path) -> None:
    for server in servers(data):
        server.stop()


def _environment(data: Path) -> dict[str, str]:
    database_url, redis_url = service_urls(data)
    environment = {**os.environ, "DATABASE_URL": database_url, "REDIS_URL": redis_url}
    environment.setdefault("SECRET_KEY", _secret_key(data / "secret-key"))
    return environment


def _secret_key(path: Path) -> str:
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text()


class Relay:
    """Hands signals to the command; before there is one, they end the start of the servers."""

    def __init__(self) -> None:
        self.child: subprocess.Popen[bytes] | None = None
        self.launching = False
        self.missed: list[int] = []
        for signum in SIGNALS:
            signal.signal(signum, self.receive)

    def receive(self, signum: int, frame: FrameType | None) -> None:
        if self.child:
            self._pass_on(self.child, signum)
        elif self.launching:
            self.missed.append(signum)
        else:
            raise SystemExit(128 + signum)

    def follow(self, command: Sequence[str], environment: dict[str, str]) -> int:
        self.launching = True
        self.child = subprocess.Popen(command, env=environment)
        for signum in self.missed:
            self._pass_on(self.child, signum)
        code = self.child.wait()
        return code if code >= 0 else 128 - code

    def ignore(self) -> None:
        """An impatient second Ctrl-C must not leave a server behind."""
        for signum in SIGNALS:
            signal.signal(signum, signal.SIG_IGN)

    def _pass_on(self, child: subprocess.Popen[bytes], signum: int) -> None:
        if not (signum == signal.SIGINT and _in_foreground()):
            child.send_signal(signum)


def _in_foreground() -> bool:
    """Ctrl-C reaches every process in the foreground: passing it on would make it two."""
    try:
        with Path("/dev/tty").open() as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


@contextmanager
def _one_at_a_time(data: Path) -> Iterator[None]:
    with (data / "services.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def mark_of_use(data: Path) -> Iterator[None]:
    """A file named after this process and locked by it; the lock ends with it, even in a crash."""
    (data / "users").mkdir(exist_ok=True)
    path = data / "users" / str(os.getpid())
    with path.open("w") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _users(data: Path) -> list[int]:
    """The other processes that need the servers."""
    marks = [path for path in (data / "users").glob("*") if path.name != str(os.getpid())]
    return [int(path.name) for path in marks if _is_locked(path)]


def _is_locked(mark: Path) -> bool:
    try:
        with mark.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            mark.unlink(missing_ok=True)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
