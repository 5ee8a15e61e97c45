"""Tables in plain text, as Excel and the portals of other offices write them out."""

import codecs
import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from units.sheets.archives import LOCAL, PIECE, damaged
from units.sheets.compound import MAGIC
from units.sheets.markup import other_markup

DELIMITERS = ",;\t"
# Enough to see how a table is cut into columns, past a title and some blank lines.
ROWS_TO_TRY = 40
# What Excel for Vietnamese writes where it writes no Unicode.
OLD_ENCODING = "windows-1258"
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
# Pages and documents that were only given another name.
OTHER_FORMAT = re.compile(r"\s*(<[!?a-z]|\{\\rtf|%PDF-)", re.IGNORECASE)
SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
# A telephone number may begin with a plus; a dash alone stands for nothing.
FORMULA = re.compile(r"\s*(?:[=@]|\+(?![\d\s().-]+$))")


def demand_text(path: Path) -> None:
    """Raises FileRefused where the file is no text, or a text of another kind."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)).startswith((MAGIC, LOCAL)):
            raise other_markup()
    encoding = encoding_of(path)
    is_first = True
    try:
        with path.open(encoding=encoding, newline="") as file:
            while piece := file.read(PIECE):
                if NO_TEXT.search(piece) or (is_first and OTHER_FORMAT.match(piece)):
                    raise other_markup()
                is_first = False
    except UnicodeError:
        raise other_markup() from None


def encoding_of(path: Path) -> str:
    """By the mark at the start; without one UTF-8, where all of it is that."""
    with path.open("rb") as file:
        start = file.read(4)
        for mark, encoding in BYTE_ORDER_MARKS.items():
            if start.startswith(mark):
                return encoding
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while piece := file.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return OLD_ENCODING
    return "utf-8"


def rows(path: Path) -> Iterator[list[str]]:
    """Cells as they were typed; a line break in quotes stays in its cell. Raises FileRefused."""
    encoding = encoding_of(path)
    delimiter = _delimiter(path, encoding)
    try:
        with path.open(encoding=encoding, newline="") as file:
            if not SEPARATOR_LINE.fullmatch(file.readline()):
                file.seek(0)
            yield from csv.reader(file, delimiter=delimiter)
    except (csv.Error, UnicodeError):
        raise damaged() from None


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would calculate it."""
    return bool(FORMULA.match(text))


def _delimiter(path: Path, encoding: str) -> str:
    """That which cuts the first rows alike: most cells in the row that has its like most often."""
    with path.open(encoding=encoding, newline="") as file:
        if said := SEPARATOR_LINE.fullmatch(file.readline()):
            return said[1]
    return max(DELIMITERS, key=lambda each: _alike(path, encoding, each))


def _alike(path: Path, encoding: str, delimiter: str) -> int:
    """How many cells stand in rows of one and the same width."""
    with path.open(encoding=encoding, newline="") as file:
        try:
            widths = [
                len(row) for row in islice(csv.reader(file, delimiter=delimiter), ROWS_TO_TRY)
            ]
        except csv.Error:
            return 0
    return max((width * widths.count(width) for width in widths if width > 1), default=0)
