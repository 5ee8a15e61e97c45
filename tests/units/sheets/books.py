"""Workbooks made by hand: of each format, and as ugly or as evil as a test needs them."""

import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook

SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
SHEET_PART = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
XML = '<?xml version="1.0" encoding="UTF-8"?>'


def save(path: Path, rows: Iterable[Sequence[Any]], *, title: str = "Danh sách") -> Path:
    """An .xlsx of one sheet."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def rewritten(path: Path, change: Callable[[str, bytes], bytes], **more: bytes) -> Path:
    """The same archive with its parts changed, and others added."""
    content = BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in more.items():
            new.writestr(name, part)
    path.write_bytes(content.getvalue())
    return path


def with_part(path: Path, name: str, content: bytes) -> Path:
    return rewritten(path, lambda _, part: part, **{name: content})


def with_sheet(path: Path, cells: str) -> Path:
    """The rows of its first sheet written anew, as XML."""
    sheet = f"{XML}<worksheet {MAIN}><sheetData>{cells}</sheetData></worksheet>".encode()
    return rewritten(path, lambda name, part: sheet if name == SHEET_PART else part)


# -- OpenDocument ---------------------------------------------------------------------------------

NAMESPACES = " ".join(
    f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"'
    for each in ("office", "style", "table", "text")
)
HIDDEN = (
    '<style:style style:name="hidden" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
)


def words(text: str, said: str = "") -> str:
    cell = f'<table:table-cell office:value-type="string" {said}>'
    return f"{cell}<text:p>{text}</text:p></table:table-cell>"


def number(value: float, said: str = "") -> str:
    cell = f'<table:table-cell office:value-type="float" office:value="{value}" {said}>'
    return f"{cell}<text:p>{value}</text:p></table:table-cell>"


def blank(columns: int = 1) -> str:
    return f'<table:table-cell table:number-columns-repeated="{columns}"/>'


def row(*cells: str, times: int = 1) -> str:
    return (
        f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'
    )


def table(name: str, *rows: str, style: str = "") -> str:
    said = f'table:style-name="{style}"' if style else ""
    return f'<table:table table:name="{name}" {said}>{"".join(rows)}</table:table>'


def save_ods(
    path: Path, *tables: str, parts: Mapping[str, str] | None = None, manifest: str = ""
) -> Path:
    content = (
        f"{XML}<office:document-content {NAMESPACES}>"
        f"<office:automatic-styles>{HIDDEN}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest_space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", SPREADSHEET, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            f'{XML}<manifest:manifest xmlns:manifest="{manifest_space}">{manifest}'
            "</manifest:manifest>",
        )
        for name, part in (parts or {}).items():
            archive.writestr(name, part)
    return path


# -- Excel before 2007 ----------------------------------------------------------------------------

SECTOR = 512
FREE, CHAIN_END, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
# Shorter streams are kept elsewhere in the file.
SHORTEST_STREAM = 4096


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def biff(*sheets: tuple[str, bytes, int], extra: bytes = b"", macro: bool = False) -> bytes:
    """The stream of a book: each sheet a name, its records, and 1 where it is hidden."""
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)
    bodies = [
        record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + body + record(0x000A)
        for _, body, _ in sheets
    ]
    heads = [
        struct.pack("<BBBB", hidden, macro, len(name), 1) + name.encode("utf-16-le")
        for name, _, hidden in sheets
    ]
    start = len(record(0x0809, begin)) + len(extra) + sum(len(each) + 8 for each in heads) + 4
    stream = record(0x0809, begin) + extra
    for head, body in zip(heads, bodies, strict=True):
        stream += record(0x0085, struct.pack("<I", start) + head)
        start += len(body)
    return stream + record(0x000A) + b"".join(bodies)


def label(at_row: int, column: int, text: str) -> bytes:
    """Row and column from 0, as the format counts."""
    head = struct.pack("<HHHHB", at_row, column, 0, len(text), 1)
    return record(0x0204, head + text.encode("utf-16-le"))


def figure(at_row: int, column: int, value: float) -> bytes:
    return record(0x0203, struct.pack("<HHHd", at_row, column, 0, value))


def formula(at_row: int, column: int, value: float) -> bytes:
    return record(0x0006, struct.pack("<HHHdHIH", at_row, column, 0, value, 0, 0, 0))


def merged(first_row: int, last_row: int, first_column: int, last_column: int) -> bytes:
    area = (1, first_row, last_row, first_column, last_column)
    return record(0x00E5, struct.pack("<5H", *area))


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Streams at the top of a compound file; the table of its sectors is one sector long."""
    padded = {name: body.ljust(SHORTEST_STREAM, b"\0") for name, body in streams.items()}
    chains, sectors = [FAT_SECTOR, CHAIN_END], b""
    entries = [_entry("Root Entry", 5, CHAIN_END, 0, child=1)]
    for number, (name, body) in enumerate(padded.items(), start=1):
        first, count = len(chains), -(-len(body) // SECTOR)
        chains += [*range(first + 1, first + count), CHAIN_END]
        sectors += body.ljust(count * SECTOR, b"\0")
        right = number + 1 if number < len(padded) else FREE
        entries.append(_entry(name, 2, first, len(body), right=right))
    fat = struct.pack(f"<{SECTOR // 4}I", *chains, *[FREE] * (SECTOR // 4 - len(chains)))
    directory = b"".join(entries).ljust(SECTOR, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x003E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, SHORTEST_STREAM, CHAIN_END, 0, CHAIN_END, 0)
    return header + struct.pack("<109I", 0, *[FREE] * 108) + fat + directory + sectors


def _entry(
    name: str, kind: int, start: int, size: int, *, right: int = FREE, child: int = FREE
) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text), kind, 1, FREE, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def save_xls(path: Path, stream: bytes, **others: bytes) -> Path:
    path.write_bytes(compound_file({"Workbook": stream, **others}))
    return path
