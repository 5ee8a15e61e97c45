"""What becomes of reports and teams when a decree ends their units."""

from collections.abc import Iterator
from datetime import date, timedelta

import pghistory
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from reports import rollup, trace, workflow
from reports.models import DirtyTotal, Report, Status, Total
from reports.workflow import Draft
from teams import endings
from teams.models import Kind, Membership, Post, Team
from teams.registry import NewMember, NewTeam, enrol_members, establish_teams
from tests.cast import SINCE, Cast, Enter, SignIn, lead_report
from tests.pages import read
from tests.reports import renaming
from tests.reports.by_hand import add_up, stored
from tests.reports.renaming import DAY, NEW, OLD
from units import outlook, reform, undoing
from units.errors import NotPossibleNow

# Of June, as the decree on community teams has it.
LAST_DAY = date(2024, 6, 14)
BEFORE = DAY - timedelta(days=4)
pytestmark = pytest.mark.usefixtures("forms")


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Iterator[None]:
    with enter(cast.admin):
        yield


def seat(cast: Cast, *codes: str, since: date = SINCE) -> list[Team]:
    """Teams at units themselves; those of the small tree are at hamlets."""
    new = [
        NewTeam(name=f"Đội {number}", unit=cast.units[code], kind=Kind.LOCAL)
        for number, code in enumerate(codes)
    ]
    return establish_teams(tenant=cast.province, teams=new, since=since)


def draft(cast: Cast, team: Team) -> Report:
    return workflow.save_draft(
        team=team, period=cast.june, draft=Draft({"adults": 7}), version=0, actor=cast.admin
    )


@pytest.mark.parametrize("home_of_other", [OLD, "06688", "bd-1"])
@pytest.mark.parametrize("first", [0, 1])
def test_team_that_was_merged_by_hand_keeps_its_draft(
    home_of_other: str, first: int, cast: Cast
) -> None:
    merged, other = seat(cast, OLD, home_of_other)
    for team in [merged, other][:: 1 - 2 * first]:
        draft(cast, team)
    endings.end(team=merged, into=other, on=BEFORE, actor=cast.admin)
    renaming.apply(cast)
    reports = Report.objects.select_related("team")
    assert all(report.unit_id == report.team.unit_id for report in reports)
    assert reports.get(team=merged).unit_id == cast.units[OLD].pk
    after = Team.objects.get(merged_into=None, name=other.name)
    assert reports.get(team=after).unit.code == (NEW if home_of_other == OLD else home_of_other)
    rollup.sweep(cast.province.pk)
    assert stored(cast.june) == add_up(cast.june)


@pytest.mark.parametrize(
    ("ended_on", "day"), [(BEFORE, DAY), (DAY, DAY), (date(2024, 6, 10), LAST_DAY)]
)
def test_report_that_no_unit_would_count_holds_the_decree_up(
    ended_on: date, day: date, cast: Cast, settings: Settings
) -> None:
    settings.BUSINESS_DATE = LAST_DAY
    merged, other = seat(cast, OLD, OLD)
    report = lead_report(cast, Status.SUBMITTED, merged, {"adults": 5})
    endings.end(team=merged, into=other, on=ended_on, actor=cast.admin)
    decree = renaming.bring(cast, on=day)
    said = f"Đội 0 kết thúc ngày {ended_on:%d/%m/%Y}"
    assert said in reform.why_not_applied(outlook.foresee(decree), cast.admin)
    with pytest.raises(NotPossibleNow, match=said):
        reform.apply(decree=decree, actor=cast.admin)
    endings.take_back(team=merged, actor=cast.admin)
    reform.apply(decree=decree, actor=cast.admin)
    report.refresh_from_db()
    assert (report.unit.code, report.team.unit.code) == (NEW, NEW)


@pytest.mark.parametrize("day", [LAST_DAY, LAST_DAY + timedelta(days=1)])
def test_report_of_the_month_that_the_day_is_in_goes_along(
    day: date, cast: Cast, settings: Settings
) -> None:
    settings.BUSINESS_DATE = date(2024, 7, 5)
    (team,) = seat(cast, OLD)
    report = lead_report(cast, Status.APPROVED, team, {"adults": 5})
    renaming.apply(cast, on=day)
    report.refresh_from_db()
    goes = day <= cast.june.ends_on
    assert report.unit.code == (NEW if goes else OLD)
    assert report.team.active.lower == (day if goes else SINCE)
    rollup.sweep(cast.province.pk)
    assert stored(cast.june) == add_up(cast.june)


def test_new_unit_counts_a_team_that_ends_within_the_month(cast: Cast) -> None:
    """Nobody is expected of it and no hamlet comes along, so its report alone tells that there is
    more to count."""
    (team,) = seat(cast, OLD)
    lead_report(cast, Status.APPROVED, team, {"adults": 5})
    endings.end(team=team, into=None, on=date(2024, 6, 9), actor=cast.admin)
    decree = renaming.bring(cast, links=[(OLD, "06688"), (OLD, NEW)])
    hamlets = {key: NEW for key in decree.decisions if key.startswith("hamlet-")}
    decree.decisions |= hamlets
    decree.save()
    reform.apply(decree=decree, actor=cast.admin)
    rollup.sweep(cast.province.pk)
    assert stored(cast.june) == add_up(cast.june)
    assert stored(cast.june)["06688"].values == {"adults": 5}
    assert not Total.objects.filter(period=cast.june, unit=cast.units[OLD]).exists()


