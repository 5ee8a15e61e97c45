"""Why a number of more than a month is what it is: its months; and what it was in months before."""

from dataclasses import dataclass
from typing import Any

from reports import month_numbers, stretches, why
from reports.month_numbers import Month
from reports.overview import Picture
from reports.stretches import Long, Reach
from reports.sums import Sum
from reports.why import Line, Question


@dataclass(frozen=True)
class OfMonth:
    month: Month

    @property
    def label(self) -> str:
        return month_numbers.written(self.month)

    @property
    def key(self) -> str:
        return month_numbers.key_of(self.month)


@dataclass(frozen=True)
class MonthLine(OfMonth):
    """One month of a span. `line` None means that nothing of it was rolled up; `counted` are the
    codes whose figure goes into the number: of a stock the last month's alone."""

    line: Line | None
    counted: frozenset[str]


@dataclass(frozen=True)
class SpanAccount:
    """A number of a unit over more than a month, and the months that it is put together of."""

    long: Long
    whole: Line
    months: list[MonthLine]
    # Whether a part of it is that of the last month alone.
    has_stock: bool
    has_flow: bool

    @property
    def giving(self) -> list[MonthLine]:
        """The months that bring something into it."""
        return [
            each
            for each in self.months
            if each.line and any(each.line.values.get(code) is not None for code in each.counted)
        ]


def account(picture: Picture, asked: Question, reach: Reach, user: Any) -> SpanAccount:
    """Lay open a number of a unit over the span in which the picture's month lies."""
    long, sums = stretches.of_reach(
        picture.unit, reach=reach, year=picture.year, month=picture.month,
        forms=picture.catalogue, spell=picture.spell, user=user,
    )  # fmt: skip
    stocks = stretches.stocks_of(picture.catalogue) if asked.is_figure else set()
    codes = {each.code for each in asked.columns}
    last = long.stretch.last
    return SpanAccount(
        long,
        why.of_sum(asked, long.whole),
        [
            MonthLine(
                at,
                why.of_sum(asked, sums[at]) if at in sums else None,
                frozenset(codes if at == last else codes - stocks),
            )
            for at in long.stretch.months
        ],
        has_stock=bool(codes & stocks),
        has_flow=bool(codes - stocks),
    )


@dataclass(frozen=True)
class Before(OfMonth):
    """The same number of the month before, or of the month a year before."""

    is_last_year: bool
    line: Line


def beside(picture: Picture, asked: Question, user: Any) -> list[Before]:
    """What the number was a month and a year before, under the same units as the picture's; nothing
    of what the register counts."""
    if asked.is_census:
        return []
    at = month_numbers.month_of(picture.year, picture.month)
    months = (at - 1, at - 12)
    sums = stretches.by_month(picture.unit, months, spell=picture.spell, user=user)
    return [
        Before(month, month == at - 12, why.of_sum(asked, sums.get(month, Sum())))
        for month in months
    ]
