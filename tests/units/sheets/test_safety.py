"""Files that are refused before any reader of workbooks sees them."""

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.units.sheets import books
from units.errors import FileRefused
from units.sheets import archives, markup
from units.sheets.safety import Format, demand_safe

MAGIC_OF_OTHERS = {
    "a.xlsx": b"%PDF-1.7 nothing",
    "b.xlsx": b"Ho ten,Nam sinh\n",
    "a.xls": b"<html><table><tr><td>x</td></tr></table></html>",
    "b.xls": b"PK\x03\x04" + bytes(40),
    "a.ods": b"\x89PNG\r\n\x1a\n",
    "a.csv": b"PK\x03\x04",
    "b.csv": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "c.csv": b"<!DOCTYPE html><p>Not found</p>",
    "d.csv": b"a,b\x00c\n",
    "e.csv": b"{\\rtf1 x}",
    "f.csv": b"\xff\xfea",
}


def refused(path: Path, name: str = "") -> str:
    with pytest.raises(FileRefused) as caught:
        demand_safe(path, name or path.name)
    assert caught.value.status == 422
    assert caught.value.message.count(". ") == 0, "one sentence"
    return caught.value.message


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    return books.save(tmp_path / "roster.xlsx", [["Họ tên", "Năm sinh"], ["Nguyễn An", 1985]])


def test_tables_of_the_four_formats_are_told_apart(tmp_path: Path, roster: Path) -> None:
    ods = books.save_ods(tmp_path / "a.ods", books.table("Tổ", books.row(books.words("x"))))
    xls = books.save_xls(tmp_path / "a.xls", books.biff(("Tổ", books.label(0, 0, "x"), 0)))
    csv = tmp_path / "a.csv"
    csv.write_text("Họ tên;Năm sinh\n")
    assert demand_safe(roster, "Danh sách.XLSX ") is Format.XLSX
    assert [demand_safe(each, each.name) for each in (ods, xls, csv)] == [
        Format.ODS,
        Format.XLS,
        Format.CSV,
    ]


@pytest.mark.parametrize("name", ["roster.pdf", "roster.xlsm", "roster", "xlsx", ".xlsx"])
def test_name_of_another_kind_is_refused(roster: Path, name: str) -> None:
    assert name in refused(roster, name)


@pytest.mark.parametrize("name", MAGIC_OF_OTHERS)
def test_content_that_is_not_what_the_name_says_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(MAGIC_OF_OTHERS[name])
    assert re.search("not what its name says|damaged", refused(path))


def test_formats_under_each_others_names_are_refused(tmp_path: Path, roster: Path) -> None:
    ods = books.save_ods(tmp_path / "a.ods")
    xls = books.save_xls(tmp_path / "a.xls", books.biff(("Tổ", b"", 0)))
    other = books.save_xls(tmp_path / "b.xls", b"")
    other.write_bytes(books.compound_file({"WordDocument": b"x"}))
    for path, name in [(ods, "a.xlsx"), (xls, "a.xlsx"), (xls, "a.ods"), (roster, "a.ods"),
                       (roster, "a.xls"), (other, "b.xls")]:  # fmt: skip
        assert "not what its name says" in refused(path, name)


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods", "a.csv"])
def test_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert "empty" in refused(tmp_path / name)


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_file_that_was_cut_short_is_refused(roster: Path, kept: float) -> None:
    content = roster.read_bytes()
    roster.write_bytes(content[: int(len(content) * kept)])
    assert "damaged" in refused(roster)


def test_compound_file_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    path = books.save_xls(tmp_path / "a.xls", books.biff(("Tổ", b"", 0)))
    path.write_bytes(path.read_bytes()[:700])
    assert refused(path)


@pytest.mark.parametrize(
    ("at", "sector"),
    [
        (512 + 4 * 1, 1),  # the directory follows itself
        (512 + 4 * 9, 2),  # the stream begins anew
        (0x44, 3),  # a table of tables, made of a sector of the stream that names itself
    ],
)
def test_compound_file_that_goes_round_in_circles_is_refused(
    tmp_path: Path, at: int, sector: int
) -> None:
    path = books.save_xls(tmp_path / "a.xls", books.biff(("Tổ", books.label(0, 0, "x"), 0)))
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, at, sector)
    if at == 0x44:
        struct.pack_into("<I", content, (sector + 2) * 512 - 4, sector)
    path.write_bytes(content)
    assert "damaged" in refused(path)


# -- Passwords and macros -------------------------------------------------------------------------


def test_encrypted_books_are_refused(tmp_path: Path, roster: Path) -> None:
    xlsx, in_xls = tmp_path / "a.xlsx", tmp_path / "b.xls"
    for path in (xlsx, in_xls):
        path.write_bytes(books.compound_file({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}))
    protected = books.record(0x002F, bytes(6))
    xls = books.save_xls(tmp_path / "a.xls", books.biff(("Tổ", b"\x80" * 90, 0), extra=protected))
    said = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    ods = books.save_ods(tmp_path / "a.ods", "\x80 noise &", manifest=said)
    for path in (xlsx, in_xls, xls, ods):
        assert "password" in refused(path)


