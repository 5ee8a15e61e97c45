"""The server that takes the portal's letters, as one address in the environment names it."""

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# The port on which each way of speaking to it is answered.
PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}


class MailServer(NamedTuple):
    """Without a host there is none, and nobody is written to."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    tls: bool = False
    ssl: bool = False


def mail_server(url: str) -> MailServer:
    if not url:
        return MailServer()
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL begins with smtp://, smtp+tls:// or smtp+ssl:// and names a server."
        )
    return MailServer(
        parts.hostname,
        parts.port or PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        tls=parts.scheme == "smtp+tls",
        ssl=parts.scheme == "smtp+ssl",
    )
