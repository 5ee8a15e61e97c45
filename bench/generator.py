"""`python -m bench.generator`: sends requests on schedule, whether or not answers come.

A process of its own, so that what it takes is not taken from what it measures. It reads one plan of
JSON from standard input, and writes one answer to each request, in order: the status, 0 where none
came; the seconds since the request was *due*, so that waiting counts; and where it leads.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

HOST = "127.0.0.1"
GIVE_UP_SECONDS = 60

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Answer = tuple[int, float, str]


@dataclass
class Browser:
    """One user's, which keeps its connections open and takes another where all of them wait."""

    port: int
    idle: list[Connection] = field(default_factory=list)

    async def send(self, request: bytes) -> tuple[int, str]:
        reader, writer = (
            self.idle.pop() if self.idle else await asyncio.open_connection(HOST, self.port)
        )
        try:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            status, *lines = head.split("\r\n")
            headers = {name: value.strip() for name, _, value in map(_parted, lines)}
            await reader.readexactly(int(headers.get("content-length", 0)))
        except BaseException:
            await _close(writer)
            raise
        self.idle.append((reader, writer))
        return int(status.split()[1]), headers.get("location", "")

    async def close(self) -> None:
        for _, writer in self.idle:
            await _close(writer)


def _parted(line: str) -> tuple[str, str, str]:
    return line.partition(":")


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def generate(
    port: int, rate: float, users: int, requests: list[str], began: float | None = None
) -> list[Answer]:
    """Send so many a second, the users in turn; from now on, or from a time to come, by the clock
    that all processes of a machine share."""
    clock = asyncio.get_running_loop().time
    browsers = [Browser(port) for _ in range(users)]
    began = began or clock()

    async def one(browser: Browser, request: bytes, due: float) -> Answer:
        try:
            async with asyncio.timeout(GIVE_UP_SECONDS):
                status, leads_to = await browser.send(request)
        except (OSError, EOFError, TimeoutError):
            status, leads_to = 0, ""
        return status, clock() - due, leads_to

    running = []
    for number, request in enumerate(requests):
        due = began + number / rate
        # Even where it is late already: what was sent has to get its turn.
        await asyncio.sleep(max(0, due - clock()))
        task = one(browsers[number % users], request.encode("ascii"), due)
        running.append(asyncio.create_task(task))
    answers = await asyncio.gather(*running)
    for browser in browsers:
        await browser.close()
    return answers


def send(port: int, requests: Sequence[str], **plan: float) -> list[Answer]:
    """Generate in a process of its own; the rest of the plan is told as to `generate`."""
    generator = subprocess.run(
        [sys.executable, "-m", "bench.generator"],
        check=True,
        input=json.dumps({"port": port, "requests": requests, **plan}),
        stdout=subprocess.PIPE,
        text=True,
    )
    return [
        (status, seconds, leads_to) for status, seconds, leads_to in json.loads(generator.stdout)
    ]


if __name__ == "__main__":
    json.dump(asyncio.run(generate(**json.load(sys.stdin))), sys.stdout)
