"""Many rows at once: staged in a temporary table, from which one statement writes them.

PostgreSQL copies into no table behind row-level security, and building a statement of ten thousand
rows takes the ORM longer than the database takes to write them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any

from django.db import connection

ROWS_AT_ONCE = 20_000
# What the text format of COPY would take for the end of a field or a row.
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
ESCAPED = re.compile(r"[\\\t\n\r]")


def stage(table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> int:
    """Create a temporary table of `{column: type}`, which ends with the transaction, and fill it.

    None becomes null. Returns how many rows there are.
    """
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(f"drop table if exists pg_temp.{table}")
        cursor.execute(f"create temporary table {table} ({declared}) on commit drop")
        for chunk in _chunks(rows):
            text = StringIO("".join(map(_line, chunk)))
            cursor.copy_expert(f"copy {table} from stdin", text)
            count += len(chunk)
        cursor.execute(f"analyze {table}")
    return count


def run(
    query: str, table: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]], *values: Any
) -> int:
    """Stage the rows, and run a statement that reads them; nothing is run where there are none.
    Returns how many rows it wrote."""
    if not rows:
        return 0
    stage(table, columns, rows)
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.rowcount)


def next_ids(model: Any, count: int) -> list[int]:
    """Keys for rows that are about to be inserted, so that others can name them already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _chunks(rows: Iterable[Sequence[Any]]) -> Iterable[list[Sequence[Any]]]:
    chunk: list[Sequence[Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == ROWS_AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _line(row: Sequence[Any]) -> str:
    return "\t".join(map(_field, row)) + "\n"


def _field(value: Any) -> str:
    if value is None:
        return "\\N"
    text = value if isinstance(value, str) else str(value)
    # Few texts hold any, and looking is far quicker than translating.
    return text.translate(ESCAPES) if ESCAPED.search(text) else text
