"""The steps of a report: return, mend, approve, reopen, take back; and what is said."""

import unicodedata
from datetime import date

import pytest
from pytest_django import Settings

from reports.models import Status
from reports.periods import lock_period
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.pages import read
from tests.reports.views.desk import Desk, said_of, shown, toasts, told

# -- The whole way ------------------------------------------------------------------------------


def test_report_goes_back_with_a_reason_and_comes_again(leader: Desk, officer: Desk) -> None:
    leader.type("submit", adults="5", households="7")
    response = officer.press("return", reason="Số <b>người lớn</b>\r\nchưa đúng")
    assert response["Location"] == officer.address
    assert toasts(officer.look()) == "The report of Tổ hg-1a is returned."
    page = leader.look()
    returned = page.one(role="status", class_="alert-warning").text
    assert "Cán bộ officer" in returned
    assert "Số <b>người lớn</b> chưa đúng" in returned
    assert shown(page, "adults") == "5"
    leader.type("submit", adults="50", households="")
    officer.press("approve")
    assert (leader.status(), leader.values()) == ("approved", {"adults": 50})
    assert leader.steps() == ["submit", "return", "submit", "approve"]
    assert page.one("nav", class_="crumbs").text


def test_history_tells_who_did_what_and_what_changed(leader: Desk, officer: Desk) -> None:
    leader.type("submit", adults="5", households="1,038")
    officer.press("return", reason="Thiếu hộ gia đình")
    leader.type("submit", **{"adults": "6", "households.na": "1", "residents": "0"})
    officer.press("approve")
    entries = told(officer.look())
    assert [entry.split(" · ")[0] for entry in entries] == [
        "Approved", "Submitted", "Saved", "Returned", "Submitted", "Saved",
    ]  # fmt: skip
    assert "Cán bộ officer" in entries[0]
    assert "Cán bộ leader" in entries[1]
    assert "Thiếu hộ gia đình" in entries[3]
    assert "3 figures changed" in entries[2]
    assert "Adults: 5 → 6" in entries[2]
    assert "1,038 → not applicable" in entries[2]
    assert "Residents: empty → 0" in entries[2]
    assert "Adults: empty → 5" in entries[5]


