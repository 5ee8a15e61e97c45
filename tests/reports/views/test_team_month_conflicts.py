"""Two people, or one person twice, at the same report: nobody's work is lost without a word."""

from dataclasses import replace

import pytest

from reports.models import Status
from tests.cast import ReportIn
from tests.pages import read
from tests.reports.views.desk import Desk, said_of, shown, toasts

# -- Two people ---------------------------------------------------------------------------------


def test_stale_edit_shows_both_values_and_goes_on_from_there(leader: Desk, officer: Desk) -> None:
    opened = leader.form()
    officer.type(**{"adults": "7", "households": "1,038", "residents.na": "1", "sim_2g_users": "4"})
    typed = {"adults": "8", "households": "1,038", "residents": "9", "zalo_followers": "3"}
    response = leader.send({**opened, **typed})
    page = read(response)
    assert response.status_code == 409
    assert "Cán bộ officer saved this report at" in page.one(role="alert").text
    assert (shown(page, "adults"), said_of(page, "adults")) == ("8", "Saved by the other person: 7")
    assert said_of(page, "residents") == "Saved by the other person: not applicable"
    assert (shown(page, "sim_2g_users"), said_of(page, "sim_2g_users")) == (
        "", "Saved by the other person: 4",
    )  # fmt: skip
    assert said_of(page, "zalo_followers") == "Saved by the other person: empty"
    # The same number is no difference, however it was typed.
    assert said_of(page, "households") == ""
    assert leader.values() == {
        "adults": 7,
        "households": 1038,
        "residents": None,
        "sim_2g_users": 4,
    }
    again = page.one("form", class_="figures-form").filled()
    assert leader.send(again).status_code == 302
    assert leader.values() == {"adults": 8, "households": 1038, "residents": 9, "zalo_followers": 3}


def test_stale_edit_writes_the_other_value_as_a_figure(leader: Desk, officer: Desk) -> None:
    opened = leader.form()
    officer.type(adults="1038")
    page = read(leader.send({**opened, "adults": "1039"}))
    assert said_of(page, "adults") == "Saved by the other person: 1,038"


def test_stale_submission_is_refused_like_a_stale_draft(leader: Desk, officer: Desk) -> None:
    opened = leader.form()
    officer.type(adults="7")
    response = leader.send({**opened, "adults": "8"}, "submit")
    assert response.status_code == 409
    assert (leader.status(), leader.values()) == ("draft", {"adults": 7})
    again = read(response).one("form", class_="figures-form").filled()
    assert leader.send(again, "submit").status_code == 302
    assert (leader.status(), leader.values()) == ("submitted", {"adults": 8})


def test_edit_after_somebody_submitted_loses_nothing_of_what_was_typed(
    leader: Desk, officer: Desk
) -> None:
    leader.type(adults="5")
    opened = leader.form()
    officer.type("submit", adults="7")
    for action in ("draft", "submit"):
        response = leader.send({**opened, "adults": "8", "difficulties": "Mạng yếu"}, action)
        page = read(response)
        assert response.status_code == 409
        assert "The report is submitted" in page.one(role="alert").text
        assert shown(page, "adults") == "8"
        assert page.one("textarea", name="difficulties").text == "Mạng yếu"
    assert (leader.status(), leader.values()) == ("submitted", {"adults": 7})


@pytest.mark.parametrize("refused", ["-5", "9" * 5000], ids=["negative", "endless"])
def test_refused_figures_never_stand_as_if_the_submitted_report_said_so(
    refused: str, leader: Desk, officer: Desk
) -> None:
    """The officer approves on this very page what seems to stand there."""
    leader.type(adults="5")
    opened = officer.form()
    leader.type("submit", adults="7", households="9")
    response = officer.send({**opened, "adults": refused, "households": "8888"})
    page = read(response)
    assert response.status_code == 422
    assert (shown(page, "adults"), shown(page, "households")) == (refused, "8888")
    assert not page.all("table", class_="document")
    assert officer.values() == {"adults": 7, "households": 9}


@pytest.mark.parametrize("step", ["approve", "return", "withdraw"])
def test_step_on_figures_that_changed_is_refused(
    step: str, leader: Desk, officer: Desk, report_in: ReportIn
) -> None:
    """The officer reads one figure, and would approve another."""
    report = report_in(Status.SUBMITTED, values={"adults": 5})
    form = officer.look().form(f"/reports/{report.pk}/steps/{step}/")
    leader.press("withdraw", reason="Gõ nhầm")
    leader.type("submit", adults="500")
    sent = {**form.filled(), "reason": "" if step == "approve" else "sai số liệu"}
    response = officer.client.post(form.attributes["action"], sent)
    page = read(response)
    assert response.status_code == 409
    assert "Look at the figures again." in page.one(role="alert").text
    assert page.row("Adults")[1] == "500"
    assert officer.status() == "submitted"


