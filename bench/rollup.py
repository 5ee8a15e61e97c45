"""How long the roll-up takes, and how that compares with the least that any roll-up must do."""

import statistics
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from bench.measure import Figure, alternate, counted_statements, percentile, seconds
from bench.province import Province
from reports import rollup, workflow
from reports.models import Report, Status
from units.tenancy import scope

ROUNDS = 7
APPROVALS = 20

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


def month(provinces: Sequence[Province], *, name: str, rounds: int = ROUNDS) -> Iterator[Figure]:
    """The full roll-up of the month of all `provinces`, and its ratio to the bare sums."""
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
    with _opened(provinces), connection.cursor() as cursor:
        cursor.execute(
            f"select count(*), sum(amount) from ({BARE}) sums",  # noqa: S608 - a constant
            _parameters(provinces),
        )


def bare_sums(provinces: Sequence[Province]) -> dict[tuple[int, str], int | None]:
    """By unit and code, for comparison with the totals."""
    with _opened(provinces), connection.cursor() as cursor:
        cursor.execute(BARE, _parameters(provinces))
        return {(unit_id, code): amount for unit_id, code, amount in cursor}


def _opened(provinces: Sequence[Province]) -> Any:
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


def approval(province: Province, *, name: str, approvals: int = APPROVALS) -> Iterator[Figure]:
    """The sweep after one approval, and after the opening of a month, which marks every total."""
    with scope(tenant=province.tenant.pk):
        reports = Report.objects.filter(period=province.month).order_by("pk")
        step = max(1, reports.count() // approvals)
        taken = []
        for report in reports[::step][:approvals]:
            _approve_again(province, report)
            taken.append(seconds(lambda: rollup.sweep(province.tenant.pk)))
        _approve_again(province, report)
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
