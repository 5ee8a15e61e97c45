"""The month of a unit: where everybody's work is, and how far each team has got."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enrolment import grant_role
from accounts.models import User
from accounts.roles import Role
from reports.models import Period, Status
from reports.periods import DECREE_09, lay_out, lock_period
from teams.models import Membership, Post
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.pages import Node, in_english, read
from tests.reports.views.june import report_june


@pytest.fixture
def june(cast: Cast, enter: Enter) -> Cast:
    report_june(cast, enter)
    return cast


def address(cast: Cast, code: str, month: str = "2024-06") -> str:
    return f"/months/{month}/units/{cast.units[code].pk}/"


def tallies(page: Node) -> list[str]:
    return [item.text for item in page.one("ul", class_="tallies").all("li")]


# -- This month ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "code"),
    [("officer", "06691"), ("neighbour", "06688"), ("district_officer", "193"), ("admin", "22"),
     ("stranger", "30")],
)  # fmt: skip
def test_this_month_is_at_the_unit_of_whoever_reviews(
    who: str, code: str, cast: Cast, client_of: SignIn
) -> None:
    assert client_of(getattr(cast, who)).get("/months/")["Location"] == address(cast, code)


def test_this_month_is_at_the_team_of_a_leader(cast: Cast, client_of: SignIn) -> None:
    team = cast.teams["hg-1a"].pk
    response = client_of(cast.leader).get("/months/")
    assert response["Location"] == f"/months/2024-06/teams/{team}/"


def test_this_month_of_a_leader_of_two_teams_shows_both(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    with enter(cast.admin):
        person = Membership.objects.get(person__user=cast.leader).person
        chair = Membership.objects.get(team=cast.teams["hg-1b"], post=Post.LEADER)
        chair.person = person
        chair.save()
    client = client_of(cast.leader)
    assert client.get("/months/")["Location"] == address(cast, "hg-1")
    page = read(client.get(address(cast, "hg-1")))
    teams = [row[0].split(" Khu")[0] for row in page.one("tbody").rows()]
    assert teams == ["Tổ hg-1a", "Tổ hg-1b"]


def test_this_month_without_one_says_who_opens_it(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    with enter(cast.admin):
        Period.objects.update(state=Period.State.UNOPENED)
    page = read(in_english(client_of(cast.officer)).get("/months/"))
    assert "The provincial administrator opens the months." in page.text


def test_this_month_is_where_the_work_is_for_whoever_only_looks_on_above(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    """An officer who also sees the province works in the commune."""
    with enter(cast.admin):
        grant_role(
            user=cast.officer, role=Role.PROVINCE_STAFF, unit=cast.units["22"], actor=cast.admin
        )
    assert client_of(cast.officer).get("/months/")["Location"] == address(cast, "06691")


# -- The unit -----------------------------------------------------------------------------------


def test_unit_shows_each_team_with_its_state(june: Cast, client_of: SignIn) -> None:
    page = read(in_english(client_of(june.officer)).get(address(june, "06691")))
    assert tallies(page) == [
        "3 teams", "not started 0", "draft 0", "returned 0", "submitted 1", "approved 2",
    ]  # fmt: skip
    # The deadline of the teams was yesterday.
    assert page.row("Tổ hg-1a")[1:2] + page.row("Tổ hg-1a")[3:] == [
        "approved sent 1 day late", "1,038", "–", "View Tổ hg-1a",
    ]  # fmt: skip
    assert page.row("Tổ hg-1b")[3] == "0"
    assert page.row("Tổ hg-2")[1] == "submitted sent 1 day late"
    assert page.row("Tổ hg-2")[5] == "Review Tổ hg-2"
    assert "qn.admin" in page.row("Tổ hg-1a")[2]


def test_unit_tells_missing_zero_and_not_applicable_apart(
    cast: Cast, client_of: SignIn, report_in: ReportIn
) -> None:
    report_in(Status.DRAFT, team="hg-1a", values={"residents_guided": None})
    report_in(Status.DRAFT, team="hg-1b", values={"residents_guided": 0})
    report_in(Status.DRAFT, team="hg-2", values={})
    page = read(in_english(client_of(cast.officer)).get(address(cast, "06691")))
    cells = [page.row(f"Tổ {team}")[3] for team in ("hg-1a", "hg-1b", "hg-2")]
    assert cells == ["not applicable", "0", "–"]


def test_unit_shows_figures_of_drafts_to_whoever_fills_them_in(
    cast: Cast, client_of: SignIn, report_in: ReportIn
) -> None:
    report_in(Status.DRAFT, team="hg-1a", values={"residents_guided": 4711})
    report_in(Status.RETURNED, team="hg-1b", values={"residents_guided": 4712})
    report_in(Status.SUBMITTED, team="hg-2", values={"residents_guided": 4713})

    def cells(user: User) -> list[str]:
        page = read(in_english(client_of(user)).get(address(cast, "06691")))
        return [page.row(f"Tổ {team}")[3] for team in ("hg-1a", "hg-1b", "hg-2")]

    assert cells(cast.officer) == ["4,711", "4,712", "4,713"]
    assert cells(cast.district_officer) == ["–", "–", "4,713"]


def test_unit_that_is_only_overseen_shows_what_is_handed_in(
    cast: Cast, client_of: SignIn, report_in: ReportIn, enter: Enter
) -> None:
    with enter(cast.admin):
        grant_role(
            user=cast.neighbour, role=Role.PROVINCE_STAFF, unit=cast.units["22"], actor=cast.admin
        )
    for team, status in [("hg-1a", Status.DRAFT), ("hg-1b", Status.RETURNED)]:
        report_in(status, team=team, values={"residents_guided": 4711})
    report_in(Status.SUBMITTED, team="hg-2")
    page = read(in_english(client_of(cast.neighbour)).get(address(cast, "06691")))
    assert tallies(page) == [
        "3 teams", "not submitted 1", "returned 1", "submitted 1", "approved 0",
    ]  # fmt: skip
    assert page.row("Tổ hg-1a")[1:4] == ["not submitted late", "–", "–"]
    assert page.row("Tổ hg-1b")[1:4] == ["returned sent 1 day late", "–", "–"]
    assert "4,711" not in page.text


def test_unit_counts_every_state(cast: Cast, client_of: SignIn, report_in: ReportIn) -> None:
    report_in(Status.DRAFT, team="hg-1a")
    report_in(Status.RETURNED, team="hg-1b")
    client = in_english(client_of(cast.officer))
    page = read(client.get(address(cast, "06691")))
    assert tallies(page) == [
        "3 teams", "not started 1", "draft 1", "returned 1", "submitted 0", "approved 0",
    ]  # fmt: skip
    # The deadline of the teams was yesterday.
    assert [page.row(f"Tổ {team}")[1] for team in ("hg-1a", "hg-1b", "hg-2")] == [
        "draft late", "returned sent 1 day late", "not started late",
    ]  # fmt: skip
    assert [page.row(f"Tổ {team}")[5].split()[0] for team in ("hg-1a", "hg-2")] == [
        "Continue", "Enter",
    ]  # fmt: skip


def test_locked_reports_count_as_approved(
    cast: Cast, client_of: SignIn, report_in: ReportIn
) -> None:
    report_in(Status.LOCKED, team="hg-1a")
    page = read(in_english(client_of(cast.officer)).get(address(cast, "06691")))
    assert tallies(page)[5] == "approved 1"


def test_unit_shows_the_window_and_the_deadlines_in_days(cast: Cast, client_of: SignIn) -> None:
    page = read(in_english(client_of(cast.officer)).get(address(cast, "06691")))
    assert page.one(class_="lead").text == (
        "Figures from 15/05/2024 to 14/06/2024 · teams by 09/06/2024 · 1 day late"
        " · commune by 13/06/2024 · 3 days left"
    )


def test_unit_above_leads_down_and_shows_its_own_teams(june: Cast, client_of: SignIn) -> None:
    page = read(in_english(client_of(june.district_officer)).get(address(june, "193")))
    assert page.row("Phường Hồng Gai")[1:4] == ["3", "100.00% 3/3", "66.67% 2/3"]
    assert page.row("Phường Bạch Đằng")[1:4] == ["2", "50.00% 1/2", "50.00% 1/2"]
    assert address(june, "06691") in page.links
    assert page.row("Tổ viettel")[1] == "not started late"
    assert tallies(page)[0] == "1 teams"


def test_unit_above_sums_its_parts_up(june: Cast, client_of: SignIn) -> None:
    page = read(in_english(client_of(june.district_officer)).get(address(june, "193")))
    # The team of the district itself counts, too.
    assert [cell.text for cell in page.all("tfoot")[0].all("td")][:1] == ["6"]


def test_reviewer_who_does_not_fill_in_is_offered_to_look(
    cast: Cast, client_of: SignIn, report_in: ReportIn
) -> None:
    report_in(Status.SUBMITTED, team="hg-2")
    page = read(in_english(client_of(cast.district_officer)).get(address(cast, "06691")))
    assert page.row("Tổ hg-1a")[5] == "View Tổ hg-1a"
    assert page.row("Tổ hg-2")[5] == "Review Tổ hg-2"


def test_hamlet_without_a_team_says_so(cast: Cast, client_of: SignIn) -> None:
    page = read(in_english(client_of(cast.officer)).get(address(cast, "hg-3")))
    assert "No active team is registered here for this month." in page.text


def test_locked_month_says_who_can_open_it(cast: Cast, client_of: SignIn, enter: Enter) -> None:
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
    page = read(in_english(client_of(cast.officer)).get(address(cast, "06691")))
    told = page.one(role="status", class_="alert").text
    assert "đã báo cáo Bộ" in told
    assert "It can be opened by the provincial administrator, who can also give" in told
    assert page.row("Tổ hg-1a")[5] == "View Tổ hg-1a"
    assert "late" not in page.row("Tổ hg-1a")[1]


def test_month_that_there_is_not_is_not_found(cast: Cast, client_of: SignIn) -> None:
    assert client_of(cast.officer).get(address(cast, "06691", "2023-01")).status_code == 404


def test_month_picker_leads_to_the_same_unit(cast: Cast, client_of: SignIn, enter: Enter) -> None:
    with enter(cast.admin):
        lay_out(tenant=cast.province, year=2024, month=5, by=DECREE_09).save()
        # A month that has not begun cannot be chosen.
        lay_out(tenant=cast.province, year=2024, month=9, by=DECREE_09).save()
    client = client_of(cast.officer)
    page = read(client.get(address(cast, "06691")))
    options = [each.attributes["value"] for each in page.one("select", name="to").all("option")]
    assert options == ["2024-06", "2024-05"]
    moved = client.get(address(cast, "06691") + "?to=2024-05")
    assert moved["Location"] == address(cast, "06691", "2024-05")


def test_unit_asks_the_database_as_often_for_many_teams(
    cast: Cast, client_of: SignIn, report_in: ReportIn
) -> None:
    client = client_of(cast.admin)

    def count(code: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address(cast, code))
        return len(queries)

    report_in(Status.SUBMITTED, team="hg-2")
    report_in(Status.SUBMITTED, team="ct-1")
    few = count("06757")
    assert count("06691") == few
    report_in(Status.DRAFT, team="hg-1a")
    report_in(Status.RETURNED, team="hg-1b")
    assert count("06691") == few
