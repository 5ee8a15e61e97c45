"""A province becomes part of another one: Hải Dương, for the tests, of Quảng Ninh."""

import json
from datetime import date
from typing import Any

from django.db import connection

from accounts.models import User
from tests.cast import Cast
from tests.matrix.test_walls import FENCED
from units import mergers
from units.models import Merger, Tenant
from units.tenancy import scope

ON = date(2024, 6, 10)  # the business date of the tests
DECREE = "202/2025/QH15"

Dump = dict[str, dict[int, dict[str, Any]]]


def merge(cast: Cast, *, on: date = ON, carried: list[int] | None = None) -> Merger:
    return mergers.merge(
        source=Tenant.objects.get(pk=cast.other.pk),
        into=Tenant.objects.get(pk=cast.province.pk),
        on=on,
        decree=DECREE,
        carried=carried or [],
        actor=None,
    )


def unmerge(merger: Merger) -> None:
    mergers.unmerge(merger=merger, actor=None)


def again(user: User) -> User:
    """As the next request finds the person."""
    with scope(account=user.pk):
        return User.objects.select_related("tenant").get(pk=user.pk)


def dump() -> Dump:
    """Every row of every province, by table and key."""
    found: Dump = {}
    with scope(reads_all=True), connection.cursor() as cursor:
        for table in FENCED:
            cursor.execute(f"select to_jsonb({table}) from {table}")  # noqa: S608
            rows = [json.loads(row) if isinstance(row, str) else row for (row,) in cursor]
            found[table] = {row.get("pgh_id", row.get("id")): row for row in rows}
    return found
