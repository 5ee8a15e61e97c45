"""The portal as it runs on a server: database, broker, web and worker, each a process of its own.

The tests of browser and worker stand on it. They act over HTTP and look with plain SQL, so nothing
of the product runs in the process of the tests.
"""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery import Celery
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from cnscd_portal.embedded import servers as embedded
from tests.databases import ROOT, Database, environment

HOST = "127.0.0.1"
START_WITHIN_SECONDS = 60
STOP_WITHIN_SECONDS = 15


def until(what: str, holds: Callable[[], Any], *, seconds: float = 10) -> Any:
    """What `holds()` returns as soon as it is true; the test fails where it never is."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds:g} s"
        time.sleep(0.05)
    return found


# -- Processes ------------------------------------------------------------------------------------


class Part:
    """A process in a group of its own, so that it ends with all of its children."""

    def __init__(self, command: list[str], log: Path, environment: dict[str, str]) -> None:
        self.command = command
        self.log = log
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.command],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self) -> None:
        """Ask it to end, as a server does before an update."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self.kill()

    def kill(self) -> None:
        """End it and its children at once, as a power cut does."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


class Web(Part):
    def __init__(
        self, command: list[str], log: Path, environment: dict[str, str], port: int
    ) -> None:
        super().__init__(command, log, environment)
        self.port = port

    def wait(self) -> None:
        until("web answers", self._answers, seconds=START_WITHIN_SECONDS)

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said()
        web = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            web.request("GET", "/health/")
            return web.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            web.close()


class Worker(Part):
    def wait(self) -> None:
        until("worker is ready", self._is_ready, seconds=START_WITHIN_SECONDS)

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said()
        return " ready." in self.said()

    def start(self) -> None:
        self.log.unlink(missing_ok=True)
        super().start()


class Broker:
    """A Redis of the stack's own, which may vanish and come back."""

    def __init__(self, home: Path) -> None:
        (home / "logs").mkdir(parents=True)
        self.server = embedded.Redis(home, embedded.Memory.of(home))

    def start(self) -> None:
        with warnings.catch_warnings():
            # It is meant to outlive whoever started it, and `stop` finds it by its file.
            warnings.simplefilter("ignore", ResourceWarning)
            self.server.start()

    def stop(self) -> None:
        self.server.stop()

    @property
    def url(self) -> str:
        return self.server.url()


# -- All together ---------------------------------------------------------------------------------


class Stack:
    """Everything but the template's content; nothing runs yet but the broker."""

    def __init__(self, database: Database, home: Path, **settings: str) -> None:
        self.database = database
        self.home = home
        self.settings = settings
        self.broker = Broker(home / "broker")
        self.broker.start()
        self.port = _free_port()
        # Nobody listens there, unless a test has letters caught.
        self.mail_port = _free_port()
        self.address = f"http://{HOST}:{self.port}"
        self.parts: list[Part] = []
        self.web = self._web()
        self.worker = self.another_worker("first")

    def environment(self) -> dict[str, str]:
        return environment(
            self.database.url,
            REDIS_URL=self.broker.url,
            EMAIL_URL=f"smtp://{HOST}:{self.mail_port}",
            LOG_LEVEL="INFO",
            MEDIA_ROOT=str(self.home / "media"),
            **self.settings,
        )

    def another_worker(self, name: str) -> "Worker":
        celery = ["-m", "celery", "--quiet", "--app=cnscd_portal", "worker"]
        lanes = ["--queues=rollup,exchange,mail", "--concurrency=2"]
        # Nobody listens to the gossip of workers, and it doubles the time of their start.
        calm = ["--without-gossip", "--without-mingle", f"--hostname={name}@%h"]
        command = [*celery, *lanes, *calm, "--loglevel=info"]
        worker = Worker(command, self.home / f"worker-{name}.log", self.environment())
        self.parts.append(worker)
        return worker

    @contextlib.contextmanager
    def second_worker(self) -> Iterator["Worker"]:
        """Another worker of the same queues, which works meanwhile."""
        worker = self.another_worker("second")
        worker.start()
        worker.wait()
        yield worker
        worker.stop()

    def _web(self) -> "Web":
        granian = ["-m", "granian", "--interface=wsgi", f"--host={HOST}", f"--port={self.port}"]
        command = [*granian, "--workers=1", "--blocking-threads=4", "cnscd_portal.wsgi:application"]
        web = Web(command, self.home / "web.log", self.environment(), self.port)
        self.parts.append(web)
        return web

    def send(self, task: str, *arguments: object, app: str = "reports") -> str:
        """Put a task into the queue of its app, as beat does; its id."""
        queue = {"reports": "rollup", "teams": "exchange"}[app]
        with Celery(broker=self.broker.url) as sender:
            return str(sender.send_task(f"{app}.tasks.{task}", arguments, queue=queue).id)

    def stop(self) -> None:
        for part in self.parts:
            part.stop()
        self.broker.stop()


class Visitor:
    """Somebody who speaks HTTP without a browser."""

    def __init__(self, address: str, username: str, password: str) -> None:
        self.address = address
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )
        self.get("/sign-in/")
        self.post("/sign-in/", username=username, password=password)

    def get(self, path: str) -> str:
        with self.opener.open(self.address + path, timeout=30) as answer:
            return str(answer.read().decode())

    def post(self, path: str, **fields: object) -> str:
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": self._token()}).encode()
        with self.opener.open(self.address + path, body, timeout=30) as answer:
            return str(answer.read().decode())

    def bring(self, path: str, file: Path, **fields: str) -> str:
        """Send a form with a file; the path that it led to."""
        sent = SimpleUploadedFile(file.name, file.read_bytes())
        data = {**fields, "csrfmiddlewaretoken": self._token(), "file": sent}
        asked = urllib.request.Request(  # noqa: S310 - the portal's own address
            self.address + path,
            encode_multipart(BOUNDARY, data),
            {"Content-Type": MULTIPART_CONTENT},
        )
        with self.opener.open(asked, timeout=30) as answer:
            return str(urlsplit(answer.geturl()).path)

    def _token(self) -> str:
        return str(next(each.value for each in self.cookies if each.name == "csrftoken"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
