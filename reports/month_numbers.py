"""Which month is it, as a number that can be counted on with?"""

from reports.periods import last_day
from units import clock

# A month as one number: months since the year 0.
Month = int


def month_of(year: int, month: int) -> Month:
    return year * 12 + month - 1


def months_back(year: int, month: int, count: int) -> range:
    """So many months, the last of them this one."""
    at = month_of(year, month)
    return range(at - count + 1, at + 1)


def written(month: Month) -> str:
    """07/2024."""
    return f"{month % 12 + 1:02}/{month // 12}"


def is_to_come(month: Month) -> bool:
    """Whether it is not over yet, so that nobody has to wonder why it has no figures."""
    return last_day(month // 12, month % 12 + 1) >= clock.today()


def key_of(month: Month) -> str:
    """2024-07, as in an address."""
    return f"{month // 12}-{month % 12 + 1:02}"
