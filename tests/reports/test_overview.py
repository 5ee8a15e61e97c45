"""The picture of a unit's month: its sums, its parts, its targets and its year."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from reports import overview, rollup, stretches
from reports.catalogue import Catalogue
from reports.kpi import Rate
from reports.models import Period, Report, Status, Total
from reports.overview import TeamPart
from reports.periods import DECREE_09, lay_out, open_period
from reports.sums import Sum, add_up
from teams.models import Team
from tests.cast import SINCE, Cast, Enter
from tests.reports.june import TOTALS
from units.models import Placement
from units.tree import rebuild_ancestry


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Iterator[None]:
    with enter(cast.admin):
        yield


def draw(cast: Cast, code: str, *, month: int = 6) -> overview.Picture:
    return overview.draw(cast.units[code], year=2024, month=month, user=cast.admin)


# -- Sums ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ([], {}),
        ([{"adults": 3}, {"adults": 4}], {"adults": 7}),
        ([{"adults": 3}, {}], {"adults": 3}),
        ([{"adults": 3}, {"adults": None}], {"adults": 3}),
        ([{"adults": None}, {"adults": 3}], {"adults": 3}),
        ([{"adults": None}, {"adults": 0}], {"adults": 0}),
        ([{"adults": None}, {}], {"adults": None}),
        ([{"adults": None}, {"adults": None}], {"adults": None}),
        ([{"adults": 0}, {"residents": 5}], {"adults": 0, "residents": 5}),
    ],
)
def test_add_up_keeps_missing_not_applicable_and_zero_apart(
    parts: list[dict[str, int | None]], whole: dict[str, int | None]
) -> None:
    assert add_up(Sum(values=values) for values in parts).values == whole


def test_add_up_counts_who_stands_behind() -> None:
    parts = [
        Sum(gave={"adults": 2}, expected=5, submitted=4, approved=3),
        Sum(gave={"adults": 1, "residents": 1}, expected=2, submitted=1),
    ]
    assert add_up(parts) == Sum(
        gave={"adults": 3, "residents": 1}, expected=7, submitted=5, approved=3
    )


@pytest.mark.parametrize(
    ("approved", "expected", "is_final"), [(2, 2, True), (1, 2, False), (0, 0, False)]
)
def test_sum_is_final_when_everybody_who_was_expected_is_approved(
    approved: int, expected: int, is_final: bool
) -> None:
    assert Sum(approved=approved, expected=expected).is_final is is_final


@pytest.mark.parametrize(
    ("status", "submitted", "values"),
    [
        (None, 0, {}),
        (Status.DRAFT, 0, {}),
        (Status.RETURNED, 0, {}),
        (Status.SUBMITTED, 1, {}),
        (Status.APPROVED, 1, {"adults": 5, "residents": None}),
        (Status.LOCKED, 1, {"adults": 5, "residents": None}),
    ],
)
def test_team_counts_once_its_report_is_approved(
    status: Status | None, submitted: int, values: dict[str, int | None]
) -> None:
    said = {"adults": 5, "residents": None}
    part = TeamPart(Team(), Report(status=status, values=said) if status else None)
    assert part.sum == Sum(
        values=values,
        gave={"adults": 1} if values else {},
        expected=1,
        submitted=submitted,
        approved=int(bool(values)),
    )


# -- Pictures -----------------------------------------------------------------------------------


def test_picture_holds_the_total_of_the_unit_and_of_each_part(
    reported: dict[str, Report], cast: Cast
) -> None:
    rollup.sweep(cast.province.pk)
    picture = draw(cast, "22")
    assert [part.unit.code for part in picture.parts] == ["193", "195"]
    for code, shown in [("22", picture.sum)] + [(p.unit.code, p.sum) for p in picture.parts]:
        held = TOTALS[code]
        assert (shown.values, shown.gave) == (held.values, held.gave)
        assert (shown.expected, shown.submitted, shown.approved) == (
            held.expected, held.submitted, held.approved,
        )  # fmt: skip
    assert [part.team.name for part in picture.teams] == ["Tổ vnpt"]


def test_picture_shows_the_tree_of_its_own_month(reported: dict[str, Report], cast: Cast) -> None:
    rollup.sweep(cast.province.pk)
    restated = Total.objects.get(unit=cast.units["22"])
    restated.pk, restated.tree_on, restated.values = None, date(2025, 7, 1), {"adults": 1}
    restated.save()
    assert draw(cast, "22").sum.values == TOTALS["22"].values


def test_picture_of_a_month_that_nobody_laid_out_is_empty(cast: Cast) -> None:
    picture = draw(cast, "22", month=2)
    assert (picture.period, picture.sum, picture.teams[0].report) == (None, Sum(), None)
    assert picture.census.teams == 9


def test_picture_of_the_nation_counts_each_province_on_its_own_day(
    cast: Cast, enter: Enter
) -> None:
    ends_on = date(2024, 6, 20)
    with enter(cast.stranger):
        Team.objects.filter(pk=cast.teams["pl-1"].pk).update(active=DateRange(SINCE, ends_on))
    with enter(cast.admin):
        Team.objects.filter(pk=cast.teams["ct-1"].pk).update(active=DateRange(SINCE, ends_on))
        Period.objects.filter(pk=cast.june.pk).update(ends_on=date(2024, 6, 30))
    with enter(cast.national):
        nation = cast.units["00"]
        picture = overview.draw(nation, year=2024, month=6, user=cast.national)
        counted = {part.unit.code: part.census.teams for part in picture.parts}
        # By the 30th one of Quảng Ninh's nine is gone; by the 14th none of Hải Dương's three.
        assert counted == {"22": 8, "30": 3}
        assert picture.census.teams == 11


def test_picture_asks_the_database_as_often_for_two_parts_as_for_three(
    reported: dict[str, Report], cast: Cast
) -> None:
    asked = {}
    draw(cast, "193")  # What has joined the person's units is asked once a request.
    for district in ("195", "193"):
        Placement.objects.filter(unit=cast.units["06757"]).update(parent=cast.units[district])
        rebuild_ancestry(tenant=cast.province)
        rollup.sweep(cast.province.pk)
        with CaptureQueriesContext(connection) as queries:
            picture = draw(cast, "193")
        asked[len(picture.parts)] = len(queries)
    assert asked.keys() == {2, 3}
    assert asked[2] == asked[3]


# -- Targets ------------------------------------------------------------------------------------


def test_standings_follow_the_plan_and_judge_what_was_given(forms: Catalogue) -> None:
    whole = Sum(
        values={"adults": 200, "adults_paying": 180, "households": 0, "ocop_products": None},
        gave={"adults": 3, "adults_paying": 2, "households": 1},
    )
    standings = overview.standings(whole, forms, year=2024)
    assert [each.target.number for each in standings] == list(range(1, 10))
    # On a bar of 100 the level is marked, also where all are asked for.
    assert {each.goal for each in standings} == {90, 100}
    paying = next(each for each in standings if each.ratio.numerator.code == "adults_paying")
    assert (paying.rate, paying.gave_part, paying.gave_whole) == (Rate(180, 200), 2, 3)
    assert paying.met is True  # 90% is asked for
    # What nobody gave, or what there is none of, cannot be judged; that is no failure.
    assert {each.met for each in standings if each is not paying} == {None}
    assert overview.standings(whole, forms, year=2023) == []


# -- Trends -------------------------------------------------------------------------------------


def test_trend_keeps_its_gaps(reported: dict[str, Report], cast: Cast, forms: Catalogue) -> None:
    january = lay_out(tenant=cast.province, year=2024, month=1, by=DECREE_09)
    january.save()
    open_period(period=january, actor=cast.admin)
    rollup.sweep(cast.province.pk)
    indicator = next(
        each for each in draw(cast, "22").catalogue.indicators if each.code == "adults"
    )
    rows = stretches.trend(cast.units["22"], indicator, year=2024, month=6, user=cast.admin)
    assert [label for label, _, _ in rows] == [
        *(f"{month:02}/2023" for month in range(7, 13)),
        *(f"{month:02}/2024" for month in range(1, 7)),
    ]
    assert {label: value for label, value, _ in rows if value is not None} == {
        "06/2024": TOTALS["22"].values["adults"]
    }
    assert {label: whole.expected for label, _, whole in rows if whole.expected} == {
        "01/2024": 9, "06/2024": 9,
    }  # fmt: skip
