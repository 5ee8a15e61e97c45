"""What in the parts of a Word or Excel file acts: fetches something, starts it, or holds it."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _

from units.errors import FileRefused
from units.sheets import compound
from units.sheets.archives import Part, damaged

# By the last word of their address: pages and other documents that Word takes in, programs, and the
# workbooks or programs from which Excel takes figures.
ACTIVE_RELATIONS = {"afchunk", "oleobject", "control", "externallink"}
OUTSIDE = re.compile(r"\s*([a-z][a-z0-9+.\-]+:|[\\/]{2})", re.IGNORECASE)
# Fields that start a program or fetch a file; and one that spells another from numbers.
ACTIVE_FIELD = re.compile(
    r"\s*((DDE(AUTO)?|LINK|INCLUDE(TEXT|PICTURE)?|IMPORT|RD)\b|QUOTE\s+\d)", re.IGNORECASE
)
BLANKS = re.compile(r"\s+")
# As much of a field as says what it does.
LONGEST_NAME = 40
FIELD_TEXTS = ("instrText", "delInstrText")
# A Word file of 10 MB is mostly pictures; 32 MiB of markup are hundreds of pages.
MOST_MARKUP = 32 << 20
MARKS_OF_ORDER = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"


class Parts:
    """Takes one part of a file after the other, each once. Raises FileRefused."""

    def __init__(self, *, is_word: bool):
        self.is_word = is_word
        self.left = MOST_MARKUP

    def take(self, part: Part) -> Iterator[bytes]:
        """The same pieces, looked at. Word's parts are whatever they are called by the file itself,
        so all that may be XML is read; where Excel takes something from is said in relations."""
        head, pieces = _headed(part.pieces)
        if head.startswith(compound.MAGIC):
            raise acting()
        name = part.name.lower()
        is_markup = name.endswith(".xml") or head.lstrip(MARKS_OF_ORDER).startswith(b"<")
        if name.endswith(".rels") or (self.is_word and is_markup):
            pieces = self._read(pieces)
        yield from pieces

    def _read(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        reader = Reader()
        try:
            for piece in pieces:
                self.left -= len(piece)
                if self.left < 0:
                    raise FileRefused(_("The document is too long: print it into a PDF."))
                reader.parser.Parse(piece)
                yield piece
            reader.parser.Parse(b"", True)
        except expat.ExpatError:
            raise damaged() from None


class Reader:
    """Reads the relations and the fields in one part, however they are spelt or cut."""

    def __init__(self) -> None:
        # Of each field that is open, what it says so far.
        self.fields: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        tag = _local(name)
        if tag == "Relationship":
            _judge_relation(attributes)
        elif tag == "fldSimple":
            _judge_field(_said(attributes, "instr"))
        elif tag == "fldChar":
            self._turn(_said(attributes, "fldCharType"))
        elif tag in FIELD_TEXTS:
            self.parser.CharacterDataHandler = self._hear

    def _end(self, name: str) -> None:
        if _local(name) in FIELD_TEXTS:
            self.parser.CharacterDataHandler = None

    def _turn(self, kind: str) -> None:
        if kind == "begin":
            if self.fields and not self.fields[-1].strip():
                # Its name would be what another field makes.
                raise acting()
            self.fields.append("")
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _hear(self, text: str) -> None:
        if not self.fields:
            self.fields.append("")
        said = BLANKS.sub(" ", self.fields[-1] + text).lstrip()
        self.fields[-1] = said[:LONGEST_NAME]
        _judge_field(self.fields[-1])


def _judge_relation(attributes: dict[str, str]) -> None:
    kind = attributes.get("Type", "").rpartition("/")[2].casefold()
    is_outside = attributes.get("TargetMode", "").casefold() == "external"
    is_outside |= bool(OUTSIDE.match(attributes.get("Target", "")))
    if kind in ACTIVE_RELATIONS or (is_outside and kind != "hyperlink"):
        raise acting()


def _judge_field(said: str) -> None:
    if ACTIVE_FIELD.match(said):
        raise acting()


def _headed(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """How a part begins, be its first pieces ever so short, and all of its pieces."""
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= len(compound.MAGIC):
            break
    return head, chain([head], pieces)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _said(attributes: dict[str, str], wanted: str) -> Any:
    return next((said for name, said in attributes.items() if _local(name) == wanted), "")


def acting() -> FileRefused:
    """The sentence for what acts when it is opened."""
    return FileRefused(
        _(
            "The file fetches something from elsewhere, or holds another file or program: print it "
            "into a PDF and send that."
        )
    )
