"""More workers: one, two and four processes sweep a backlog of the whole nation."""

import subprocess
import sys
from collections.abc import Iterator, Sequence

from bench.measure import Figure, seconds
from bench.province import Province
from reports import rollup
from reports.models import DirtyTotal, Total
from units.tenancy import scope

WORKERS = (1, 2, 4)


def measure(provinces: Sequence[Province]) -> Iterator[Figure]:
    """How long each number of workers takes; then every total is held against a rebuild."""
    for workers in WORKERS:
        before = [_spoil(province) for province in provinces]
        yield Figure(f"sweep_backlog_{workers}_workers", _sweep(workers), "s")
        for province, rows in zip(provinces, before, strict=True):
            _demand_right(province, rows)


def _spoil(province: Province) -> int:
    """Mark every total of the month and make it wrong; returns how many there are."""
    with scope(tenant=province.tenant.pk):
        rollup.mark_month(province.month)
        return Total.objects.filter(period=province.month).update(values={}, approved=0)


def _sweep(workers: int) -> float:
    command = [sys.executable, "-m", "bench.sweeper"]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(workers)
    ]
    try:
        if any(each.stdout.readline() != "ready\n" for each in running if each.stdout):
            raise RuntimeError("A sweeper did not start.")
        return seconds(lambda: _let_go(running))
    finally:
        for each in running:
            each.kill()
            each.communicate()


def _let_go(running: Sequence[subprocess.Popen[str]]) -> None:
    for each in running:
        if each.stdin:
            each.stdin.write("\n")
            each.stdin.flush()
    if any(each.wait() for each in running):
        raise RuntimeError("A sweeper failed.")


def _demand_right(province: Province, rows: int) -> None:
    with scope(tenant=province.tenant.pk):
        if DirtyTotal.objects.filter(period=province.month).exists():
            raise AssertionError(f"Marks of {province.tenant} were left.")
        if Total.objects.filter(period=province.month).count() != rows:
            raise AssertionError(f"Totals of {province.tenant} were lost or doubled.")
        if differences := rollup.compare(province.month):
            raise AssertionError(f"The sweep of {province.tenant} was wrong: {differences[:3]}")
