"""How the tree of units is planted, and how its derived ancestry is kept and checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from units.models import Ancestry, Level, Placement, Tenant, Unit


@dataclass(frozen=True)
class Seedling:
    """A unit to be planted; `parent` is the code of the unit above, given before it."""

    level: Level
    code: str
    name: str
    parent: str


@transaction.atomic
def plant(
    *, tenant: Tenant, seedlings: Iterable[Seedling], root: Unit | None, since: date
) -> list[Unit]:
    """Plant many units at once, valid from `since` on, and derive their ancestry.

    `root` is the unit above the seedlings that name no parent among them; None plants a new root.
    Raises IntegrityError where a code is taken on those days.
    """
    valid = DateRange(since, None)
    pairs = [
        (
            seedling,
            Unit(
                tenant=tenant,
                level=seedling.level,
                code=seedling.code,
                name=seedling.name,
                valid=valid,
            ),
        )
        for seedling in seedlings
    ]
    for _, unit in pairs:
        unit.clean_text()
    units = Unit.objects.bulk_create([unit for _, unit in pairs], batch_size=2000)
    by_code = {(unit.level, unit.code): unit for unit in units}
    placements = []
    for seedling, unit in pairs:
        parent = _parent_of(seedling, by_code) or root
        if parent is not None:
            placements.append(Placement(tenant=tenant, unit=unit, parent=parent, valid=valid))
    Placement.objects.bulk_create(placements, batch_size=2000)
    rebuild_ancestry(tenant=tenant)
    return units


def _parent_of(seedling: Seedling, by_code: dict[tuple[int, str], Unit]) -> Unit | None:
    for level in range(seedling.level - 1, Level.NATION - 1, -1):
        if parent := by_code.get((level, seedling.parent)):
            return parent
    return None


# Ranges are intersected on the way up, so a change of parent anywhere above splits a row in two.
# The nation's row is another tenant's, but its id is all that is needed.
CLIMB = """
with recursive climb (unit_id, ancestor_id, depth, valid) as (
    select id, id, 0, valid from units_unit where tenant_id = %(tenant)s
    union all
    select climb.unit_id, placement.parent_id, climb.depth + 1, climb.valid * placement.valid
    from climb
    join units_placement placement
      on placement.unit_id = climb.ancestor_id and placement.valid && climb.valid
    where placement.tenant_id = %(tenant)s
)
"""

DERIVE = (
    CLIMB
    + """
insert into units_ancestry (tenant_id, unit_id, ancestor_id, depth, valid)
select %(tenant)s, unit_id, ancestor_id, depth, valid from climb
"""
)

# ALL, because a row that stands twice would count everything below it twice.
DIFFER = (
    CLIMB  # noqa: S608 - constants alone
    + """
, derived as (select unit_id, ancestor_id, depth, valid from climb),
stored as (
    select unit_id, ancestor_id, depth, valid from units_ancestry where tenant_id = %(tenant)s
)
select count(*)
from (
    (select * from derived except all select * from stored)
    union all
    (select * from stored except all select * from derived)
) difference
"""
)


@transaction.atomic
def rebuild_ancestry(*, tenant: Tenant) -> None:
    """Derive a tenant's ancestry from its placements, in the transaction that changed them."""
    # One rebuild at a time: of two, the later would not see the rows that the first one wrote.
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    Ancestry.objects.filter(tenant=tenant).delete()
    with connection.cursor() as cursor:
        cursor.execute(DERIVE, {"tenant": tenant.pk})
        # A fresh tree without statistics is read by nested loops over every row.
        cursor.execute("analyze units_unit, units_placement, units_ancestry")


def count_differences(*, tenant: Tenant) -> int:
    """How many ancestry rows are missing or too many, compared with the placements; 0 is right."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFER, {"tenant": tenant.pk})
        return cursor.fetchone()[0]


def path(unit: Unit, *, on: date) -> list[Unit]:
    """The units from the top down to `unit` on that day, as far as the connection may read."""
    above = Ancestry.objects.filter(unit=unit, valid__contains=on).select_related("ancestor")
    return [row.ancestor for row in above.order_by("-depth")]


def communes(units: set[int], *, on: date) -> dict[int, Unit]:
    """By unit, the commune that it is or is in on a day; a unit above communes is its own."""
    above = Ancestry.objects.filter(
        unit__in=units, ancestor__level=Level.COMMUNE, valid__contains=on
    )
    found = {each.unit_id: each.ancestor for each in above.select_related("ancestor")}
    own = Unit.objects.filter(pk__in=units - set(found))
    return found | {unit.pk: unit for unit in own}
