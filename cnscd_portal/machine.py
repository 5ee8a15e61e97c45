"""Brings a machine to where the portal can run: packages, front end, translations, Chromium.

    python3 cnscd_portal/machine.py demo --port 8000 | test | check | lock [--upgrade]

Run before anything is installed, so it needs nothing but Python itself. A step whose inputs have
not changed since it last succeeded is skipped.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".data"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
LOG = DATA / "logs" / "set-up.log"

APPS = ("accounts", "cnscd_portal", "reports", "targets", "teams", "training", "units")
# A server's packages, those of the demo on top, those of the developers on top of both.
LAYERS = {"server": [], "demo": ["--extra=demo"], "dev": ["--extra=dev"]}
OLDEST_NODE = 20
FRESH_BYTES = 1_500_000_000
SPARE_BYTES = 300_000_000
# The shell shows the same pages without the windows of a desktop, in two thirds of the time.
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Compiling and collecting need none of these; the settings ask for them all the same.
OFFLINE = {
    "DATABASE_URL": "postgresql://offline",
    "REDIS_URL": "redis://offline",
    "SECRET_KEY": "offline",
}

NO_SPACE = ("No space left on device", "ENOSPC", "os error 28")
NO_REGISTRY = (
    "Could not connect",
    "ConnectError",
    "ECONNREFUSED",
    "EAI_AGAIN",
    "ENOTFOUND",
    "ETIMEDOUT",
    "Failed to fetch",
    "NewConnectionError",
    "No matching distribution found",
    "Temporary failure in name resolution",
    "error sending request",
    "network request",
)


class MachineError(Exception):
    """What this machine lacks, in one sentence."""


# -- Before anything long -------------------------------------------------------------------------


def refuse_second_demo() -> None:
    """A running demo holds a lock on this file for as long as it lives."""
    lock = DATA / "demo.lock"
    if not lock.exists():
        return
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MachineError(
                "The demo already runs from this directory: Ctrl-C there or `make stop` ends it."
            ) from None


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise MachineError(
                f"Port {port} is reserved for the system: choose one above 1023."
            ) from None
        except (OSError, OverflowError):
            raise MachineError(
                f"Port {port} is taken: choose another, as in `make demo PORT={port + 10}`."
            ) from None


def refuse_full_disk() -> None:
    needed = SPARE_BYTES if (VENV / "layer").exists() else FRESH_BYTES
    free = shutil.disk_usage(ROOT).free
    if free < needed:
        raise MachineError(
            f"Only {free // 10**6} MB are free on the disk of {ROOT}: "
            f"{needed // 10**6} MB are needed."
        )


# -- Steps ----------------------------------------------------------------------------------------


def install_python_packages(layer: str) -> None:
    """A wider layer is left in place: it holds everything that a narrower one needs."""
    wider = list(LAYERS)[list(LAYERS).index(layer) :]
    stamp = VENV / "layer"
    complete = _works(PYTHON) and _works(UV)
    if complete and any(is_current(stamp, [_lock(name)]) for name in wider):
        return
    if not complete:
        shutil.rmtree(VENV, ignore_errors=True)
        _step("Creating .venv", [sys.executable, "-m", "venv", VENV])
        # uv installs in a fifth of the time that pip takes, its own download included.
        pip = [PYTHON, "-m", "pip", "--disable-pip-version-check"]
        _step("Fetching the installer", [*pip, "install", "--require-hashes", "-r", _lock("uv")])
    _step("Installing the Python packages", [*_uv_install(), "-r", _lock(layer)], _uv_settings())
    mark_current(stamp, [_lock(layer)])


def python_sources() -> list[Path]:
    return [path for app in APPS for path in files(app, ".py")]


def build_front_end() -> None:
    packages = [ROOT / name for name in ("package.json", "package-lock.json", ".npmrc")]
    sources = [*packages, *files("assets"), *files("templates"), *files("static", ".js")]
    sources += python_sources()
    stamp = DATA / "stamps" / "front-end"
    if is_current(stamp, sources) and (DATA / "assets").exists():
        return
    environment = _node_settings()
    npm_stamp = ROOT / "node_modules" / ".current"
    if not is_current(npm_stamp, packages):
        _step("Installing the front-end packages", ["npm", "ci"], environment)
        mark_current(npm_stamp, packages)
    _step("Building the front end", ["npm", "run", "build"], environment)
    mark_current(stamp, sources)


def compile_translations() -> None:
    _manage_when_changed("Compiling the translations", files("locale", ".po"), "messages compile")


def collect_staticfiles() -> None:
    sources = [*files("static"), *files(".data/assets"), ROOT / "requirements.lock"]
    _manage_when_changed("Collecting the static files", sources, "collectstatic --noinput --clear")


def install_chromium() -> None:
    """Best effort: the browser tests are skipped where there is none."""
    if _chromium():
        return
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--yes"]
    install = " ".join([*apt, "--no-install-recommends", "install"])
    # Only Debian has the shell as a package of its own.
    either = f"{install} chromium-headless-shell || {install} chromium"
    try:
        _step("Reading the list of the system's packages", [*apt, "update"])
        _step("Installing Chromium", ["sh", "-c", either])
    except MachineError as error:
        print(error, file=sys.stderr)


def notice_of_skipped_tests() -> str:
    if _chromium():
        return ""
    return "The browser tests were SKIPPED: this machine has no Chromium, and none was installed."


def lock_packages(upgrade: Sequence[str]) -> None:
    """Writes the locks: no addresses of registries, no paths of this machine, only hashes."""
    compile_lock = [UV, "pip", "compile", "--quiet", "--universal", *upgrade]
    compile_lock += ["--python-version=3.11", "--generate-hashes", "--no-header", "--no-annotate"]
    compile_lock += ["--no-emit-index-url", "--no-emit-find-links"]
    narrower: list[object] = []
    for layer, extra in LAYERS.items():
        output = [f"--output-file={_lock(layer)}", *narrower]
        _step(f"Locking {layer}", [*compile_lock, *extra, *output, "pyproject.toml"])
        narrower = [f"--constraint={_lock(layer)}"]
    for group in ("node", "uv"):
        output = [f"--group=pyproject.toml:{group}", f"--output-file={_lock(group)}"]
        _step(f"Locking {group}", [*compile_lock, *output])
    _step("Locking the front end", ["npm", "install", "--package-lock-only"], _node_settings())


# -- How a step runs ------------------------------------------------------------------------------


def _step(title: str, command: Iterable[object], settings: Mapping[str, str] | None = None) -> None:
    """Runs a command with its output in the log, and shows the seconds that pass meanwhile."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("w+") as log:
        code = _run(title, [str(part) for part in command], {**os.environ, **(settings or {})}, log)
        log.seek(0)
        if code:
            raise MachineError(_reason(title, log.read()))


