"""The table in workbooks as people make them."""

import tracemalloc
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from units.errors import FileRefused
from units.sheets import tables
from units.sheets.columns import Column
from units.sheets.reading import open_book
from units.sheets.safety import Format
from units.sheets.tables import Table, address, find_table
from units.sheets.values import text

COLUMNS = [
    Column("commune", "Commune", text(50), aliases=("Xã/phường", "Xã")),
    Column("hamlet", "Hamlet", text(50), aliases=("Thôn/khu phố", "Thôn"), vague=("Nơi",)),
    Column("team", "Team", text(50), aliases=("Tên tổ",)),
    Column("name", "Full name", text(50), aliases=("Họ và tên", "Họ tên"), required=True),
    Column("phone", "Phone", text(50), aliases=("Số điện thoại", "SĐT")),
]
HEADS = ["STT", "Xã/phường", "Tên tổ", "Họ và tên", "SĐT"]
TableOf = Callable[..., Table]


@pytest.fixture
def table_of(tmp_path: Path) -> TableOf:
    """`table_of(fill)` saves a workbook whose sheet `fill` has filled, and finds its table."""

    def find(fill: Callable[[Worksheet], Any], **options: Any) -> Table:
        book = Workbook()
        fill(book.active)
        book.save(tmp_path / "sheet.xlsx")
        (sheet,) = open_book(tmp_path / "sheet.xlsx", Format.XLSX).sheets
        return find_table(sheet, COLUMNS, **options)

    return find


def said(table: Table) -> list[tuple[int, dict[str, Any]]]:
    return [(row.number, row.cells) for row in table.rows()]


def filled_with(*rows: list[Any]) -> Callable[[Worksheet], None]:
    def fill(sheet: Worksheet) -> None:
        for row in rows:
            sheet.append(row)

    return fill


def test_table_is_found_below_a_title_and_above_a_total(table_of: TableOf) -> None:
    table = table_of(
        filled_with(
            ["ỦY BAN NHÂN DÂN PHƯỜNG HỒNG GAI"],
            ["DANH SÁCH THÀNH VIÊN TỔ CNSCĐ"],
            [],
            HEADS,
            ["(1)", "(2)", "(3)", "(4)", "(5)"],
            ["I", "Khu phố 1"],
            [1, "Hồng Gai", "Tổ 1", "Lê An", 912345678],
            [],
            HEADS,
            [2, "Hồng Gai", "Tổ 1", "Lê Bình", None],
            ["Tổng cộng", None, None, "2 người", None],
            [None, None, None, None, "Người lập biểu"],
        )
    )
    home = {"commune": "Hồng Gai", "team": "Tổ 1"}
    assert said(table) == [
        (7, {**home, "name": "Lê An", "phone": 912345678}),
        (10, {**home, "name": "Lê Bình", "phone": None}),
    ]
    assert table.passed_over == [(6, "I Khu phố 1"), (12, "Người lập biểu")]
    assert [row.number for row in table.totals] == [11]


def test_signatures_below_a_total_are_nobody_in_the_list(table_of: TableOf) -> None:
    table = table_of(
        filled_with(
            HEADS,
            [1, "Hồng Gai", "Tổ 1", "Tống Công", 912345678],
            ["Cộng: 1 người"],
            [2, None, None, "Lê Bình"],
            ["Tổng số", None, 2],
            [None, "Hạ Long", None, "KT. CHỦ TỊCH"],
            [None, None, None, "Nguyễn Văn Ký"],
            [3, None, None, "Lê Chi"],
        )
    )
    assert [cells["name"] for _number, cells in said(table)] == ["Tống Công", "Lê Bình", "Lê Chi"]
    assert [number for number, _text in table.passed_over] == [3, 6, 7]
    assert [row.number for row in table.totals] == [5]


@pytest.mark.parametrize(
    "first", ["Tổng", "TỔNG CỘNG:", "tong cong", "Cộng", "Total", "Tổng số tổ"]
)
def test_total_is_known_by_its_first_word(first: str, table_of: TableOf) -> None:
    table = table_of(filled_with(HEADS, [1, "A", "B", "C"], [None, first, 1, 2, 3]))
    assert len(said(table)) == 1
    assert [row.number for row in table.totals] == [3]


@pytest.mark.parametrize("name", ["Tống Cộng", "Công", "Tông Văn An", "Tống Công Minh"])
def test_name_that_sounds_like_a_total_is_a_name(name: str, table_of: TableOf) -> None:
    table = table_of(filled_with(["Họ tên", "Xã", "SĐT"], [name, "Hồng Gai", "1"]))
    assert [cells["name"] for _number, cells in said(table)] == [name]


def test_row_that_letters_and_numbers_the_columns_is_passed_over(table_of: TableOf) -> None:
    table = table_of(filled_with(HEADS, ["A", "B", "1", "2", "3"], [1, "A", "B", "C"]))
    assert [number for number, _cells in said(table)] == [3]


@pytest.mark.parametrize(
    "head", ["HỌ VÀ TÊN", "ho va ten", "Họ và tên (*)", "Họ và  tên:", "Full name", "Họ tên"]
)
def test_heading_is_recognised_loosely(head: str, table_of: TableOf) -> None:
    for form in ("NFC", "NFD"):
        table = table_of(filled_with(["SĐT", unicodedata.normalize(form, head)], ["1", "An"]))
        assert [(each.letter, each.key) for each in table.headings] == [
            ("A", "phone"),
            ("B", "name"),
        ]


