"""Whatever happens to reports, the totals are what anybody would add up by hand."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import rollup
from reports.catalogue import Catalogue
from reports.models import Period, Report, Status
from tests.cast import Cast, Enter, Undone
from tests.reports.by_hand import Sum, stored
from tests.reports.living import Month, assert_one_truth
from units import clock

# Two teams of one hamlet, others of their commune, district and province, and of the two above.
TEAMS = ["hg-1a", "hg-1b", "hg-2", "bd-1", "ct-1", "viettel", "vnpt"]
CODES = ["training_sessions", "residents_guided", "zalo_followers"]
LEAVES = ["06691", "06688", "06757"]

# A figure is a number, zero, not applicable, or missing from the dictionary.
values = st.dictionaries(
    st.sampled_from(CODES), st.one_of(st.none(), st.just(0), st.integers(1, 200)), max_size=3
)
# Which team, which of the steps that are possible by then, and with which figures.
events = st.one_of(
    st.tuples(st.sampled_from(TEAMS), st.integers(0, 5), values),
    st.sampled_from(["sweep", "rebuild", "lock and open"]),
    st.tuples(st.just("active"), st.sampled_from(TEAMS), st.booleans()),
    st.tuples(st.just("placed"), st.sampled_from(LEAVES), st.sampled_from(["193", "195"])),
)


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Iterator[None]:
    with enter(cast.admin):
        yield


@given(history=st.lists(events, min_size=5, max_size=30))
def test_totals_after_any_history_are_the_sum_by_hand(
    history: list[Any], cast: Cast, forms: Catalogue, undone: Undone
) -> None:
    with undone():
        month = Month(cast, cast.province)
        for event in history:
            month.live(event)
        assert_one_truth(cast.june)


@given(
    said=st.dictionaries(
        st.sampled_from(TEAMS), st.tuples(st.sampled_from(Status), values), min_size=1
    )
)
def test_totals_keep_missing_not_applicable_and_zero_apart(
    said: dict[str, tuple[Status, dict[str, int | None]]],
    cast: Cast,
    forms: Catalogue,
    undone: Undone,
) -> None:
    with undone():
        write(said, cast, forms, cast.june)
        rollup.rebuild(cast.june)
        totals = stored(cast.june)
        counted = [figures for status, figures in said.values() if status in Status.counted()]
        root = totals["22"]
        assert root.approved == len(counted)
        for code in CODES:
            answers = [figures[code] for figures in counted if code in figures]
            numbers = [answer for answer in answers if answer is not None]
            assert root.gave.get(code, 0) == len(numbers)
            assert root.not_applicable.get(code, 0) == len(answers) - len(numbers)
            if not answers:
                assert code not in root.values
            elif not numbers:
                assert root.values[code] is None
            else:
                assert root.values[code] == sum(numbers)
        assert_conserved(totals, said, cast)


def write(
    said: dict[str, tuple[Status, dict[str, int | None]]],
    cast: Cast,
    forms: Catalogue,
    period: Period,
) -> None:
    """Reports as they could stand there, whatever led to them."""
    Report.objects.bulk_create(
        Report(
            tenant=cast.province, form=forms.form, period=period, team=cast.teams[team],
            unit=cast.teams[team].unit, status=status, values=figures,
            updated_at=clock.now(), updated_by=cast.admin,
        )
        for team, (status, figures) in said.items()
    )  # fmt: skip


def assert_conserved(
    totals: dict[str, Sum], said: dict[str, tuple[Status, dict[str, int | None]]], cast: Cast
) -> None:
    """The root is the sum of the communes and of the teams that stand above them."""
    above = [said[team] for team in ("viettel", "vnpt") if team in said]
    outside = [figures for status, figures in above if status in Status.counted()]
    for code in CODES:
        parts = [totals[leaf].values.get(code) for leaf in LEAVES]
        parts += [figures.get(code) for figures in outside]
        assert (totals["22"].values.get(code) or 0) == sum(part or 0 for part in parts)
    assert totals["22"].expected == 2 + sum(totals[leaf].expected for leaf in LEAVES) == 9
    sent_in = sum(status not in Status.editable() for status, _ in above)
    assert totals["22"].submitted == sent_in + sum(totals[leaf].submitted for leaf in LEAVES)