def test_buttons_are_those_that_can_be_pressed(
    leader: Desk, officer: Desk, admin: Desk, cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    desks = {"leader": leader, "officer": officer, "admin": admin}
    for who in ("staff", "national", "district_officer"):
        desks[who] = Desk(cast, client_of(getattr(cast, who)), enter)

    def offers() -> dict[str, list[str]]:
        return {who: steps for who, desk in desks.items() if (steps := desk.steps_on_offer())}

    assert offers() == {}
    leader.type(adults="5")
    # The form itself submits.
    assert offers() == {}
    assert "What can be done now" not in leader.look().text
    leader.type("submit")
    reviewing = ["approve", "return"]
    assert offers() == {
        "leader": ["withdraw"],
        "officer": [*reviewing, "withdraw"],
        "admin": [*reviewing, "withdraw"],
        "district_officer": reviewing,
    }
    officer.press("approve")
    assert offers() == {"officer": ["reopen"], "admin": ["reopen"], "district_officer": ["reopen"]}
    assert "?correct=1" in admin.look().links
    assert "?correct=1" not in officer.look().links
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
    assert offers() == {}
    assert "?correct=1" in admin.look().links


def test_report_is_taken_back_by_whoever_fills_it_in(leader: Desk) -> None:
    leader.type("submit", adults="5")
    leader.press("withdraw")
    assert toasts(leader.look()) == "The report of Tổ hg-1a is taken back."
    assert (leader.status(), leader.form()["adults"]) == ("draft", "5")


def test_report_of_somebody_else_is_taken_back_with_a_reason(leader: Desk, officer: Desk) -> None:
    leader.type("submit", adults="5")
    response = officer.press("withdraw", reason=" ")
    assert response.status_code == 409
    assert "Give the reason" in read(response).one(role="alert").text
    assert officer.status() == "submitted"
    assert officer.press("withdraw", reason="Tổ trưởng nhờ sửa").status_code == 302
    assert (leader.status(), leader.form()["adults"]) == ("draft", "5")
    assert "Tổ trưởng nhờ sửa" in told(leader.look())[0]


# -- Late ---------------------------------------------------------------------------------------


def test_report_that_was_sent_late_says_so(leader: Desk, officer: Desk, settings: Settings) -> None:
    """The teams' deadline is the 9th."""
    assert "sent" not in leader.look().one(class_="lead").text
    settings.BUSINESS_DATE = date(2024, 6, 12)
    leader.type("submit", adults="5")
    for desk in (leader, officer):
        page = desk.look()
        late = page.one(class_="lead").one(class_="state-late").text
        assert late == "sent 3 days late"
        assert [("sent 3 days late" in entry) for entry in told(page)] == [True, False]


def test_report_is_as_late_as_its_first_sending(
    leader: Desk, officer: Desk, settings: Settings
) -> None:
    settings.BUSINESS_DATE = date(2024, 6, 9)
    leader.type("submit", adults="5")
    settings.BUSINESS_DATE = date(2024, 6, 10)
    officer.press("return", reason="Xem lại")
    leader.type("submit", adults="6")
    # The reviewer took a day: that is not the team's fault.
    assert "sent" not in leader.look().one(class_="lead").text
    leader.press("withdraw")
    leader.type("submit", adults="7")
    assert leader.look().one(class_="lead").one(class_="state-late").text == "sent 1 day late"
    assert [("late" in entry) for entry in told(leader.look())] == [True, *[False] * 7]


def test_report_is_reopened_with_a_reason(officer: Desk, leader: Desk, report_in: ReportIn) -> None:
    report_in(Status.APPROVED, values={"adults": 5})
    officer.press("reopen", reason="Xã báo sai")
    assert officer.status() == "returned"
    said = leader.look().one(role="status", class_="alert-warning").text
    assert said.startswith("Reopened ")
    assert "Xã báo sai" in said
    leader.type("submit", adults="6")
    officer.press("approve")
    assert leader.values() == {"adults": 6}


# -- Remarks on single figures ------------------------------------------------------------------


def test_remark_beside_a_figure_reaches_whoever_mends_it(leader: Desk, officer: Desk) -> None:
    leader.type("submit", adults="5", households="7")
    fields = [each.attributes for each in officer.look().all("input", form="step-return")]
    assert [each["name"] for each in fields][:2] == [
        "remark-training_sessions", "remark-members_trained"
    ]  # fmt: skip
    assert len(fields) == 30
    remarks = {"remark-adults": " Thấp hơn <b>tháng</b> trước ", "remark-households": "  "}
    assert officer.press("return", reason="Xem lại", **remarks).status_code == 302
    page = leader.look()
    assert said_of(page, "adults") == "Remark: Thấp hơn <b>tháng</b> trước"
    assert said_of(page, "households") == ""
    returned = page.one(role="status", class_="alert-warning")
    assert "#f-adults" in returned.links
    assert "Thấp hơn <b>tháng</b> trước" in returned.text
    assert "Adults: Thấp hơn <b>tháng</b> trước" in told(page)[0]
    # Once it has been sent again, what was said of it is history.
    leader.type("submit", adults="6")
    assert officer.look().all(class_="remark") == []
    assert "Adults: Thấp hơn <b>tháng</b> trước" in " ".join(told(officer.look()))


def test_remarks_are_for_whoever_can_send_the_report_back(
    leader: Desk, officer: Desk, report_in: ReportIn
) -> None:
    report_in(Status.SUBMITTED)
    assert leader.look().all("input", form="step-return") == []
    assert officer.look().all("input", form="step-return")
    officer.press("approve")
    assert officer.look().all("input", form="step-return") == []
    officer.press("reopen", reason="Xã báo sai", **{"remark-adults": "Thiếu hai người"})
    assert said_of(leader.look(), "adults") == "Remark: Thiếu hai người"


def test_remark_on_a_figure_that_there_is_not_is_refused(
    officer: Desk, report_in: ReportIn
) -> None:
    report_in(Status.SUBMITTED)
    button = officer.button("return")
    got = {}
    for code in ["nothing", "", "Adults", "__class__", "adults\x00"]:
        response = officer.press(button, reason="x", **{f"remark-{code}": "y"})
        told = "The form has no such figure" in read(response).text
        got[code] = (response.status_code, told)
    assert got == dict.fromkeys(got, (422, True))
    assert officer.status() == "submitted"


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"reason": "x" * 1001}, "Please keep the reason under 1000 characters."),
        ({"remark-households": "x" * 251}, "Please keep each remark under 250 characters."),
    ],
)
def test_remark_is_kept_where_the_return_is_refused(
    sent: dict[str, str], why: str, officer: Desk, report_in: ReportIn
) -> None:
    report_in(Status.SUBMITTED)
    response = officer.press("return", **{"reason": "x", "remark-adults": "y", **sent})
    page = read(response)
    assert response.status_code == 409
    assert why in page.one(role="alert").text
    assert shown(page, "remark-adults") == "y"
    assert officer.status() == "submitted"


