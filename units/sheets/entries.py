"""What one row of a table says, once every cell of it was read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from units.sheets.columns import Column, NotThis
from units.sheets.tables import TableRow


@dataclass(slots=True)
class Entry:
    """One row as it was read: values by column, and a sentence for each that was refused.

    A blank cell of a sheet keeps what stands; where the entry is whole, as of a form that showed
    all of it, a blank takes it away.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    is_whole: bool = False
    # Whether it is a total of the others.
    is_total: bool = False

    @property
    def given(self) -> dict[str, Any]:
        """What the row says."""
        if self.is_whole:
            return self.values
        return {key: value for key, value in self.values.items() if value not in (None, "")}


def read(row: TableRow, columns: Mapping[str, Column]) -> Entry:
    """Parse every cell, so that all problems of a row are told at once."""
    entry = Entry(row.number)
    for key, cell in row.cells.items():
        column = columns[key]
        try:
            value = entry.values[key] = column.parse(cell)
        except NotThis as refusal:
            entry.problems[key] = str(refusal)
        else:
            if column.required and value in (None, ""):
                entry.problems[key] = _("This has to be filled in.")
    for key in row.formulas:
        if not columns[key].takes_formulas:
            entry.problems[key] = _("This cell holds a formula: type or paste the value itself.")
    return entry
