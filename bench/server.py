"""Web server and worker of production; the server on a free port of this machine."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from redis import Redis

from bench.generator import HOST

START_WITHIN_SECONDS = 60
# As in the Dockerfile.
COMMAND = ["granian", "--interface=wsgi", "--workers=2", "--blocking-threads=4"]
# Beside the portal's, whose workers shall not hear of provinces that they do not have.
REDIS_DATABASE = "/9"


WORKER = ["celery", "--quiet", "--app=cnscd_portal", "worker", "--queues=rollup,exchange"]
WORKER += ["--concurrency=2"]


@contextmanager
def serving(application: str, *flags: str, today: str) -> Iterator[int]:
    """Serve the application on the bench's database meanwhile; hands out the port."""
    port = _free_port()
    command = [*COMMAND, f"--host={HOST}", f"--port={port}", "--log-level=warning", *flags]
    server = _start([*command, application], today)
    try:
        _wait(server, port)
        yield port
    finally:
        server.terminate()
        server.wait()
        with Redis.from_url(_redis_url()) as redis:
            redis.flushdb()


@contextmanager
def working(*, today: str) -> Iterator[None]:
    """Have a worker do what the server asks for; what was asked before it is ready waits for it."""
    worker = _start(WORKER, today)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def _start(command: list[str], today: str) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "REDIS_URL": _redis_url(),
        "BUSINESS_DATE": today,
        "CNSCD_DEMO": "",
        "DEBUG": "",
        # TLS ends in the proxy, which is not measured.
        "HTTPS": "0",
        "LOG_LEVEL": "WARNING",
        # A form that is accepted needs none of the files of the front end, and who runs a worker
        # here does not matter.
        "PYTHONWARNINGS": "ignore:No directory at,ignore:You're running the worker with superuser",
    }
    # Standard output is for figures.
    return subprocess.Popen(
        [sys.executable, "-m", *command], env=environment, stdout=subprocess.DEVNULL
    )


def _redis_url() -> str:
    return urlunsplit(urlsplit(settings.REDIS_URL)._replace(path=REDIS_DATABASE))


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind((HOST, 0))
        return tried.getsockname()[1]


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_WITHIN_SECONDS
    while not _answers(port):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("The web server does not start.")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    web = HTTPConnection(HOST, port, timeout=5)
    try:
        web.request("GET", "/health/")
        web.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        web.close()
    return True
