"""May this uploaded file be opened at all? Asked before any reader of workbooks sees it."""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from django.utils.translation import gettext as _

from units.errors import FileRefused
from units.sheets import compound, opendocument, plaintext
from units.sheets.archives import Archive, Part, encrypted
from units.sheets.markup import (
    Reach,
    cut_between_tags,
    demand_plain,
    demand_plain_start,
    is_markup,
    other_markup,
)

ZIP_MAGIC = b"PK\x03\x04"
CONTENT_TYPES = "[Content_Types].xml"
WORKBOOK = "xl/workbook.xml"
BINARY_WORKBOOK = "xl/workbook.bin"
MACRO_TYPE = re.compile(rb"macroenabled|macrosheet|vbaproject", re.IGNORECASE)
MACRO_NAME = re.compile(r"(^|/)vbaproject\w*\.bin$|^xl/macrosheets/", re.IGNORECASE)
MACRO_STORAGES = {"_VBA_PROJECT_CUR", "VBA", "_VBA_PROJECT"}
MACRO_FOLDERS = ("Basic/", "Scripts/")
ENCRYPTED_PACKAGE = "EncryptedPackage"
ENCRYPTION = b"encryption-data"


class Format(StrEnum):
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    CSV = "csv"


def demand_safe(path: Path, name: str) -> Format:
    """What kind of table the file is, of those that `reading.open_book` reads.

    `name` is what its owner calls it. Raises FileRefused, with one sentence, where the name has
    another ending, the content is not what the name says, or is empty, damaged, encrypted, a zip
    bomb, or carries macros or XML entities. Every part of an archive is inflated once, in a stream.
    """
    kind = _named(name)
    if not path.stat().st_size:
        raise FileRefused(_("The file is empty."))
    with path.open("rb") as file:
        magic = file.read(len(compound.MAGIC))
    if kind is Format.CSV:
        plaintext.demand_text(path)
    elif magic == compound.MAGIC:
        _demand_safe_compound(path, kind)
    elif kind is not Format.XLS and magic.startswith(ZIP_MAGIC):
        _demand_safe_archive(path, kind)
    else:
        raise other_markup()
    return kind


def _named(name: str) -> Format:
    ending = Path(name.strip()).suffix.lower().removeprefix(".")
    if ending not in list(Format):
        raise FileRefused(
            _("%(name)s is no table: choose a file that ends in .xlsx, .xls, .ods or .csv.")
            % {"name": name}
        )
    return Format(ending)


def _demand_safe_compound(path: Path, kind: Format) -> None:
    """An encrypted .xlsx is a compound file, too, with the archive inside."""
    names = compound.names(path)
    if ENCRYPTED_PACKAGE in names:
        raise encrypted()
    if kind is not Format.XLS:
        raise other_markup()
    book = compound.book(path)
    if not book:
        raise other_markup()
    if compound.is_protected(book):
        raise encrypted()
    if not MACRO_STORAGES.isdisjoint(names) or compound.has_macro_sheet(book):
        raise _macros()
    compound.demand_reach(book)


def _demand_safe_archive(path: Path, kind: Format) -> None:
    with Archive(path) as archive:
        _demand_kind(archive, kind)
        for part in archive.parts():
            if kind is Format.XLSX:
                _read_part_of_xlsx(part)
            else:
                _read_part_of_ods(part)


def _demand_kind(archive: Archive, kind: Format) -> None:
    """Macros are named first: a book with them is often renamed to get it through."""
    names = set(archive.names)
    if any(MACRO_NAME.search(each) for each in names):
        raise _macros()
    if kind is Format.XLSX and (not {CONTENT_TYPES, WORKBOOK} <= names or BINARY_WORKBOOK in names):
        raise other_markup()
    if kind is Format.ODS:
        said = b"".join(archive.part("mimetype"))
        if said.strip() != opendocument.TYPE.encode() or opendocument.CONTENT not in names:
            raise other_markup()
        # Before the content, which would only look damaged.
        if ENCRYPTION in b"".join(archive.part(opendocument.MANIFEST)):
            raise encrypted()
        if any(each.startswith(MACRO_FOLDERS) for each in names):
            raise _macros()


def _read_part_of_xlsx(part: Part) -> None:
    reach = Reach()
    for piece in _plain(part):
        reach.take(piece)
        if part.name == CONTENT_TYPES and MACRO_TYPE.search(piece):
            raise _macros()


def _read_part_of_ods(part: Part) -> None:
    tables = opendocument.Tables()
    for piece in _plain(part):
        if part.name == opendocument.CONTENT:
            tables.take(piece)


def _plain(part: Part) -> Iterator[bytes]:
    """The pieces of a part that is XML, cut between tags; any other is only counted."""
    first = next(part.pieces, b"")
    if not is_markup(part.name, first):
        for _piece in part.pieces:
            pass
        return
    demand_plain_start(first)
    for piece in cut_between_tags(_rejoined(first, part.pieces)):
        demand_plain(piece)
        yield piece


def _rejoined(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others


def _macros() -> FileRefused:
    return FileRefused(_("The file carries macros: save it as a workbook without macros (.xlsx)."))
