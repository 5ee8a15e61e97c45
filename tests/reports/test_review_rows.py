"""What a reviewer is told of reports that wait: by whom, how late, and where to go on."""

from datetime import date

import pytest

from accounts.models import User
from reports import extensions, review, workflow
from reports.models import Report, Status
from reports.periods import lock_period
from teams.models import Team
from tests.accounts import lending
from tests.cast import Cast, Enter, ReportIn
from tests.reports.test_review import TEAMS, decide, names, told


@pytest.fixture
def waiting(report_in: ReportIn) -> dict[str, Report]:
    return {team: report_in(Status.SUBMITTED, team=team) for team in TEAMS}


def give_time(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        extensions.extend(
            period=cast.june, unit=cast.units["06691"], until=date(2024, 6, 20), reason="bão",
            actor=cast.admin,
        )  # fmt: skip


def test_whoever_handed_it_in_last_is_named(cast: Cast, enter: Enter, report_in: ReportIn) -> None:
    report = report_in(Status.SUBMITTED, team="hg-1a")
    with enter(cast.admin):
        taken = workflow.apply(
            report, "withdraw", actor=cast.admin, version=report.version, reason="sửa"
        )
    with enter(cast.leader):
        workflow.apply(taken, "submit", actor=cast.leader, version=taken.version)
    with enter(cast.officer):
        row = review.rows([report.pk], cast.june, cast.officer)[report.pk]
    assert row.submitted_by == cast.leader


def test_report_is_late_by_the_time_that_its_team_has(
    waiting: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    """It is the 10th of June: the teams were due on the 9th."""
    give_time(cast, enter)
    with enter(cast.admin):
        rows = review.rows([each.pk for each in waiting.values()], cast.june, cast.admin)
    late = {str(row.report.team).removeprefix("Tổ "): row.days_late for row in rows.values()}
    assert late == {name: 0 if name.startswith("hg") else 1 for name in TEAMS}


def test_locked_month_waits_for_those_alone_who_have_more_time(
    waiting: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    province = cast.units["22"]
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
        assert review.by_month(cast.admin, [province]) == {province.pk: []}
    give_time(cast, enter)
    with enter(cast.admin):
        assert review.by_month(cast.admin, [province]) == {province.pk: [(cast.june, 3)]}
        rows = review.rows([each.pk for each in waiting.values()], cast.june, cast.admin)
        open_to = {name for name in TEAMS if rows[waiting[name].pk].is_open}
        assert open_to == {"hg-1a", "hg-1b", "hg-2"}
        reviewed = decide(cast, list(waiting.values()), cast.admin)
        assert names(reviewed.approved) == ["hg-1a", "hg-1b", "hg-2"]
        assert set(told(reviewed)) == {"bd-1", "ct-1", "vnpt"}


def test_way_on_is_that_of_the_widest_area_that_somebody_reviews(
    waiting: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    with enter(cast.district_officer):
        lending.lend(cast.district_officer, cast.officer)
    with enter(cast.officer):
        officer = User.objects.get(pk=cast.officer.pk)
        way = review.way_on(cast.teams["hg-1a"], cast.june, officer)
    assert way is not None
    assert (way.unit, way.count) == (cast.units["193"], 3)


@pytest.mark.parametrize("names", [("Tổ 2", "Tổ 10"), ("Tổ Dừa", "Tổ Đa"), ("Tổ 1", "Tổ 1")])
def test_next_report_is_that_below_in_the_queue(
    names: tuple[str, str], waiting: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    with enter(cast.officer):
        for key, name in zip(("hg-1a", "hg-1b"), names, strict=True):
            Team.objects.filter(pk=cast.teams[key].pk).update(name=name)
        queue = list(review.waiting_in(cast.units["06691"], cast.june, cast.officer))
        assert queue == [waiting[key] for key in ("hg-1a", "hg-1b", "hg-2")]
        team = Team.objects.get(pk=cast.teams["hg-1a"].pk)
        way = review.way_on(team, cast.june, cast.officer)
        assert way is not None
        assert way.next == cast.teams["hg-1b"]
