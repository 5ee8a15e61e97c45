"""Of when is a consolidated table? Of a month, or of one of the spans that reports are made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reports.models import Declaration
from reports.spans import Length, Span, spans_of


@dataclass(frozen=True)
class Months:
    """Months of a year in a row, the first and the last by number."""

    year: int
    first: int
    last: int

    @property
    def numbers(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def is_one(self) -> bool:
        return self.first == self.last

    @property
    def label(self) -> str:
        """06/2024, or what the span is called."""
        if self.is_one:
            return f"{self.last:02}/{self.year}"
        length = Length(len(self.numbers))
        return Span(self.year, length, self.last // length).label

    @property
    def stored(self) -> dict[str, int | None]:
        """As a `Declaration` keeps it."""
        month = None if len(self.numbers) == Length.YEAR else self.last
        first = None if self.is_one or month is None else self.first
        return {"year": self.year, "month": month, "first_month": first}


def of(declaration: Declaration) -> Months:
    """The months that a table is of."""
    last = declaration.month or 12
    first = declaration.first_month or declaration.month or 1
    return Months(declaration.year, first, last)


def of_span(span: Span) -> Months:
    return Months(span.year, span.months[0], span.months[-1])


def span_at(length: Length, day: date) -> Span:
    """The span of a length in which a day lies."""
    number = 1 if length == Length.NINE_MONTHS else (day.month - 1) // length + 1
    return Span(day.year, length, number)


def begun(years: Iterable[int], today: date) -> list[tuple[int, list[Span]]]:
    """By year, the spans that have begun: the longest first, and of those alike the earliest."""
    return [
        (
            year,
            sorted(
                (
                    span
                    for span in spans_of(year, has_nine_months=True)
                    if date(year, span.months[0], 1) <= today
                ),
                key=lambda span: (-span.length, span.number),
            ),
        )
        for year in years
    ]
