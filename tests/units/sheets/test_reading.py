"""Sheets of four formats, as their rows are handed out."""

import codecs
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from tests.units.sheets import books
from units.errors import FileRefused
from units.sheets import reading
from units.sheets.columns import Cell
from units.sheets.reading import Sheet, open_book
from units.sheets.safety import Format, demand_safe
from units.text import normalise


def opened(path: Path) -> list[Sheet]:
    return open_book(path, demand_safe(path, path.name)).sheets


def rows_of(sheet: Sheet) -> dict[int, list[Cell]]:
    """By number, without the blank ones."""
    return {number: cells for number, cells in sheet.rows() if any(c is not None for c in cells)}


# -- .xlsx ----------------------------------------------------------------------------------------


def test_rows_and_columns_are_counted_from_the_corner_of_the_sheet(tmp_path: Path) -> None:
    book = Workbook()
    book.active["C4"], book.active["D4"], book.active["C6"] = "Họ tên", 1985, "An"
    book.active["XFD9"].font = Font(bold=True)
    book.save(tmp_path / "a.xlsx")
    (sheet,) = opened(tmp_path / "a.xlsx")
    assert rows_of(sheet) == {4: [None, None, "Họ tên", 1985], 6: [None, None, "An", None]}
    assert [number for number, _ in sheet.rows()] == [1, 2, 3, 4, 5, 6]


def test_values_keep_their_kind(tmp_path: Path) -> None:
    day, moment = date(1985, 3, 2), datetime(1985, 3, 2, 4, 5)  # noqa: DTZ001 as Excel keeps it
    values = ["a", 7, 1.5, True, day, moment, time(8, 30), 912345678, "", None, "  x "]
    (sheet,) = opened(books.save(tmp_path / "a.xlsx", [values]))
    ((_, cells),) = sheet.rows()
    assert cells == ["a", 7, 1.5, True, day, moment, "08:30:00", 912345678, None, None, "  x "]
    assert [type(each) for each in cells[1:4]] == [int, float, bool]


