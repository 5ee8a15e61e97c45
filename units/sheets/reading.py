"""Workbooks of four formats, read as sheets of rows.

Values are read by calamine, which keeps one sheet in memory and hands it out row by row. What it
does not tell, such as where formulas stand, is found in the file itself when it is asked for.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, cast
from xml.parsers import expat

from django.utils.translation import gettext as _
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from units.errors import FileRefused
from units.sheets import compound, opendocument, plaintext
from units.sheets.archives import Archive, damaged
from units.sheets.columns import Cell
from units.sheets.markup import CELL, column_number, cut_between_tags
from units.sheets.safety import WORKBOOK, Format

Place = tuple[int, int]

# A column that numbers the rows by a formula has as many as there are rows; ten such columns are
# no list of people any more.
MOST_FORMULAS = 1_000_000
# Numbers beyond it are not exact in a workbook, so their digits say nothing.
EXACT = 1e15
# A text has one sheet, and no name for it.
TEXT_NAME = "CSV"
WORKBOOK_LINKS = "xl/_rels/workbook.xml.rels"
HAS_FORMULA = re.compile(rb"<(?:[^\s<>/:]+:)?f[\s/>]")
CELL_OR_FORMULA = re.compile(CELL.pattern + rb"|" + HAS_FORMULA.pattern)


class Source(Protocol):
    """Where a sheet comes from."""

    @property
    def height(self) -> int | None: ...
    def rows(self) -> Iterator[list[Any]]: ...
    def merged(self) -> list[tuple[Place, Place]]: ...
    def formulas(self) -> Iterable[Place]: ...


@dataclass
class Sheet:
    """One visible sheet. Rows count from 1 as Excel shows them, columns from 0."""

    name: str
    _source: Source = field(repr=False)

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Every row from the first to the last that is filled, blank ones among them.

        A blank cell is None, a whole number int, an error of a formula None. Raises FileRefused.
        """
        for number, row in enumerate(self._source.rows(), start=1):
            # Most cells are texts, and a call for each of them takes longer than all the rest.
            yield number, [value or None if type(value) is str else _cell(value) for value in row]

    @property
    def height(self) -> int | None:
        """The number of the last row that is filled; None where only reading all of it tells."""
        return self._source.height

    @cached_property
    def merged(self) -> list[tuple[Place, Place]]:
        """First and last cell of each merged area."""
        return self._source.merged()

    @cached_property
    def formulas(self) -> set[Place]:
        """Where a value is calculated. Of .xlsx, every cell that has a formula of its own: the
        other cells of an array formula have none. Raises FileRefused."""
        found: set[Place] = set()
        for place in self._source.formulas():
            found.add(place)
            if len(found) > MOST_FORMULAS:
                raise FileRefused(
                    _("The sheet has too many formulas: copy it and paste the values only.")
                )
        return found


@dataclass(frozen=True)
class Book:
    """The visible sheets of a file, in its order."""

    sheets: list[Sheet]


def open_book(path: Path, kind: Format) -> Book:
    """A file that `safety.demand_safe` let pass. Raises FileRefused where it cannot be read."""
    if kind is Format.CSV:
        return Book([Sheet(TEXT_NAME, _Text(path))])
    with path.open("rb") as file:
        book = _calamine(lambda: CalamineWorkbook.from_filelike(file))
    values = _Values(book)
    marks = _MARKS[kind](path)
    return Book(
        [
            Sheet(each.name, _SheetOf(values, marks, number))
            for number, each in enumerate(book.sheets_metadata)
            if each.visible == SheetVisibleEnum.Visible and each.typ == SheetTypeEnum.WorkSheet
        ]
    )


def _cell(value: Any) -> Cell:
    if type(value) is float:
        return int(value) if value.is_integer() and abs(value) < EXACT else value
    if isinstance(value, (time, timedelta)):
        return str(value)
    return cast(Cell, value)


def _calamine(read: Callable[[], Any]) -> Any:
    """Raises FileRefused for whatever the reader finds wrong with a file."""
    try:
        return read()
    except (CalamineError, ValueError, OSError):
        raise damaged() from None
    except BaseException as error:
        # It panics at what it did not expect, with an error that is no Exception.
        if type(error).__name__ == "PanicException":
            raise damaged() from None
        raise


# -- Where the values come from -------------------------------------------------------------------


@dataclass
class _Values:
    """Keeps the sheet that was read last: reading one of the nation takes ten seconds."""

    book: CalamineWorkbook
    _last: tuple[int, CalamineSheet] | None = None

    def sheet(self, number: int) -> CalamineSheet:
        if self._last is None or self._last[0] != number:
            self._last = None  # Let go of one before the next is read.
            self._last = number, _calamine(lambda: self.book.get_sheet_by_index(number))
        return self._last[1]