def test_archive_with_a_password_on_its_parts_is_refused(roster: Path) -> None:
    content = bytearray(roster.read_bytes())
    place = -1
    while (place := content.find(b"PK\x01\x02", place + 1)) >= 0:
        content[place + 8] |= 1
    roster.write_bytes(content)
    assert "password" in refused(roster)


def test_macros_are_refused(tmp_path: Path) -> None:
    def a_roster(name: str) -> Path:
        return books.save(tmp_path / name, [["x"]])

    by_type = books.rewritten(
        a_roster("a.xlsx"), lambda _, part: part.replace(b"sheet.main+xml", b"sheet.macroEnabled")
    )
    by_part = books.with_part(a_roster("b.xlsx"), "xl/vbaProject.bin", b"\0")
    cells = books.label(0, 0, "x")
    for_older = books.biff(("Tổ", cells, 0))
    as_storage = books.save_xls(tmp_path / "a.xls", for_older, _VBA_PROJECT_CUR=b"x")
    as_sheet = books.save_xls(tmp_path / "b.xls", books.biff(("Tổ", cells, 0), macro=True))
    basic = books.save_ods(tmp_path / "a.ods", parts={"Basic/Standard/Module1.xml": "<x/>"})
    script = books.save_ods(tmp_path / "b.ods", parts={"Scripts/python/a.py": "pass"})
    for path in (by_type, by_part, as_storage, as_sheet, basic, script):
        assert "macros" in refused(path)


# -- Bombs ----------------------------------------------------------------------------------------


def test_part_that_expands_too_many_times_is_refused(roster: Path) -> None:
    books.with_part(roster, "xl/media/image1.png", b"\0" * 11_000_000)
    assert "expands" in refused(roster)


def test_blank_part_that_is_small_may_expand(roster: Path) -> None:
    books.with_part(roster, "xl/media/image1.png", b"\0" * 9_000_000)
    assert demand_safe(roster, roster.name) is Format.XLSX


