"""The XML of a workbook as bytes: cut between tags, refused where it is more than plain XML, and
asked how far its cells reach, before a parser that keeps a whole sheet in memory sees it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from units.errors import FileRefused
from units.sheets.archives import damaged

# The reader keeps a place for every cell between the first and the last filled one, 32 bytes each:
# two cells in opposite corners of a sheet would take 550 GB. The members of all teams of the
# country with fourteen columns are five million.
MOST_CELLS = 10_000_000
# A list of the nation whose communes and hamlets are merged has some ten thousand merged areas.
MOST_MERGED = 100_000
# Excel keeps 32,767 characters in a cell; nothing else between two tags is long.
LONGEST_TEXT = 1 << 20

DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
OTHER_ENCODING = re.compile(
    rb"""^<\?xml[^>]*encoding\s*=\s*["'](?!utf-?8["']|us-ascii["'])""", re.I
)
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
XML_NAMES = (".xml", ".rels", ".vml", ".rdf")

CELL_TAG = re.compile(rb"<(?:[^\s<>/:]+:)?c[\s/>]")
# As Excel, LibreOffice, WPS and Google write it: letters, digits, and a stroke where it is blank.
CELL = re.compile(
    rb"<(?:[^\s<>/:]+:)?c"
    rb'(?:\s+(?!r=)[\w:]+="[^"<>]*+")*+\s+r="([A-Za-z]{1,3})([0-9]{1,7})"'
    rb"[^<>]*?(/?)>"
)
# What a part says of its own size, which the reader sets aside before it has seen any of it.
DECLARED = re.compile(rb"""<(?:[^\s<>/:]+:)?sst\s[^<>]*""")
A_COUNT = re.compile(rb"""[cC]ount\s*=\s*["']\s*\+?([0-9]+)""")
USUAL_CELL = re.compile(rb'<c r="([A-Za-z]{1,3})([0-9]{1,7})"[^<>/]*(/?)>')
MERGED_TAG = re.compile(rb"<(?:[^\s<>/:]+:)?mergeCell[\s/>]")
TEXT_TAG = re.compile(rb"<(?:[^\s<>/:]+:)?si[\s/>]")


def cut_between_tags(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, cut so that no tag stands in two pieces. Raises FileRefused."""
    rest = b""
    for piece in pieces:
        window = rest + piece
        cut = window.rfind(b"<")
        if cut > 0:
            yield window[:cut]
            window = window[cut:]
        if len(window) > LONGEST_TEXT:
            raise damaged()
        rest = window
    if rest:
        yield rest


def is_markup(name: str, first: bytes) -> bool:
    """Whether a part is XML: by its name, or because it could be and its name says nothing."""
    return name.lower().endswith(XML_NAMES) or b"\0" not in first[:1000]


def demand_plain_start(first: bytes) -> None:
    """Raises FileRefused where a part is XML in another encoding than UTF-8."""
    if b"\0" in first[:4] or OTHER_ENCODING.match(first.removeprefix(BYTE_ORDER_MARK).lstrip()):
        raise other_markup()


def demand_plain(piece: bytes) -> None:
    """Raises FileRefused where an entity or a document type is declared."""
    if DECLARATION.search(piece):
        raise FileRefused(
            _("The file declares XML entities, which no workbook needs, and is not read.")
        )


@dataclass
class Reach:
    """How far the cells of one sheet reach, and how many there are."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    merged: int = 0

    def take(self, piece: bytes) -> None:
        """Raises FileRefused where more would have to be kept than `MOST_CELLS`."""
        if b"mergeCell" in piece:
            self.count_merged(len(MERGED_TAG.findall(piece)))
        texts = self._count_texts(piece) if b"si" in piece or b"sst" in piece else 0
        cells = _cells(piece)
        filled = [each for each in cells if not each[2]] if _any_blank(cells) else cells
        self.count(
            rows=max(map(int, {row for _, row, _ in filled}), default=0),
            columns=max(map(column_number, {column for column, _, _ in filled}), default=-1) + 1,
            cells=len(cells) + texts,
        )

    def _count_texts(self, piece: bytes) -> int:
        for said in DECLARED.findall(piece):
            for count in A_COUNT.findall(said):
                self.count(rows=int(count[:12]), columns=1)
        return len(TEXT_TAG.findall(piece))

    def count(self, *, rows: int, columns: int, cells: int = 0) -> None:
        """Raises FileRefused where more would have to be kept than `MOST_CELLS`."""
        self.rows, self.columns = max(self.rows, rows), max(self.columns, columns)
        self.cells += cells
        if max(self.rows * self.columns, self.cells) > MOST_CELLS:
            raise FileRefused(
                _("A sheet reaches too far: delete what stands far below or right of the table.")
            )

    def count_merged(self, areas: int) -> None:
        """Raises FileRefused where there are more of them than `MOST_MERGED`."""
        self.merged += areas
        if self.merged > MOST_MERGED:
            raise FileRefused(
                _("A sheet has more merged cells than a table needs: unmerge them and try again.")
            )


def _cells(piece: bytes) -> list[tuple[bytes, bytes, bytes]]:
    """Letters, digits and a stroke for each blank one. Raises FileRefused where one has none.

    Programs write cells in one way, which is searched five times as fast as all that XML allows;
    where more things begin like a cell than were found so, they are looked at more closely.
    """
    begin_alike = piece.count(b"<c") + piece.count(b":c")
    if not begin_alike:
        return []
    cells = USUAL_CELL.findall(piece)
    if len(cells) < begin_alike:
        tags = len(CELL_TAG.findall(piece))
        cells = CELL.findall(piece) if len(cells) < tags else cells
        if len(cells) < tags:
            raise FileRefused(
                _("The file does not say where its cells stand: save it again in Excel and retry.")
            )
    return cells


def _any_blank(cells: list[tuple[bytes, bytes, bytes]]) -> bool:
    return any(stroke for _, _, stroke in cells)


def column_number(letters: bytes) -> int:
    """A is 0, as a row is counted from its first cell."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def other_markup() -> FileRefused:
    return FileRefused(
        _("The file is not what its name says: save it again in Excel or LibreOffice and retry.")
    )
