"""What does a consolidated table say? The plan of an import: nothing is written here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from reports import declared_periods, reconciliation
from reports.declared_periods import Months
from reports.declared_sheet import UNIT
from reports.models import Declaration
from reports.reconciliation import Omission, Row
from teams.places import Misplaced, Place, Places
from teams.plans import Line, Outcome, Plan
from units.errors import FileRefused
from units.models import Level, Unit
from units.sheets.columns import as_figure
from units.sheets.entries import Entry

# The largest province had 579 communes, and the form of a month asks for 30 figures.
MOST_ROWS = 700
MOST_COLUMNS = 40


@dataclass(slots=True)
class Printed:
    """A row as it would be kept; `unit` None where the name is of none."""

    line: Line
    name: str
    unit: int | None
    cells: dict[str, int]
    is_total: bool


@dataclass
class Printing(Plan):
    rows: list[Printed] = field(default_factory=list)


def compare(
    entries: Iterable[Entry],
    area: Unit,
    *,
    on: date,
    is_complete: bool = False,
    months: Months,
    columns: Sequence[dict[str, str]],
    chosen: Mapping[int, str],
) -> Printing:
    """Find the units that the rows name, and tell what the printed total differs by.

    A name that is of no unit is refused until a person has `chosen`, by the number of the row, what
    it means: a unit, or the name as it is printed. A table that is kept already changes nothing,
    and one that is kept for another period says so.
    Raises FileRefused where there is nothing to add up, or more than anybody would print.
    """
    _demand_few(columns)
    comparison = Comparison(area, on, columns, chosen)
    for count, entry in enumerate(entries):
        if count > MOST_ROWS:
            raise FileRefused(
                _("The table has more than %(most)s rows: no province has as many units.")
                % {"most": MOST_ROWS}
            )
        comparison.take(entry)
    plan = comparison.plan
    if all(row.is_total for row in plan.rows):
        raise FileRefused(_("The table has no rows below its headings."))
    if all(row.line.outcome != Outcome.REFUSED for row in plan.rows):
        comparison.tell_differences()
        kept = _kept(plan, area, columns)
        if months in kept:
            for row in plan.rows:
                row.line.outcome, row.line.gives = Outcome.UNCHANGED, {}
        elif kept:
            periods = ", ".join(each.label for each in kept)
            said = _("The same table is kept already for %(periods)s.") % {"periods": periods}
            plan.rows[0].line.notes.insert(0, said)
    return plan


def _demand_few(columns: Sequence[dict[str, str]]) -> None:
    if not columns:
        raise FileRefused(_("The table has no column of figures."))
    if len(columns) > MOST_COLUMNS:
        raise FileRefused(
            _(
                "The table has %(count)s columns of figures, and %(most)s are kept at most: "
                "bring it in parts."
            )
            % {"count": len(columns), "most": MOST_COLUMNS}
        )


class Comparison:
    def __init__(
        self, area: Unit, on: date, columns: Sequence[dict[str, str]], chosen: Mapping[int, str]
    ):
        self.plan, self.columns, self.chosen = Printing(), columns, chosen
        self.places = Places(area, on=on)
        below = {self.places.by_pk[pk].level for pk in self.places.own}
        # Those right below come first: a district and its town may share a name.
        self.levels = sorted(below - {area.level, Level.HAMLET})
        self.rows_of: dict[int, int] = {}

    def take(self, entry: Entry) -> None:
        name = entry.values.get(UNIT) or (_("Total") if entry.is_total else "")
        line = Line(entry.number, name)
        self.plan.lines.append(line)
        for key, why in entry.problems.items():
            # The word for a total may stand in another column than the names.
            if not (entry.is_total and key == UNIT):
                line.refuse(key, why)
        place = None
        if entry.is_total:
            self._judge_total(line)
        elif UNIT not in entry.problems:
            place = self._place_of(line, name)
        keys = [column["key"] for column in self.columns]
        cells = {key: entry.given[key] for key in keys if key in entry.given}
        line.becomes(Outcome.NEW)
        # A blank cell is told as one: it is not 0.
        told = {key: cells.get(key) for key in keys}
        line.gives = told if entry.is_total else {UNIT: place.name if place else name, **told}
        unit = place.pk if place else None
        self.plan.rows.append(Printed(line, name, unit, cells, entry.is_total))

    def _judge_total(self, line: Line) -> None:
        if any(row.is_total for row in self.plan.rows):
            line.refuse(UNIT, _("The table has more than one total: leave the one of all rows."))

    def _place_of(self, line: Line, name: str) -> Place | None:
        meant = self.chosen.get(line.number or 0, name)
        refusals: list[Misplaced] = []
        for level in self.levels:
            try:
                place = self.places.unit(meant, key=UNIT, levels=(level,))
            except Misplaced as refusal:
                refusals.append(refusal)
                continue
            first = self.rows_of.setdefault(place.pk, line.number or 0)
            if first != line.number:
                line.refuse(UNIT, _("The same unit stands in row %(row)s.") % {"row": first})
            return place
        if line.number in self.chosen:
            line.notes.append(_("This is no unit here: its row is kept under the name as printed."))
            return None
        said = [str(refusal) for refusal in refusals[:1]]
        near = dict.fromkeys(name for refusal in refusals for name in refusal.near)
        said.append(_("Or keep the row under the name as it is printed."))
        line.refuse(UNIT, " ".join(said), (*near, name))
        return None

    def tell_differences(self) -> None:
        """Under the printed total, by how much each column differs, and which rows explain it."""
        for total in (row for row in self.plan.rows if row.is_total):
            rows, declared = self._as_rows(), self._figures(total)
            gaps = reconciliation.differences(rows, declared)
            told = zip(self.columns, declared, reconciliation.sums(rows), gaps, strict=True)
            total.line.notes += [
                _("%(column)s: %(printed)s printed, %(added)s added up, difference %(gap)s")
                % {
                    "column": column["heading"],
                    "printed": as_figure(printed),
                    "added": as_figure(added),
                    "gap": as_figure(gap),
                }
                for column, printed, added, gap in told
                if printed is not None and added is not None and gap
            ]
            if any(gaps):
                total.line.notes.append(explained(reconciliation.omission(rows, declared)))

    def _as_rows(self) -> list[Row]:
        return [Row(row.name, self._figures(row)) for row in self.plan.rows if not row.is_total]

    def _figures(self, row: Printed) -> tuple[int | None, ...]:
        return tuple(row.cells.get(column["key"]) for column in self.columns)


def explained(omission: Omission) -> str:
    """Which rows explain the differences that there are, in a sentence."""
    if omission.rows:
        names = ", ".join(row.name for row in omission.rows)
        return _(
            "The printed total leaves out %(names)s: without them, every column adds up to it."
        ) % {"names": names}
    if omission.candidates:
        sets = [" + ".join(row.name for row in rows) for rows in omission.candidates]
        return _(
            "Leaving out one of these explains every column, and no figure says which: %(sets)s."
        ) % {"sets": "; ".join(sets[:5]) + (" …" if len(sets) > 5 else "")}
    if not omission.tried_all:
        return _("No few rows left out explain every column; there are too many rows to try all.")
    return _("No rows left out explain every column at once.")


def _kept(plan: Printing, area: Unit, columns: Sequence[dict[str, str]]) -> list[Months]:
    """The periods for which a table of the same rows is kept."""
    said = sorted(((row.name, row.cells, row.is_total) for row in plan.rows), key=_by_total)
    tables = Declaration.objects.filter(unit=area, columns=list(columns)).prefetch_related("rows")
    return [
        declared_periods.of(each)
        for each in tables
        if said
        == sorted(((row.name, row.cells, row.is_total) for row in each.rows.all()), key=_by_total)
    ]


def _by_total(row: tuple[str, dict[str, int], bool]) -> bool:
    """A total is read last, wherever it stands."""
    return row[-1]
