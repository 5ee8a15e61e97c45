"""The declaration of a table: its columns, how they are called, and how they are read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Choices
from django.utils import formats
from django.utils.translation import gettext as _

from units import clock

# What a cell holds, as the file says it; a datetime is a date, too.
Cell = str | int | float | bool | date | datetime | None
# What a program that opens a text takes for the beginning of a formula.
FORMULA_STARTS = ("=", "+", "-", "@")


class NotThis(ValueError):
    """The cell does not hold what its column asks for; the message says why, to who typed it."""


def as_written(value: Any) -> str:
    """A number or a text as it is, and yes or no."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def as_day(value: str) -> str:
    """14/06/2024 of 2024-06-14."""
    try:
        return clock.written(date.fromisoformat(value))
    except ValueError:
        return value


def as_figure(value: int) -> str:
    """5.000.000, as the language of the page writes it."""
    return str(formats.number_format(value, force_grouping=True))


def label_in(choices: type[Choices]) -> Callable[[Any], str]:
    """The label of a value, in the present language."""

    def show(value: Any) -> str:
        return str(dict(choices.choices).get(value, value))

    return show


@dataclass(frozen=True)
class Column:
    """One column. `label` and `help` may be lazy texts, `choices` is asked in the present language.

    `aliases` are headings by which it is recognised beside its label, compared without accents,
    case, punctuation and remarks in brackets. `parse` turns a cell into a value; for a blank cell
    into None or "". It raises NotThis. `show` makes of a value, as JSON keeps it, what a page says.
    """

    key: str
    label: Any
    parse: Callable[[Cell], Any]
    aliases: tuple[str, ...] = ()
    # Headings that say it where no other column does.
    vague: tuple[str, ...] = ()
    required: bool = False
    help: Any = ""
    choices: Callable[[], list[str]] | None = None
    width: int = 16
    example: str = ""
    # Of a column of figures, the highest: a template warns of others, and of all but `x`.
    most: int | None = None
    # Whether a value that a formula calculates will do: a name has to be typed.
    takes_formulas: bool = False
    show: Callable[[Any], str] = as_written

    def shown(self, value: Any) -> str:
        return "" if value in (None, "") else self.show(value)