def _run(title: str, command: Sequence[str], environment: Mapping[str, str], log: IO[str]) -> int:
    started = time.monotonic()
    try:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT
        )
    except FileNotFoundError:
        raise MachineError(f"{title} failed: the program {command[0]} is missing.") from None
    try:
        _show_seconds(title, process, started)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    return process.returncode


def _show_seconds(title: str, process: subprocess.Popen[bytes], started: float) -> None:
    live = sys.stdout.isatty()
    print(f"{title} ...", end="", flush=True)
    while process.poll() is None:
        try:
            process.wait(timeout=1 if live else 10)
        except subprocess.TimeoutExpired:
            passed = f"{time.monotonic() - started:.0f} s"
            print(f"\r{title} ... {passed}" if live else f" {passed}", end="", flush=True)
    print(f"\r{title}: " if live else " ", end="")
    print("failed" if process.returncode else f"done in {time.monotonic() - started:.0f} s")


def _reason(title: str, output: str) -> str:
    if any(sign in output for sign in NO_SPACE):
        return f"{title} failed: no space is left on the disk."
    if any(sign in output for sign in NO_REGISTRY):
        return f"{title} failed: the package registry cannot be reached; the output is in {LOG}."
    if "ensurepip is not" in output:
        return f"{title} failed: the module venv is missing; install the package python3-venv."
    lines = output.strip().splitlines() or ["it said nothing"]
    errors = [line for line in lines if "error" in line.lower()] or lines
    return f"{title} failed: {errors[-1].strip()} (the whole output is in {LOG})"


