"""Cells as people type them, and what is made of each."""

import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from enum import Enum
from typing import Any

import pytest
from django.utils import translation

from units import clock
from units.sheets import values
from units.sheets.columns import NotThis
from units.text import masked


class Post(Enum):
    LEADER = "leader"
    MEMBER = "member"


POSTS = {Post.LEADER: ("tổ trưởng", "TT"), Post.MEMBER: ("thành viên", "TV")}


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (None, ""),
        ("", ""),
        ("0912345678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("0912-345-678", "+84912345678"),
        ("(091) 234 5678", "+84912345678"),
        ("+84 0912 345 678", "+84912345678"),
        ("+84 (0) 203 3825 678", "+842033825678"),
        (912345678, "+84912345678"),
        (912345678.0, "+84912345678"),
        ("912345678", "+84912345678"),
        ("0203 3825 678", "+842033825678"),
        (2033825678, "+842033825678"),
        ("0871234567", "+84871234567"),
        ("+856 20 5555 1234", "+8562055551234"),
    ],
)
def test_phone_is_read(cell: Any, number: str) -> None:
    assert values.phone(cell) == number


@pytest.mark.parametrize(
    "cell", ["123", "0123456789", "0912345678 / 0987654321", "không có", "12/6/1985", "091234567"]
)
def test_phone_is_refused_with_what_was_typed(cell: str) -> None:
    with pytest.raises(NotThis, match=cell[:6]):
        values.phone(cell)


@pytest.mark.parametrize("read", [values.phone, values.id_number])
def test_number_that_the_portal_itself_masked_is_told_apart(read: Callable[[Any], str]) -> None:
    with translation.override("en"), pytest.raises(NotThis, match="masked in the export"):
        read(masked("022180001234"))


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("022180001234", "022180001234"),
        ("022 180 001 234", "022180001234"),
        (22180001234, "022180001234"),
        (1180001234.0, "001180001234"),
        ("100123456", "100123456"),
        (None, ""),
    ],
)
def test_id_number_is_read(cell: Any, number: str) -> None:
    assert values.id_number(cell) == number


@pytest.mark.parametrize(
    "cell", ["22180001234", "12345678", "02218000123x", "1" * 13, "0" * 12, "9" * 9]
)
def test_id_number_is_refused(cell: str) -> None:
    with pytest.raises(NotThis):
        values.id_number(cell)


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        (1985, 1985),
        (1985.0, 1985),
        ("1985", 1985),
        ("12/6/1985", 1985),
        ("12.06.1985", 1985),
        ("1-6-85", 1985),
        ("1/6/03", 2003),
        (datetime.combine(date(1985, 6, 12), time()), 1985),
        (31210, 1985),
        (None, None),
    ],
)
def test_birth_year_is_read(cell: Any, year: int | None) -> None:
    assert values.birth_year(cell) == year


@pytest.mark.parametrize("cell", ["khoảng 1985", "13/13/1985", 19850612, "85", 85])
def test_birth_year_is_refused_with_what_to_write(cell: Any) -> None:
    with translation.override("en"), pytest.raises(NotThis, match="all four digits, such as 1985"):
        values.birth_year(cell)


@pytest.mark.parametrize(
    ("cell", "is_taken"), [(1913, False), (1914, True), (2010, True), (2011, False), (1, False)]
)
def test_members_are_of_an_age_to_be_one(
    cell: int, is_taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2024, 6, 14))
    if is_taken:
        assert values.birth_year(f"1/1/{cell}") == cell
        return
    with pytest.raises(NotThis):
        values.birth_year(f"1/1/{cell:04}")


@pytest.mark.parametrize("cell", ["1/1/0001", "0024-06-14", "31/12/1899", date(2100, 1, 1)])
def test_day_of_another_age_is_refused(cell: Any) -> None:
    with translation.override("en"), pytest.raises(NotThis, match="between 1900 and 2099"):
        values.day(cell)


