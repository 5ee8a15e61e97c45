"""The second wall: which tenant's rows the database connection may touch.

Row-level security reads five settings of the connection. None of them set means no rows.
`tenant` opens one province for reading and writing, `reads_all` every province for reading,
`account` and `sign_in` one row of the accounts, for those who knock before their province is known.
`moves_to` lets rows of the open province go to another one, whose rows it reads meanwhile: for
`units.mergers` alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

SETTINGS = ("tenant", "reads_all", "account", "sign_in", "moves_to")


@contextmanager
def scope(
    *,
    tenant: int | None = None,
    reads_all: bool = False,
    account: int | None = None,
    sign_in: str = "",
    moves_to: int | None = None,
) -> Iterator[None]:
    """Open the connection for exactly this much, and put back what stood before.

    Opened outside a transaction, it survives that transaction's roll-back. Opened inside one that
    fails, PostgreSQL itself restores the earlier values, so there is nothing left to put back.
    """
    before = _exchange(
        {
            "tenant": str(tenant or ""),
            "reads_all": "on" if reads_all else "",
            "account": str(account or ""),
            "sign_in": sign_in,
            "moves_to": str(moves_to or ""),
        }
    )
    try:
        yield
    finally:
        if _can_speak():
            _exchange(before)


def present() -> dict[str, str]:
    """What the connection is open for now; all empty means no rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {_READ}")
        return dict(zip(SETTINGS, cursor.fetchone(), strict=True))


_READ = ", ".join(f"coalesce(current_setting('cnscd.{name}', true), '')" for name in SETTINGS)
_WRITE = ", ".join(f"set_config('cnscd.{name}', %s, false)" for name in SETTINGS)


def _exchange(values: dict[str, str]) -> dict[str, str]:
    """Set, and return what stood before, in one round trip: a select list runs left to right."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {_READ}, {_WRITE}", [values[name] for name in SETTINGS])
        return dict(zip(SETTINGS, cursor.fetchone(), strict=False))


def _can_speak() -> bool:
    """False for a lost connection, and inside a failed transaction, which restores by itself."""
    raw = connection.connection
    return (
        raw is not None
        and not raw.closed
        # Django lets nothing through until the end of the transaction, not even this.
        and not connection.needs_rollback
        and raw.get_transaction_status() != TRANSACTION_STATUS_INERROR
    )
