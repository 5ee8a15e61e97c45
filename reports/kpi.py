"""The arithmetic of rates: numbers in, exact numbers out; rounding is for the page."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class Rate:
    """A rate that travels with its parts. None for a part means that it is not known."""

    numerator: int | None
    denominator: int | None

    @property
    def percent(self) -> Decimal | None:
        """Unrounded percent; None cannot be judged, and is never 0."""
        return percent(self.numerator, self.denominator)

    def __add__(self, other: "Rate") -> "Rate":
        """Rates add up part by part; a percentage is never averaged."""
        return Rate(
            _add(self.numerator, other.numerator), _add(self.denominator, other.denominator)
        )


def percent(numerator: int | None, denominator: int | None) -> Decimal | None:
    """100 * numerator / denominator; None where a part is unknown or the whole is nothing."""
    if numerator is None or not denominator:
        return None
    return Decimal(100) * numerator / denominator


def rounded(value: Decimal, places: int = 2) -> Decimal:
    """For display: halves go up, as in the printed reports."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def total(rates: Iterable[Rate]) -> Rate:
    """The rate of the whole, of which each rate knows both parts; an empty whole is unknown."""
    whole = Rate(None, None)
    for rate in rates:
        if rate.numerator is not None and rate.denominator is not None:
            whole = whole + rate
    return whole


def reaches(rate: Rate, at_least_percent: Decimal) -> bool | None:
    """Whether a target is met, by exact arithmetic; None cannot be judged."""
    value = rate.percent
    return None if value is None else value >= at_least_percent


def _add(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return one if other is None else other
    return one + other