def test_archive_that_expands_too_far_is_refused(
    roster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_EXPANDED", 300_000)
    for number in range(3):
        books.with_part(roster, f"xl/media/image{number}.png", b"\0" + os.urandom(99_000))
    assert "expands" in refused(roster)


def test_archive_of_too_many_parts_is_refused(
    roster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_PARTS", 5)
    assert "expands" in refused(roster)


def declaring(path: Path, part: str, size: int, checksum: int) -> None:
    """What the archive says of a part, in its directory and before the part."""
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        local = archive.getinfo(part).header_offset
    central = content.rfind(b"PK\x01\x02", 0, content.rfind(part.encode()))
    for place in (local + 14, central + 16):
        struct.pack_into("<I", content, place, checksum)
        struct.pack_into("<I", content, place + 8, size)
    path.write_bytes(content)


def test_bomb_that_declares_to_be_small_is_refused_before_it_is_whole(
    roster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's own reader would stop at the declared size, and find the checksum right."""
    books.with_part(roster, "xl/media/image1.png", b"\0" * 200_000_000)
    declaring(roster, "xl/media/image1.png", 10, zlib.crc32(b"\0" * 10))
    with zipfile.ZipFile(roster) as archive:
        assert len(archive.read("xl/media/image1.png")) == 10
    taken: list[int] = []
    count = archives.Meter.count
    monkeypatch.setattr(
        archives.Meter,
        "count",
        lambda meter, packed, expanded: (taken.append(expanded), count(meter, packed, expanded)),
    )
    assert "expands" in refused(roster)
    assert sum(taken) / 2 < archives.FREE_OF_RATIO + 2 * archives.PIECE


def test_part_that_is_not_as_large_as_declared_is_refused(roster: Path) -> None:
    books.with_part(roster, "xl/media/image1.png", b"\0" * 5_000)
    declaring(roster, "xl/media/image1.png", 10, zlib.crc32(b"\0" * 10))
    assert "damaged" in refused(roster)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused(roster: Path) -> None:
    with zipfile.ZipFile(roster, "a") as archive:
        archive.writestr(books.SHEET_PART, "<worksheet/>")
    assert "damaged" in refused(roster)


# -- XML ------------------------------------------------------------------------------------------

ENTITY = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'


@pytest.mark.parametrize(
    "part", [books.SHEET_PART, "xl/_rels/workbook.xml.rels", "docProps/core.xml", "xl/any.thing"]
)
def test_entities_are_refused_in_every_part(roster: Path, part: str) -> None:
    if part == "xl/any.thing":
        books.with_part(roster, part, ENTITY.encode())
    else:
        books.rewritten(roster, lambda name, old: ENTITY.encode() if name == part else old)
    assert "XML entities" in refused(roster)


def test_entities_of_a_spreadsheet_of_libreoffice_are_refused(tmp_path: Path) -> None:
    path = books.save_ods(tmp_path / "a.ods", parts={"styles.xml": ENTITY})
    assert "XML entities" in refused(path)


def test_entity_is_found_wherever_the_stream_is_cut(
    roster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.with_part(roster, "xl/any.xml", ENTITY.encode())
    for length in (1, 5, 30):
        monkeypatch.setattr(archives, "PIECE", length)
        assert "XML entities" in refused(roster)


@pytest.mark.parametrize(
    "content",
    [
        ENTITY.encode("utf-16"),
        ENTITY.encode("utf-16-le"),
        b'<?xml version="1.0" encoding="utf-7"?><x/>',
        b"<?xml version='1.0' encoding='ISO-8859-1'?><x/>",
    ],
)
def test_xml_in_another_encoding_is_refused(roster: Path, content: bytes) -> None:
    books.with_part(roster, "xl/any.xml", content)
    assert "not what its name says" in refused(roster)


def test_words_that_look_like_an_entity_are_text(tmp_path: Path) -> None:
    path = books.save(tmp_path / "a.xlsx", [["<!DOCTYPE x>", "<c r='A1'>"]])
    assert demand_safe(path, path.name) is Format.XLSX


# -- What would take more memory than there is ----------------------------------------------------

FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="{far}"{more}</c></row>'
FAR_ODS = books.table("a", books.row(books.blank(999_999_999), books.words("x")))


def sheet_of(cells: str) -> Callable[[Path], Path]:
    return lambda tmp_path: books.with_sheet(books.save(tmp_path / "a.xlsx", [["x"]]), cells)


def shared_texts(tmp_path: Path) -> Path:
    path = books.save(tmp_path / "a.xlsx", [["x"]])
    texts = f'<sst {books.MAIN} count="1" uniqueCount="99999999999"><si><t>x</t></si></sst>'
    return books.with_part(path, "xl/sharedStrings.xml", texts.encode())


def older(extra: bytes) -> Callable[[Path], Path]:
    cells = books.label(0, 0, "x") + extra
    return lambda tmp_path: books.save_xls(tmp_path / "a.xls", books.biff(("a", cells, 0)))


@pytest.mark.parametrize(
    "make",
    [
        sheet_of(FAR.format(far="XFD1048576", more="><v>1</v>")),
        sheet_of(FAR.format(far="xfd1048576", more=' s="1" t="n"><v>1</v>')),
        sheet_of(FAR.format(far="XFD1048576", more="><v>1</v>").replace(' r="A1"', "")),
        sheet_of(FAR.format(far="XFD1048576", more="><v>1</v>").replace('"', "'")),
        sheet_of('<row r="1"><c r="A99999999999"><v>1</v></c></row>'),
        sheet_of('<row r="1"><c s=" r=\'A1\' "><v>1</v></c></row>'),
        shared_texts,
        older(books.label(65_535, 65_535, "x")),
        older(books.record(0x0200, struct.pack("<IIHHH", 0, 0xFFFFFFF0, 0, 0xFFF0, 0))),
        older(books.record(0x0200, struct.pack("<IIHHH", 255, 5, 0, 4, 0))),
        lambda tmp_path: books.save_ods(tmp_path / "a.ods", FAR_ODS),
    ],
    ids=["corner", "small-letters", "no-address", "quotes", "no-row", "feigned", "shared-texts",
         "xls", "xls-dimensions", "xls-upside-down", "ods"],
)  # fmt: skip
def test_sheet_for_which_the_reader_would_take_all_memory_is_refused(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    """Each of them ends the process of a reader that believes it."""
    assert re.search("reaches too far|where its cells stand|damaged", refused(make(tmp_path)))


def test_formatted_blank_cells_far_away_do_no_harm(tmp_path: Path) -> None:
    path = sheet_of(FAR.format(far="XFD1048576", more=' s="1"/><c r="B1048576">'))(tmp_path)
    assert demand_safe(path, path.name) is Format.XLSX


def test_more_cells_than_may_be_kept_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = books.save(tmp_path / "a.xlsx", [["x"] * 5] * 4)
    monkeypatch.setattr(markup, "MOST_CELLS", 20)
    assert demand_safe(path, path.name) is Format.XLSX
    monkeypatch.setattr(markup, "MOST_CELLS", 19)
    assert "reaches too far" in refused(path)


def merged_xlsx(tmp_path: Path) -> Path:
    path = books.save(tmp_path / "a.xlsx", [["x"]])
    areas = b"<mergeCells>" + b'<mergeCell ref="A1:B2"/>' * 4 + b"</mergeCells></worksheet>"
    return books.rewritten(path, lambda _name, part: part.replace(b"</worksheet>", areas))


def merged_ods(tmp_path: Path) -> Path:
    cells = [books.words("x", 'table:number-columns-spanned="2"')] * 4
    return books.save_ods(tmp_path / "a.ods", books.table("a", books.row(*cells)))


@pytest.mark.parametrize("make", [merged_xlsx, merged_ods, older(books.merged(0, 1, 0, 1) * 4)])
def test_more_merged_cells_than_a_table_needs_are_refused(
    make: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(tmp_path)
    monkeypatch.setattr(markup, "MOST_MERGED", 4)
    demand_safe(path, path.name)
    monkeypatch.setattr(markup, "MOST_MERGED", 3)
    assert "more merged cells" in refused(path)
