"""What a printed table says against what its own rows add up to; neither replaces the other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb

from reports import kpi
from reports.kpi import Rate

# So many rows are added up at most to find those that are left out: all sets of 15 rows, all pairs
# of 500.
MOST_ADDED = 250_000
# Whoever reads of more sets that explain it as well knows no more.
MOST_CANDIDATES = 6
Figures = tuple[int | None, ...]


@dataclass(frozen=True)
class Row:
    """A unit as the table names it, a figure for each column; None for a blank cell, never 0."""

    name: str
    figures: Figures


@dataclass(frozen=True)
class Omission:
    """Which rows the printed total leaves out, as far as arithmetic can tell.

    `candidates` are the smallest sets of rows that explain every column at once: none where there
    is nothing to explain or nothing does, and the first `MOST_CANDIDATES` of several where the
    figures alone cannot decide.
    `tried_all` is False where a larger set, which was not tried, may still explain it.
    """

    candidates: list[tuple[Row, ...]]
    tried_all: bool

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows left out where there is one answer; else none."""
        return self.candidates[0] if len(self.candidates) == 1 else ()


def sums(rows: Iterable[Row]) -> Figures:
    """Each column added up from the cells that are given; None where none is."""
    columns = zip(*(row.figures for row in rows), strict=True)
    return tuple(_added(column) for column in columns)


def differences(rows: Iterable[Row], declared: Figures) -> Figures:
    """By how much the printed total differs from its rows' sum; None where either is unknown.

    Raises ValueError where a row, or the total, has another number of columns.
    """
    pairs = zip(declared, sums(rows), strict=True)
    return tuple(
        None if printed is None or added is None else printed - added for printed, added in pairs
    )


def omission(rows: list[Row], declared: Figures) -> Omission:
    """The smallest sets of rows without which the others add up to the printed total, in every
    column where both are known."""
    gaps = differences(rows, declared)
    if not any(gaps):
        return Omission([], tried_all=True)
    # A row without a figure where the totals are known changes nothing: it explains nothing.
    telling = [row for row in rows if any(_known(row, gaps))]
    wanted = [-gap for gap in gaps if gap is not None]
    added = 0
    for size in range(1, len(telling) + 1):
        added += size * comb(len(telling), size)
        if added > MOST_ADDED:
            return Omission([], tried_all=False)
        if found := list(islice(_sets_that_give(wanted, telling, size, gaps), MOST_CANDIDATES)):
            return Omission(found, tried_all=True)
    return Omission([], tried_all=True)


def unpaired(rows: Iterable[Row], part: int, whole: int) -> list[Row]:
    """The rows that tell the whole of a rate and leave its part blank; both are column indexes."""
    return [row for row in rows if row.figures[part] is None and row.figures[whole] is not None]


def rate_of_sums(rows: Iterable[Row], part: int, whole: int) -> Rate:
    """The rate of the two columns' sums, with the wholes of rows that left their part blank."""
    added = sums(rows)
    return Rate(added[part], added[whole])


def rate_of_pairs(rows: Iterable[Row], part: int, whole: int) -> Rate:
    """The rate of the rows that tell both; `unpaired` names those that are not in it."""
    return kpi.total(Rate(row.figures[part], row.figures[whole]) for row in rows)


def _added(column: Iterable[int | None]) -> int | None:
    given = [figure for figure in column if figure is not None]
    return sum(given) if given else None


def _known(row: Row, gaps: Figures) -> list[int]:
    """The row's figures in the columns whose gap is known; for a sum, a blank adds nothing."""
    pairs = zip(row.figures, gaps, strict=True)
    return [figure or 0 for figure, gap in pairs if gap is not None]


def _sets_that_give(
    wanted: list[int], rows: list[Row], size: int, gaps: Figures
) -> Iterator[tuple[Row, ...]]:
    """A set is added up once, however many columns there are: a row's figures stand side by side in
    one number, so far apart that no sum of them, nor its distance from the one that is wanted,
    reaches its neighbour."""
    figures = [_known(row, gaps) for row in rows]
    furthest = max(
        abs(goal) + sum(map(abs, column))
        for goal, column in zip(wanted, zip(*figures, strict=True), strict=True)
    )
    apart = furthest.bit_length() + 1

    def side_by_side(column_by_column: Iterable[int]) -> int:
        return sum(figure << (place * apart) for place, figure in enumerate(column_by_column))

    goal = side_by_side(wanted)
    # By their place, for two rows may be alike.
    numbers = {place: side_by_side(each) for place, each in enumerate(figures)}
    for chosen in combinations(numbers, size):
        if sum(map(numbers.__getitem__, chosen)) == goal:
            yield tuple(rows[place] for place in chosen)
