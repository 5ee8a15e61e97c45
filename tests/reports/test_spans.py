"""Quarters, half-years and years, as Điều 12 and 13 of Nghị định 09/2019 have them."""

from dataclasses import replace

import pytest

from reports.periods import DECREE_09, STATISTICS, Calendar, lay_out
from reports.spans import Length, Span, spans_of, window, windows
from tests.cast import Cast

QUARTER, HALF_YEAR = Length.QUARTER, Length.HALF_YEAR
NINE_MONTHS, YEAR = Length.NINE_MONTHS, Length.YEAR


@pytest.mark.parametrize(
    ("by", "year", "length", "number", "days"),
    [
        # The first day of the window, its last, and the deadlines of communes and province.
        (DECREE_09, 2024, QUARTER, 1, "2023-12-15 2024-03-14 2024-03-13 2024-03-25"),
        (DECREE_09, 2024, QUARTER, 2, "2024-03-15 2024-06-14 2024-06-13 2024-06-25"),
        (DECREE_09, 2024, QUARTER, 3, "2024-06-15 2024-09-14 2024-09-13 2024-09-25"),
        (DECREE_09, 2024, QUARTER, 4, "2024-09-15 2024-12-14 2024-12-13 2024-12-25"),
        (DECREE_09, 2024, HALF_YEAR, 1, "2023-12-15 2024-06-14 2024-06-13 2024-06-25"),
        (DECREE_09, 2024, HALF_YEAR, 2, "2024-06-15 2024-12-14 2024-12-13 2024-12-25"),
        (DECREE_09, 2024, NINE_MONTHS, 1, "2023-12-15 2024-09-14 2024-09-13 2024-09-25"),
        (DECREE_09, 2024, YEAR, 1, "2023-12-15 2024-12-14 2024-12-13 2024-12-25"),
        (STATISTICS, 2024, QUARTER, 1, "2024-01-01 2024-03-31 2024-04-05 2024-04-15"),
        (STATISTICS, 2024, QUARTER, 4, "2024-10-01 2024-12-31 2025-01-05 2025-01-15"),
        (STATISTICS, 2024, HALF_YEAR, 1, "2024-01-01 2024-06-30 2024-07-05 2024-07-15"),
        (STATISTICS, 2024, HALF_YEAR, 2, "2024-07-01 2024-12-31 2025-01-05 2025-01-15"),
        (STATISTICS, 2024, YEAR, 1, "2024-01-01 2024-12-31 2025-01-05 2025-01-15"),
    ],
)
def test_span_has_the_window_and_the_deadlines_of_its_months(
    by: Calendar, year: int, length: Length, number: int, days: str, cast: Cast
) -> None:
    months = {
        month: lay_out(tenant=cast.province, year=year, month=month, by=by)
        for month in range(1, 13)
    }
    found = window(Span(year, length, number), months)
    assert found is not None
    assert days.split() == [
        f"{each}"
        for each in (found.starts_on, found.ends_on, found.commune_due_on, found.province_due_on)
    ]


def test_spans_of_a_year_have_no_nine_months_unless_a_province_asks() -> None:
    assert [(each.length, each.number) for each in spans_of(2024)] == [
        (QUARTER, 1), (QUARTER, 2), (HALF_YEAR, 1), (QUARTER, 3), (QUARTER, 4), (HALF_YEAR, 2),
        (YEAR, 1),
    ]  # fmt: skip
    assert Span(2024, NINE_MONTHS, 1) in spans_of(2024, has_nine_months=True)
    assert len(spans_of(2024, has_nine_months=True)) == 8


@pytest.mark.parametrize("length", Length)
def test_spans_of_one_length_share_no_month(length: Length) -> None:
    months = [month for each in spans_of(2024) if each.length == length for month in each.months]
    expected = [] if length == NINE_MONTHS else list(range(1, 13))
    assert months == expected


def test_span_follows_a_calendar_that_changes_in_its_midst(cast: Cast) -> None:
    def month(number: int) -> Calendar:
        return DECREE_09 if number < 6 else replace(STATISTICS, has_nine_months=True)

    months = [
        lay_out(
            tenant=cast.province, year=2024, month=number, by=month(number),
            before=month(number - 1) if number > 1 else DECREE_09,
        )
        for number in range(1, 13)
    ]  # fmt: skip
    found = {each.span: each for each in windows(2024, months, has_nine_months=True)}
    second = found[Span(2024, QUARTER, 2)]
    assert (f"{second.starts_on}", f"{second.ends_on}") == ("2024-03-15", "2024-06-30")
    assert f"{second.province_due_on}" == "2024-07-15"
    # A window needs its first and its last month.
    assert Span(2024, YEAR, 1) in found
    assert windows(2024, months[:3], has_nine_months=False) == [found[Span(2024, QUARTER, 1)]]
    assert windows(2025, months, has_nine_months=False) == []