def test_vague_heading_says_what_no_other_column_does(table_of: TableOf) -> None:
    for heads, key in ((["Nơi", "Họ tên"], "hamlet"), (["Nơi", "Họ tên", "Thôn"], None)):
        table = table_of(filled_with(heads, ["Khu 1", "An", "Khu 2"]))
        assert table.headings[0].key == key
        assert "hamlet" in [each.key for each in table.headings]


def test_merged_headings_are_read_as_one(table_of: TableOf) -> None:
    def fill(sheet: Worksheet) -> None:
        filled_with(
            ["Danh sách"],
            ["STT", "Địa bàn", None, "Họ và tên", "Liên hệ"],
            [None, "Xã", "Thôn", None, "SĐT"],
            [1, "Hồng Gai", "Khu 1", "An", "0912345678"],
        )(sheet)
        for area in ("A2:A3", "B2:C2", "D2:D3"):
            sheet.merge_cells(area)

    table = table_of(fill)
    assert [(each.letter, each.text, each.key) for each in table.headings] == [
        ("A", "STT", None),
        ("B", "Địa bàn · Xã", "commune"),
        ("C", "Địa bàn · Thôn", "hamlet"),
        ("D", "Họ và tên", "name"),
        ("E", "Liên hệ · SĐT", "phone"),
    ]
    assert [number for number, _cells in said(table)] == [4]


def test_cell_that_is_merged_downwards_holds_for_each_row(table_of: TableOf) -> None:
    def fill(sheet: Worksheet) -> None:
        filled_with(
            HEADS, [1, "Xã A", "Tổ 1", "An"], [2, None, None, "Bình"], [3, "Xã B", None, "C"]
        )(sheet)
        sheet.merge_cells("B2:B3")
        sheet.merge_cells("C2:C3")

    rows = [(cells["commune"], cells["team"], cells["name"]) for _n, cells in said(table_of(fill))]
    assert rows == [("Xã A", "Tổ 1", "An"), ("Xã A", "Tổ 1", "Bình"), ("Xã B", None, "C")]


def test_area_that_is_merged_to_the_end_of_the_sheet_takes_no_more_than_the_table(
    table_of: TableOf,
) -> None:
    """Ten million cells of an area, named in ten letters; there may be seventeen billion."""

    def fill(sheet: Worksheet) -> None:
        filled_with(HEADS, [1, "Hồng Gai", "Tổ 1", "Lê An", ""])(sheet)
        sheet.merged_cells.add("E1:CV100000")

    tracemalloc.start()
    try:
        table = table_of(fill)
        assert [row["name"] for _number, row in said(table)] == ["Lê An"]
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_formula_is_named_with_its_column(table_of: TableOf) -> None:
    table = table_of(filled_with(HEADS, [1, "Xã A", "Tổ 1", "=UPPER(B2)", "0912345678"]))
    assert [row.formulas for row in table.rows()] == [{"name"}]


def test_required_column_that_is_not_there_is_missing(table_of: TableOf) -> None:
    table = table_of(filled_with(["Xã", "Ai", "SĐT"], ["Hồng Gai", "An", "1"]))
    assert [column.key for column in table.missing] == ["name"]
    assert [heading.samples for heading in table.headings] == [["Hồng Gai"], ["An"], ["1"]]


def test_person_says_what_the_columns_are(table_of: TableOf) -> None:
    fill = filled_with(["Xã", "Ai", "SĐT"], ["Hồng Gai", "An", "1"])
    table = table_of(fill, matched={0: "", 1: "name", 2: "phone"})
    assert table.missing == []
    assert said(table) == [(2, {"name": "An", "phone": "1"})]


def test_columns_that_a_person_names_have_headings_that_nobody_knows(table_of: TableOf) -> None:
    fill = filled_with(["Danh sách"], ["Ai", "Gọi số", "Ở đâu"], ["An", "1", "x"], ["B", "2", "y"])
    table = table_of(fill, matched={0: "name", 1: "phone", 2: "no such key"})
    assert [each.key for each in table.headings] == ["name", "phone", None]
    assert [number for number, _cells in said(table)] == [3, 4]


def test_sheet_without_a_table_is_refused_with_the_headings_it_should_have(
    table_of: TableOf,
) -> None:
    with pytest.raises(FileRefused) as refusal:
        table_of(filled_with(["Báo cáo"], [1, 2, 3]))
    assert "Full name" in refusal.value.message
    with pytest.raises(FileRefused):
        table_of(lambda sheet: None)


def test_sheet_of_more_rows_than_anybody_keeps_is_refused(
    table_of: TableOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    people = [["1", "Xã A", "Tổ 1", name, ""] for name in ("An", "Bình", "Chi")]
    assert len(said(table_of(filled_with(HEADS, *people[:2])))) == 2
    with pytest.raises(FileRefused, match="2"):
        said(table_of(filled_with(HEADS, *people)))


def test_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Nháp"
    book.active.sheet_state = "hidden"
    book.create_sheet("Danh sách").append(HEADS)
    book.save(tmp_path / "sheet.xlsx")
    sheets = open_book(tmp_path / "sheet.xlsx", Format.XLSX).sheets
    assert [sheet.name for sheet in sheets] == ["Danh sách"]


def test_address_is_the_one_that_excel_shows() -> None:
    assert [address(5, index) for index in (0, 1, 25, 26, 701, 702)] == [
        "A5", "B5", "Z5", "AA5", "ZZ5", "AAA5",
    ]  # fmt: skip
