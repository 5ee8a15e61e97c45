"""The two tables of a decree, row by row: what they say, and everything that is wrong with them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from units.errors import FileRefused
from units.models import Level
from units.sheets import values
from units.sheets.columns import Cell, Column, NotThis, as_figure
from units.sheets.reading import open_book
from units.sheets.safety import demand_safe
from units.sheets.tables import address, find_table
from units.text import fold, normalise, why_not_called

# How long the codes of a level are: a workbook that took them for numbers lost their zeros.
DIGITS = {Level.PROVINCE: 2, Level.DISTRICT: 3, Level.COMMUNE: 5}
WORDS = {
    **{level.name.lower(): level for level in DIGITS},
    "tinh": Level.PROVINCE,
    "huyen": Level.DISTRICT,
    "xa": Level.COMMUNE,
}
# The country had 11,368 units in 2022, and 10,598 parts of communes became others in 2025.
MOST_ROWS = 20_000
# As long as the columns that keep a name and its key for searching.
LONGEST_NAME = 150
# So many faults are told of a file; whoever has more mends these first.
TOLD = 20
CODE = re.compile(r"\d+", re.ASCII)

Key = tuple[Level, str]


def _name(cell: Cell) -> str:
    name = values.text(LONGEST_NAME)(cell)
    if not name:
        raise NotThis(_("This has to be filled in."))
    if why_not := why_not_called(name):
        raise NotThis(why_not)
    return name


def _number(cell: Cell) -> str:
    """A code as it stands there; how long it has to be depends on its level."""
    code = values.written(cell)
    if code and not CODE.fullmatch(code):
        raise NotThis(_("“%(code)s” is no code of a unit: it is of digits alone.") % {"code": code})
    return code


def _whole(code: str, level: Level) -> str:
    """With the zeros that a workbook lost. Raises NotThis for one that is too long."""
    if len(code) > DIGITS[level]:
        raise NotThis(
            _("“%(code)s” is no code of a %(level)s: that has %(count)s digits.")
            % {"code": code[:30], "level": level.label, "count": DIGITS[level]}
        )
    return code.zfill(DIGITS[level])


def _commune_code(cell: Cell) -> str:
    return _whole(_number(cell), Level.COMMUNE)


def _level(cell: Cell) -> Level:
    word = fold(str(cell or ""))
    if word not in WORDS:
        raise NotThis(
            _("“%(word)s” is no level: province, district or commune.")
            % {"word": normalise(str(cell))[:30]}
        )
    return WORDS[word]


SUCCESSIONS = (
    Column(
        "old",
        gettext_lazy("Code before"),
        _commune_code,
        aliases=("old_commune_code", "mã cũ"),
        required=True,
    ),
    Column(
        "new",
        gettext_lazy("Code from the day on"),
        _commune_code,
        aliases=("new_commune_code", "mã mới"),
        required=True,
    ),
)
UNITS = (
    Column("level", gettext_lazy("Level"), _level, aliases=("level", "cấp"), required=True),
    Column("code", gettext_lazy("Unit code"), _number, aliases=("code", "mã"), required=True),
    Column(
        "parent",
        gettext_lazy("Code of the unit above"),
        _number,
        aliases=("parent_code", "mã cấp trên"),
    ),
    Column("name", gettext_lazy("Unit name"), _name, aliases=("name", "tên"), required=True),
)


@dataclass
class Reading:
    """Rows of one file, and what is wrong with it: a sentence a fault, with its cell."""

    name: str
    places: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def blame(self, row: int, key: str, why: str) -> None:
        self.faults.append(f"{self.name}, {address(row, self.places[key])}: {why}")

    def told(self) -> list[str]:
        more = len(self.faults) - TOLD
        if more <= 0:
            return self.faults
        said = ngettext("… and %(count)s more.", "… and %(count)s more.", more)
        return [*self.faults[:TOLD], said % {"count": as_figure(more)}]


@dataclass(frozen=True)
class Entry:
    """A unit of the new tree; `above` is the one over it, None over a province."""

    row: int
    key: Key
    name: str
    above: Key | None


def read_units(path: Path, name: str, province: str) -> tuple[dict[Key, Entry], Reading]:
    """Every unit that the file has, whatever its province; only rows that are right.

    `province` is the code of the one that may stand above without a row of its own.
    """
    reading = Reading(name)
    rows = [
        (number, row)
        for number, row in _rows(path, reading, UNITS)
        if _has_whole_code(reading, number, row)
    ]
    written = {(row["level"], row["code"]): row["own"] for _number, row in rows}
    whole = {(row["level"], row["own"]) for _number, row in rows}
    whole.add((Level.PROVINCE, province))
    found: dict[Key, Entry] = {}
    for number, row in rows:
        key = row["level"], row["own"]
        try:
            entry = Entry(number, key, row["name"], _above(row, written, whole))
        except NotThis as why:
            reading.blame(number, "parent", str(why))
            continue
        first = found.setdefault(key, entry)
        if (first.name, first.above) != (entry.name, entry.above):
            why_not = _("row %(row)s has this code already, with another name or unit above.")
            reading.blame(number, "code", why_not % {"row": first.row})
    return found, reading


def read_successions(
    path: Path, name: str, units: dict[Key, Entry]
) -> tuple[list[tuple[str, str]], Reading]:
    """Each part of a commune with the commune of the new tree that it comes to."""
    reading = Reading(name)
    links = []
    for number, row in _rows(path, reading, SUCCESSIONS):
        if (Level.COMMUNE, row["new"]) in units:
            links.append((row["old"], row["new"]))
        else:
            why = _("the file of the units has no commune with the code %(code)s.")
            reading.blame(number, "new", why % {"code": row["new"]})
    return list(dict.fromkeys(links)), reading


def _rows(
    path: Path, reading: Reading, columns: Sequence[Column]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of the first visible sheet that can be read; of the others it is said why not."""
    try:
        kind = demand_safe(path, reading.name)
        sheets = open_book(path, kind).sheets
        if not sheets:
            raise FileRefused(_("There is no visible sheet in this file."))
        table = find_table(sheets[0], columns)
        if table.missing:
            names = ", ".join(str(column.label) for column in table.missing)
            said = _("%(file)s has no column %(names)s.")
            raise FileRefused(said % {"file": reading.name, "names": names})
        reading.places = {each.key: each.index for each in table.headings if each.key}
        for count, row in enumerate(table.rows(), 1):
            if count > MOST_ROWS:
                said = _("%(file)s has more than %(most)s rows, which no country has.")
                raise FileRefused(said % {"file": reading.name, "most": as_figure(MOST_ROWS)})
            if values_of := _values(reading, columns, row.number, row.cells):
                yield row.number, values_of
    except FileRefused as refusal:
        reading.faults.append(refusal.message)


