"""The same figures in the shape of a generic reporting system, beside ours in one run.

One row a figure, the levels above its reporter written into it, and sums made when somebody asks.
Such a system stores faster, for it has no totals to keep; what it pays for is reading. The few
teams of enterprises that stand on a district are left out: they have no commune to be written.
"""

import statistics
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection

from bench.measure import Figure, alternate, seconds
from bench.province import Province
from bench.rollup import bare_sums, opened, rebuild
from reports.models import Period, Status
from units.models import Level, Unit
from units.tenancy import scope

# Without walls, history or triggers: nothing but the figures, and the indexes that reading needs.
CREATE = """
create unlogged table bench_generic (
    province_id bigint not null, district_id bigint not null, commune_id bigint not null,
    unit_id bigint not null, team_id bigint not null, period_id bigint not null,
    code text not null, amount bigint
)
"""

STORE = """
insert into bench_generic
select report.tenant_id, district.parent_id, commune.parent_id, report.unit_id, report.team_id,
       report.period_id, part.key, part.value::bigint
from reports_report report
join units_unit hamlet on hamlet.id = report.unit_id and hamlet.level = %(hamlet)s
join units_placement commune
  on commune.unit_id = report.unit_id and commune.valid @> %(on)s::date
join units_placement district
  on district.unit_id = commune.parent_id and district.valid @> %(on)s::date
cross join lateral jsonb_each_text(report.values) part
where report.period_id = any(%(months)s) and report.status in %(counted)s
"""

# The year before is the month again, as it is of our totals.
REPEAT = """
insert into bench_generic
select generic.province_id, district_id, commune_id, unit_id, team_id, earlier.id, code, amount
from bench_generic generic
join reports_period earlier
  on earlier.tenant_id = generic.province_id and earlier.id <> all(%(months)s)
where generic.period_id = any(%(months)s) and generic.province_id = %(tenant)s
"""

BY_COMMUNE = "select commune_id, code, sum(amount) from bench_generic group by commune_id, code"
INDEX = "create index on bench_generic (province_id, period_id)"
DROP = "drop table if exists bench_generic"

SUM = """
select count(*), sum(amount) from (
    select commune_id, district_id, province_id, code, sum(amount) as amount, count(amount) as gave
    from bench_generic
    where period_id = any(%(months)s)
    group by grouping sets ((commune_id, code), (district_id, code), (province_id, code))
) sums
"""

READ = """
select count(*), sum(amount) from (
    select period_id, commune_id, district_id, province_id, code,
           sum(amount) as amount, count(amount) as gave
    from bench_generic
    where province_id = %(tenant)s and period_id = any(%(months)s)
    group by grouping sets ((period_id, commune_id, code), (period_id, district_id, code),
                            (period_id, province_id, code))
) sums
"""

OURS = """
select count(*), sum(length(values::text) + length(gave::text))
from reports_total where period_id = any(%(months)s)
"""


def measure(provinces: Sequence[Province], *, rounds: int) -> Iterator[Figure]:
    """Storing, size, the sums of a month, and a year of the largest province; then ours."""
    largest = provinces[-1]
    asked = {
        "on": largest.month.tree_on,
        "months": [province.month.pk for province in provinces],
        "counted": tuple(Status.counted()),
        "tenant": largest.tenant.pk,
        "hamlet": Level.HAMLET,
    }
    with opened(provinces):
        _execute(CREATE, asked)
        try:
            yield Figure("generic_store_month", seconds(_asking(STORE, asked)), "s")
            yield Figure("generic_on_disk_month", _size(), "MB")
            _demand_same(provinces)
            _execute(REPEAT, asked)
            _execute(INDEX, asked)
            _execute("analyze bench_generic", asked)
            yield from _side_by_side(provinces, asked, rounds)
        finally:
            _execute(DROP, asked)


def _side_by_side(
    provinces: Sequence[Province], asked: dict[str, Any], rounds: int
) -> Iterator[Figure]:
    year = {**asked, "months": _months_of(provinces[-1])}
    taken = alternate(
        {
            "generic_sum_month": _asking(SUM, asked),
            "generic_sum_month_ours_written": lambda: rebuild(provinces),
            "generic_read_year_largest_province": _asking(READ, year),
            "generic_read_year_largest_province_ours": _asking(OURS, year),
        },
        rounds=rounds,
    )
    for name, times in taken.items():
        yield Figure(name, statistics.median(times) * 1000, "ms")


def _demand_same(provinces: Sequence[Province]) -> None:
    """Refuse to compare two shapes of different figures."""
    with connection.cursor() as cursor:
        cursor.execute(BY_COMMUNE)
        theirs = {(unit_id, code): amount for unit_id, code, amount in cursor}
    bare = bare_sums(provinces)
    communes = set(Unit.objects.filter(level=Level.COMMUNE).values_list("pk", flat=True))
    if theirs != {key: amount for key, amount in bare.items() if key[0] in communes}:
        raise RuntimeError("The generic shape does not add up to the same sums of communes.")


def _months_of(province: Province) -> list[int]:
    with scope(tenant=province.tenant.pk):
        return list(Period.objects.filter(tenant=province.tenant).values_list("pk", flat=True))


def _asking(statement: str, asked: dict[str, Any]) -> Callable[[], None]:
    return lambda: _execute(statement, asked)


def _execute(statement: str, asked: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)


def _size() -> float:
    with connection.cursor() as cursor:
        cursor.execute("select pg_total_relation_size('bench_generic')")
        (size,) = cursor.fetchone()
    return size / 2**20
