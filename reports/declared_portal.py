"""What has the portal itself of the period of a consolidated table?"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reports import catalogue, declared_periods
from reports.figures import Values
from reports.models import Declaration, Total
from reports.month_numbers import Month, month_of
from reports.stretches import Stretch, over, stocks_of
from reports.sums import Sum


@dataclass(frozen=True)
class Known:
    """Of a unit: its figures, and of which months it has approved reports."""

    values: Values
    months: list[int]


class Portal:
    """The totals of units over years, read in one statement."""

    def __init__(self, units: Iterable[int], years: Iterable[int], user: Any) -> None:
        self._stocks = {year: stocks_of(catalogue.of_year(year)) for year in set(years)}
        rows = Total.objects.visible_to(user).as_reported()
        rows = rows.filter(unit__in=set(units), period__year__in=self._stocks)
        self._months: dict[tuple[int, int], dict[Month, Sum]] = defaultdict(dict)
        for total in rows.to_read().select_related("period"):
            if total.approved:
                month = month_of(total.period.year, total.period.month)
                self._months[total.unit_id, total.period.year][month] = Sum.of(total)

    def of(self, unit: int | None, declaration: Declaration) -> Known:
        """What a unit has over the period of a table, see `reports.stretches`: what is added up of
        months where it has all of them."""
        span = declared_periods.of(declaration)
        stretch = Stretch(span.label, tuple(month_of(span.year, each) for each in span.numbers))
        stocks = self._stocks[declaration.year]
        long = over(stretch, self._months.get((unit or 0, declaration.year), {}), stocks)
        values: Values = {
            code: value
            for code, value in long.whole.values.items()
            if value is not None and (code in stocks or not long.missing)
        }
        known = zip(span.numbers, stretch.months, strict=True)
        return Known(values, [number for number, month in known if month not in long.missing])