def test_name_has_room_for_the_key_by_which_it_is_found() -> None:
    assert values.person_name("ß" * 50) == "ß" * 50
    for name in ("ß" * 51, "a\ufb03" * 26, "İ" * 60):
        with translation.override("en"), pytest.raises(NotThis, match="At most 100 letters"):
            values.person_name(name)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("14/06/2024", date(2024, 6, 14)),
        ("14/6/24", date(2024, 6, 14)),
        ("14-6-2024", date(2024, 6, 14)),
        ("14.06.2024", date(2024, 6, 14)),
        ("2024-06-14", date(2024, 6, 14)),
        ("2024-06-14T00:00:00", date(2024, 6, 14)),
        (datetime.combine(date(2024, 6, 14), time(8)), date(2024, 6, 14)),
        (date(2024, 6, 14), date(2024, 6, 14)),
        (45457, date(2024, 6, 14)),
        ("45457", date(2024, 6, 14)),
        (None, None),
    ],
)
def test_day_is_read(cell: Any, day: date | None) -> None:
    assert values.day(cell) == day


@pytest.mark.parametrize("cell", ["2024", "6/2024", "06/14/2024", "31/2/2024", "hôm qua", 7])
def test_day_is_refused_with_a_hint(cell: Any) -> None:
    with pytest.raises(NotThis, match="14/06/2024"):
        values.day(cell)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12", 12),
        (12.0, 12),
        ("1.038", 1038),
        ("1 038", 1038),
        ("1.038.500", 1038500),
        (None, None),
    ],
)
def test_whole_number_is_read(cell: Any, number: int | None) -> None:
    assert values.whole_number(cell) == number


@pytest.mark.parametrize("cell", ["1,5", 1.5, 1.038, "-3", "ba", "1.03", "²"])
def test_whole_number_is_refused(cell: Any) -> None:
    with pytest.raises(NotThis):
        values.whole_number(cell)


@pytest.mark.parametrize(
    ("cell", "answer"),
    [("x", True), ("X", True), ("Có", True), ("có", True), (1, True), (True, True), ("✓", True),
     (None, False), ("", False), ("không", False), ("Không", False), (0, False), (False, False)],
)  # fmt: skip
def test_yes_and_no_are_read(cell: Any, answer: bool) -> None:
    assert values.yes_no(cell) is answer
    if isinstance(cell, str):
        assert values.yes_no(unicodedata.normalize("NFD", cell)) is answer


@pytest.mark.parametrize(
    ("cell", "post"),
    [
        ("Tổ trưởng", Post.LEADER),
        ("TỔ TRƯỞNG", Post.LEADER),
        ("to truong", Post.LEADER),
        (unicodedata.normalize("NFD", "Tổ trưởng"), Post.LEADER),
        (" tt ", Post.LEADER),
        ("TV", Post.MEMBER),
        (None, None),
    ],
)
def test_choice_is_known_by_any_of_its_words(cell: Any, post: Post | None) -> None:
    assert values.choice(POSTS)(cell) == post


def test_choice_names_what_comes_near() -> None:
    with pytest.raises(NotThis, match="Did you mean tổ trưởng"):
        values.choice(POSTS)("Tổ trửong phố")
    with pytest.raises(NotThis, match="tổ trưởng, thành viên"):
        values.choice(POSTS)("kế toán")


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("  Nguyễn   Đình  An ", "Nguyễn Đình An"),
        (unicodedata.normalize("NFD", "Nguyễn Đình"), "Nguyễn Đình"),
        ("NGUYỄN THỊ HOA", "Nguyễn Thị Hoa"),
        ("H`Hen Niê", "H`Hen Niê"),
        ("H'HEN NIÊ-KĐĂM", "H'Hen Niê-Kđăm"),
        ("Y Blơm Niê", "Y Blơm Niê"),
        ("Y Ƀĕ\u0323\u0331", "Y Ƀẹ\u0331\u0306"),
        ("Lê Thị Hoa (Năm)", "Lê Thị Hoa (Năm)"),
        (None, ""),
    ],
)
def test_name_is_read(cell: Any, name: str) -> None:
    assert values.person_name(cell) == name


@pytest.mark.parametrize(
    "cell",
    [
        "=A1", "+1+1", "-x", "@x", "Nguyễn 2", "12", "..", "Lê" * 60, "Lê 😀 Hoa", "Lê❤",
        "Lê Hoa" + "\u0323" * 30, "b\u0301\u0316\u0317",
    ],
)  # fmt: skip
def test_name_is_refused(cell: str) -> None:
    with pytest.raises(NotThis):
        values.person_name(cell)


def test_text_keeps_numbers_as_they_are_read() -> None:
    assert values.text(10)(12.0) == "12"
    with pytest.raises(NotThis, match="10"):
        values.text(10)("x" * 11)
