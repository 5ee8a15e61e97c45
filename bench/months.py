"""A roll-up of two years: as long as its months together, in a worker that does not grow."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence

from django.db import connection

from bench import province
from bench.measure import Figure
from bench.nation import without_triggers
from bench.province import Province
from reports import periods
from reports.models import Period, Report, Total
from units.tenancy import scope

MONTHS = 24
FEW = 6
# Beside the twelve that every province has.
YEAR_BEFORE = (*((2022, month) for month in range(7, 13)), *((2023, m) for m in range(1, 7)))

# Each month before has the reports of the month that is measured: the same again.
REPEAT = """
insert into reports_report (tenant_id, form_id, period_id, unit_id, team_id, status, values,
                            difficulties, proposals, version, submitted_at, updated_at,
                            updated_by_id)
select report.tenant_id, report.form_id, earlier.id, report.unit_id, report.team_id, report.status,
       report.values, '', '', report.version, report.submitted_at, report.updated_at,
       report.updated_by_id
from reports_report report
join reports_period earlier
  on earlier.tenant_id = report.tenant_id and earlier.id = any(%(earlier)s)
where report.period_id = %(month)s
"""


def build(provinces: Sequence[Province]) -> None:
    with without_triggers(Report):
        for each in provinces:
            with scope(tenant=each.tenant.pk):
                _build(each)
    province.settle()


def _build(each: Province) -> None:
    Period.objects.bulk_create(
        periods.lay_out(tenant=each.tenant, year=year, month=month, by=periods.DECREE_09)
        for year, month in YEAR_BEFORE
    )
    earlier = [month.pk for month in _earlier(each)]
    with connection.cursor() as cursor:
        cursor.execute(REPEAT, {"month": each.month.pk, "earlier": earlier})


def _earlier(each: Province) -> list[Period]:
    """The months before the one that is measured, the newest first."""
    before = Period.objects.filter(tenant_id=each.tenant.pk, ends_on__lt=each.month.ends_on)
    return list(before.order_by("-ends_on"))


def measure(provinces: Sequence[Province]) -> Iterator[Figure]:
    """How long a worker takes for all months and for a quarter of them; the most that it held."""
    few, all_of_them = rebuild(FEW), rebuild(MONTHS)
    for each in provinces:
        _demand_right(each)
    for months, (taken, peak) in ((FEW, few), (MONTHS, all_of_them)):
        yield Figure(f"rollup_{months}_months_nation", taken, "s")
        yield Figure(f"rollup_{months}_months_nation_memory_peak", peak, "MB")
    yield Figure("rollup_month_of_24_ratio", all_of_them[0] / MONTHS / (few[0] / FEW), "x")
    yield Figure("rollup_24_months_memory_ratio", all_of_them[1] / few[1], "x")


def rebuild(months: int | None = None) -> tuple[float, float]:
    """Seconds and MB of a worker that rebuilds so many months of every province; of one that does
    its nightly round where none is said."""
    command = [sys.executable, "-m", "bench.worker", *([str(months)] if months else [])]
    worker = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told = json.loads(worker.stdout)
    return told["seconds"], told["peak"]


def _demand_right(each: Province) -> None:
    """Months with the same reports have the same totals, or the bench ends."""
    with scope(tenant=each.tenant.pk):
        right = _totals(each.month)
        wrong = [month for month in _earlier(each) if _totals(month) != right]
    if wrong:
        raise AssertionError(f"Totals of {each.tenant} are wrong in {wrong}.")


def _totals(month: Period) -> dict[int, tuple[object, ...]]:
    columns = ("values", "gave", "not_applicable", "expected", "submitted", "approved")
    rows = Total.objects.filter(period=month).values_list("unit", *columns)
    return {unit: tuple(rest) for unit, *rest in rows}