class _Marks(Protocol):
    """What a format has beside the values of its sheets, counted from 0, hidden ones too."""

    def __init__(self, path: Path) -> None: ...
    def merged(self, number: int) -> list[tuple[Place, Place]] | None: ...
    def formulas(self, number: int) -> Iterable[Place]: ...


@dataclass(frozen=True)
class _SheetOf:
    values: _Values
    marks: _Marks
    number: int

    @property
    def height(self) -> int | None:
        return int(self.values.sheet(self.number).total_height)

    def rows(self) -> Iterator[list[Any]]:
        """From the first row and column on, wherever the filled ones begin."""
        sheet = self.values.sheet(self.number)
        if sheet.start is None:
            return
        before = [""] * sheet.start[1]
        for row in sheet.iter_rows():
            yield before + row

    def merged(self) -> list[tuple[Place, Place]]:
        found = self.marks.merged(self.number)
        if found is not None:
            return found
        areas = self.values.sheet(self.number).merged_cell_ranges or []
        return [((a[0] + 1, a[1]), (b[0] + 1, b[1])) for a, b in areas]

    def formulas(self) -> Iterable[Place]:
        return self.marks.formulas(self.number)


@dataclass(frozen=True)
class _Text:
    path: Path
    height: None = None

    def rows(self) -> Iterator[list[Any]]:
        return plaintext.rows(self.path)

    def merged(self) -> list[tuple[Place, Place]]:
        return []

    def formulas(self) -> Iterator[Place]:
        for number, row in enumerate(plaintext.rows(self.path), start=1):
            yield from (
                (number, column) for column, text in enumerate(row) if plaintext.is_formula(text)
            )


# -- What stands beside the values ----------------------------------------------------------------


@dataclass(frozen=True)
class _OfXlsx:
    path: Path

    def merged(self, number: int) -> None:
        return None

    def formulas(self, number: int) -> Iterator[Place]:
        with Archive(self.path) as archive:
            parts = _sheet_parts(archive)
            if number >= len(parts):
                return
            before = b""
            for piece in cut_between_tags(archive.part(parts[number])):
                # Far quicker than the pattern, in the many pieces without any.
                if (b"<f" in piece or b":f" in piece) and HAS_FORMULA.search(piece):
                    yield from _formulas_in(before, piece)
                before = piece


@dataclass(frozen=True)
class _OfXls:
    path: Path

    def merged(self, number: int) -> None:
        return None

    def formulas(self, number: int) -> Iterator[Place]:
        return compound.formulas(compound.book(self.path), number)


@dataclass(frozen=True)
class _OfOds:
    path: Path

    @cached_property
    def _tables(self) -> list[opendocument.Table]:
        with Archive(self.path) as archive:
            return opendocument.tables_in(archive.part(opendocument.CONTENT))

    def merged(self, number: int) -> list[tuple[Place, Place]]:
        return self._tables[number].merged

    def formulas(self, number: int) -> set[Place]:
        return self._tables[number].formulas


_MARKS: dict[Format, type[_Marks]] = {
    Format.XLSX: _OfXlsx,
    Format.XLS: _OfXls,
    Format.ODS: _OfOds,
}


def _formulas_in(before: bytes, piece: bytes) -> Iterator[Place]:
    """A formula follows the start of its cell, which may stand in the piece before."""
    cells = [match.groups() for match in CELL.finditer(before)][-1:]
    place = cells[0][:2] if cells else None
    for match in CELL_OR_FORMULA.finditer(piece):
        if match[1]:
            place = match[1], match[2]
        elif place:
            yield int(place[1]), column_number(place[0])


def _sheet_parts(archive: Archive) -> list[str]:
    """The names of the parts of all sheets, in the order of the book."""
    links: dict[str, str] = {}
    ids: list[str] = []

    def link(name: str, said: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship":
            links[said.get("Id", "")] = said.get("Target", "")

    def sheet(name: str, said: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            ids.extend(said[key] for key in said if key.endswith(":id"))

    _walk(archive.part(WORKBOOK_LINKS), link)
    _walk(archive.part(WORKBOOK), sheet)
    targets = [links.get(each, "") for each in ids]
    return [each[1:] if each.startswith("/") else f"xl/{each}" for each in targets]


def _walk(pieces: Iterator[bytes], start: Callable[[str, dict[str, str]], None]) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise damaged() from None
