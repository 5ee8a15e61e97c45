"""The sheet of members, by the headings that people put over it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from teams.roster import COLUMNS, OF_ONE_SEX, settle_sexes
from teams.workbooks import MEMBERS
from units.sheets import entries
from units.sheets.entries import Entry
from units.sheets.reading import open_book
from units.sheets.safety import Format
from units.sheets.tables import find_table, recognised


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("Số ĐT", "phone"),
        ("ĐT", "phone"),
        ("Đơn vị công tác", "organisation"),
        ("NƠI CÔNG TÁC", "organisation"),
        ("Đơn vị", "commune"),
        ("Thông tin · Số ĐT liên hệ", None),
        ("Liên hệ · Số ĐT", "phone"),
        ("Địa bàn", "hamlet"),
        ("Địa bàn phụ trách", "hamlet"),
    ],
)
def test_heading_is_recognised(heading: str, key: str | None) -> None:
    assert recognised(heading, COLUMNS) == key


# -- A column for men and one for women ------------------------------------------------------------


@pytest.fixture
def read_below(tmp_path: Path) -> Callable[..., list[Entry]]:
    """`read_below(heading, *rows)` reads rows of a name, what stands below Nam and below Nữ."""

    def read(heading: str, *rows: list[Any], is_bound: bool = True) -> list[Entry]:
        book = Workbook()
        for row in (["Họ và tên", heading, None, "SĐT"], [None, "Nam", "Nữ"], *rows):
            book.active.append(row)
        for merged in ["B1:C1", *(["A1:A2", "D1:D2"] if is_bound else [])]:
            book.active.merge_cells(merged)
        book.save(tmp_path / "sheet.xlsx")
        (sheet,) = open_book(tmp_path / "sheet.xlsx", Format.XLSX).sheets
        table = find_table(sheet, MEMBERS.understood)
        return [settle_sexes(entries.read(row, MEMBERS.by_key)) for row in table.rows()]

    return read


@pytest.mark.parametrize("is_bound", [True, False])
def test_year_below_a_sex_says_both(is_bound: bool, read_below: Callable[..., Any]) -> None:
    man, woman, nobody_knows = read_below(
        "Năm sinh",
        ["Lê Văn Một", 1985, None, "0912345678"],
        ["Lê Thị Hai", None, "12/6/1990", "0912345679"],
        ["Lê Thị Ba", None, None, "0912345670"],
        is_bound=is_bound,
    )
    assert (man.given["birth_year"], man.given["sex"]) == (1985, "m")
    assert (woman.given["birth_year"], woman.given["sex"]) == (1990, "f")
    assert nobody_knows.given == {"full_name": "Lê Thị Ba", "phone": "+84912345670"}


def test_mark_below_a_sex_says_which(read_below: Callable[..., Any]) -> None:
    man, woman = read_below(
        "Giới tính", ["Lê Văn Một", "x", None, ""], ["Lê Thị Hai", None, "X", ""]
    )
    assert (man.given["sex"], woman.given["sex"]) == ("m", "f")
    assert not man.problems | woman.problems


@pytest.mark.parametrize(
    ("heading", "cells", "key"),
    [
        ("Năm sinh", [1985, 1985], "birth_year_of_women"),
        ("Giới tính", ["x", "x"], "is_woman"),
        ("Năm sinh", ["x", None], "birth_year_of_men"),
    ],
)
def test_what_cannot_be_is_refused_at_its_cell(
    heading: str, cells: list[Any], key: str, read_below: Callable[..., Any]
) -> None:
    (entry,) = read_below(heading, ["Lê Thị Hai", *cells, ""])
    assert list(entry.problems) == [key]


def test_columns_of_one_sex_stand_in_no_template() -> None:
    assert not {each.key for each in OF_ONE_SEX} & {each.key for each in MEMBERS.columns}
