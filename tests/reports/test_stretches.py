"""Figures of more than a month are what anybody would put together by hand."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from reports import rollup, stretches
from reports.catalogue import Catalogue
from reports.models import Indicator, Period, Total
from reports.month_numbers import month_of
from reports.periods import DECREE_09, lay_out
from reports.stretches import Long, Reach, Row, Stretch, over, stretch_of
from reports.sums import Sum
from tests.cast import Cast, Enter
from units.models import Unit


@pytest.mark.parametrize(
    ("reach", "at", "months", "before", "year_before"),
    [
        ("month", (2024, 1), (0, 1), (-1, 0), (-12, -11)),
        ("quarter", (2024, 5), (3, 6), (0, 3), (-9, -6)),
        ("quarter", (2024, 1), (0, 3), (-3, 0), (-12, -9)),
        ("half-year", (2024, 7), (6, 12), (0, 6), (-6, 0)),
        ("nine-months", (2024, 12), (0, 9), None, (-12, -3)),
        ("year-to-date", (2024, 5), (0, 5), None, (-12, -7)),
        ("year", (2024, 5), (0, 12), None, (-12, 0)),
    ],
)
def test_stretch_in_which_a_month_lies(
    reach: str,
    at: tuple[int, int],
    months: tuple[int, int],
    before: tuple[int, int] | None,
    year_before: tuple[int, int],
) -> None:
    """Months are counted from January 2024."""
    first = month_of(2024, 1)

    def told(stretch: Stretch | None) -> tuple[int, int] | None:
        if stretch is None:
            return None
        assert list(stretch.months) == list(range(stretch.months[0], stretch.last + 1))
        return stretch.months[0] - first, stretch.last + 1 - first

    kind = Reach(reach)
    assert told(stretch_of(kind, *at)) == months
    assert told(stretches.before(kind, *at)) == before
    assert told(stretches.year_before(kind, *at)) == year_before


def test_since_the_beginning_ends_with_the_month_and_has_nothing_before() -> None:
    found = stretch_of(Reach.CUMULATIVE, 2024, 3, first=month_of(2023, 12))
    assert found.months == tuple(range(month_of(2023, 12), month_of(2024, 3) + 1))
    assert stretch_of(Reach.CUMULATIVE, 2024, 3, first=None).months == (month_of(2024, 3),)
    assert stretches.before(Reach.CUMULATIVE, 2024, 3) is None
    assert stretches.year_before(Reach.CUMULATIVE, 2024, 3) is None


figures = st.dictionaries(
    st.sampled_from(["flow", "stock"]), st.one_of(st.none(), st.integers(0, 50)), max_size=2
)
sums = st.builds(
    lambda values, gave, approved, more: Sum(
        values=values, gave=dict.fromkeys(values, gave), expected=approved + more,
        submitted=approved, approved=approved,
    ),
    figures, st.integers(1, 9), st.integers(0, 9), st.integers(0, 1),
)  # fmt: skip


@given(months=st.dictionaries(st.integers(0, 5), sums))
def test_flow_is_added_up_and_stock_is_that_of_the_last_month(months: dict[int, Sum]) -> None:
    found = over(Stretch("", tuple(range(6))), months, {"stock"})
    said = [each.values["flow"] for each in months.values() if "flow" in each.values]
    numbers = [value for value in said if value is not None]
    expected: dict[str, Any] = {}
    if said:
        expected["flow"] = sum(numbers) if numbers else None
    if 5 in months and "stock" in months[5].values:
        expected["stock"] = months[5].values["stock"]
    assert found.whole.values == expected
    assert found.missing == [month for month in range(6) if month not in months]
    assert found.whole.expected == sum(each.expected for each in months.values())
    assert found.whole.approved == sum(each.approved for each in months.values())
    finals = [each.approved >= each.expected > 0 for each in months.values()]
    assert found.is_final == (len(months) == 6 and all(finals))
    unsure = [at for at, is_final in zip(months, finals, strict=True) if not is_final]
    assert found.provisional == sorted(unsure)


def row(kind: str, now: dict[int, int], then: dict[int, int]) -> Row:
    indicator = SimpleNamespace(kind=kind, code="a")
    stocks = {"a"} if kind == Indicator.Kind.STOCK else set()
    return Row(
        indicator,  # type: ignore[arg-type]
        over(Stretch("", (4, 5)), {at: Sum(values={"a": v}) for at, v in now.items()}, stocks),
        None,
        over(Stretch("", (0, 1)), {at: Sum(values={"a": v}) for at, v in then.items()}, stocks),
    )


def test_change_is_told_only_of_what_lacks_no_month() -> None:
    flow, stock = Indicator.Kind.FLOW, Indicator.Kind.STOCK
    assert row(flow, {4: 5, 5: 6}, {0: 1, 1: 2}).change == 8
    assert row(flow, {4: 5}, {0: 1, 1: 2}).change is None
    assert row(flow, {4: 5, 5: 6}, {1: 2}).change is None
    # A stock asks for its last month alone.
    assert row(stock, {5: 6}, {1: 2}).change == 4
    assert row(stock, {4: 6}, {1: 2}).change is None


def test_change_is_told_since_the_year_before_rather_than_the_stretch_before() -> None:
    flow = Indicator.Kind.FLOW
    told = row(flow, {4: 5, 5: 6}, {0: 1, 1: 2})
    told.before = over(Stretch("", (2, 3)), {at: Sum(values={"a": 4}) for at in (2, 3)}, set())
    assert told.change == 8
    told.year_before = row(flow, {}, {1: 2}).year_before
    assert told.change == 3


def gave(now: int, then: int) -> Row:
    indicator = SimpleNamespace(kind=Indicator.Kind.FLOW, code="a")

    def of(at: int, count: int) -> Long:
        return over(Stretch("", (at,)), {at: Sum(values={"a": 9}, gave={"a": count})}, set())

    return Row(indicator, of(1, now), None, of(0, then))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "then", "is_told"),
    [(80, 100, True), (100, 80, True), (79, 100, False), (303, 1351, False), (1351, 303, False)],
)
def test_change_is_not_told_where_far_fewer_reported(now: int, then: int, is_told: bool) -> None:
    row = gave(now, then)
    assert (row.change is not None, not row.is_uneven) == (is_told, is_told)


def test_month_that_is_not_over_is_still_to_come() -> None:
    """It is 10/06/2024."""
    months = tuple(range(month_of(2024, 4), month_of(2024, 9)))
    whole = over(Stretch("", months), {months[1]: Sum()}, set())
    assert whole.missing_said == "04/2024"
    assert whole.to_come_said == "06/2024, 07/2024, 08/2024"
    assert len(whole.missing) == 4
    # A unit below says what it lacks beyond that.
    part = over(Stretch("", months), {}, set(), missing_above=whole.missing)
    assert part.missing_said == "05/2024"


def test_view_reads_all_months_of_all_parts_in_one_statement(
    cast: Cast, forms: Catalogue, enter: Enter
) -> None:
    with enter(cast.admin):
        province = cast.units["22"]
        children = list(Unit.objects.children_of(province, on=cast.june.tree_on))
        may = Period.objects.filter(tenant=cast.province, year=2024, month=5).first()
        if may is None:
            may = lay_out(tenant=cast.province, year=2024, month=5, by=DECREE_09)
            may.save()
        for period, guided in ((may, 3), (cast.june, 4)):
            rollup.rebuild(period)
            Total.objects.filter(period=period, tree_on=F("period__ends_on")).update(
                values={"residents_guided": guided, "zalo_followers": guided}
            )
        with CaptureQueriesContext(
            connection,
        ) as statements:
            view = stretches.view(
                province, children, reach=Reach.QUARTER, year=2024, month=6,
                forms=forms, spell=None, user=cast.admin,
            )  # fmt: skip
        assert len([each for each in statements if "reports_total" in each["sql"]]) == 1
        assert view.now.whole.values["residents_guided"] == 7
        kinds = {each.code: each.kind for each in forms.indicators}
        if kinds.get("zalo_followers") == Indicator.Kind.STOCK:
            assert view.now.whole.values["zalo_followers"] == 4
        assert view.now.missing_said == "04/2024"
        assert [long.whole.values["residents_guided"] for _unit, long in view.parts] == [7] * len(
            children
        )
        assert view.before is not None
        assert len(view.before.missing) == 3


def test_rows_of_the_table_add_up_to_its_sum() -> None:
    whole = Sum(values={"a": 9, "b": 2}, gave={"a": 3, "b": 1}, expected=4, submitted=3, approved=3)
    part = Sum(values={"a": 5, "b": 2}, gave={"a": 2, "b": 1}, expected=2, submitted=2, approved=2)
    month = Stretch("", (0,))

    def view(*parts: Sum) -> stretches.View:
        longs = [(Unit(), over(month, {0: each}, set())) for each in parts]
        return stretches.View(over(month, {0: whole}, set()), None, None, [], longs)

    beside = view(part).beside
    assert beside is not None
    # Nobody beside gave b, and that is not zero.
    assert beside.values == {"a": 4}
    assert (beside.expected, beside.submitted, beside.approved) == (2, 1, 1)
    assert view(whole).beside is None