def _values(
    reading: Reading, columns: Sequence[Column], number: int, cells: dict[str, Cell]
) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    for column in columns:
        try:
            cell = cells.get(column.key)
            if column.required and cell is None:
                raise NotThis(_("This has to be filled in."))
            found[column.key] = column.parse(cell)
        except NotThis as why:
            reading.blame(number, column.key, str(why))
    return found if len(found) == len(columns) else None


def _has_whole_code(reading: Reading, number: int, row: dict[str, Any]) -> bool:
    try:
        row["own"] = _whole(row["code"], row["level"])
    except NotThis as why:
        reading.blame(number, "code", str(why))
        return False
    return True


def _above(row: dict[str, Any], written: dict[Key, str], whole: set[Key]) -> Key | None:
    """The unit over it: by the code as the file writes it, else by the one with its zeros; where
    two levels have it, the nearer one. Raises NotThis where there is none."""
    level, code = row["level"], row["parent"]
    if level == Level.PROVINCE:
        return None
    over = [each for each in reversed(DIGITS) if each < level]
    for each in over:
        if (each, code) in written:
            return each, written[each, code]
    for each in over:
        if (each, code.zfill(DIGITS[each])) in whole:
            return each, code.zfill(DIGITS[each])
    if not code:
        raise NotThis(_("This has to be filled in."))
    raise NotThis(_("the file has no unit above with the code %(code)s.") % {"code": code[:30]})
