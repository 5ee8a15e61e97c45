"""Zip archives read as a stream, believing nothing that they say of themselves.

Python's own reader stops at the size that an archive declares, other readers do not. So the parts
are inflated here, counted while they are, and left at the first sign of a bomb.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from units.errors import FileRefused

# A workbook has some parts a sheet: a hundred sheets stay far below.
MOST_PARTS = 10_000
# The members of all teams of the country are 0.3 GiB as Excel writes them.
MOST_EXPANDED = 1 << 30
# Sheets expand ten to forty times, a bomb up to a thousand times.
MOST_TIMES = 200
# Below this size a part of blank cells may expand as it likes.
FREE_OF_RATIO = 10_000_000
# How much is held in memory at once.
PIECE = 1 << 20
BLOCK = 1 << 16
ENTRY = b"PK\x01\x02"
LOCAL = b"PK\x03\x04"
LOCAL_LENGTH = 30
NAME_LENGTH_AT = 26
ENCRYPTED = 0x1


@dataclass
class Part:
    """One file in an archive. `pieces` gives its content, once."""

    name: str
    pieces: Iterator[bytes]


@dataclass
class Meter:
    """What was taken from the file, and what it became."""

    packed: int = 0
    expanded: int = 0

    def count(self, packed: int, expanded: int) -> None:
        """Raises FileRefused where a file is a bomb."""
        self.packed += packed
        self.expanded += expanded
        swollen = self.expanded > FREE_OF_RATIO and self.expanded > MOST_TIMES * self.packed
        if swollen or self.expanded > MOST_EXPANDED:
            raise too_large()


@dataclass
class Archive:
    """Close after use. Raises FileRefused where the file is damaged, encrypted or a bomb."""

    path: Path
    _file: IO[bytes] = field(init=False)
    _entries: list[ZipInfo] = field(init=False)
    _whole: Meter = field(default_factory=Meter)

    def __post_init__(self) -> None:
        if _entries_in(self.path) > MOST_PARTS:
            raise too_large()
        try:
            with ZipFile(self.path) as archive:
                self._entries = [each for each in archive.infolist() if not each.is_dir()]
        except (BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
            raise damaged() from None
        if len(set(self.names)) < len(self._entries):
            # Readers differ in which of two parts of one name they take.
            raise damaged()
        self._file = self.path.open("rb")

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    @property
    def names(self) -> list[str]:
        return [each.filename for each in self._entries]

    def parts(self) -> Iterator[Part]:
        """All parts; the pieces of one have to be read before the next is asked for."""
        return (Part(each.filename, self._pieces(each)) for each in self._entries)

    def part(self, name: str) -> Iterator[bytes]:
        """The pieces of one part; none where there is no part of that name."""
        for each in self._entries:
            if each.filename == name:
                return self._pieces(each)
        return iter(())

    def _pieces(self, entry: ZipInfo) -> Iterator[bytes]:
        if entry.flag_bits & ENCRYPTED:
            raise encrypted()
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise damaged()
        self._file.seek(entry.header_offset)
        header = self._file.read(LOCAL_LENGTH)
        if not header.startswith(LOCAL) or len(header) < LOCAL_LENGTH:
            raise damaged()
        lengths = struct.unpack_from("<HH", header, NAME_LENGTH_AT)
        blocks = self._blocks(self._file.tell() + sum(lengths), entry.compress_size)
        if entry.compress_type == ZIP_DEFLATED:
            yield from self._counted(_inflated(blocks), entry.file_size)
        else:
            yield from self._counted(((len(each), each) for each in blocks), entry.file_size)

    def _blocks(self, place: int, length: int) -> Iterator[bytes]:
        """What the file holds at a place; another part may be read in between."""
        while length > 0:
            self._file.seek(place)
            block = self._file.read(min(length, BLOCK))
            if not block:
                raise damaged()
            place, length = place + len(block), length - len(block)
            yield block

    def _counted(self, pieces: Iterator[tuple[int, bytes]], declared: int) -> Iterator[bytes]:
        meter = Meter()
        for packed, content in pieces:
            meter.count(packed, len(content))
            self._whole.count(packed, len(content))
            if content:
                yield content
        if meter.expanded != declared:
            raise damaged()


def _entries_in(path: Path) -> int:
    """How many parts the directory lists, before anything of it is kept in memory."""
    found, tail = 0, b""
    with path.open("rb") as file:
        while block := file.read(PIECE):
            block = tail + block
            found += block.count(ENTRY)
            tail = block[-len(ENTRY) + 1 :]
    return found


def _inflated(blocks: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """Pieces with the number of packed bytes that each was made of."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for block in blocks:
        while block and not inflater.eof:
            content = _inflate(inflater, block)
            left = inflater.unconsumed_tail
            yield len(block) - len(left), content
            block = left
    # What was read of the file may be more than what came out of it so far.
    while not inflater.eof:
        content = _inflate(inflater, b"")
        if not content:
            raise damaged()
        yield 0, content


def _inflate(inflater: "zlib._Decompress", block: bytes) -> bytes:
    try:
        return inflater.decompress(block, PIECE)
    except zlib.error:
        raise damaged() from None


def damaged() -> FileRefused:
    return FileRefused(
        _("The file is damaged: open it in Excel or LibreOffice, save it again and upload that.")
    )


def encrypted() -> FileRefused:
    return FileRefused(_("The file is protected by a password: save it without one and try again."))


def too_large() -> FileRefused:
    return FileRefused(
        _("The file expands to far more than a table needs: copy the table into a new workbook.")
    )
