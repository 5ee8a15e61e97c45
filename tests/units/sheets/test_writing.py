"""Workbooks that go out, read again as whoever opens or sends them back would."""

import time
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.merge import MergedCellRange
from openpyxl.worksheet.worksheet import Worksheet

from tests.units.sheets import books
from units.sheets import areas, values, writing
from units.sheets.columns import Column
from units.sheets.reading import Sheet, open_book
from units.sheets.safety import Format, demand_safe
from units.sheets.tables import Table, find_table

COMMUNES = [f"Phường số {number}, thành phố Hạ Long" for number in range(1, 41)]
COLUMNS = [
    Column("name", "Full name", values.person_name, required=True, width=28, example="Lê An"),
    Column("phone", "Phone", values.phone, help="Ten digits."),
    Column("sex", "Sex", values.text(10), choices=lambda: ["Nữ", "Nam"]),
    Column("commune", "Commune", values.text(90), choices=lambda: COMMUNES),
    Column("joined_on", "Joined on", values.day),
]


def book_of(content: bytes) -> Any:
    return load_workbook(BytesIO(content))


def sheets_of(path: Path, content: bytes) -> list[Sheet]:
    path.write_bytes(content)
    return open_book(path, demand_safe(path, path.name)).sheets


def table_of(path: Path, content: bytes) -> Table:
    return find_table(sheets_of(path, content)[0], COLUMNS)


def said_of(sheet: Worksheet) -> dict[str, str]:
    """The comments on a sheet, by cell."""
    return {
        cell.coordinate: cell.comment.text for row in sheet.rows for cell in row if cell.comment
    }


# -- Templates ------------------------------------------------------------------------------------


def test_template_is_recognised_whole_and_holds_no_row(tmp_path: Path) -> None:
    table = table_of(tmp_path / "a.xlsx", writing.template(COLUMNS, "Thành viên"))
    assert [each.key for each in table.headings] == [column.key for column in COLUMNS]
    assert (table.missing, list(table.rows()), table.passed_over) == ([], [], [])


def test_template_helps_whoever_fills_it_in() -> None:
    sheet, guide = book_of(writing.template(COLUMNS, "Thành viên [2024]")).worksheets
    assert (sheet.title, sheet["A1"].value) == ("Thành viên  2024 ", "Thành viên [2024]")
    assert (sheet.freeze_panes, sheet["A3"].value, sheet["B3"].value) == (
        "A4",
        "Full name *",
        "Phone",
    )
    assert said_of(sheet) == {"B3": "Ten digits."}
    assert (sheet["A3"].font.bold, sheet.column_dimensions["A"].width) == (True, 28)
    assert sheet.column_dimensions["B"].number_format == "@"
    assert [cell.value for cell in guide["A"]][1:6] == [column.label for column in COLUMNS]
    assert (guide["C2"].value, guide["C2"].font.italic) == ("Lê An", True)


def test_drop_downs_stand_in_a_line_or_beside_the_help_where_they_are_long() -> None:
    sheet, guide = book_of(writing.template(COLUMNS, "Thành viên")).worksheets
    assert {str(each.sqref): each.formula1 for each in sheet.data_validations.dataValidation} == {
        "C4:C5000": '"Nữ,Nam"',
        "D4:D5000": f"'{guide.title}'!$E$1:$E$40",
    }
    assert [cell.value for cell in guide["E"]] == COMMUNES
    assert guide.print_area == f"'{guide.title}'!$A$1:$C$6"


def test_filled_template_comes_back_as_it_went_out(tmp_path: Path) -> None:
    rows = [["Lê An", "0912345678", "Nữ", None, date(2024, 6, 14)], ["=1+1", "+84", "", None, None]]
    content = writing.template(COLUMNS, "Thành viên", rows)
    path = tmp_path / "a.xlsx"
    table = table_of(path, content)
    first, second = table.rows()
    assert list(first.cells.values()) == ["Lê An", "0912345678", "Nữ", None, date(2024, 6, 14)]
    assert (second.cells["name"], second.formulas) == ("=1+1", frozenset())
    sheet = book_of(content).worksheets[0]
    assert (sheet["A5"].data_type, sheet["A5"].quotePrefix) == ("s", True)
    assert (sheet["B4"].number_format, sheet["E4"].number_format) == ("@", "dd/mm/yyyy")
    assert sheet.auto_filter.ref == "A3:E5"
    # It is printed as wide as a page.
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_title_of_a_sheet_ends_with_a_word() -> None:
    content = writing.template(COLUMNS, "Danh sách thành viên của Tổ công nghệ")
    assert book_of(content).sheetnames[0] == "Danh sách thành viên của Tổ"


# -- Files with their problems --------------------------------------------------------------------


