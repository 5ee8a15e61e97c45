"""What the tables of an OpenDocument spreadsheet say of themselves beside their values."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

from units.sheets.archives import damaged
from units.sheets.markup import Reach

TYPE = "application/vnd.oasis.opendocument.spreadsheet"
CONTENT = "content.xml"
MANIFEST = "META-INF/manifest.xml"
CELLS = {"table:table-cell", "table:covered-table-cell"}

Place = tuple[int, int]


@dataclass
class Table:
    """Formulas and merged cells of one table, as `Sheet` has them."""

    formulas: set[Place] = field(default_factory=set)
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    reach: Reach = field(default_factory=Reach)


class Tables:
    """Reads the content piece by piece. Raises FileRefused where a table reaches too far.

    Blank rows and cells are repeated by a number, often to the end of the sheet: only what stands
    before the last filled cell counts.
    """

    def __init__(self) -> None:
        self.found: list[Table] = []
        self._row = self._next_row = 1
        self._column = self._next_column = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start

    def take(self, piece: bytes, is_last: bool = False) -> None:
        try:
            self._parser.Parse(piece, is_last)
        except (expat.ExpatError, ValueError):
            raise damaged() from None

    def _start(self, name: str, said: dict[str, str]) -> None:
        if name in CELLS:
            self._start_cell(said)
        elif name == "table:table-row":
            self._row = self._next_row
            self._next_row += int(said.get("table:number-rows-repeated", 1))
            self._next_column = 0
        elif name == "text:p":
            self._count_filled()
        elif name == "table:table":
            self.found.append(Table())
            self._row = self._next_row = 1
            self._column = self._next_column = 0

    def _start_cell(self, said: dict[str, str]) -> None:
        self._column = self._next_column
        self._next_column += int(said.get("table:number-columns-repeated", 1))
        if not self.found:
            return
        if "office:value-type" in said or "table:formula" in said:
            self._count_filled()
        if "table:formula" in said:
            self.found[-1].formulas |= {
                (row, column)
                for row in range(self._row, self._next_row)
                for column in range(self._column, self._next_column)
            }
        down = int(said.get("table:number-rows-spanned", 1))
        right = int(said.get("table:number-columns-spanned", 1))
        if down > 1 or right > 1:
            self.found[-1].reach.count_merged(1)
            first = (self._row, self._column)
            last = (self._row + down - 1, self._column + right - 1)
            self.found[-1].merged.append((first, last))

    def _count_filled(self) -> None:
        if self.found:
            self.found[-1].reach.count(rows=self._next_row - 1, columns=self._next_column)


def tables_in(pieces: Iterable[bytes]) -> list[Table]:
    """Of the whole content, in the order of the sheets. Raises FileRefused."""
    tables = Tables()
    for piece in pieces:
        tables.take(piece)
    tables.take(b"", is_last=True)
    return tables.found
