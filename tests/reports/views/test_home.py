"""The first page: for each role what it came for, with its numbers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from reports import batches
from reports.models import Period, Report, Status
from reports.periods import lock_period
from tests.accounts.lending import lend
from tests.cast import PASSWORD, Cast, Enter, ReportIn, SignIn
from tests.pages import Node, in_english, read
from tests.reports.views.june import report_june


@pytest.fixture
def june(cast: Cast, enter: Enter) -> Cast:
    report_june(cast, enter)
    return cast


def home(client_of: SignIn, user: User) -> Node:
    return read(in_english(client_of(user)).get("/"))


def fact(page: Node, title: str) -> tuple[str, str]:
    (found,) = [each for each in page.all(class_="fact") if each.one("h2").text == title]
    return found.all("p")[0].text, found.all("p")[1].text


def listed(page: Node, title: str) -> list[str]:
    (found,) = [
        each for each in page.all("section") if [h.text for h in each.all("h2")] == [title]
        and "fact" not in each.attributes["class"].split()
    ]  # fmt: skip
    return [item.text for item in found.all("li")] or [row[0] for row in found.rows()]


def test_leader_finds_the_report_of_the_team(cast: Cast, client_of: SignIn) -> None:
    page = home(client_of, cast.leader)
    assert page.one("h1").text == "What is to be reported this month?"
    # The 9th was yesterday.
    assert "due 09/06/2024 · 1 day late" in page.one(class_="lead").text
    assert [card.one("h2").text for card in page.all(class_="own-team")] == ["Tổ hg-1a"]
    assert "not started" in page.one(class_="own-team").text
    link = page.one(class_="own-team").one("a", class_="btn-primary")
    assert (link.text, link.attributes["href"]) == (
        "Enter the figures", f"/months/2024-06/teams/{cast.teams['hg-1a'].pk}/",
    )  # fmt: skip
    assert page.all(class_="fact") == []


@pytest.mark.parametrize(
    ("status", "button"),
    [
        (Status.DRAFT, "Continue the report"),
        (Status.RETURNED, "Continue the report"),
        (Status.SUBMITTED, "See the report"),
        (Status.APPROVED, "See the report"),
    ],
)
def test_leader_sees_how_far_the_report_is(
    status: Status, button: str, cast: Cast, client_of: SignIn, report_in: ReportIn
) -> None:
    report_in(status)
    card = home(client_of, cast.leader).one(class_="own-team")
    assert card.one(class_="state").text == status.value
    assert card.one("a", class_="btn-primary").text == button


def test_leader_of_no_team_is_told_whom_to_ask(cast: Cast, client_of: SignIn, enter: Enter) -> None:
    with enter(cast.admin):
        cast.teams["hg-1a"].memberships.filter(person__user=cast.leader).delete()
    page = home(client_of, cast.leader)
    assert "You lead no active team." in page.text


def test_officer_finds_what_waits_and_what_is_to_come(june: Cast, client_of: SignIn) -> None:
    page = home(client_of, june.officer)
    assert page.one("h1").text == "What is waiting for me this month?"
    assert "due 13/06/2024 · 3 days left" in page.one(class_="lead").text
    assert fact(page, "Waiting for a review") == ("1", "reports submitted")
    assert fact(page, "Submitted") == ("100.00%", "3/3 teams, without returned reports")
    assert fact(page, "Approved") == ("66.67%", "2/3 teams")
    assert fact(page, "Hamlets covered")[1] == "2/3 hamlets with an active team"
    (waiting,) = listed(page, "Waiting for a review")
    assert waiting.startswith("Tổ hg-2 Khu phố 2")
    assert page.one("a", class_="btn-primary").attributes["href"] == "/months/"


def test_officer_sees_who_has_not_sent_anything(june: Cast, client_of: SignIn) -> None:
    page = home(client_of, june.neighbour)
    assert listed(page, "Still to come") == ["Tổ bd-2 not started"]
    assert fact(page, "Missing") == ("1", "teams have sent nothing, due 09/06/2024 · 1 day late")
    assert "Nothing is waiting for you." in page.text


def test_stand_in_has_a_queue_of_each_unit(june: Cast, client_of: SignIn, enter: Enter) -> None:
    with enter(june.admin):
        lend(june.neighbour, june.officer)
    page = home(client_of, june.officer)
    assert fact(page, "Waiting for a review: Phường Hồng Gai") == ("1", "reports submitted")
    assert fact(page, "Waiting for a review: Phường Bạch Đằng") == ("0", "reports submitted")
    for code in ("06691", "06688"):
        assert f"/months/2024-06/units/{june.units[code].pk}/queue/" in page.links


def test_district_officer_sees_who_is_behind(june: Cast, client_of: SignIn) -> None:
    page = home(client_of, june.district_officer)
    assert page.one("h1").text == "Who is on time, and who is not?"
    assert "due 18/06/2024 · 8 days left" in page.one(class_="lead").text
    assert fact(page, "Submitted") == ("66.67%", "4/6 teams, without returned reports")
    assert listed(page, "Furthest behind") == ["Phường Bạch Đằng"]
    assert listed(page, "Waiting for a review")[0].startswith("Tổ hg-2")


def test_staff_see_the_province(june: Cast, client_of: SignIn) -> None:
    page = home(client_of, june.staff)
    assert "due 25/06/2024 · 15 days left" in page.one(class_="lead").text
    assert fact(page, "Submitted") == ("44.44%", "4/9 teams, without returned reports")
    assert fact(page, "Approved") == ("33.33%", "3/9 teams")
    assert fact(page, "Teams") == ("9", "7 local + 2 enterprise · 27 members")
    # Nobody of Cẩm Phả has sent anything.
    assert listed(page, "Furthest behind") == ["Thành phố Cẩm Phả", "Thành phố Hạ Long"]
    assert "Waiting for a review" not in page.text
    assert page.one("a", class_="btn-primary").attributes["href"] == "/overview/"


def test_administrator_finds_the_administration(june: Cast, client_of: SignIn) -> None:
    page = home(client_of, june.admin)
    assert fact(page, "Waiting for a review")[0] == "1"
    assert {"/administration/periods/", "/administration/accounts/"} <= set(page.links)


def test_nation_sees_the_provinces_side_by_side(june: Cast, client_of: SignIn) -> None:
    page = home(client_of, june.national)
    assert page.one("h1").text == "Where does each province stand?"
    assert page.row("Tỉnh Quảng Ninh") == [
        "Tỉnh Quảng Ninh", "9", "27", "100.00% 3/3", "85.71% 6/7", "44.44% 4/9", "33.33% 3/9",
    ]  # fmt: skip
    assert page.row("Tỉnh Hải Dương") == [
        "Tỉnh Hải Dương", "3", "9", "100.00% 1/1", "100.00% 2/2", "33.33% 1/3", "33.33% 1/3",
    ]  # fmt: skip
    assert fact(page, "Submitted") == ("41.67%", "5/12 teams, without returned reports")


def test_person_without_a_role_is_told_whom_to_ask(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    with enter(cast.admin):
        user = User.objects.create_user("qn.ai", password=PASSWORD, tenant=cast.province)
    page = home(client_of, user)
    assert page.one("h1").text == "You have no role yet"
    assert page.one("nav", class_="tasks").links == ["/", "/teams/", "/targets/", "/training/"]


NAVIGATION = {
    "leader": ["/", "/months/", "/teams/", "/targets/", "/training/"],
    "officer": [
        "/", "/months/", "/overview/", "/teams/", "/imports/", "/targets/", "/training/",
    ],
    "district_officer": ["/", "/months/", "/overview/", "/teams/", "/targets/", "/training/"],
    "staff": [
        "/", "/overview/", "/teams/", "/targets/", "/training/", "/administration/decrees/",
    ],
    "admin": [
        "/", "/months/", "/overview/", "/teams/", "/imports/", "/targets/", "/training/",
        "/administration/periods/",
    ],
    "national": [
        "/", "/overview/", "/teams/", "/targets/", "/training/", "/administration/rollup/",
    ],
}  # fmt: skip


@pytest.mark.parametrize("who", NAVIGATION)
def test_navigation_shows_what_the_person_may_do(who: str, cast: Cast, client_of: SignIn) -> None:
    page = home(client_of, getattr(cast, who))
    assert page.one("nav", class_="tasks").links == NAVIGATION[who]


def test_home_without_an_open_month_says_who_opens_it(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    with enter(cast.admin):
        Period.objects.update(state=Period.State.UNOPENED)
    for who in ("leader", "officer", "staff", "admin"):
        assert "No month is open yet." in home(client_of, getattr(cast, who)).text


def test_home_of_a_locked_month_still_stands(cast: Cast, client_of: SignIn, enter: Enter) -> None:
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
    for who in ("leader", "officer", "staff"):
        assert "06/2024" in home(client_of, getattr(cast, who)).text


def test_home_asks_the_database_as_often_for_many_reports(
    cast: Cast, client_of: SignIn, report_in: ReportIn
) -> None:
    clients = [client_of(user) for user in (cast.officer, cast.district_officer, cast.admin)]

    def count() -> list[int]:
        counts = []
        for client in clients:
            with CaptureQueriesContext(connection) as queries:
                client.get("/")
            counts.append(len(queries))
        return counts

    report_in(Status.SUBMITTED)
    few = count()
    for team in ("hg-1b", "hg-2", "bd-1", "bd-2"):
        report_in(Status.SUBMITTED, team=team)
    assert count() == few


def test_overdue_teams_are_told_with_since_when_and_a_way(june: Cast, client_of: SignIn) -> None:
    queue = f"/months/2024-06/units/{june.units['193'].pk}/queue/"
    for who, count, way in [
        (june.district_officer, "2", queue),
        (june.staff, "5", f"/overview/2024-06/{june.units['22'].pk}/punctuality/"),
    ]:
        page = home(client_of, who)
        said = "teams have sent nothing, due 09/06/2024 · 1 day late"
        assert fact(page, "Missing") == (count, said)
        assert way in page.links


def test_returned_reports_of_a_commune_stand_together(
    cast: Cast, client_of: SignIn, enter: Enter, report_in: ReportIn
) -> None:
    reports = [report_in(Status.SUBMITTED, team=name) for name in ("hg-1a", "hg-1b", "bd-1")]
    with enter(cast.admin):
        batches.return_many(reports=reports, reason="Xem lại", actor=cast.officer)
        batches.return_many(
            reports=Report.objects.filter(status=Status.SUBMITTED), reason="Xem lại",
            actor=cast.neighbour,
        )  # fmt: skip
    card = home(client_of, cast.admin).one(class_="sent-back")
    (gathered,) = card.all("summary")
    assert gathered.text == "Phường Hồng Gai · month 06/2024 : 2 returned reports"
    assert [link.text for link in card.all("a")] == [
        "Tổ bd-1 · month 06/2024", "Tổ hg-1b · month 06/2024", "Tổ hg-1a · month 06/2024",
    ]  # fmt: skip


def test_returned_reports_are_folded_after_three_units(
    cast: Cast, client_of: SignIn, enter: Enter, report_in: ReportIn
) -> None:
    teams = ("hg-1a", "bd-1", "ct-1", "viettel")
    reports = [report_in(Status.SUBMITTED, team=name) for name in teams]
    with enter(cast.admin):
        lend(cast.admin, cast.officer)
        batches.return_many(reports=reports, reason="Xem lại", actor=cast.officer)
    card = home(client_of, cast.admin).one(class_="sent-back")
    (folded,) = card.all("details")
    assert folded.one("summary").text == "1 more unit or month"
    assert (len(card.all("a")), len(folded.all("a"))) == (4, 1)
