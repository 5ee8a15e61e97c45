"""Excel's older workbooks: streams in a compound file, and records in the stream of the book."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import olefile

from units.sheets.archives import damaged
from units.sheets.markup import Reach

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What a reader runs into that follows the pointers of a broken file.
UNREADABLE = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError,
              ValueError, struct.error)  # fmt: skip
BOOKS = ("Workbook", "Book")

BEGIN, END, PROTECTED, SHEET, FORMULA = 0x0809, 0x000A, 0x002F, 0x0085, 0x0006
DIMENSIONS, MERGED = 0x0200, 0x00E5
# Label, shared label, number, packed number, packed numbers, truth or error, rich label, formula.
FILLED = {0x0204, 0x00FD, 0x0203, 0x027E, 0x00BD, 0x0205, 0x00D6, FORMULA}
PACKED_NUMBERS = 0x00BD
MACRO_SHEET = 1
# Of one merged area: two rows and two columns.
MERGED_LENGTH = 8
# Where the header says which sector names the tables beyond the first 109, and what is no sector.
FIRST_OF_TABLES = 0x44
MARKS_FROM = 0xFFFFFFFA
# All that there is in a sheet of this format; the reader sets aside what a sheet declares.
MOST_ROWS, MOST_COLUMNS = 65_536, 256
HEADER = struct.Struct("<HH")


@dataclass(frozen=True)
class Record:
    kind: int
    at: int
    body: bytes

    @property
    def place(self) -> tuple[int, int]:
        """Row from 1 and column from 0, in a record of a cell."""
        if len(self.body) < HEADER.size:
            raise damaged()
        row, column = HEADER.unpack_from(self.body)
        return row + 1, column

    @property
    def last_column(self) -> int:
        """Packed numbers say at their end how far they reach."""
        if self.kind == PACKED_NUMBERS:
            return max(int.from_bytes(self.body[-2:], "little"), self.place[1])
        return self.place[1]


def names(path: Path) -> list[str]:
    """Every storage and stream. Raises FileRefused where the file is damaged.

    That is also where its sectors go round in circles, which some readers follow for ever.
    """
    with _opened(path) as compound:
        try:
            compound.loadminifat()
        except UNREADABLE:
            raise damaged() from None
        for chain in (compound.fat, compound.minifat):
            _demand_straight(chain)
        _demand_straight_tables(path, compound.sector_size)
        return [part for entry in compound.listdir(storages=True) for part in entry]


def book(path: Path) -> bytes:
    """The stream of the workbook; empty where there is none."""
    with _opened(path) as compound:
        for name in BOOKS:
            if compound.exists(name):
                try:
                    return bytes(compound.openstream(name).read())
                except UNREADABLE:
                    raise damaged() from None
    return b""


def records(book: bytes, at: int = 0) -> Iterator[Record]:
    """From a place in the stream to its end."""
    while at + HEADER.size <= len(book):
        kind, length = HEADER.unpack_from(book, at)
        end = at + HEADER.size + length
        yield Record(kind, at, book[at + HEADER.size : end])
        at = end


def is_protected(book: bytes) -> bool:
    """Whether it is encrypted: what follows would be noise."""
    return any(each.kind == PROTECTED for each in records(book))


def has_macro_sheet(book: bytes) -> bool:
    return any(
        each.kind == SHEET and each.body[5:6] == bytes([MACRO_SHEET]) for each in records(book)
    )


def demand_reach(book: bytes) -> None:
    """Raises FileRefused where the cells of a sheet reach, or are said to reach, too far apart."""
    for start in _starts(book):
        reach = Reach()
        for record in _sheet(book, start):
            if record.kind == DIMENSIONS:
                _demand_dimensions(record.body)
            elif record.kind == MERGED:
                reach.count_merged(len(record.body) // MERGED_LENGTH)
            elif record.kind in FILLED:
                reach.count(rows=record.place[0], columns=record.last_column + 1)


def formulas(book: bytes, sheet: int) -> Iterator[tuple[int, int]]:
    """Where formulas stand in a sheet, counted among all sheets from 0."""
    for start in _starts(book)[sheet : sheet + 1]:
        yield from (each.place for each in _sheet(book, start) if each.kind == FORMULA)


def _starts(book: bytes) -> list[int]:
    """Where the sheets begin, in their order."""
    return [int.from_bytes(each.body[:4], "little") for each in records(book) if each.kind == SHEET]


def _sheet(book: bytes, start: int) -> Iterator[Record]:
    """The records of one sheet; a chart in it is a book in the book."""
    depth = 0
    for record in records(book, start):
        depth += (record.kind == BEGIN) - (record.kind == END)
        yield record
        if depth <= 0:
            return


def _demand_dimensions(body: bytes) -> None:
    """Four numbers, the rows of which are longer in the newer of the two formats."""
    if len(body) < struct.calcsize("<HHHH"):
        raise damaged()
    is_long = len(body) >= struct.calcsize("<IIHH")
    first_row, rows, first, columns = struct.unpack_from("<IIHH" if is_long else "<HHHH", body)
    if not first_row <= rows <= MOST_ROWS or not first <= columns <= MOST_COLUMNS:
        raise damaged()


def _demand_straight(chain: Sequence[int]) -> None:
    """Each entry names the sector that follows, or a mark beyond the last."""
    walks = [0] * len(chain)
    for start in range(len(chain)):
        at = start
        while at < len(chain) and not walks[at]:
            walks[at] = start + 1
            at = chain[at]
        if at < len(chain) and walks[at] == start + 1:
            raise damaged()


def _demand_straight_tables(path: Path, sector_size: int) -> None:
    """In a large file the sectors that name the tables of sectors are a chain of their own."""
    seen: set[int] = set()
    with path.open("rb") as file:
        file.seek(FIRST_OF_TABLES)
        at = int.from_bytes(file.read(4), "little")
        while at < MARKS_FROM:
            if at in seen:
                raise damaged()
            seen.add(at)
            # The header takes the place of a sector; the next one is named last.
            file.seek((at + 2) * sector_size - 4)
            link = file.read(4)
            at = int.from_bytes(link, "little") if len(link) == 4 else MARKS_FROM


def _opened(path: Path) -> olefile.OleFileIO:
    try:
        return olefile.OleFileIO(str(path))
    except UNREADABLE:
        raise damaged() from None