def test_step_that_somebody_else_took_is_refused(
    officer: Desk, admin: Desk, report_in: ReportIn
) -> None:
    report = report_in(Status.SUBMITTED)
    form = officer.look().form(f"/reports/{report.pk}/steps/approve/")
    admin.press("return", reason="sai số liệu")
    response = officer.client.post(form.attributes["action"], form.filled())
    assert response.status_code == 409
    assert "The report is returned by now" in read(response).one(role="alert").text
    assert officer.status() == "returned"


# -- One person twice ---------------------------------------------------------------------------


def test_double_click_submits_once(leader: Desk) -> None:
    sent = {**leader.form(), "adults": "5"}
    for _ in range(3):
        assert leader.send(sent, "submit").status_code == 302
    assert (leader.status(), leader.values(), leader.steps()) == (
        "submitted", {"adults": 5}, ["submit"],
    )  # fmt: skip
    report = leader.stored()
    assert report is not None
    assert report.version == 2


def test_double_click_on_a_step_takes_it_once(officer: Desk, report_in: ReportIn) -> None:
    report = report_in(Status.SUBMITTED)
    form = officer.look().form(f"/reports/{report.pk}/steps/approve/")
    for _ in range(3):
        officer.client.post(form.attributes["action"], form.filled())
    assert (officer.status(), officer.steps()) == ("approved", ["submit", "approve"])


def test_page_from_before_the_submission_does_not_pretend_to_submit_again(leader: Desk) -> None:
    """Back in the browser, another figure, Submit: the page still carries the key of the first."""
    page = {**leader.form(), "adults": "5"}
    leader.send(page, "submit")
    response = leader.send({**page, "adults": "6"}, "submit")
    assert response.status_code == 409
    assert shown(read(response), "adults") == "6"
    assert (leader.status(), leader.values()) == ("submitted", {"adults": 5})


def test_page_from_before_the_return_does_not_pretend_to_submit_again(
    leader: Desk, officer: Desk
) -> None:
    page = {**leader.form(), "adults": "5"}
    leader.send(page, "submit")
    officer.press("return", reason="sai số liệu")
    for adults in ("5", "6"):
        response = leader.send({**page, "adults": adults}, "submit")
        assert response.status_code == 409
    assert (leader.status(), leader.values()) == ("returned", {"adults": 5})
    again = read(response).one("form", class_="figures-form").filled()
    assert leader.send(again, "submit").status_code == 302
    assert (leader.status(), leader.values()) == ("submitted", {"adults": 6})


def test_page_from_before_the_approval_does_not_pretend_to_return(
    officer: Desk, report_in: ReportIn
) -> None:
    """Back in the browser, and Return instead of Approve: both buttons stood on one page."""
    report = report_in(Status.SUBMITTED)
    page = officer.look()
    approve, back = (
        page.form(f"/reports/{report.pk}/steps/{step}/") for step in ("approve", "return")
    )
    officer.client.post(approve.attributes["action"], approve.filled())
    sent = {**back.filled(), "reason": "sai số liệu"}
    response = officer.client.post(back.attributes["action"], sent)
    assert response.status_code == 409
    assert "The report is approved by now" in read(response).one(role="alert").text
    assert (officer.status(), officer.steps()) == ("approved", ["submit", "approve"])


def test_page_from_before_the_reopening_does_not_pretend_to_approve(
    officer: Desk, admin: Desk, report_in: ReportIn
) -> None:
    report = report_in(Status.SUBMITTED)
    approve = officer.look().form(f"/reports/{report.pk}/steps/approve/")
    officer.client.post(approve.attributes["action"], approve.filled())
    admin.press("reopen", reason="còn sai")
    response = officer.client.post(approve.attributes["action"], approve.filled())
    assert response.status_code == 409
    assert officer.status() == "returned"


def test_key_of_one_team_is_none_of_another(officer: Desk) -> None:
    sent = {**officer.form(), "adults": "5"}
    officer.send(sent, "submit")
    other = replace(officer, team="hg-2")
    other.send({**other.form(), "adults": "9", "key": sent["key"]}, "submit")
    assert (other.status(), other.values(), other.steps()) == (
        "submitted", {"adults": 9}, ["submit"],
    )  # fmt: skip


def test_success_is_said_once(leader: Desk) -> None:
    leader.type(adults="5")
    assert toasts(leader.look()) == "The draft is saved."
    assert toasts(leader.look()) == ""
