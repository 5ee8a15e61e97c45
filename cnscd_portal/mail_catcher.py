"""A server of mail for demo and tests: it takes every letter and keeps it as a file.

It speaks as much of SMTP as Django asks for, to this machine alone. `smtpd` has left Python, and a
dependency for the hundred lines that are needed here would have to be kept up for ever.

    python -m cnscd_portal.mail_catcher --port 2525 --folder .data/mail
"""

import argparse
import os
import socketserver
import tempfile
from pathlib import Path

LONGEST_LINE = 4096


class Session(socketserver.StreamRequestHandler):
    """One conversation: HELO, MAIL, RCPT, DATA, and so on until QUIT."""

    server: "Catcher"

    def handle(self) -> None:
        self._say("220 catcher")
        while words := self.rfile.readline(LONGEST_LINE).split():
            command = words[0].upper()
            if command == b"DATA":
                self._say("354 go on")
                self.server.keep(self._letter())
                self._say("250 kept")
            elif command == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _letter(self) -> bytes:
        """The lines up to a lone dot; of those that begin with one the first is taken off."""
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class Catcher(socketserver.ThreadingTCPServer):
    """Keeps letters in a folder, each as an .eml that a program for mail opens."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, folder: Path) -> None:
        super().__init__(("127.0.0.1", port), Session)
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def keep(self, letter: bytes) -> None:
        # Named when it is whole: nobody finds half a letter.
        handle, path = tempfile.mkstemp(dir=self.folder, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(letter)
        Path(path).rename(Path(path).with_suffix(".eml"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    with Catcher(options.port, options.folder) as catcher:
        catcher.serve_forever()


if __name__ == "__main__":
    main()
