"""The bench's own database, beside the portal's: made empty, migrated, dropped."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql


@contextmanager
def fresh(url: str) -> Iterator[str]:
    """Make the bench's database beside the one of `url`, hand out its address, and drop it."""
    parts = urlsplit(url)
    name = f"{parts.path.lstrip('/')}_bench"
    _drop(url, name)
    _execute(url, "create database {}", name)
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        _drop(url, name)


def _drop(url: str, name: str) -> None:
    # FORCE, because a bench that was killed may have left a session behind.
    _execute(url, "drop database if exists {} with (force)", name)


def _execute(url: str, statement: str, name: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))
    connection.close()
