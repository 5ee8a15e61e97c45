"""Comparing: every total of a month that was wrong is named and mended, and none that is right."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db.models import F

from reports import rollup
from reports.models import DirtyTotal, Report, Total
from tests.cast import Cast, Enter, move
from tests.reports.by_hand import stored
from tests.reports.june import TOTALS

REFORM = date(2024, 7, 1)


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Iterator[None]:
    with enter(cast.admin):
        yield


def test_compare_finds_nothing_where_all_is_right(reported: dict[str, Report], cast: Cast) -> None:
    rollup.sweep(cast.province.pk)
    assert rollup.compare(cast.june) == []


WRONG: list[dict[str, Any]] = [
    {"values": {"adults": 14, "households": 0, "residents": None}},
    {"values": {"adults": 15, "residents": None}},
    {"values": {"adults": 15, "households": None, "residents": None}},
    {"gave": {"adults": 3, "households": 1}},
    {"not_applicable": {}},
    {"expected": 4},
    {"submitted": 2},
    {"approved": 3},
]


def test_compare_names_a_total_that_was_wrong_and_mends_it(
    reported: dict[str, Report], cast: Cast
) -> None:
    rollup.sweep(cast.province.pk)
    commune = cast.units["06691"]
    for wrong in WRONG:
        Total.objects.filter(unit=commune).update(**wrong)
        assert [unit for _on, unit, _was, _became in rollup.compare(cast.june)] == [commune.pk], (
            wrong
        )
        assert stored(cast.june) == TOTALS, wrong
        assert rollup.compare(cast.june) == [], wrong


def test_compare_names_a_total_that_is_missing_or_too_many(
    reported: dict[str, Report], cast: Cast
) -> None:
    rollup.sweep(cast.province.pk)
    missing, surplus = cast.units["06688"], cast.units["hg-1"]
    Total.objects.filter(unit=missing).delete()
    row = Total.objects.get(unit=cast.units["06691"])
    row.pk, row.unit = None, surplus
    row.save()
    found = {unit for _on, unit, _was, _became in rollup.compare(cast.june)}
    assert found == {missing.pk, surplus.pk}
    assert stored(cast.june) == TOTALS


# Bạch Đằng, with a mark of hamlet bd-1, belongs to Hạ Long in June and to Cẩm Phả since July.
@pytest.mark.parametrize(
    ("on", "named"),
    [(None, {"06691", "06757", "195"}), (REFORM, {"06691", "06757", "193"})],
)
def test_mark_explains_what_lies_above_it_and_nothing_else(
    on: date | None, named: set[str], reported: dict[str, Report], cast: Cast
) -> None:
    move(cast.units["06688"], to=cast.units["195"], on=REFORM)
    rollup.sweep(cast.province.pk)
    rollup.rebuild(cast.june, on=REFORM)
    DirtyTotal.objects.create(tenant=cast.province, period=cast.june, unit=cast.units["bd-1"])
    day = on or cast.june.tree_on
    assert Total.objects.filter(tree_on=day).update(approved=F("approved") + 70) == 6
    found = rollup.compare(cast.june)
    assert {tree for tree, _unit, _was, _became in found} == {day}
    codes = {unit.pk: unit.code for unit in cast.units.values()}
    assert {codes[unit] for _on, unit, _was, _became in found} == named
