"""Stopwatches, counters, and the one form in which a figure is printed."""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from django.db import connection

Action = Callable[[], object]


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str

    def __str__(self) -> str:
        """Three significant digits at least, and every digit of a whole number."""
        whole = isinstance(self.value, int) or abs(self.value) >= 100
        written = f"{self.value:.0f}" if whole else f"{self.value:.3g}"
        return f"{self.name} {written} {self.unit}"


def seconds(action: Action) -> float:
    began = perf_counter()
    action()
    return perf_counter() - began


def alternate(actions: Mapping[str, Action], *, rounds: int) -> dict[str, list[float]]:
    """How long each action took in each round, after one round to warm up.

    They run in turn, so that whatever else the machine does meanwhile slows all of them alike.
    """
    for action in actions.values():
        action()
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            taken[name].append(seconds(action))
    return taken


def percentile(taken: Sequence[float], percent: int) -> float:
    return statistics.quantiles(taken, n=100, method="inclusive")[percent - 1]


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements that the connection carries out meanwhile."""
    seen: list[str] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        seen.append(str(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen
