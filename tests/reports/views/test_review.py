"""The queue of a reviewer: what it shows, what it takes, and what it says of the rest."""

from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports import workflow
from reports.models import Period, Report, Status
from reports.periods import DECREE_09, lay_out, lock_period, open_period
from reports.workflow import Draft
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.pages import Node, in_english, read
from tests.reports.views.desk import Desk, said_of, toasts


def address(cast: Cast, code: str = "06691", month: str = "2024-06") -> str:
    return f"/months/{month}/units/{cast.units[code].pk}/queue/"


def lines(page: Node) -> list[list[str]]:
    """The cells of the reports that wait."""
    rows = [row for row in page.one("table").all("tr") if row.all("th", scope="row")]
    return [[cell.text for cell in row.all() if cell.tag in ("th", "td")] for row in rows]


def look(client: Client, cast: Cast, code: str = "06691") -> Node:
    return read(in_english(client).get(address(cast, code)))


def send(client: Client, cast: Cast, page: Node, **typed: Any) -> HttpResponse:
    """Send the form as it is shown, with what was typed; no box is ticked by itself."""
    (form,) = [each for each in page.all("form") if "data-guard" in each.attributes]
    return client.post(address(cast) + form.attributes["action"], {**form.filled(), **typed})


@pytest.fixture
def officer(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.officer))


@pytest.fixture
def waiting(report_in: ReportIn) -> dict[str, Report]:
    return {name: report_in(Status.SUBMITTED, team=name) for name in ("hg-1a", "hg-1b", "bd-1")}


def states(cast: Cast, enter: Enter) -> dict[str, str]:
    with enter(cast.national):
        rows = Report.objects.values_list("team__name", "status")
        return {name.removeprefix("Tổ "): status for name, status in rows}


# -- What it shows ------------------------------------------------------------------------------


def test_queue_shows_what_a_reviewer_needs_to_know(
    cast: Cast, enter: Enter, officer: Client, report_in: ReportIn
) -> None:
    with enter(cast.admin):
        may = lay_out(tenant=cast.province, year=2024, month=5, by=DECREE_09)
        may.save()
        open_period(period=may, actor=cast.admin)
        team = cast.teams["hg-1a"]
        saved = workflow.save_draft(
            team=team, period=may, draft=Draft({"residents_guided": 1038}), version=0,
            actor=cast.leader,
        )  # fmt: skip
        workflow.apply(saved, "submit", actor=cast.leader, version=1)
        said = {"accounts.service_accounts_created": "Làm lưu động"}
        june = workflow.save_draft(
            team=team, period=cast.june, version=0, actor=cast.leader,
            draft=Draft({"residents_guided": 2, "service_accounts_created": 3}, explanations=said),
        )  # fmt: skip
        workflow.apply(june, "submit", actor=cast.leader, version=1)
    report_in(Status.DRAFT, team="hg-2")
    page = look(officer, cast)
    assert page.one("h1").text == "Phường Hồng Gai: what waits for a review in month 06/2024?"
    assert page.one(class_="lead").text.startswith("1 waiting · 2 missing")
    (row,) = lines(page)
    assert row[0].endswith("Tổ hg-1a Khu phố 1 · 2 of 30 figures")
    assert row[1] == "2 last month: 1,038"
    assert row[2] == "3 last month: –"
    assert "3 accounts were created, more than the 2 residents who were guided." in row[3]
    assert "Làm lưu động" in row[3]
    assert row[4].endswith("Cán bộ leader sent 1 day late")
    missing = page.one(class_="absent")
    assert [link.text for link in missing.all("a")] == ["Tổ hg-1b", "Tổ hg-2"]


def test_nothing_is_ticked_beforehand(
    cast: Cast, officer: Client, waiting: dict[str, Report]
) -> None:
    boxes = look(officer, cast).all("input", name="report")
    assert len(boxes) == 2
    assert not [box for box in boxes if "checked" in box.attributes]