def test_remark_beside_a_figure_is_reason_enough(officer: Desk, report_in: ReportIn) -> None:
    report_in(Status.SUBMITTED)
    response = officer.press("return", **{"remark-adults": "Xem lại"})
    assert (response.status_code, officer.status()) == (302, "returned")
    assert "Xem lại" in officer.look().text


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"remark-adults": "y"}, "You wrote remarks: return the report, or clear them."),
        ({"reason": "x"}, "You wrote a reason: return the report, or clear it."),
        ({"reason": "x", "remark-adults": "y"}, "You wrote a reason"),
    ],
)
def test_approval_loses_nothing_that_was_written_for_a_return(
    typed: dict[str, str], why: str, officer: Desk, report_in: ReportIn
) -> None:
    report_in(Status.SUBMITTED)
    response = officer.press("approve", **typed)
    page = read(response)
    assert response.status_code == 409
    assert why in page.one(role="alert").text
    assert officer.status() == "submitted"
    assert shown(page, "remark-adults") == typed.get("remark-adults", "")
    (details,) = (each for each in page.all("details", class_="step") if each.all(id="step-return"))
    assert "open" in details.attributes
    assert details.one("textarea", name="reason").text == typed.get("reason", "")
    # Cleared, or returned with it all.
    assert officer.press("approve").status_code == 302
    assert officer.status() == "approved"


def test_approval_is_pressed_in_the_form_that_holds_the_remarks(
    officer: Desk, report_in: ReportIn
) -> None:
    """Or a browser would not even send them."""
    report = report_in(Status.SUBMITTED)
    page = officer.look()
    (button,) = page.all("button", formaction=f"/reports/{report.pk}/steps/approve/")
    assert (button.attributes["form"], "formnovalidate" in button.attributes) == (
        "step-return", True,
    )  # fmt: skip
    # The enter key presses the first button of a form.
    first = next(
        each for each in page.all("button") if each.attributes.get("form") == "step-return"
    )
    assert {"disabled", "hidden"} <= set(first.attributes)


# -- Refusals -----------------------------------------------------------------------------------


def test_return_without_a_reason_is_refused(officer: Desk, report_in: ReportIn) -> None:
    report_in(Status.SUBMITTED)
    button = officer.button("return")
    got = {}
    for reason in ["", "   ", "\r\n", "\x00", "\x1b"]:
        response = officer.press(button, reason=reason)
        told = "Give the reason" in read(response).one(role="alert").text
        got[reason] = (response.status_code, told)
    assert got == dict.fromkeys(got, (409, True))
    assert officer.status() == "submitted"


