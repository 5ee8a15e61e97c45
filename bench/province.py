"""What every province of the bench has, however it was built: people, a month, and a past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from accounts.models import Grant, User
from accounts.roles import Role
from reports import periods, rollup
from reports.models import Period
from units import founding
from units.models import Level, Tenant, Unit
from units.tenancy import scope

SINCE = date(2021, 1, 1)
MONTH = (2024, 6)
EARLIER_MONTHS = (*((2023, month) for month in range(7, 13)), *((2024, m) for m in range(1, 6)))


@dataclass(frozen=True)
class Province:
    """A province as built. `month` is the one that is measured."""

    tenant: Tenant
    unit: Unit
    commune: Unit
    staff: User
    admin: User
    officer: User  # of `commune`, one of many
    month: Period


def found_nation() -> tuple[Unit, User]:
    """The root of the tree, and somebody of the nation's staff."""
    root = founding.found_nation(since=SINCE)
    with scope(tenant=root.tenant_id):
        return root, _account(root, Role.NATION_STAFF)


def staff(tenant: Tenant, units: Sequence[Unit]) -> Province:
    """Give a province its accounts, and open its month; `units` are all, from the top down."""
    unit = units[0]
    commune = next(each for each in units if each.level == Level.COMMUNE)
    year, month = MONTH
    admin = _account(unit, Role.PROVINCE_ADMIN)
    period = periods.lay_out(tenant=tenant, year=year, month=month, by=periods.DECREE_09)
    period.save()
    periods.open_period(period=period, actor=admin)
    return Province(
        tenant=tenant,
        unit=unit,
        commune=commune,
        staff=_account(unit, Role.PROVINCE_STAFF),
        admin=admin,
        officer=_account(commune, Role.COMMUNE_OFFICER),
        month=period,
    )


def _account(unit: Unit, role: Role) -> User:
    """Nobody is there yet who could open it. Without a password, for nobody types one here."""
    user = User.objects.create_user(username=f"{unit.code}.{role}", tenant_id=unit.tenant_id)
    Grant.objects.create(tenant_id=unit.tenant_id, user=user, unit=unit, role=role)
    return user


REPEAT = """
insert into reports_total (tenant_id, unit_id, period_id, tree_on, values, gave, not_applicable,
                           expected, submitted, approved, computed_at)
select total.tenant_id, total.unit_id, earlier.id, earlier.ends_on, total.values, total.gave,
       total.not_applicable, total.expected, total.submitted, total.approved, total.computed_at
from reports_total total
join reports_period earlier on earlier.tenant_id = total.tenant_id and earlier.id <> %(month)s
where total.period_id = %(month)s
"""


def conclude(province: Province) -> None:
    """Roll the month up, and give the overview's line of twelve months a past: the same again."""
    rollup.sweep(province.tenant.pk)
    Period.objects.bulk_create(
        periods.lay_out(tenant=province.tenant, year=year, month=month, by=periods.DECREE_09)
        for year, month in EARLIER_MONTHS
    )
    with connection.cursor() as cursor:
        cursor.execute(REPEAT, {"month": province.month.pk})


def settle() -> None:
    """Bring statistics and pages into the state in which autovacuum would have left them."""
    with connection.cursor() as cursor:
        cursor.execute("vacuum (analyze)")
