"""A consolidated table beside what its rows and the portal add up to. Nothing here changes what is
printed."""

from dataclasses import dataclass
from functools import cached_property

from accounts.models import User
from reports import catalogue, declared_periods, declared_reasons, reconciliation
from reports.declared_differences import explained
from reports.declared_periods import Months
from reports.declared_portal import Portal
from reports.declared_reasons import Difference
from reports.figures import Values
from reports.kpi import Rate
from reports.models import Declaration, DeclaredRow, Indicator, Ratio
from reports.reconciliation import Figures, Omission, Row
from units import lineage
from units.models import Unit


@dataclass(frozen=True)
class Pair:
    """A printed figure and the portal's of the same; None for one that is not known."""

    printed: int | None
    computed: int | None

    @property
    def difference(self) -> int | None:
        if self.printed is None or self.computed is None:
            return None
        return self.printed - self.computed


@dataclass(frozen=True)
class Line:
    """A printed row, with a pair for each column."""

    row: DeclaredRow
    pairs: list[Pair]
    is_left_out: bool


@dataclass(frozen=True)
class Column:
    """What is printed below a column, and what stands beside it; `indicator` is None where no form
    asks for such a figure."""

    key: str
    heading: str
    indicator: Indicator | None
    total: Pair
    # Of the rows; None where no cell of them is filled.
    added: int | None

    @property
    def difference(self) -> int | None:
        """Of the printed total from the sum of its rows."""
        return Pair(self.total.printed, self.added).difference


@dataclass(frozen=True)
class TableRate:
    """A rate of two columns: as the total prints it, of all rows, and without the rows that leave
    its part blank."""

    ratio: Ratio
    printed: Rate
    of_sums: Rate
    of_pairs: Rate
    unpaired: list[Row]


@dataclass
class Picture:
    """One table. `known` are those of its months of which the portal has figures of the unit's own,
    and `lacking` the others."""

    declaration: Declaration
    months: Months
    columns: list[Column]
    lines: list[Line]
    total: Line | None
    rates: list[TableRate]
    omission: Omission
    differences: list[Difference]
    known: list[int]

    @property
    def lacking(self) -> list[int]:
        return [month for month in self.months.numbers if month not in self.known]

    @cached_property
    def is_compared(self) -> bool:
        """Whether the portal has any figure of the whole period."""
        pairs = [pair for line in self.lines for pair in line.pairs]
        pairs += [column.total for column in self.columns]
        return any(pair.computed is not None for pair in pairs)

    @property
    def explanation(self) -> str:
        """Which rows explain the differences; "" where there are none."""
        return "" if self.adds_up else explained(self.omission)

    @property
    def adds_up(self) -> bool:
        """Whether no printed total differs from the sum of its rows."""
        return not any(column.difference for column in self.columns)

    @property
    def signed(self) -> int:
        return sum(each.is_signed for each in self.differences)


@dataclass(frozen=True)
class Listed:
    """A table in a list, with how many of its differences have a reason that is signed off."""

    declaration: Declaration
    months: Months
    differing: int
    given: int
    signed: int


def tables_of(unit: Unit, user: User) -> list[Listed]:
    """The tables of a unit and of those that joined it whole, the newest period first."""
    units = [unit.pk, *lineage.joined([unit.pk])[unit.pk]]
    rows = Declaration.objects.visible_to(user).filter(unit__in=units)
    tables = list(rows.select_related("batch__committed_by", "unit"))
    told = declared_reasons.differences_of(tables, user)
    return [
        Listed(
            each,
            declared_periods.of(each),
            differing=len(told[each.pk]),
            given=sum(not one.is_open for one in told[each.pk]),
            signed=sum(one.is_signed for one in told[each.pk]),
        )
        for each in tables
    ]


def draw(declaration: Declaration, user: User) -> Picture:
    """Everything that a table's page shows, in a fixed number of statements."""
    rows = list(declaration.rows.select_related("unit"))
    printed = [row for row in rows if not row.is_total]
    total = next((row for row in rows if row.is_total), None)
    units = [declaration.unit_id, *(row.unit_id for row in printed if row.unit_id)]
    portal = Portal(units, [declaration.year], user)
    own = portal.of(declaration.unit_id, declaration)
    keys = declaration.keys
    held = [Row(row.name, _figures(row, keys)) for row in printed]
    omission = reconciliation.omission(held, _figures(total, keys))
    return Picture(
        declaration=declaration,
        months=declared_periods.of(declaration),
        columns=_columns(declaration, held, total, own.values),
        lines=[
            Line(
                row,
                _pairs(row, keys, portal.of(row.unit_id, declaration).values),
                is_left_out=any(each is one for one in omission.rows),
            )
            for row, each in zip(printed, held, strict=True)
        ],
        total=total and Line(total, _pairs(total, keys, own.values), is_left_out=False),
        rates=_rates(declaration, held, _figures(total, keys)),
        omission=omission,
        differences=declared_reasons.differences_of([declaration], user)[declaration.pk],
        known=own.months,
    )


def _figures(row: DeclaredRow | None, keys: list[str]) -> Figures:
    return tuple(row.cells.get(key) if row else None for key in keys)


def _pairs(row: DeclaredRow, keys: list[str], computed: Values) -> list[Pair]:
    return [Pair(row.cells.get(key), computed.get(key)) for key in keys]


def _columns(
    declaration: Declaration, rows: list[Row], total: DeclaredRow | None, computed: Values
) -> list[Column]:
    indicators = {each.code: each for each in catalogue.of_year(declaration.year).indicators}
    keys = declaration.keys
    added = reconciliation.sums(rows)
    return [
        Column(
            key=key,
            heading=column["heading"],
            indicator=indicators.get(key),
            total=Pair(total.cells.get(key) if total else None, computed.get(key)),
            added=added[at],
        )
        for at, (key, column) in enumerate(zip(keys, declaration.columns, strict=True))
    ]


def _rates(declaration: Declaration, rows: list[Row], declared: Figures) -> list[TableRate]:
    """Those of the form whose two parts are both columns of the table."""
    at = {key: place for place, key in enumerate(declaration.keys)}
    return [
        TableRate(
            ratio,
            printed=Rate(declared[at[part]], declared[at[whole]]),
            of_sums=reconciliation.rate_of_sums(rows, at[part], at[whole]),
            of_pairs=reconciliation.rate_of_pairs(rows, at[part], at[whole]),
            unpaired=reconciliation.unpaired(rows, at[part], at[whole]),
        )
        for ratio in catalogue.of_year(declaration.year).ratios
        if (part := ratio.numerator.code) in at and (whole := ratio.denominator.code) in at
    ]