def test_queue_of_a_district_names_its_communes(
    cast: Cast, client_of: SignIn, waiting: dict[str, Report]
) -> None:
    page = look(client_of(cast.district_officer), cast, "193")
    # Below one head, so that whoever hears the table hears it once.
    assert len(page.all("thead")) == 1
    names = [each.one(role="heading").text for each in page.all("th", scope="rowgroup")]
    assert names == ["Phường Bạch Đằng", "Phường Hồng Gai"]
    assert page.one("h2").text == "Thành phố Hạ Long"


def test_queue_with_nothing_in_it_says_so(cast: Cast, officer: Client, report_in: ReportIn) -> None:
    for team in ("hg-1a", "hg-1b", "hg-2"):
        report_in(Status.APPROVED, team=team)
    assert "Nothing waits here, and nobody is missing." in look(officer, cast).text


def test_queue_asks_the_database_as_often_for_many(
    cast: Cast, client_of: SignIn, report_in: ReportIn
) -> None:
    client, counts = client_of(cast.admin), []
    for teams in (["hg-1a"], ["hg-1b", "hg-2", "bd-1", "bd-2", "ct-1"]):
        for team in teams:
            report_in(Status.SUBMITTED, team=team)
        with CaptureQueriesContext(connection) as asked:
            client.get(address(cast, "22"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


# -- What it takes ------------------------------------------------------------------------------


def test_ticked_is_approved_and_the_exception_is_named(
    cast: Cast, enter: Enter, officer: Client, waiting: dict[str, Report]
) -> None:
    response = send(officer, cast, look(officer, cast), report=[waiting["hg-1a"].pk])
    assert response.status_code == 302
    page = read(officer.get(response["Location"]))
    assert "1 report is approved." in toasts(page)
    assert "Still waiting: Tổ hg-1b." in toasts(page)
    decided = page.one(class_="decided")
    link = f"/months/2024-06/teams/{cast.teams['hg-1a'].pk}/"
    assert decided.links == [link]
    assert "Approved by mistake?" in decided.text
    assert states(cast, enter) == {"hg-1a": "approved", "hg-1b": "submitted", "bd-1": "submitted"}


def test_all_of_a_commune_leave_out_nothing_that_was_ticked_elsewhere(
    cast: Cast, enter: Enter, client_of: SignIn, waiting: dict[str, Report]
) -> None:
    client = client_of(cast.district_officer)
    page = look(client, cast, "193")
    (form,) = [each for each in page.all("form") if "data-guard" in each.attributes]
    typed = {"all": cast.units["06688"].pk, "report": [waiting["hg-1a"].pk]}
    client.post(address(cast, "193"), {**form.filled(), **typed})
    after = states(cast, enter)
    assert (after["hg-1a"], after["hg-1b"], after["bd-1"]) == ("approved", "submitted", "approved")


def test_all_of_a_commune_but_those_with_a_reason(
    cast: Cast, enter: Enter, officer: Client, waiting: dict[str, Report]
) -> None:
    typed = {"all": cast.units["06691"].pk, f"reason-{waiting['hg-1b'].pk}": " Thiếu  số "}
    response = send(officer, cast, look(officer, cast), **typed)
    decided = read(officer.get(response["Location"])).one(class_="decided")
    assert decided.all("p")[-1].text.startswith("Returned: Tổ hg-1b")
    assert states(cast, enter)["hg-1a"] == "approved"
    with enter(cast.officer):
        assert waiting["hg-1b"].steps.last().reason == "Thiếu số"


def test_second_click_changes_nothing(
    cast: Cast, officer: Client, waiting: dict[str, Report]
) -> None:
    page = look(officer, cast)
    first, second = (send(officer, cast, page, report=[waiting["hg-1a"].pk]) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]


def test_report_that_changed_is_named_and_the_reason_kept(
    cast: Cast, enter: Enter, officer: Client, waiting: dict[str, Report]
) -> None:
    page, one = look(officer, cast), waiting["hg-1b"]
    with enter(cast.admin):
        taken = workflow.apply(one, "withdraw", actor=cast.admin, version=one.version, reason="sửa")
        workflow.apply(taken, "submit", actor=cast.admin, version=taken.version)
    typed = {"report": [waiting["hg-1a"].pk], f"reason-{one.pk}": "Thiếu số"}
    response = send(officer, cast, page, **typed)
    assert response.status_code == 409
    page = read(response)
    assert "1 report is approved." in toasts(page)
    said = page.one(role="alert").text
    assert "Tổ hg-1b : The report was changed after you had opened it." in said
    assert page.one("input", name=f"reason-{one.pk}").attributes["value"] == "Thiếu số"
    assert states(cast, enter)["hg-1b"] == "submitted"


def test_reason_that_is_too_long_is_kept_with_every_tick(
    cast: Cast, enter: Enter, officer: Client, waiting: dict[str, Report]
) -> None:
    one, other = waiting["hg-1a"], waiting["hg-1b"]
    typed = {"report": [one.pk], f"reason-{other.pk}": "a" * 1001}
    response = send(officer, cast, look(officer, cast), **typed)
    assert response.status_code == 422
    page = read(response)
    assert said_of(page, f"reason-{other.pk}") == "Please keep the reason under 1000 characters."
    assert page.one("input", name=f"reason-{other.pk}").attributes["value"] == "a" * 1001
    assert "checked" in page.one("input", name="report", value=str(one.pk)).attributes
    assert set(states(cast, enter).values()) == {"submitted"}


def test_nothing_chosen_is_said(cast: Cast, officer: Client, waiting: dict[str, Report]) -> None:
    response = send(officer, cast, look(officer, cast))
    assert response.status_code == 422
    assert "Tick the reports to approve" in read(response).one(role="alert").text


def test_locked_month_says_why_and_moves_nothing(
    cast: Cast, enter: Enter, officer: Client, waiting: dict[str, Report]
) -> None:
    page = look(officer, cast)
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
    response = send(officer, cast, page, report=[waiting["hg-1a"].pk])
    assert response.status_code == 409
    assert "đã báo cáo Bộ" in read(response).one(role="alert").text
    assert states(cast, enter)["hg-1a"] == "submitted"


def test_locked_month_offers_nothing_to_press(
    cast: Cast, enter: Enter, officer: Client, waiting: dict[str, Report]
) -> None:
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
    page = look(officer, cast)
    assert "đã báo cáo Bộ" in page.one(class_="alert-info").text
    assert len(lines(page)) == 2
    (form,) = [each for each in page.all("form") if "data-guard" in each.attributes]
    assert not [box for box in form.all("input") if box.attributes["type"] != "hidden"]
    assert not [each for each in form.all("button") if "disabled" not in each.attributes]


def test_reason_returns_also_what_is_ticked(
    cast: Cast, enter: Enter, officer: Client, waiting: dict[str, Report]
) -> None:
    one = waiting["hg-1b"]
    typed = {"report": [waiting["hg-1a"].pk, one.pk], f"reason-{one.pk}": "Thiếu số"}
    response = send(officer, cast, look(officer, cast), **typed)
    assert response.status_code == 302
    now = states(cast, enter)
    assert (now["hg-1a"], now["hg-1b"]) == ("approved", "returned")


def test_reviewer_of_a_commune_does_not_open_the_district(
    cast: Cast, officer: Client, client_of: SignIn
) -> None:
    assert officer.get(address(cast, "193")).status_code == 404
    assert client_of(cast.staff).get(address(cast)).status_code == 403


# -- From a report to the next ------------------------------------------------------------------


def test_report_leads_to_the_next_and_to_the_queue(
    cast: Cast, client_of: SignIn, enter: Enter, waiting: dict[str, Report]
) -> None:
    desk = Desk(cast, client_of(cast.district_officer), enter)
    desk.press("approve")
    way = desk.look().one(class_="way-on")
    following, queue = way.all("a")
    assert following.text == "Next waiting report: Tổ hg-1b"
    assert queue.attributes["href"] == address(cast, "193")
    assert "2 other reports wait in Thành phố Hạ Long." in way.text
    # After the last one of the list it begins anew.
    desk.team = "hg-1b"
    assert desk.look().one(class_="way-on").all("a")[0].text == "Next waiting report: Tổ bd-1"


def test_returned_report_has_one_filled_button(
    cast: Cast, officer: Client, enter: Enter, waiting: dict[str, Report]
) -> None:
    """To mend it comes before whatever else waits."""
    send_back(cast, enter, waiting["hg-1a"])
    desk = Desk(cast, officer, enter)
    assert len(desk.look().one(class_="way-on").all("a")) == 2
    assert [each.text for each in desk.look().all(class_="btn-primary")] == ["Submit"]


def test_leader_sees_no_way_on(leader: Desk, waiting: dict[str, Report]) -> None:
    assert leader.look().all(class_="way-on") == []


# -- What was sent back -------------------------------------------------------------------------


def send_back(cast: Cast, enter: Enter, report: Report, **said: str) -> None:
    with enter(cast.officer):
        workflow.apply(
            report, "return", actor=cast.officer, version=report.version, reason="Xem lại số",
            remarks=said,
        )  # fmt: skip


def test_leader_finds_on_the_first_page_what_was_sent_back(
    cast: Cast, enter: Enter, client_of: SignIn, waiting: dict[str, Report]
) -> None:
    send_back(cast, enter, waiting["hg-1a"], residents_guided="Có đúng 12 không?")
    send_back(cast, enter, waiting["hg-1b"])
    card = read(in_english(client_of(cast.leader)).get("/")).one(class_="sent-back")
    team = f"/months/2024-06/teams/{cast.teams['hg-1a'].pk}/"
    assert card.links == [team, f"{team}#f-residents_guided"]
    for said in ("Tổ hg-1a · month 06/2024", "Cán bộ officer", "Xem lại số", "Có đúng 12 không?"):
        assert said in card.text


def test_first_page_tells_of_every_month_that_can_still_be_mended(
    cast: Cast, enter: Enter, client_of: SignIn, waiting: dict[str, Report]
) -> None:
    send_back(cast, enter, waiting["hg-1a"])
    with enter(cast.admin):
        july = lay_out(tenant=cast.province, year=2024, month=7, by=DECREE_09)
        july.save()
        open_period(period=july, actor=cast.admin)
    client = in_english(client_of(cast.leader))
    assert "month 06/2024" in read(client.get("/")).one(class_="sent-back").text
    with enter(cast.admin):
        lock_period(period=Period.objects.get(pk=cast.june.pk), actor=cast.admin, reason="hết hạn")
    assert read(client.get("/")).all(class_="sent-back") == []


def test_whoever_sent_it_back_is_not_asked_to_mend_it(
    cast: Cast, enter: Enter, client_of: SignIn, waiting: dict[str, Report]
) -> None:
    send_back(cast, enter, waiting["hg-1a"])
    assert read(client_of(cast.officer).get("/")).all(class_="sent-back") == []
    assert read(client_of(cast.admin).get("/")).all(class_="sent-back") != []


def test_reviewer_finds_the_queue_on_the_first_page(
    cast: Cast, client_of: SignIn, waiting: dict[str, Report]
) -> None:
    page = read(in_english(client_of(cast.officer)).get("/"))
    assert address(cast) in page.links


def test_returned_figure_is_marked_and_the_page_begins_there(
    cast: Cast, enter: Enter, leader: Desk, waiting: dict[str, Report]
) -> None:
    send_back(cast, enter, waiting["hg-1a"], residents_guided="Có đúng 12 không?")
    page = leader.look()
    assert "Có đúng 12 không?" in said_of(page, "residents_guided")
    (first,) = [each for each in page.all("input") if "data-focus" in each.attributes]
    assert first.attributes["name"] == "residents_guided"
    assert leader.type("submit").status_code == 422
    assert leader.type("submit", residents_guided="15").status_code == 302


def test_returned_figure_is_marked_in_the_grid(
    cast: Cast, enter: Enter, officer: Client, waiting: dict[str, Report]
) -> None:
    send_back(cast, enter, waiting["hg-1a"], residents_guided="Có đúng 12 không?")
    page = read(officer.get(f"/months/2024-06/units/{cast.units['06691'].pk}/grid/"))
    assert not [each for each in page.all("input") if "data-focus" in each.attributes]
    (cell,) = [each for each in page.all("input") if "data-returned" in each.attributes]
    assert cell.attributes["data-field"] == "residents_guided"
    assert f"#{cell.attributes['id']}" in page.links
    assert page.description_of(cell) == "Có đúng 12 không?"
