"""Printed totals against their rows, by the appendix of Hải Dương for 2023 and by small tables."""

import csv
from functools import cache

import pytest
from django.conf import settings

from reports import reconciliation
from reports.kpi import Rate, rounded
from reports.reconciliation import Omission, Row, differences, omission, sums
from tests.reports.test_worked_examples import table
from units.sheets.values import whole_number

OCOP, ON_PLATFORMS = 5, 6
A, B, C = Row("A", (1, 10)), Row("B", (2, None)), Row("C", (3, 5))


@cache
def appendix() -> tuple[list[str], list[Row], tuple[int | None, ...]]:
    """The columns, the districts and the printed total."""
    path = settings.FIXTURE_ROOT / "reports" / "hai-duong-2023-appendix.csv"
    with path.open(encoding="utf-8") as file:
        head, *lines = csv.reader(file)
    *rows, total = [Row(line[1], tuple(map(whole_number, line[2:]))) for line in lines]
    assert total.name == "Tổng"
    return head[2:], rows, total.figures


def _number(printed: str) -> int:
    return int(printed.replace(".", ""))


def test_document_tells_the_sums_and_differences_of_the_appendix() -> None:
    columns, rows, declared = appendix()
    told = table("declared.md", "The totals of Hải Dương")
    assert [line["column"] for line in told] == columns
    assert tuple(_number(line["sum of the rows"]) for line in told) == sums(rows)
    assert tuple(_number(line["printed total"]) for line in told) == declared
    assert tuple(_number(line["difference"]) for line in told) == differences(rows, declared)


def test_sums_are_those_of_the_issue() -> None:
    _columns, rows, declared = appendix()
    assert sums(rows) == (522, 5_019, 316_105, 198_149, 564_954, 220, 111)
    assert declared == (522, 5_019, 308_760, 187_889, 559_591, 181, 98)


def test_omission_names_thanh_ha_and_kinh_mon() -> None:
    _columns, rows, declared = appendix()
    found = omission(rows, declared)
    assert [row.name for row in found.rows] == ["Thanh Hà", "Kinh môn"]
    assert len(found.candidates) == 1


def test_document_tells_both_rates_and_names_whom_the_second_leaves_out() -> None:
    _columns, rows, _declared = appendix()
    pair = ON_PLATFORMS, OCOP
    rates = [reconciliation.rate_of_sums(rows, *pair), reconciliation.rate_of_pairs(rows, *pair)]
    told = table("declared.md", "OCOP products on platforms")
    assert rates == [Rate(111, 220), Rate(111, 191)]
    assert [Rate(_number(line["on platforms"]), _number(line["products"])) for line in told] == (
        rates
    )
    assert [line["percent"] for line in told] == [
        str(rounded(rate.percent)).replace(".", ",") for rate in rates if rate.percent is not None
    ]
    names = ", ".join(row.name for row in reconciliation.unpaired(rows, *pair))
    assert names == "Kim Thành, Thanh Hà"
    assert names in told[1]["which districts"]


def test_blank_cell_stays_blank() -> None:
    _columns, rows, _declared = appendix()
    [nam_sach] = [row for row in rows if row.name == "Nam Sách"]
    assert nam_sach.figures[OCOP:] == (None, None)
    assert sums([Row("A", (None, 0)), Row("B", (None, None))]) == (None, 0)
    assert differences([Row("A", (None, 4))], (3, None)) == (None, None)


@pytest.mark.parametrize(
    ("rows", "declared", "expected"),
    [
        ([A, B, C], (6, 15), Omission([], tried_all=True)),
        ([A, B, C], (3, 10), Omission([(C,)], tried_all=True)),
        # By the first column it might be C, or A and B: the second decides.
        ([A, B, C], (3, 5), Omission([(A, B)], tried_all=True)),
        # A blank total says nothing: then it is C, the smaller set.
        ([A, B, C], (3, None), Omission([(C,)], tried_all=True)),
        # More than the rows add up to: no row left out explains it.
        ([A, B, C], (7, 15), Omission([], tried_all=True)),
        # Each column has an explanation, but not the same one.
        ([A, B, C], (4, 5), Omission([], tried_all=True)),
        ([], (), Omission([], tried_all=True)),
    ],
)
def test_omission_explains_every_column_or_none(
    rows: list[Row], declared: tuple[int | None, ...], expected: Omission
) -> None:
    assert omission(rows, declared) == expected


def test_omission_chooses_none_of_two_that_explain_it_as_well() -> None:
    twin = Row("twin of A", A.figures)
    found = omission([A, twin, C], (4, 15))
    assert found.candidates == [(A,), (twin,)]
    assert found.rows == ()


def test_omission_says_that_it_did_not_try_every_set() -> None:
    rows = [Row(str(number), (2,)) for number in range(300)]
    # An odd gap of even rows: nothing explains it, and nobody looks at all 2^300 sets.
    assert omission(rows, (599,)) == Omission([], tried_all=False)


class Counted(int):
    """A figure that counts how often anything is added to it."""

    added = 0

    def __add__(self, other: int) -> "Counted":
        Counted.added += 1
        return Counted(int(self) + int(other))

    __radd__ = __add__

    def __lshift__(self, other: int) -> "Counted":
        return Counted(int(self) << other)


@pytest.mark.parametrize("columns", [1, 7, 241])
@pytest.mark.parametrize("rows", [15, 18, 300, 700])
def test_omission_adds_each_set_up_once_whatever_the_columns(
    rows: int, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every set fails in the last column alone, or only its size decides."""
    monkeypatch.setattr(Counted, "added", 0)
    alike = [Row(str(number), (Counted(1),) * columns) for number in range(rows)]
    few = omission(alike, (rows - 3,) * columns)
    assert len(few.candidates) in (0, reconciliation.MOST_CANDIDATES)
    omission(alike, (*((rows - 8,) * columns), rows - 9)[-columns:])
    # To lay a row's figures side by side they are added up as well, once for each size of a set.
    laid = 2 * rows * (columns + 2) * 15
    assert Counted.added <= 2 * reconciliation.MOST_ADDED + laid
