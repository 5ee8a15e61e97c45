"""A consolidated table beside what its rows and the portal add up to; why they differ, and who has
signed that off. Nothing here changes what is printed."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from reports import catalogue, reconciliation
from reports.declared_differences import explained
from reports.figures import Values
from reports.kpi import Rate
from reports.models import (
    Declaration,
    DeclaredReason,
    DeclaredRow,
    Indicator,
    Ratio,
    Total,
)
from reports.reconciliation import Figures, Omission, Row
from units import clock, lineage
from units.errors import NotAllowed, NotPossibleNow
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
    reason: DeclaredReason | None

    @property
    def difference(self) -> int | None:
        """Of the printed total from the sum of its rows."""
        return Pair(self.total.printed, self.added).difference

    @property
    def differs(self) -> bool:
        """Whether there is anything to give a reason for."""
        return bool(self.difference or self.total.difference)


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
    """One table. `months` are those of which the portal has figures of the unit's own."""

    declaration: Declaration
    columns: list[Column]
    lines: list[Line]
    total: Line | None
    rates: list[TableRate]
    omission: Omission
    months: list[int]

    @property
    def explanation(self) -> str:
        """Which rows explain the differences; "" where there are none."""
        return "" if self.adds_up else explained(self.omission)

    @cached_property
    def differing(self) -> list[Column]:
        return [column for column in self.columns if column.differs]

    @property
    def adds_up(self) -> bool:
        """Whether no printed total differs from the sum of its rows."""
        return not any(column.difference for column in self.columns)

    @property
    def signed(self) -> int:
        return sum(bool(each.reason and each.reason.signed_at) for each in self.differing)


def tables_of(unit: Unit, user: User) -> Any:
    """The tables of a unit and of those that joined it whole, the newest period first, with how
    many reasons are given and signed."""
    return (
        Declaration.objects.visible_to(user)
        .filter(unit__in=[unit.pk, *lineage.joined([unit.pk])[unit.pk]])
        .select_related("batch__committed_by", "unit")
        .annotate(
            given=Count("reasons"),
            signed=Count("reasons", filter=Q(reasons__signed_by__isnull=False)),
        )
    )


def draw(declaration: Declaration, user: User) -> Picture:
    """Everything that a table's page shows, in a fixed number of statements."""
    rows = list(declaration.rows.select_related("unit"))
    printed = [row for row in rows if not row.is_total]
    total = next((row for row in rows if row.is_total), None)
    units = [declaration.unit_id, *(row.unit_id for row in printed if row.unit_id)]
    computed, months = _computed(declaration, units, user)
    keys = declaration.keys
    held = [Row(row.name, _figures(row, keys)) for row in printed]
    omission = reconciliation.omission(held, _figures(total, keys))
    return Picture(
        declaration=declaration,
        columns=_columns(declaration, held, total, computed.get(declaration.unit_id, {})),
        lines=[
            Line(row, _pairs(row, keys, computed.get(row.unit_id or 0, {})), each in omission.rows)
            for row, each in zip(printed, held, strict=True)
        ],
        total=total and Line(total, _pairs(total, keys, computed.get(units[0], {})), False),
        rates=_rates(declaration, held, _figures(total, keys)),
        omission=omission,
        months=months,
    )


def _figures(row: DeclaredRow | None, keys: list[str]) -> Figures:
    return tuple(row.cells.get(key) if row else None for key in keys)


def _pairs(row: DeclaredRow, keys: list[str], computed: Values) -> list[Pair]:
    return [Pair(row.cells.get(key), computed.get(key)) for key in keys]


def _computed(
    declaration: Declaration, units: list[int], user: User
) -> tuple[dict[int, Values], list[int]]:
    """By unit, what the portal has added up of the period: of a year the sum of its months, and of
    what stands as of the end of a month the last that is known."""
    rows = (
        Total.objects.visible_to(user)
        .as_reported()
        .filter(unit__in=units, period__year=declaration.year)
    )
    if declaration.month:
        rows = rows.filter(period__month=declaration.month)
    stocks = {
        each.code
        for each in catalogue.of_year(declaration.year).indicators
        if each.kind == Indicator.Kind.STOCK
    }
    computed: dict[int, Values] = defaultdict(dict)
    months = set()
    for total in rows.to_read().select_related("period").order_by("period__month"):
        held = computed[total.unit_id]
        for code, value in total.values.items():
            if value is not None:
                held[code] = value if code in stocks else (held.get(code) or 0) + value
        if total.approved and total.unit_id == declaration.unit_id:
            months.add(total.period.month)
    return computed, sorted(months)


def _columns(
    declaration: Declaration, rows: list[Row], total: DeclaredRow | None, computed: Values
) -> list[Column]:
    indicators = {each.code: each for each in catalogue.of_year(declaration.year).indicators}
    reasons = {
        each.column: each for each in declaration.reasons.select_related("given_by", "signed_by")
    }
    keys = declaration.keys
    added = reconciliation.sums(rows)
    return [
        Column(
            key=key,
            heading=column["heading"],
            indicator=indicators.get(key),
            total=Pair(total.cells.get(key) if total else None, computed.get(key)),
            added=added[at],
            reason=reasons.get(key),
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


# -- Reasons, and the second pair of eyes -------------------------------------------------------


@transaction.atomic
def explain(
    *, declaration: Declaration, column: str, text: str, version: int, actor: User
) -> DeclaredReason:
    """Say why a column differs; `version` is that of the reason that was seen, 0 where none was.
    Another reason has to be signed off anew.

    Raises NotAllowed, and NotPossibleNow without a reason, for a column that there is not, or where
    somebody else was faster.
    """
    _demand_right(declaration, actor)
    if column not in declaration.keys:
        raise NotPossibleNow(_("The table has no such column."))
    if not text.strip():
        raise NotPossibleNow(_("Say why it differs: whoever signs it off will read it."))
    said = {"text": text.strip(), "given_at": clock.now(), "given_by": actor}
    reasons = DeclaredReason.objects.filter(declaration=declaration, column=column)
    if version:
        seen = reasons.filter(version=version)
        if not seen.update(**said, version=F("version") + 1, signed_at=None, signed_by=None):
            raise _faster()
        return reasons.get()
    try:
        with transaction.atomic():
            return DeclaredReason.objects.create(
                tenant_id=declaration.tenant_id, declaration=declaration, column=column, **said
            )
    except IntegrityError:
        raise _faster() from None


@transaction.atomic
def sign_off(*, reason: DeclaredReason, version: int, actor: User) -> None:
    """Stand in for a reason that somebody else has given, as it was seen.

    Raises NotAllowed, for whoever gave it as well, and NotPossibleNow where it is signed or another
    by now.
    """
    _demand_right(reason.declaration, actor)
    if reason.given_by_id == actor.pk:
        raise NotAllowed(_("Somebody else has to sign off the reason that you gave."))
    seen = DeclaredReason.objects.filter(pk=reason.pk, version=version, signed_by=None)
    if not seen.exclude(given_by=actor).update(signed_at=clock.now(), signed_by=actor):
        raise _faster()


def may_reconcile(user: User, unit: Unit) -> bool:
    """Whether somebody brings the tables of a unit, gives reasons and signs them off."""
    return user.may(Right.CORRECT, unit)


def _demand_right(declaration: Declaration, actor: User) -> None:
    if not may_reconcile(actor, declaration.unit):
        raise NotAllowed(_("You do not reconcile the tables of this unit."))


def _faster() -> NotPossibleNow:
    return NotPossibleNow(_("Somebody else was faster: look at the table again."))
