"""How long the roll-up takes, and how that compares with the least that any roll-up must do."""

import json
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from bench.measure import Figure, alternate, counted_statements, percentile, seconds
from bench.province import Province
from reports import rollup, workflow
from reports.models import Period, Report, Status, Total
from units.models import Level
from units.tenancy import scope

# The least that any roll-up must do: open every document, find its commune, and add.
BARE = """
select placement.parent_id as unit_id, part.key as code, sum(part.value::bigint) as amount
from reports_report report
join units_placement placement
  on placement.unit_id = report.unit_id and placement.valid @> %(on)s::date
cross join lateral jsonb_each_text(report.values) part
where report.period_id = any(%(months)s) and report.status in %(counted)s
group by placement.parent_id, part.key
"""


def month(provinces: Sequence[Province], *, name: str, rounds: int) -> Iterator[Figure]:
    """The full roll-up of the month of all `provinces`, and its ratio to the bare sums."""
    demand_right(provinces)
    taken = alternate(
        {"bare": lambda: add_up(provinces), "full": lambda: rebuild(provinces)}, rounds=rounds
    )
    bare, full = (statistics.median(taken[kind]) for kind in ("bare", "full"))
    yield Figure(f"rollup_month_{name}", full, "s")
    yield Figure(f"rollup_month_{name}_bare_sql", bare, "s")
    yield Figure(f"rollup_month_{name}_ratio", full / bare, "x")


def rebuild(provinces: Sequence[Province]) -> None:
    """What a worker does, province after province: every total anew, and written."""
    for province in provinces:
        with scope(tenant=province.tenant.pk):
            rollup.rebuild(province.month)


def add_up(provinces: Sequence[Province]) -> None:
    """The bare sums in one statement; read to the end by the server, and not sent."""
    with opened(provinces), connection.cursor() as cursor:
        cursor.execute(
            f"select count(*), sum(amount) from ({BARE}) sums",  # noqa: S608 - a constant
            _parameters(provinces),
        )


def bare_sums(provinces: Sequence[Province]) -> dict[tuple[int, str], int | None]:
    """By unit and code, for comparison with the totals."""
    with opened(provinces), connection.cursor() as cursor:
        cursor.execute(BARE, _parameters(provinces))
        return {(unit_id, code): amount for unit_id, code, amount in cursor}


def demand_right(provinces: Sequence[Province]) -> None:
    """Refuse to measure a roll-up that adds up to anything but the bare sums."""
    bare = bare_sums(provinces)
    with opened(provinces):
        totals = Total.objects.filter(period__in=[province.month.pk for province in provinces])
        communes = dict(totals.filter(unit__level=Level.COMMUNE).values_list("unit", "values"))
        tops = list(totals.filter(unit__level=Level.PROVINCE).values_list("values", flat=True))
    rolled_up = {(pk, code): held for pk, sums in communes.items() for code, held in sums.items()}
    if rolled_up != {key: amount for key, amount in bare.items() if key[0] in communes}:
        raise RuntimeError("The totals of communes are not the bare sums of their reports.")
    if _by_code(pair for sums in tops for pair in sums.items()) != _by_code(
        (code, amount) for (_, code), amount in bare.items()
    ):
        raise RuntimeError("The totals of provinces are not the bare sums of all reports.")


def _by_code(amounts: Iterable[tuple[str, int | None]]) -> Counter[str]:
    whole: Counter[str] = Counter()
    for code, amount in amounts:
        whole[code] += int(amount or 0)
    return whole


def opened(provinces: Sequence[Province]) -> Any:
    """The wall: one province as a worker sees it, or all as the nation's staff do."""
    if len(provinces) == 1:
        return scope(tenant=provinces[0].tenant.pk)
    return scope(reads_all=True)


def _parameters(provinces: Sequence[Province]) -> dict[str, Any]:
    return {
        "on": provinces[0].month.tree_on,
        "months": [province.month.pk for province in provinces],
        "counted": tuple(Status.counted()),
    }


def year(province: Province, *, name: str, rounds: int) -> Iterator[Figure]:
    """How long the database takes for all totals of twelve months, up to the text it would send."""
    with scope(tenant=province.tenant.pk):
        # By its months, as every page asks: that is what the totals are found by.
        months = Period.objects.visible_to(province.staff).values_list("pk", flat=True)
        totals = Total.objects.visible_to(province.staff).filter(period__in=list(months)).to_read()
        rows = totals.count()
        taken = [_execution(totals) for _ in range(rounds)]
    yield Figure(f"totals_of_a_year_{name}_rows", rows, "rows")
    yield Figure(f"totals_of_a_year_{name}", statistics.median(taken), "ms")


def _execution(rows: QuerySet[Total]) -> float:
    """Milliseconds by the clock of the database itself."""
    told = rows.explain(format="json", analyze=True, timing=False, serialize="text")
    (plan,) = json.loads(told)
    return plan["Execution Time"]


def approval(province: Province, *, name: str, approvals: int) -> Iterator[Figure]:
    """The sweep after one approval, and after the opening of a month, which marks every total."""
    with scope(tenant=province.tenant.pk):
        reports = Report.objects.filter(period=province.month).order_by("pk")
        step = max(1, reports.count() // approvals)
        taken = []
        for report in reports[::step][:approvals]:
            _approve_again(province, report)
            taken.append(seconds(lambda: rollup.sweep(province.tenant.pk)))
        _approve_again(province, reports[0])
        after_one = _sweep_statements(province)
        rollup.mark_month(province.month)
        after_all = _sweep_statements(province)
    yield Figure(f"sweep_after_one_approval_{name}_p50", percentile(taken, 50) * 1000, "ms")
    yield Figure(f"sweep_after_one_approval_{name}_p95", percentile(taken, 95) * 1000, "ms")
    yield Figure(f"sweep_after_one_approval_{name}_statements", after_one, "statements")
    yield Figure(f"sweep_after_every_mark_{name}_statements", after_all, "statements")


def _approve_again(province: Province, report: Report) -> None:
    """Reopen an approved report and let it through once more; only the approval is left unswept."""
    steps = (("reopen", "Bench"), ("submit", ""), ("approve", ""))
    for name, reason in steps:
        report = workflow.apply(
            report, name, actor=province.admin, version=report.version, reason=reason
        )
        if name != "approve":
            rollup.sweep(province.tenant.pk)


def _sweep_statements(province: Province) -> int:
    with counted_statements() as statements:
        rollup.sweep(province.tenant.pk)
    return len(statements)
