"""What has the portal itself of the period of a consolidated table?"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reports import catalogue, declared_periods
from reports.figures import Values
from reports.models import Declaration, Indicator, Total


@dataclass(frozen=True)
class Known:
    """Of a unit: its figures, and of which months it has approved reports."""

    values: Values
    months: list[int]


class Portal:
    """The totals of units over years, read in one statement."""

    def __init__(self, units: Iterable[int], years: Iterable[int], user: Any) -> None:
        self._stocks = {year: _stocks_of(year) for year in set(years)}
        rows = Total.objects.visible_to(user).as_reported()
        rows = rows.filter(unit__in=set(units), period__year__in=self._stocks)
        self._totals: dict[tuple[int, int], list[Total]] = defaultdict(list)
        for total in rows.to_read().select_related("period").order_by("period__month"):
            if total.approved:
                self._totals[total.unit_id, total.period.year].append(total)

    def of(self, unit: int | None, declaration: Declaration) -> Known:
        """What a unit has over the period of a table, where it has all of it: the sum of all of the
        months, and of what stands as of the end of a month that of the last one."""
        wanted = declared_periods.of(declaration).numbers
        totals = [
            total
            for total in self._totals.get((unit or 0, declaration.year), ())
            if total.period.month in wanted
        ]
        months = [total.period.month for total in totals]
        stocks = self._stocks[declaration.year]
        values: Values = {}
        if months == list(wanted):
            values = _added(totals, stocks)
        if wanted[-1] in months:
            values |= {code: totals[-1].values.get(code) for code in stocks}
        return Known({code: each for code, each in values.items() if each is not None}, months)


def _added(totals: list[Total], stocks: set[str]) -> Values:
    values: Values = {}
    for total in totals:
        for code, value in total.values.items():
            if code not in stocks and value is not None:
                values[code] = (values.get(code) or 0) + value
    return values


def _stocks_of(year: int) -> set[str]:
    return {
        each.code
        for each in catalogue.of_year(year).indicators
        if each.kind == Indicator.Kind.STOCK
    }