def test_hidden_sheets_are_left_out(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Tổ"
    for name, state in [("Nháp", "hidden"), ("Danh mục", "veryHidden"), ("Thành viên", "visible")]:
        book.create_sheet(name).sheet_state = state
    book.create_chartsheet("Biểu đồ")
    book["Thành viên"]["A1"] = "=1+1"
    book.save(tmp_path / "a.xlsx")
    first, second = opened(tmp_path / "a.xlsx")
    assert (first.name, second.name) == ("Tổ", "Thành viên")
    assert list(first.rows()) == []
    assert (first.formulas, second.formulas) == (set(), {(1, 0)})


def test_merged_cells_and_formulas_are_named_as_rows_and_columns(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet["B2"], sheet["A5"], sheet["AB7"], sheet["A9"] = "Họ tên", "=SUM(A1:A4)", "=B2", "'=x"
    sheet.merge_cells("B2:D3")
    book.save(tmp_path / "a.xlsx")
    (read,) = opened(tmp_path / "a.xlsx")
    assert read.merged == [((2, 1), (3, 3))]
    assert read.formulas == {(5, 0), (7, 27)}


def test_formula_is_found_wherever_the_stream_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = books.save(tmp_path / "a.xlsx", [["x", "=A1", "y"], ["=A1"]])
    for length in (1, 7, 50):
        monkeypatch.setattr("units.sheets.archives.PIECE", length)
        (sheet,) = opened(path)
        assert sheet.formulas == {(1, 1), (2, 0)}


def test_shared_formulas_and_prefixes_are_found(tmp_path: Path) -> None:
    path = books.save(tmp_path / "a.xlsx", [["x"]])
    books.with_sheet(
        path,
        '<row r="1"><c r="A1" s="1"><f t="shared" ref="A1:A2" si="0">B1</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c><c r="B2"/></row>',
    )
    assert opened(path)[0].formulas == {(1, 0), (2, 0)}


def test_too_many_formulas_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_FORMULAS", 2)
    (sheet,) = opened(books.save(tmp_path / "a.xlsx", [["=1", "=2", "=3"]]))
    with pytest.raises(FileRefused, match="too many formulas"):
        _ = sheet.formulas


# -- .xls -----------------------------------------------------------------------------------------


def test_sheet_of_an_older_excel_is_read(tmp_path: Path) -> None:
    cells = (
        books.label(1, 1, "Họ và tên") + books.figure(2, 1, 912345678) + books.merged(0, 0, 1, 3)
    )
    shown = cells + books.formula(3, 2, 5)
    stream = books.biff(("Ẩn", books.label(0, 0, "x"), 1), ("Danh sách", shown, 0))
    (sheet,) = opened(books.save_xls(tmp_path / "a.xls", stream))
    assert sheet.name == "Danh sách"
    assert rows_of(sheet) == {
        2: [None, "Họ và tên", None],
        3: [None, 912345678, None],
        4: [None, None, 5],
    }
    assert sheet.merged == [((1, 1), (1, 3))]
    assert sheet.formulas == {(4, 2)}


# -- .ods -----------------------------------------------------------------------------------------


def test_sheet_of_libreoffice_is_read(tmp_path: Path) -> None:
    path = books.save_ods(
        tmp_path / "a.ods",
        books.table("Ẩn", books.row(books.words("x")), style="hidden"),
        books.table(
            "Danh sách",
            books.row(blank := books.blank(16_384), times=2),
            books.row(
                books.blank(2),
                books.words("Họ tên", 'table:number-columns-spanned="2"'),
                "<table:covered-table-cell/>",
                books.number(1985),
                books.number(2, 'table:formula="of:=[.A1]"'),
                books.blank(16_000),
            ),
            books.row(blank, times=1_048_000),
        ),
    )
    (sheet,) = opened(path)
    assert sheet.name == "Danh sách"
    assert rows_of(sheet) == {3: [None, None, "Họ tên", None, 1985, 2]}
    assert sheet.merged == [((3, 2), (3, 3))]
    assert sheet.formulas == {(3, 5)}


# -- .csv -----------------------------------------------------------------------------------------

ROSTER = "Họ tên,Điện thoại\nNguyễn An,0912345678\n"


@pytest.mark.parametrize(
    "content",
    [
        ROSTER.encode(),
        codecs.BOM_UTF8 + ROSTER.encode(),
        ROSTER.encode("utf-16"),
        codecs.BOM_UTF16_BE + ROSTER.encode("utf-16-be"),
        ROSTER.replace(",", ";").encode(),
        ROSTER.replace(",", "\t").replace("\n", "\r\n").encode(),
        b"sep=;\r\n" + ROSTER.replace(",", ";").encode(),
        "Ho\u0323 tên,Điê\u0323n thoa\u0323i\nNguyê\u0303n An,0912345678\n".encode("windows-1258"),
    ],
    ids=["plain", "mark", "utf-16", "utf-16-be", "semicolon", "tab", "separator", "windows-1258"],
)
def test_text_is_read_whatever_wrote_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "Danh sách.csv"
    path.write_bytes(content)
    (sheet,) = opened(path)
    (_, head), (number, cells) = sheet.rows()
    assert (sheet.name, number, len(head)) == ("CSV", 2, 2)
    assert [normalise(str(each)) for each in cells] == ["Nguyễn An", "0912345678"]


def test_line_break_and_delimiter_in_quotes_stay_in_their_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('Tổ,Địa chỉ\n"Tổ 1","Khu 1, Hồng Gai\nHạ Long"\nTổ 2,\n')
    (sheet,) = opened(path)
    assert list(sheet.rows()) == [
        (1, ["Tổ", "Địa chỉ"]),
        (2, ["Tổ 1", "Khu 1, Hồng Gai\nHạ Long"]),
        (3, ["Tổ 2", None]),
    ]


def test_text_that_a_spreadsheet_would_calculate_is_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("=1+1,@SUM(A1),+A1, =x\n+84912345678,+84 (912) 345.678,-,- Tổ 1\n")
    assert opened(path)[0].formulas == {(1, 0), (1, 1), (1, 2), (1, 3)}


# -- What cannot be read --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Format.XLSX, Format.XLS, Format.ODS])
def test_damaged_book_is_refused_with_a_sentence(tmp_path: Path, kind: Format) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"PK\x03\x04" + b"x" * 1_000)
    with pytest.raises(FileRefused, match="damaged"):
        open_book(path, kind)


def test_panic_of_the_reader_becomes_a_sentence(tmp_path: Path) -> None:
    cut_short = books.label(0, 0, "x") + books.record(0x00E5, b"\xff\xff")
    path = books.save_xls(tmp_path / "a.xls", books.biff(("Danh sách", cut_short, 0)))
    with pytest.raises(FileRefused, match="damaged"):
        opened(path)
