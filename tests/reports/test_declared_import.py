"""A consolidated table comes in as it is printed, is kept whole, and is taken back."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from reports import declared_periods, declared_reasons
from reports.models import Declaration, DeclaredRow
from reports.spans import Length
from reports.workbooks import DECLARED_MONTH, DECLARED_SPANS
from teams import batches
from teams.models import Batch
from tests.cast import Cast, Enter
from tests.reports import declaring
from tests.reports.declaring import SMALL
from tests.teams import bringing
from units.errors import NotAllowed, NotPossibleNow

State = Batch.State


pytestmark = pytest.mark.usefixtures("in_vietnamese")


@pytest.fixture
def hai_duong(cast: Cast, enter: Enter) -> Iterator[Cast]:
    declaring.plant_districts(cast)
    with enter(cast.stranger):
        yield cast


def problems(batch: Batch) -> dict[str, str]:
    told = batch.rows.values_list("problems", flat=True)
    return {cell: why for row in told for cell, _key, why, *_near in row}


def of_june(cast: Cast, path: Path) -> Batch:
    return declaring.bring(
        path, cast.admin, cast, "22", subject=DECLARED_MONTH, effective_on=cast.june.ends_on
    )


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_appendix_is_kept_as_it_is_printed(kind: str, hai_duong: Cast, tmp_path: Path) -> None:
    path = declaring.save(tmp_path, declaring.appendix()) if kind == "xlsx" else declaring.APPENDIX
    batch = declaring.bring(path, hai_duong.stranger, hai_duong)
    assert (batch.said, problems(batch), batch.counts) == ("", {}, {"new": 13})
    assert not Declaration.objects.exists()
    bringing.commit(batch, hai_duong.stranger)
    assert bringing.worked(batch).state == State.COMMITTED
    declaration = Declaration.objects.get()
    assert (declaration.year, declaration.first_month, declaration.month) == (2023, 1, 6)
    assert declaration.title == path.stem
    assert declaration.keys == [
        "training_sessions", "members_trained", "residents_guided", "service_accounts_created",
        "vneid_accounts_created", "ocop_products", "ocop_products_listed",
    ]  # fmt: skip
    *rows, total = declaration.rows.select_related("unit")
    assert [row.unit.name for row in rows[:2]] == ["Huyện Ninh Giang", "Huyện Thanh Miện"]
    assert (rows[6].unit.name, rows[11].unit.name) == ("Thành phố Hải Dương", "Thị xã Kinh Môn")
    assert (total.name, total.is_total, total.unit) == ("Tổng", True, None)
    printed = [total.cells[key] for key in declaration.keys]
    assert printed == [522, 5019, 308760, 187889, 559591, 181, 98]
    # Nam Sách gave neither figure of OCOP, and Thanh Hà was given 0 sessions.
    assert set(rows[5].cells) == set(declaration.keys[:5])
    assert rows[10].cells["training_sessions"] == 0


def test_preview_tells_units_and_what_differs(hai_duong: Cast, tmp_path: Path) -> None:
    path = declaring.save(tmp_path, declaring.appendix())
    batch = declaring.bring(path, hai_duong.stranger, hai_duong)
    rows = {row.title: row for row in batch.rows.all()}
    assert rows["Kinh môn"].changes[0] == ["unit", None, "Thị xã Kinh Môn"]
    assert rows["Tổng"].notes == [
        "Số người dân được hướng dẫn: bảng in 308.760, cộng các dòng được 316.105, "
        "chênh lệch -7.345",
        "Số lượng tài khoản DVCTT được tạo: bảng in 187.889, cộng các dòng được 198.149, "
        "chênh lệch -10.260",
        "Số lượng tài khoản VNeID được tạo: bảng in 559.591, cộng các dòng được 564.954, "
        "chênh lệch -5.363",
        "Số lượng sản phẩm OCOP của địa phương: bảng in 181, cộng các dòng được 220, "
        "chênh lệch -39",
        "Số lượng OCOP được đưa lên sàn TMĐT: bảng in 98, cộng các dòng được 111, chênh lệch -13",
        "Tổng đã in không tính Thanh Hà, Kinh môn: bỏ các dòng này ra thì mọi cột đều khớp.",
    ]


def test_same_table_twice_changes_nothing(hai_duong: Cast, tmp_path: Path) -> None:
    path = declaring.save(tmp_path, declaring.appendix())
    declaring.declare(path, hai_duong.stranger, hai_duong)
    again = declaring.bring(path, hai_duong.stranger, hai_duong)
    assert again.counts == {"unchanged": 13}
    with pytest.raises(NotPossibleNow):
        bringing.commit(again, hai_duong.stranger)
    assert Declaration.objects.count() == 1


def test_same_table_of_another_period_is_told(hai_duong: Cast, tmp_path: Path) -> None:
    path = declaring.save(tmp_path, declaring.appendix())
    declaring.declare(path, hai_duong.stranger, hai_duong)
    of_year = {"subject": DECLARED_SPANS[Length.YEAR], "effective_on": date(2023, 12, 31)}
    again = declaring.bring(path, hai_duong.stranger, hai_duong, **of_year)
    assert again.counts == {"new": 13}
    first = again.rows.order_by("number")[0]
    assert first.notes == ["Bảng giống hệt đã được lưu cho kỳ: 6 tháng đầu năm 2023."]


@pytest.mark.parametrize(
    ("length", "day", "months", "label"),
    [
        (Length.QUARTER, date(2023, 6, 30), (4, 6), "quý 2/2023"),
        (Length.HALF_YEAR, date(2023, 6, 30), (1, 6), "6 tháng đầu năm 2023"),
        (Length.HALF_YEAR, date(2023, 12, 31), (7, 12), "6 tháng cuối năm 2023"),
        (Length.NINE_MONTHS, date(2023, 9, 30), (1, 9), "9 tháng năm 2023"),
        (Length.YEAR, date(2023, 12, 31), (1, 12), "năm 2023"),
    ],
)
def test_table_is_of_any_span(
    length: Length,
    day: date,
    months: tuple[int, int],
    label: str,
    hai_duong: Cast,
    tmp_path: Path,
) -> None:
    path = declaring.save(tmp_path, declaring.appendix())
    asked = {"subject": DECLARED_SPANS[length], "effective_on": day, "title": "Phụ lục I"}
    declaration = declaring.declare(path, hai_duong.stranger, hai_duong, **asked)
    found = declared_periods.of(declaration)
    assert (declaration.title, found.label) == ("Phụ lục I", label)
    assert (found.first, found.last) == months


def test_blank_cell_is_told_as_one(hai_duong: Cast) -> None:
    batch = declaring.bring(declaring.APPENDIX, hai_duong.stranger, hai_duong)
    [nam_sach] = batch.rows.filter(title="Nam Sách")
    assert nam_sach.changes[-1] == ["ocop_products_listed", None, None]


def test_what_was_brought_never_changes(hai_duong: Cast, tmp_path: Path) -> None:
    path = declaring.save(tmp_path, declaring.appendix())
    declaration = declaring.declare(path, hai_duong.stranger, hai_duong)
    for rows, change in (
        (declaration.rows.all(), {"cells": {}}),
        (Declaration.objects.filter(pk=declaration.pk), {"title": "Khác"}),
    ):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            rows.update(**change)


def test_row_below_a_total_that_stands_first_is_read(
    cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    """Without a number before it, and with two filled cells, as a signature has them."""
    rows = [SMALL[1], SMALL[4], [None, "TP Hạ Long", 12, None, None],
            [None, "Người lập", "Chủ tịch", None, None]]  # fmt: skip
    with enter(cast.admin):
        batch = of_june(cast, declaring.save(tmp_path, rows))
        assert (batch.said, problems(batch)) == ("", {})
        assert [row.title for row in batch.rows.order_by("-number")] == ["TP Hạ Long", "Tổng cộng"]


def test_mended_table_stands_beside_the_first(hai_duong: Cast, tmp_path: Path) -> None:
    rows = declaring.appendix()
    first = declaring.declare(declaring.save(tmp_path, rows), hai_duong.stranger, hai_duong)
    rows[-1][4] = 316_105
    declaring.declare(declaring.save(tmp_path, rows), hai_duong.stranger, hai_duong)
    printed = DeclaredRow.objects.filter(is_total=True).order_by("pk")
    assert [row.cells["residents_guided"] for row in printed] == [308_760, 316_105]
    first.refresh_from_db()


def test_table_is_taken_back_until_a_reason_stands_on_it(hai_duong: Cast, tmp_path: Path) -> None:
    actor = hai_duong.stranger
    path = declaring.save(tmp_path, declaring.appendix())
    declaration = declaring.declare(path, actor, hai_duong)
    batches.undo(batch=declaration.batch, actor=actor)
    assert bringing.worked(declaration.batch).state == State.UNDONE
    assert (Declaration.objects.count(), DeclaredRow.objects.count()) == (0, 0)
    declaration = declaring.declare(path, actor, hai_duong)
    given = {"rows-ocop_products": 0}
    declared_reasons.explain(
        declaration=declaration, seen=given, text="Cộng sót hai huyện", actor=actor
    )
    batches.undo(batch=declaration.batch, actor=actor)
    batch = bringing.worked(declaration.batch)
    assert batch.state == State.COMMITTED
    assert "Cộng sót hai huyện" in batch.said
    assert DeclaredRow.objects.count() == 13


def test_name_that_is_of_no_unit_is_told_with_its_cell_and_decided(
    hai_duong: Cast, tmp_path: Path
) -> None:
    actor, rows = hai_duong.stranger, declaring.appendix()
    rows[1][1], rows[2][1], rows[3][4] = "Ninh Ging", "Hội Nông dân", "1,5"
    batch = declaring.bring(declaring.save(tmp_path, rows), actor, hai_duong)
    assert set(problems(batch)) == {"B2", "B3", "E4"}
    assert problems(batch)["B2"] == (
        "Không có “Ninh Ging” ở đây. Có phải là “Huyện Bình Giang” hoặc “Huyện Ninh Giang” không? "
        "Hoặc giữ dòng này với tên như trong bảng."
    )
    with pytest.raises(NotPossibleNow):
        bringing.commit(batch, actor, leaves_out_refused=True)
    rows[3][4] = 52_779
    batch = declaring.bring(declaring.save(tmp_path, rows), actor, hai_duong)
    for number, chosen in {2: "Huyện Ninh Giang", 3: "Hội Nông dân"}.items():
        batches.correct(batch=batch, number=number, key="unit", chosen=chosen, actor=actor)
        batch = bringing.worked(batch)
    assert problems(batch) == {}
    bringing.commit(batch, actor)
    bringing.worked(batch)
    names = DeclaredRow.objects.filter(number__lt=4).values_list("name", "unit__name")
    assert list(names) == [("Ninh Ging", "Huyện Ninh Giang"), ("Hội Nông dân", None)]


def test_table_of_a_month_keeps_columns_that_no_form_asks_for(
    cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    with enter(cast.admin):
        batch = of_june(cast, declaring.save(tmp_path, SMALL))
        assert (batch.said, problems(batch)) == ("", {})
        assert batch.unused == ["Ghi chú"]
        bringing.commit(batch, cast.admin)
        bringing.worked(batch)
        declaration = Declaration.objects.get()
        assert declaration.title == "BẢNG TỔNG HỢP THÁNG 6/2024"
        assert (declaration.year, declaration.month) == (2024, 6)
        assert declaration.columns == [
            {"key": "residents_guided", "heading": "Số người dân được hướng dẫn"},
            {"key": "other-3", "heading": "Số hộ nghèo"},
        ]
        assert list(declaration.rows.values_list("unit__code", "cells", "is_total")) == [
            ("193", {"residents_guided": 10, "other-3": 3}, False),
            ("195", {"other-3": 4}, False),
            (None, {"residents_guided": 12, "other-3": 7}, True),
        ]


def test_column_is_left_out_where_a_person_says_so(
    cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    with enter(cast.admin):
        batch = of_june(cast, declaring.save(tmp_path, SMALL))
        matched = {"1": "unit", "2": "residents_guided", "3": "", "4": ""}
        batches.match_columns(batch=batch, matched=matched, actor=cast.admin)
        batch = bringing.worked(batch)
        assert batch.unused == ["Số hộ nghèo", "Ghi chú"]
        matched = {**matched, "2": "other-2", "3": "other-3"}
        batches.match_columns(batch=batch, matched=matched, actor=cast.admin)
        batch = bringing.worked(batch)
        bringing.commit(batch, cast.admin)
        declaration = Declaration.objects.get(batch=bringing.worked(batch))
        assert declaration.keys == ["other-2", "other-3"]


@pytest.mark.parametrize(
    ("above", "said"),
    [
        ("BẢNG TỔNG HỢP THÁNG 5/2024", "05/2024"),
        ("Kèm theo Báo cáo ngày 02 tháng 7 năm 2024", ""),
        ("Bảng tổng hợp", ""),
    ],
)
def test_table_that_names_another_month_is_refused(
    above: str, said: str, cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    with enter(cast.admin):
        batch = of_june(cast, declaring.save(tmp_path, [[above], *SMALL[1:]]))
    assert (batch.state == State.FAILED, said in batch.said) == (bool(said), True)


def test_table_that_names_another_year_is_refused(hai_duong: Cast, tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Kết quả năm 2022"], *declaring.appendix()]
    batch = declaring.bring(declaring.save(tmp_path, rows), hai_duong.stranger, hai_duong)
    assert (batch.state, "2022" in batch.said) == (State.FAILED, True)
    on = date(2022, 6, 30)
    path = declaring.save(tmp_path, rows)
    batch = declaring.bring(path, hai_duong.stranger, hai_duong, effective_on=on)
    assert batch.state == State.PREVIEWED


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        ([*SMALL, ["Tổng cộng", None, 1, 2, None]], "B6"),
        ([*SMALL[:3], [2, "Hạ Long", 1, 4, None], SMALL[4]], "B4"),
    ],
)
def test_second_total_and_second_row_of_a_unit_are_refused(
    rows: list[list[Any]], cell: str, cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    with enter(cast.admin):
        assert list(problems(of_june(cast, declaring.save(tmp_path, rows)))) == [cell]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([SMALL[1], SMALL[4]], "không có dòng nào"),
        ([["Địa phương", "Ghi chú"], ["Hạ Long", "đã rà soát"]], "không có cột số liệu nào"),
        ([["Địa phương", *range(41)], ["Hạ Long", *range(41)]], "có 41 cột số liệu"),
        ([SMALL[1], *([n, f"Xã {n}", n, n, None] for n in range(1, 703))], "hơn 700 dòng"),
    ],
)
def test_table_with_nothing_to_add_up_or_too_much_is_refused(
    rows: list[list[Any]], said: str, cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    with enter(cast.admin):
        batch = of_june(cast, declaring.save(tmp_path, rows))
    assert (batch.state, said in batch.said) == (State.FAILED, True), batch.said


@pytest.mark.parametrize("who", ["staff", "district_officer", "officer", "national"])
def test_table_is_brought_by_those_alone_who_correct(
    who: str, cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    path, user = declaring.save(tmp_path, SMALL), getattr(cast, who)
    with enter(user), pytest.raises(NotAllowed):
        declaring.bring(path, user, cast, "22")