def test_reason_that_is_too_long_is_refused_and_kept(officer: Desk, report_in: ReportIn) -> None:
    report_in(Status.SUBMITTED)
    long = "ế" * 1001
    response = officer.press("return", reason=long)
    page = read(response)
    assert response.status_code == 409
    assert "Please keep the reason under 1000 characters." in page.one(role="alert").text
    assert long in [each.text for each in page.all("textarea", name="reason")]
    assert officer.status() == "submitted"


def test_reason_is_shown_as_it_was_typed(officer: Desk, leader: Desk, report_in: ReportIn) -> None:
    typed = {
        "<script>alert(1)</script>": "<script>alert(1)</script>",
        "=HYPERLINK(1)": "=HYPERLINK(1)",
        "sai\x00số\x1b liệu": "sai số liệu",
        unicodedata.normalize("NFD", "Số liệu chưa đúng"): "Số liệu chưa đúng",
        unicodedata.normalize("NFD", "ế" * 930): "ế" * 930,
    }
    # As many letters as a reason may have, however many marks were typed one by one.
    assert len("\n".join(typed.values())) == 1000
    report_in(Status.SUBMITTED)
    assert officer.press("return", reason="\n".join(typed)).status_code == 302
    page = leader.client.get(leader.address)
    text = read(page).text
    assert [kept for kept in typed.values() if kept not in text] == []
    assert "<script>alert" not in page.content.decode()


def test_step_that_there_is_not_is_not_found(officer: Desk, report_in: ReportIn) -> None:
    report = report_in(Status.SUBMITTED)
    sent = {"version": report.version, "reason": "x"}
    got = {
        name: officer.client.post(f"/reports/{report.pk}/steps/{name}/", sent).status_code
        for name in ["lock", "correct", "nothing", "Approve", "__class__", "%00", "x" * 1000]
    }
    assert got == dict.fromkeys(got, 404)
    assert officer.status() == "submitted"


def test_step_without_a_version_is_refused(officer: Desk, report_in: ReportIn) -> None:
    report_in(Status.SUBMITTED)
    button = officer.button("approve")
    got = {
        version: officer.press(button, version=version).status_code
        for version in ["", "0", "abc", "-1", "²", "9" * 30, "9" * 5000, "\x00"]
    }
    assert got == dict.fromkeys(got, 409)
    assert officer.status() == "submitted"


@pytest.mark.parametrize("key", ["", "abc", "\x00", "x" * 10_000])
def test_step_without_a_key_is_taken(key: str, officer: Desk, report_in: ReportIn) -> None:
    report_in(Status.SUBMITTED)
    assert officer.press("approve", key=key).status_code == 302
    assert officer.status() == "approved"


def test_step_in_a_locked_month_says_who_can_open_it(
    officer: Desk, report_in: ReportIn, enter: Enter
) -> None:
    report = report_in(Status.SUBMITTED)
    form = officer.look().form(f"/reports/{report.pk}/steps/approve/")
    with enter(officer.cast.admin):
        lock_period(period=officer.cast.june, actor=officer.cast.admin, reason="đã báo cáo Bộ")
    response = officer.client.post(form.attributes["action"], form.filled())
    assert response.status_code == 409
    assert "the provincial administrator" in read(response).one(role="alert").text
    assert officer.status() == "submitted"


def test_step_is_refused_to_whoever_lacks_the_right(leader: Desk, report_in: ReportIn) -> None:
    report = report_in(Status.SUBMITTED)
    for name in ("approve", "return"):
        sent = {"version": report.version, "reason": "x"}
        response = leader.client.post(f"/reports/{report.pk}/steps/{name}/", sent)
        assert response.status_code == 403
        assert "You may not take this step." in read(response).text
    assert leader.status() == "submitted"
