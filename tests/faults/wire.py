"""A wire between a worker and the database that holds any one statement back, however short."""

import contextlib
import socket
from collections.abc import Iterator
from threading import Event, Thread
from urllib.parse import urlsplit

HOST = "127.0.0.1"
# What a client may ask before it says who it is; anything else is the version of the protocol.
WITH_SSL, WITH_GSS = 80877103, 80877104
QUERY = b"Q"
# Every job opens its tenant first, see `units.tenancy`.
SCOPE = "set_config('cnscd."


class Wire:
    """Hands on what both sides say, but the statement that `hold` named: that one never arrives."""

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)
        self.listener = socket.create_server((HOST, 0))
        # What each client said since `hold`, by its port, from the opening of its scope on.
        self.said: dict[int, list[str]] = {}
        self.number = 0
        self.held_port = 0
        self.held = Event()
        self.let_go = Event()
        Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        secret = f"{self.parts.username}:{self.parts.password}"
        port = self.listener.getsockname()[1]
        return self.parts._replace(netloc=f"{secret}@{HOST}:{port}").geturl()

    def hold(self, number: int) -> None:
        """Hold the statement of that number, before the database hears it; 0 holds none."""
        self.said = {}
        self.held.clear()
        self.let_go.clear()
        self.number = number

    def cut(self) -> str:
        """Close the connection of the statement that is held, as its dead client did; what it was.

        Nothing is held any more.
        """
        self.number = 0
        self.let_go.set()
        return self.said[self.held_port][-1]

    def close(self) -> None:
        self.let_go.set()
        self.listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection((HOST, self.parts.port or 0))
                for pump in (self._ask, self._answer):
                    Thread(target=pump, args=(client, server), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        with _both_end(client, server), contextlib.suppress(OSError, EOFError):
            _greet(client, server)
            port = client.getpeername()[1]
            while True:
                kind = _exactly(client, 1)
                length = _exactly(client, 4)
                body = _exactly(client, _number(length) - 4)
                if kind == QUERY and self._holds(port, body.rstrip(b"\0").decode()):
                    self.let_go.wait()
                    return
                server.sendall(kind + length + body)

    def _holds(self, port: int, statement: str) -> bool:
        if port not in self.said and SCOPE not in statement:
            return False
        said = self.said.setdefault(port, [])
        said.append(statement)
        if len(said) != self.number or self.held.is_set():
            return False
        self.held_port = port
        self.held.set()
        return True

    def _answer(self, client: socket.socket, server: socket.socket) -> None:
        with _both_end(client, server), contextlib.suppress(OSError):
            while heard := server.recv(65536):
                client.sendall(heard)


def _greet(client: socket.socket, server: socket.socket) -> None:
    code = WITH_SSL
    while code in (WITH_SSL, WITH_GSS):
        length = _exactly(client, 4)
        body = _exactly(client, _number(length) - 4)
        code = _number(body[:4])
        server.sendall(length + body)


def _number(four: bytes) -> int:
    return int.from_bytes(four, "big")


@contextlib.contextmanager
def _both_end(*peers: socket.socket) -> Iterator[None]:
    """Whoever ends ends both sides; closing alone would not wake the other thread."""
    try:
        yield
    finally:
        for peer in peers:
            with contextlib.suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)
            peer.close()


def _exactly(peer: socket.socket, count: int) -> bytes:
    heard = b""
    while len(heard) < count:
        part = peer.recv(count - len(heard))
        if not part:
            raise EOFError
        heard += part
    return heard
