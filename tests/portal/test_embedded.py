"""The embedded servers, started for real in a directory of their own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from cnscd_portal.embedded import EmbeddedError, service_urls
from cnscd_portal.embedded.servers import Memory, Redis, servers
from cnscd_portal.embedded.sharing import stop

Run = Callable[..., subprocess.Popen[str]]

NO_ADDRESSES = {"DATABASE_URL": "", "REDIS_URL": ""}
PRINT_URLS = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])"
PRINT_FSYNC = """
import os, psycopg2
cursor = psycopg2.connect(os.environ["DATABASE_URL"]).cursor()
cursor.execute("show fsync")
print(cursor.fetchone()[0])
"""
RUN = [
    sys.executable,
    "-c",
    "import sys; from pathlib import Path; from cnscd_portal.embedded.sharing import run;"
    "sys.exit(run(sys.argv[2:], Path(sys.argv[1])))",
]
WAIT = "import sys; print('ready', flush=True); sys.stdin.read()"


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `.data` with a new PostgreSQL database, to be copied: making one takes a second."""
    data = tmp_path_factory.mktemp("database")
    subprocess.run([*RUN, data, "true"], check=True, env=os.environ | NO_ADDRESSES)
    return data


@pytest.fixture
def data(tmp_path: Path, database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A `.data` so deep that no socket's path would fit; nothing runs in it afterwards."""
    for variable, nothing in NO_ADDRESSES.items():
        monkeypatch.setenv(variable, nothing)
    deep = tmp_path / ("a-rather-long-name-" * 5)
    deep.mkdir()
    # Not shutil.copytree, which would leave the owner behind where root runs the tests.
    subprocess.run(["cp", "-a", database, deep / ".data"], check=True)
    yield deep / ".data"
    stop(deep / ".data")


@pytest.fixture
def run(data: Path) -> Iterator[Run]:
    """Starts `embedded run` on a command, in a process group of its own."""
    started: list[subprocess.Popen[str]] = []

    def start(*command: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*RUN, data, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with process:
            process.terminate()


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    assert any(line == "ready\n" for line in process.stdout)


def running(data: Path) -> list[psutil.Process]:
    """A process that has ended stands in the list of the machine until somebody has asked how."""
    found = [process for server in servers(data) if (process := server.process())]
    return [each for each in found if each.status() != psutil.STATUS_ZOMBIE]


def test_run_gives_the_command_a_database_and_a_redis(data: Path, run: Run) -> None:
    output, _ = run(sys.executable, "-c", PRINT_URLS).communicate(timeout=60)
    database_url, redis_url = output.splitlines()[-1].split()
    assert database_url.startswith("postgresql://cnscd:")
    assert redis_url.startswith("redis://:")
    assert running(data) == []


def test_role_is_bound_by_row_level_security(data: Path, run: Run) -> None:
    process = run(sys.executable, "-c", WAIT)
    wait_until_ready(process)
    with psycopg2.connect(service_urls(data)[0]) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, datname FROM pg_roles, pg_database"
            " WHERE rolname = current_user AND datdba = pg_roles.oid"
        )
        assert cursor.fetchall() == [(False, False, True, "cnscd")]
    connection.close()


def test_strangers_on_the_machine_are_refused(data: Path, run: Run) -> None:
    process = run(sys.executable, "-c", WAIT)
    wait_until_ready(process)
    database_url, redis_url = service_urls(data)
    password = Memory.of(data).password
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(database_url.replace(password, "guess"))
    with pytest.raises(psycopg2.OperationalError, match="no pg_hba"):
        psycopg2.connect(database_url.replace("cnscd:", "postgres:"))
    with (
        redis.from_url(redis_url.replace(password, "guess")) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_data_and_ports_survive_a_restart(data: Path, run: Run) -> None:
    run("true").communicate(timeout=60)
    before = json.loads((data / "services.json").read_text())
    keep = "import os, redis; redis.from_url(os.environ['REDIS_URL']).set('kept', '1')"
    run(sys.executable, "-c", keep).communicate(timeout=60)
    read = "import os, redis; print(redis.from_url(os.environ['REDIS_URL']).get('kept'))"
    output, _ = run(sys.executable, "-c", read).communicate(timeout=60)
    assert output == "b'1'\n"
    assert json.loads((data / "services.json").read_text()) == before


@pytest.mark.parametrize(("folder", "waits"), [(".data", "on"), ("scratch", "off")])
def test_only_a_scratch_waits_for_no_disk(data: Path, folder: str, waits: str) -> None:
    data = data.rename(data.with_name(folder))
    command = [*RUN, data, sys.executable, "-c", PRINT_FSYNC]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == waits


def test_the_exit_code_is_that_of_the_command(run: Run) -> None:
    process = run("sh", "-c", "exit 7")
    process.communicate(timeout=60)
    assert process.returncode == 7


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_command_and_then_the_servers(
    data: Path, run: Run, signum: signal.Signals
) -> None:
    process = run(sys.executable, "-c", WAIT)
    wait_until_ready(process)
    process.send_signal(signum)
    process.communicate(timeout=60)
    assert process.returncode != 0
    assert running(data) == []


def test_a_second_command_shares_the_servers_and_the_last_one_stops_them(
    data: Path, run: Run
) -> None:
    first = run(sys.executable, "-c", WAIT)
    wait_until_ready(first)
    second = run(sys.executable, "-c", WAIT)
    wait_until_ready(second)
    started = running(data)
    first.communicate(timeout=60)
    assert running(data) == started
    second.communicate(timeout=60)
    assert running(data) == []


def test_servers_left_by_a_crash_are_taken_over_and_stopped(data: Path, run: Run) -> None:
    crashed = run(sys.executable, "-c", WAIT)
    wait_until_ready(crashed)
    left = running(data)
    os.killpg(crashed.pid, signal.SIGKILL)
    crashed.communicate(timeout=60)
    assert running(data) == left
    run("true").communicate(timeout=60)
    assert running(data) == []


def test_files_left_by_killed_servers_are_no_obstacle(data: Path, run: Run) -> None:
    process = run(sys.executable, "-c", WAIT)
    wait_until_ready(process)
    for server in running(data):
        server.kill()
    process.communicate(timeout=60)
    # Process numbers are given out anew: the file may name a process of somebody else.
    pid_file = data / "postgres" / "postmaster.pid"
    pid_file.write_text("\n".join([str(os.getpid()), *pid_file.read_text().splitlines()[1:]]))
    again = run("true")
    again.communicate(timeout=60)
    assert again.returncode == 0


def test_a_port_taken_meanwhile_is_replaced(data: Path, run: Run) -> None:
    process = run(sys.executable, "-c", WAIT)
    wait_until_ready(process)
    taken = Memory.of(data).ports["redis"]
    other = Redis(data.with_name("other"), Memory(data.with_name("other.json"), "", {}))
    other.memory.ports["redis"] = taken
    assert other.memory.keep_port("redis") != taken


def test_stop_ends_commands_and_servers(data: Path, run: Run) -> None:
    process = run(sys.executable, "-c", WAIT)
    wait_until_ready(process)
    stop(data)
    process.communicate(timeout=60)
    assert running(data) == []


def test_a_copied_clone_does_not_take_the_servers_of_the_original(data: Path, run: Run) -> None:
    process = run(sys.executable, "-c", WAIT)
    wait_until_ready(process)
    copy = data.with_name("copy")
    copy.mkdir()
    (copy / "services.json").write_text((data / "services.json").read_text())
    with pytest.raises(EmbeddedError):
        service_urls(copy)


def test_addresses_of_the_environment_come_first(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    assert service_urls(data) == ("postgresql://elsewhere", "redis://elsewhere")


def test_a_missing_server_is_named_in_one_sentence(data: Path) -> None:
    with pytest.raises(EmbeddedError, match="DATABASE_URL is not set and no embedded PostgreSQL"):
        service_urls(data)


def test_a_server_that_cannot_start_says_why(data: Path, run: Run) -> None:
    run("true").communicate(timeout=60)
    (data / "postgres" / "PG_VERSION").write_text("9.6\n")
    (data / "postgres" / "postgresql.conf").write_text("nonsense\n")
    with pytest.raises(EmbeddedError, match=r"PostgreSQL does not start: .*postgresql\.conf"):
        servers(data)[0].start()


def test_redis_alone_is_started_when_the_database_is_elsewhere(
    data: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere")
    wait_until_ready(run(sys.executable, "-c", WAIT))
    assert [process.name() for process in running(data)] == ["valkey-server"]
