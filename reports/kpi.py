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


def percent(numerator: int | None, denominator: int | None) -> Decimal | None:
    """100 * numerator / denominator; None where a part is unknown or the whole is nothing."""
    if numerator is None or not denominator:
        return None
    return Decimal(100) * numerator / denominator


def rounded(value: Decimal, places: int = 2) -> Decimal:
    """For display: halves go up, as in the printed reports."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def total(rates: Iterable[Rate]) -> Rate:
    """The rate of the whole, added up part by part from the rates that know both of theirs.

    A percentage is never averaged; a whole of which nothing is known is unknown.
    """
    known = [
        (rate.numerator, rate.denominator)
        for rate in rates
        if rate.numerator is not None and rate.denominator is not None
    ]
    if not known:
        return Rate(None, None)
    return Rate(sum(part for part, _ in known), sum(whole for _, whole in known))


def reaches(rate: Rate, at_least_percent: Decimal) -> bool | None:
    """Whether a target is met, by exact arithmetic; None cannot be judged."""
    value = rate.percent
    return None if value is None else value >= at_least_percent
