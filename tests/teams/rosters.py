"""Workbooks with rosters, as officers bring them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HEADS = ["STT", "Thôn/khu phố", "Tên tổ", "Họ và tên", "Chức danh", "Năm sinh", "Số điện thoại"]


def save(path: Path, *rows: Sequence[Any], heads: Sequence[Any] = HEADS) -> Path:
    book = Workbook()
    book.active.title = "Danh sách"
    for row in (["DANH SÁCH THÀNH VIÊN TỔ CNSCĐ"], heads, *rows):
        book.active.append(row)
    book.save(path)
    return path


NAMES = {"Leader": "Lê Thị Trưởng", "Deputy": "Lê Thị Phó", "Member": "Lê Thị Viên"}

# Of the team hg-2, whose three members are registered: from row 3 on.
UNCHANGED = [1, "Khu phố 2", "", "Lê Thị Trưởng", "Tổ trưởng", "", ""]
CHANGED = [2, "Khu phố 2", "", "Lê Thị Viên", "TV", 1985, 912345678]
NEW = [3, "khu pho 2", "", "PHẠM THỊ MỚI", "to vien", "12/6/1990", "+84 987 654 321"]
REFUSED = [4, "Khu 2", "", "Lê Thị Sai", "TV", 2099, "12"]
