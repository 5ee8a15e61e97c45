"""How the nation and its provinces come into being, each a tenant with a tree of its own.

What goes wrong here is told to whoever runs a server, in English like every command.
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from django.db import IntegrityError, transaction

from units.errors import DomainError, NotPossibleNow
from units.models import Level, Tenant, Unit
from units.tenancy import scope
from units.tree import Seedling, plant

LEVELS = {level.name.lower(): level for level in Level}
COLUMNS = {"level", "code", "parent_code", "name"}


@transaction.atomic
def found_nation(*, since: date, code: str = "VN", name: str = "Việt Nam") -> Unit:
    """Plant the root under which every province stands. Raises NotPossibleNow where it stands."""
    if Tenant.objects.filter(is_nation=True).exists():
        raise NotPossibleNow("The nation is founded already.")
    tenant = Tenant.objects.create(code=code, name=name, is_nation=True)
    with scope(tenant=tenant.pk):
        (root,) = plant(
            tenant=tenant,
            seedlings=[Seedling(Level.NATION, code, name, "")],
            root=None,
            since=since,
        )
    return root


@transaction.atomic
def found_province(*, seedlings: Sequence[Seedling], since: date) -> list[Unit]:
    """Make a tenant of a province, the first of `seedlings`, and plant all under the nation.

    Raises NotPossibleNow where the nation is not founded, or the province is.
    """
    nation = Tenant.objects.filter(is_nation=True).first()
    if nation is None:
        raise NotPossibleNow("Found the nation first.")
    province = seedlings[0]
    try:
        with transaction.atomic():
            tenant = Tenant.objects.create(code=province.code, name=_short(province.name))
    except IntegrityError:
        raise NotPossibleNow(f"Province {province.code} exists.") from None
    with scope(tenant=nation.pk):
        root = Unit.objects.get(level=Level.NATION)
    with scope(tenant=tenant.pk):
        return plant(tenant=tenant, seedlings=seedlings, root=root, since=since)


def _short(name: str) -> str:
    """Quảng Ninh for Tỉnh Quảng Ninh."""
    return name.removeprefix("Tỉnh ").removeprefix("Thành phố ")


def read(path: Path, *, province: str) -> list[Seedling]:
    """The province with this code and all that stands under it, from the top down.

    The file is CSV with `level` (province, district, commune or hamlet), `code`, `parent_code` and
    `name`. Raises DomainError where it is not, or has no such province.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if missing := COLUMNS - set(rows.fieldnames or ()):
            raise DomainError(f"{path.name} has no column {', '.join(sorted(missing))}.")
        known = list(_seedlings(rows, path.name))
    reached = {(Level.PROVINCE, province)}
    found = []
    for seedling in sorted(known, key=lambda each: each.level):
        above = {(level, seedling.parent) for level in Level if level < seedling.level}
        if (seedling.level, seedling.code) in reached or above & reached:
            reached.add((seedling.level, seedling.code))
            found.append(seedling)
    if not found or found[0].level != Level.PROVINCE:
        raise DomainError(f"{path.name} has no province {province}.")
    return found


def _seedlings(rows: "csv.DictReader[str]", name: str) -> Iterator[Seedling]:
    for row in rows:
        if row["level"] not in LEVELS:
            raise DomainError(f"Line {rows.line_num} of {name}: {row['level']} is no level.")
        yield Seedling(LEVELS[row["level"]], row["code"], row["name"], row["parent_code"])
