"""Totals: what they hold, when they are rebuilt, and how they are checked."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from reports import rollup, workflow
from reports.models import DirtyTotal, Period, Report, Status, Total
from reports.periods import DECREE_09, lay_out, lock_period, open_period
from teams import endings
from teams.models import Kind, Team
from teams.registry import NewTeam, establish_teams
from tests.cast import SINCE, Cast, Enter, ReportIn, Undone, move
from tests.reports.by_hand import Sum, add_up, stored
from tests.reports.june import JUNE, TOTALS
from units.models import Level, Placement
from units.tree import path

SUBMITTED, APPROVED = Status.SUBMITTED, Status.APPROVED


Renew = Callable[[Period], None]
TODAY = date(2024, 6, 10)


def sweep(period: Period) -> None:
    rollup.sweep(period.tenant_id)


@pytest.fixture(params=["sweep", "rebuild"])
def renew(request: pytest.FixtureRequest) -> Renew:
    """What was changed leaves marks, so that a sweep comes to the same as building all anew."""
    if request.param == "rebuild":
        return rollup.rebuild
    return sweep


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Iterator[None]:
    with enter(cast.admin):
        yield


# -- What a total holds -------------------------------------------------------------------------


def test_sweep_writes_what_was_worked_out_by_hand(reported: dict[str, Report], cast: Cast) -> None:
    rollup.sweep(cast.province.pk)
    assert stored(cast.june) == TOTALS == add_up(cast.june)


def test_rebuild_writes_what_was_worked_out_by_hand(
    reported: dict[str, Report], cast: Cast
) -> None:
    Total.objects.all().delete()
    for _ in range(2):
        rollup.rebuild(cast.june)
        assert stored(cast.june) == TOTALS


def test_totals_of_a_month_that_was_just_opened_say_how_many_are_expected(cast: Cast) -> None:
    may = lay_out(tenant=cast.province, year=2024, month=5, by=DECREE_09)
    may.save()
    open_period(period=may, actor=cast.admin)
    rollup.sweep(cast.province.pk)
    assert {code: total.expected for code, total in stored(may).items()} == {
        "06691": 3, "06688": 2, "06757": 2, "193": 6, "195": 2, "22": 9,
    }  # fmt: skip
    assert rollup.compare(may) == []


def test_totals_follow_each_step(reported: dict[str, Report], cast: Cast, undone: Undone) -> None:
    wanted = {
        ("hg-2", "approve"): (1116, 6),
        ("hg-1a", "reopen"): (1006, 4),
        ("vnpt", "reopen"): (16, 4),
        ("hg-2", "return"): (1016, 5),
    }
    got = {}
    rollup.sweep(cast.province.pk)
    for team, step in wanted:
        report = reported[team]
        with undone():
            reason = "" if step == "approve" else "vì sao"
            workflow.apply(report, step, actor=cast.admin, version=report.version, reason=reason)
            assert stored(cast.june) == TOTALS  # nothing moves before the sweep
            rollup.sweep(cast.province.pk)
            total = stored(cast.june)["22"]
            got[team, step] = (total.values["adults"], total.approved)
            assert stored(cast.june) == add_up(cast.june), (team, step)
    assert got == wanted


def test_totals_follow_a_correction(reported: dict[str, Report], cast: Cast) -> None:
    report = reported["bd-1"]
    workflow.correct(
        report=report, values={"residents": None}, version=report.version, reason="gõ nhầm",
        actor=cast.admin,
    )  # fmt: skip
    rollup.sweep(cast.province.pk)
    totals = stored(cast.june)
    # Now that nobody gave a number, it applies to nobody.
    assert totals["22"].values["residents"] is None
    assert totals["22"].not_applicable["residents"] == 3
    assert "residents" not in totals["22"].gave


def test_locked_reports_count_as_before(reported: dict[str, Report], cast: Cast) -> None:
    rollup.sweep(cast.province.pk)
    lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
    assert not DirtyTotal.objects.exists()
    assert rollup.compare(cast.june) == []
    assert stored(cast.june) == TOTALS


def test_totals_keep_to_their_province(
    reported: dict[str, Report], cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report_in(APPROVED, team="pl-1", values={"adults": 4000})
    rollup.sweep(cast.province.pk)
    with enter(cast.stranger):
        assert DirtyTotal.objects.count() == 2  # submitted, approved: left by the other's sweep
        rollup.sweep(cast.other.pk)
        assert not DirtyTotal.objects.exists()
    with enter(cast.national):
        assert stored(cast.june) == TOTALS
        assert stored(cast.june_elsewhere) == {
            "30": Sum({"adults": 4000}, {"adults": 1}, {}, expected=3, submitted=1, approved=1),
            "290": Sum({"adults": 4000}, {"adults": 1}, {}, expected=2, submitted=1, approved=1),
            "10507": Sum({"adults": 4000}, {"adults": 1}, {}, expected=2, submitted=1, approved=1),
        }


def test_teams_are_expected_that_are_active_or_have_reported(
    reported: dict[str, Report], cast: Cast, renew: Renew, undone: Undone
) -> None:
    wanted = {
        ("ct-2", date(2024, 6, 15)): 9,  # the day after the month's last
        ("ct-2", date(2024, 6, 14)): 8,
        # A draft is no report.
        ("bd-2", date(2024, 6, 1)): 8,
        # Whoever has reported is expected: never 9 of 8.
        ("vnpt", date(2024, 6, 1)): 9,
        ("hg-1a", date(2024, 6, 1)): 9,
    }
    got = {}
    for team, ends in wanted:
        with undone():
            Team.objects.filter(pk=cast.teams[team].pk).update(active=DateRange(SINCE, ends))
            renew(cast.june)
            got[team, ends] = stored(cast.june)["22"].expected
            assert stored(cast.june) == add_up(cast.june), (team, ends)
    assert got == wanted


def test_totals_follow_a_merge_and_its_taking_back(
    reported: dict[str, Report], cast: Cast, renew: Renew
) -> None:
    renew(cast.june)
    team, into = cast.teams["ct-2"], cast.teams["ct-1"]
    endings.end(team=team, into=into, on=TODAY, actor=cast.admin)
    renew(cast.june)
    assert stored(cast.june) == add_up(cast.june)
    assert {code: stored(cast.june)[code].expected for code in ("06757", "22")} == {
        "06757": 1, "22": 8,
    }  # fmt: skip
    endings.take_back(team=team, actor=cast.admin)
    renew(cast.june)
    assert stored(cast.june) == TOTALS


# -- The tree of the month ----------------------------------------------------------------------


@pytest.mark.parametrize(("on", "cam_pha"), [(date(2024, 6, 15), 2), (date(2024, 6, 14), 4)])
def test_totals_use_the_tree_of_the_last_day(
    on: date, cam_pha: int, reported: dict[str, Report], cast: Cast, renew: Renew
) -> None:
    move(cast.units["06688"], to=cast.units["195"], on=on)
    renew(cast.june)
    totals = stored(cast.june)
    assert totals == add_up(cast.june)
    assert totals["195"].expected == cam_pha
    assert totals["22"] == TOTALS["22"]


def test_totals_need_no_district(reported: dict[str, Report], cast: Cast, renew: Renew) -> None:
    district = cast.units["195"]
    district.valid = DateRange(district.valid.lower, date(2024, 6, 1))
    district.save()
    Placement.objects.filter(unit=district).update(valid=district.valid)
    move(cast.units["06757"], to=cast.units["22"], on=date(2024, 6, 1))
    renew(cast.june)
    # The total of the district, which stood there before, is gone.
    assert stored(cast.june) == {code: each for code, each in TOTALS.items() if code != "195"}


# -- What teams and tree change -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("active", "marks"),
    [
        # The last day of June's window is the 14th.
        (DateRange(SINCE, date(2024, 6, 15)), []),
        (DateRange(SINCE, date(2024, 6, 14)), ["06757"]),
        (DateRange(date(2024, 6, 14), None), []),
        (DateRange(date(2024, 6, 15), None), ["06757"]),
    ],
)
def test_end_of_a_team_marks_the_months_that_it_is_missing_from(
    active: DateRange, marks: list[str], cast: Cast
) -> None:
    Team.objects.filter(pk=cast.teams["ct-2"].pk).update(active=active)
    assert marked(cast) == marks


def test_marks_are_left_for_a_team_that_is_new_moved_or_gone(cast: Cast) -> None:
    new = NewTeam(name="Tổ mới", unit=cast.units["hg-3"], kind=Kind.LOCAL)
    (team,) = establish_teams(tenant=cast.province, teams=[new], since=date(2024, 6, 10))
    assert marked(cast) == ["06691"]
    Team.objects.filter(pk=team.pk).update(unit=cast.units["bd-1"])
    assert marked(cast) == ["06688", "06691"]
    Team.objects.get(pk=team.pk).delete()
    assert marked(cast) == ["06688"]


def test_no_mark_is_left_for_what_no_total_holds(cast: Cast) -> None:
    Team.objects.filter(pk=cast.teams["ct-2"].pk).update(name="Tổ đổi tên")
    new = NewTeam(name="Tổ mới", unit=cast.units["hg-3"], kind=Kind.LOCAL)
    establish_teams(tenant=cast.province, teams=[new], since=date(2024, 6, 15))
    Period.objects.filter(pk=cast.june.pk).update(state=Period.State.UNOPENED)
    Team.objects.filter(pk=cast.teams["ct-1"].pk).update(active=DateRange(SINCE, SINCE))
    assert marked(cast) == []


def marked(cast: Cast) -> list[str]:
    """The units at which totals are marked, or those above them where a team sits in a hamlet."""
    marks = DirtyTotal.objects.filter(period=cast.june).select_related("unit")
    homes = {
        path(mark.unit, on=TODAY)[-2] if mark.unit.level == Level.HAMLET else mark.unit
        for mark in marks
    }
    marks.delete()
    return sorted(unit.code for unit in homes)


# -- Sweeping -----------------------------------------------------------------------------------


def test_sweep_takes_every_mark_once(reported: dict[str, Report], cast: Cast) -> None:
    marks = DirtyTotal.objects.count()
    # One for each unit where a step was taken, for two teams of one hamlet took it together.
    assert marks == 11
    assert rollup.sweep(cast.province.pk) == marks
    assert rollup.sweep(cast.province.pk) == 0
    assert not DirtyTotal.objects.exists()


def test_sweep_goes_on_until_nothing_is_marked(
    reported: dict[str, Report], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollup, "MARKS_A_SWEEP", 2)
    assert rollup.sweep(cast.province.pk) == 11
    assert stored(cast.june) == TOTALS


def test_sweep_mends_the_marked_months_and_leaves_the_others(
    reported: dict[str, Report], cast: Cast
) -> None:
    rollup.sweep(cast.province.pk)
    Total.objects.filter(period=cast.june).update(approved=77)
    may = lay_out(tenant=cast.province, year=2024, month=5, by=DECREE_09)
    may.save()
    open_period(period=may, actor=cast.admin)
    rollup.sweep(cast.province.pk)
    assert {total.approved for total in stored(cast.june).values()} == {77}
    DirtyTotal.objects.create(tenant=cast.province, period=cast.june, unit=cast.units["hg-1"])
    rollup.sweep(cast.province.pk)
    mended = {code for code, total in stored(cast.june).items() if total.approved != 77}
    # The commune of the hamlet and what stands above it.
    assert mended == {"06691", "193", "22"}


@pytest.mark.parametrize("work", [rollup.sweep, rollup.rebuild])
def test_rollup_takes_as_many_statements_for_many_teams_as_for_one(
    work: Callable[[Any], object], cast: Cast, report_in: ReportIn
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            work(cast.province.pk if work is rollup.sweep else cast.june)
        return len(queries)

    # Of the province's own team, of a district's, and of a hamlet's: every level has to be built.
    report_in(APPROVED, team="hg-1a")
    one = statements()
    for team, _, _ in JUNE[1:]:
        report_in(APPROVED, team=team)
    assert statements() == one


def test_commit_that_leaves_marks_is_announced(
    cast: Cast,
    report_in: ReportIn,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    told: list[int] = []
    monkeypatch.setattr(rollup, "_listeners", [told.append])
    with django_capture_on_commit_callbacks(execute=True):
        report_in(SUBMITTED)
        assert told == []
    assert told == [cast.province.pk]
    with django_capture_on_commit_callbacks(execute=True), rollup.unannounced():
        report_in(SUBMITTED, team="hg-2")
    assert told == [cast.province.pk]


# -- Who sees them ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("leader", set()),
        ("officer", {"06691"}),
        ("neighbour", {"06688"}),
        ("district_officer", {"193", "06691", "06688"}),
        ("staff", set(TOTALS)),
        ("admin", set(TOTALS)),
        ("stranger", {"30", "290", "10507"}),
        ("national", {*TOTALS, "30", "290", "10507"}),
    ],
)
def test_totals_are_seen_by_who_oversees_the_area(
    who: str, codes: set[str], cast: Cast, enter: Enter
) -> None:
    user = getattr(cast, who)
    with enter(cast.national):
        seen = Total.objects.visible_to(user).values_list("unit__code", flat=True)
        assert set(seen) == codes