def _manage_when_changed(title: str, sources: Sequence[Path], command: str) -> None:
    stamp = DATA / "stamps" / command.split()[0]
    if is_current(stamp, sources):
        return
    _step(title, [PYTHON, "manage.py", *command.split()], OFFLINE)
    mark_current(stamp, sources)


def is_current(stamp: Path, sources: Iterable[Path]) -> bool:
    return stamp.exists() and stamp.read_text() == _digest(sources)


def mark_current(stamp: Path, sources: Iterable[Path]) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(_digest(sources))


def _digest(sources: Iterable[Path]) -> str:
    """Of names and contents: git sets the time of a file to that of its checkout."""
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def files(folder: str, suffix: str = "") -> list[Path]:
    return [path for path in (ROOT / folder).rglob(f"*{suffix}") if path.is_file()]


# -- Tools ----------------------------------------------------------------------------------------


def _works(program: Path) -> bool:
    """A virtual environment breaks when it is moved or its Python goes away."""
    try:
        return subprocess.run([program, "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def _lock(layer: str) -> Path:
    return ROOT / ("requirements.lock" if layer == "server" else f"requirements-{layer}.lock")


def _uv_install() -> list[object]:
    return [UV, "pip", "install", f"--python={PYTHON}", "--require-hashes"]


def _uv_settings() -> dict[str, str]:
    """uv reads no settings of pip: a mirror and the certificates set there are passed on."""
    settings = {"UV_SYSTEM_CERTS": "1"}
    listed = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True)
    for line in listed.stdout.splitlines():
        name, _, value = line.partition("=")
        if name.endswith(".index-url"):
            settings["UV_DEFAULT_INDEX"] = value.strip("'")
    return settings


def _node_settings() -> dict[str, str]:
    """The machine's npm, or where there is none, or one too old, the npm of a Python wheel."""
    if _node_version() >= OLDEST_NODE and shutil.which("npm"):
        return {}
    if not _works(VENV / "bin" / "npm"):
        title = f"Fetching Node.js, because this machine has none from {OLDEST_NODE} on"
        _step(title, [*_uv_install(), "-r", _lock("node")], _uv_settings())
    return {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def _node_version() -> int:
    try:
        answer = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
        return int(answer.strip().lstrip("v").split(".")[0])
    except (OSError, ValueError):
        return 0


def _chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


# -- Command line ---------------------------------------------------------------------------------


def prepare(what: str, port: int) -> None:
    if what == "demo":
        refuse_second_demo()
        refuse_taken_port(port)
    refuse_full_disk()
    install_python_packages("demo" if what == "demo" else "dev")
    if what in {"demo", "test"}:
        build_front_end()
        compile_translations()
        collect_staticfiles()
    if what == "test":
        install_chromium()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["demo", "test", "check", "lock"])
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--upgrade", action="append_const", const="--upgrade", default=[])
    options = parser.parse_args()
    prepare(options.what, options.port)
    if options.what == "lock":
        lock_packages(options.upgrade)


if __name__ == "__main__":
    # As Ctrl-C does: whoever ends this ends the step that runs.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main()
    except MachineError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
    except OSError as error:
        sys.exit(f"{error.strerror}: {error.filename}")
