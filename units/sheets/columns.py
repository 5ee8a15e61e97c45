"""The declaration of a table: its columns, how they are called, and how they are read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

# What a cell holds, as its file says. Whole numbers are int, even where a file knows floats only.
Cell = str | int | float | bool | date | datetime | None


class NotThis(ValueError):
    """The cell does not hold what its column asks for; the message says why, to who typed it."""


@dataclass(frozen=True)
class Column:
    """One column, from which template, reader and preview are made.

    `label` and `help` may be lazy texts; `choices` is asked in the language of the moment, for the
    drop-down of the template. `aliases` are the headings by which the column is recognised beside
    its label, compared without accents, case, punctuation and remarks in brackets. `parse` turns a
    cell into a value, a blank one into None, "" or False, and raises NotThis. `width` is counted in
    letters.
    """

    key: str
    label: Any
    parse: Callable[[Cell], Any]
    aliases: tuple[str, ...] = ()
    required: bool = False
    help: Any = ""
    choices: Callable[[], list[str]] | None = None
    width: int = 16
    example: str = ""