def test_own_workbook_keeps_its_looks_and_gets_its_problems(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = Workbook()
    book.active.append(["Ghi chú"])
    sheet = book.create_sheet("Tổ 'Một'")
    for row in (["Họ tên", "SĐT", "=1+1"], ["Lê An", "12"], ["Lê Bình", "13"]):
        sheet.append(row)
    sheet["A1"].font = Font(bold=True, name="Arial")
    sheet.merge_cells("B2:B3")
    book.save(path)
    content = writing.annotated(
        path, Format.XLSX, sheet.title, {(3, 1): "No phone.", (2, 0): "=Who?"}
    )
    first, annotated, summary = book_of(content).worksheets
    assert said_of(first) == {}
    assert said_of(annotated) == {"A2": "=Who?", "B2": "No phone."}
    assert annotated["B2"].fill.start_color.rgb == "00F8CBCB"
    assert (annotated["A1"].font.name, annotated["C1"].value) == ("Arial", "=1+1")
    assert [[cell.value for cell in row] for row in summary.rows][1:] == [
        ["A2", "=Who?"],
        ["B3", "No phone."],
    ]
    assert summary["B2"].data_type == "s"
    assert summary["A3"].hyperlink.location == "'Tổ ''Một'''!B3"


def with_areas(path: Path, said: bytes) -> Path:
    books.save(path, [["Họ tên"], ["Lê An"]])
    anew = b"</sheetData>" + said
    return books.rewritten(path, lambda _name, part: part.replace(b"</sheetData>", anew))


@pytest.mark.parametrize(
    "said",
    [
        b'<mergeCells><mergeCell ref="A2:XFD1048576"/></mergeCells>',
        b'<hyperlinks><hyperlink ref="A2:XFD1048576" location="A1"/></hyperlinks>',
    ],
)
def test_workbook_whose_areas_cover_a_sheet_keeps_its_values(said: bytes, tmp_path: Path) -> None:
    """The library would make each cell of them: seventeen billion."""
    path = with_areas(tmp_path / "a.xlsx", said)
    content = writing.annotated(path, Format.XLSX, "", {(2, 0): "Who?"})
    (first, _summary) = book_of(content).worksheets
    assert (first["A2"].value, said_of(first)) == ("Lê An", {"A2": "Who?"})


@pytest.mark.parametrize(
    ("said", "modest"),
    [
        (b"<mergeCell ref=\"A1:XFD1\"/><x:mergeCell ref='A2:B3' />", True),
        (b'<hyperlink r:id="rId1" ref="A2" display="it\'s > here"/>', True),
        (b'<mergeCell ref="A1:A1000000"/><mergeCell ref="B1:B2"/>', False),
        (b'<mergeCell ref="A2&#58;XFD1048576"/>', False),
        (b'<mergeCell ref="A:XFD"/>', False),
        (b"<hyperlink display=' ref=\"A1\">' ref='A1:XFD1048576'/>", False),
        (b'<mergeCell ref="A1:A2"/>' * 999 + b'<hyperlink ref="A1"/>' * 1001, False),
    ],
)
def test_areas_are_measured_as_they_are_written(said: bytes, modest: bool, tmp_path: Path) -> None:
    assert areas.are_modest(with_areas(tmp_path / "a.xlsx", said)) == modest


def test_cells_of_many_merged_areas_are_found_at_once() -> None:
    """Each of twenty thousand looked for in each area would take minutes."""
    sheet = Workbook().active
    areas_of_two = {MergedCellRange(sheet, f"A{n}:A{n + 1}") for n in range(1, 40_000, 2)}
    sheet.merged_cells = MultiCellRange(areas_of_two)
    began = time.monotonic()
    cells = writing._cells_of(sheet, {(row, 0) for row in range(2, 40_001, 2)})
    assert time.monotonic() - began < 5
    assert (cells[40_000, 0].coordinate, len(cells)) == ("A39999", 20_000)


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.csv"])
def test_other_formats_become_a_workbook_with_the_same_values(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "a.xls":
        cells = books.label(1, 0, "Lê An") + books.figure(1, 1, 12) + books.label(1, 2, "=x")
        books.save_xls(path, books.biff(("Danh sách", cells, 0)))
    elif name == "a.ods":
        cells = [books.words("Lê An"), books.number(12), books.words("=x")]
        books.save_ods(path, books.table("Danh sách", books.row(books.blank()), books.row(*cells)))
    else:
        path.write_text(",,\nLê An,12,=x\x0b\n")
    kind = demand_safe(path, name)
    content = writing.annotated(path, kind, "Danh sách", {(2, 1): "No phone."})
    sheet, summary = book_of(content).worksheets
    assert said_of(sheet) == {"B2": "No phone."}
    assert [str(cell.value) for cell in sheet[2]] == ["Lê An", "12", "=x"]
    assert sheet["C2"].data_type == "s"
    assert summary["A2"].value == "B2"
    assert len(sheets_of(tmp_path / "b.xlsx", content)) == 2


def test_problems_go_to_the_sheet_whose_name_no_workbook_may_have(tmp_path: Path) -> None:
    names = ["Tổ 1", "Tổ 1: phường/xã " + "x" * 40]
    tables = [books.table(name, books.row(books.words(name[:4]))) for name in names]
    path = books.save_ods(tmp_path / "a.ods", *tables)
    content = writing.annotated(path, Format.ODS, names[1], {(1, 0): "Nobody."})
    first, second, _summary = book_of(content).worksheets
    assert (said_of(first), said_of(second)) == ({}, {"A1": "Nobody."})


def test_days_stay_days_in_a_workbook_that_is_rewritten(tmp_path: Path) -> None:
    day = '<table:table-cell office:value-type="date" office:date-value="1985-03-02"/>'
    path = books.save_ods(tmp_path / "a.ods", books.table("a", books.row(day, books.words("x"))))
    (sheet, _summary) = book_of(writing.annotated(path, Format.ODS, "a", {})).worksheets
    assert sheet["A1"].value == datetime(1985, 3, 2)  # noqa: DTZ001 as Excel keeps it