def test_no_total_of_another_tree_outlives_a_decree_or_its_end(cast: Cast) -> None:
    day_before = cast.june.ends_on - timedelta(days=1)
    rollup.rebuild(cast.june, on=day_before)
    decree = renaming.apply(cast)
    assert rollup.kept_trees(cast.june) == []
    rollup.rebuild(cast.june, on=day_before)
    undoing.undo(decree=decree, actor=cast.admin)
    assert rollup.kept_trees(cast.june) == []


def test_ended_unit_is_marked(cast: Cast) -> None:
    renaming.apply(cast)
    marked = DirtyTotal.objects.filter(period=cast.june).values_list("unit__code", flat=True)
    assert {OLD, NEW, "193"} <= set(marked)


def test_decree_takes_as_many_statements_for_one_team_as_for_twenty(cast: Cast) -> None:
    asked = []
    for count in (1, 21):
        with transaction.atomic():
            teams = seat(cast, *[OLD] * count)
            members = [
                (team, NewMember(full_name="Nguyễn Văn An", post=Post.LEADER)) for team in teams
            ]
            enrol_members(tenant=cast.province, members=members, since=SINCE)
            for team in teams:
                draft(cast, team)
            decree = renaming.bring(cast)
            with CaptureQueriesContext(connection) as statements:
                reform.apply(decree=decree, actor=cast.admin)
            asked.append(len(statements))
            assert Report.objects.filter(unit__code=NEW, team__unit__code=NEW).count() == count
            people = Membership.objects.filter(team__unit__code=NEW, valid__startswith=DAY)
            assert people.count() == count
            transaction.set_rollback(True)
    assert asked[0] == asked[1]


def test_history_tells_the_decree_and_no_saving(cast: Cast) -> None:
    (team,) = seat(cast, OLD)
    report = lead_report(cast, Status.APPROVED, team, {"adults": 5})
    before = trace.history(report)
    decree = renaming.apply(cast)
    moved, *earlier = trace.history(Report.objects.get(pk=report.pk))
    assert (moved.along, moved.by, moved.step) == (
        "Chuyển sang đơn vị mới theo Nghị quyết 1", cast.admin, None,
    )  # fmt: skip
    assert abs(moved.at - decree.applied_at) < timedelta(minutes=1)
    assert earlier == before
    undoing.undo(decree=decree, actor=cast.admin)
    back, _moved, *earlier = trace.history(Report.objects.get(pk=report.pk))
    assert (back.along, back.by) == ("Trở về đơn vị cũ khi hoàn tác Nghị quyết 1", cast.admin)
    assert earlier == before


def test_draft_is_told_beside_the_decree_that_moved_it(cast: Cast) -> None:
    """Not as one sitting of whoever saved it last."""
    (team,) = seat(cast, OLD)
    report = draft(cast, team)
    before = trace.history(report)
    renaming.apply(cast)
    report.refresh_from_db()
    given = {"team": report.team, "period": cast.june, "draft": Draft({"adults": 8})}
    # Else the decree's context stands until the test's transaction ends.
    with pghistory.context(user=cast.admin.pk):
        workflow.save_draft(**given, version=report.version, actor=cast.admin)
    saved, moved, *earlier = trace.history(Report.objects.get(pk=report.pk))
    assert [change.new for change in saved.changes] == [8]
    assert moved.along
    assert earlier == before


def test_figure_is_told_with_the_decree(cast: Cast) -> None:
    (team,) = seat(cast, OLD)
    report = lead_report(cast, Status.APPROVED, team, {"adults": 5})
    renaming.apply(cast)
    report.refresh_from_db()
    trail = trace.trails([report], ["adults", "households"], [])[report.pk]
    (move,) = trail["adults"].along
    assert (move.said, move.by) == ("Chuyển sang đơn vị mới theo Nghị quyết 1", cast.admin)
    assert trail["adults"].corrections == trail["households"].along == []


def test_pages_tell_the_decree(cast: Cast, client_of: SignIn) -> None:
    (team,) = seat(cast, OLD)
    report = lead_report(cast, Status.APPROVED, team, {"adults": 5})
    renaming.apply(cast)
    report.refresh_from_db()
    client = client_of(cast.admin)
    month = client.get(reverse("team-month", args=["2024-06", report.team_id]))
    assert "Chuyển sang đơn vị mới theo Nghị quyết 1 · qn.admin" in read(month).text
    why = client.get(reverse("why", args=["2024-06", report.unit_id, "adults"]))
    assert "Chuyển sang đơn vị mới theo Nghị quyết 1 · qn.admin" in read(why).text
