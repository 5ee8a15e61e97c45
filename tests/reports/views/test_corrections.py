"""Correcting figures that count already, with a reason that stays on record."""

import pytest
from django.http import HttpResponse

from reports import rollup
from reports.models import Status
from tests.cast import Enter, ReportIn, SignIn
from tests.pages import read
from tests.reports.second import second_admin
from tests.reports.views.desk import Desk, said_of, shown, toasts, told


def test_correction_counts_at_once_and_stays_on_record(
    admin: Desk, report_in: ReportIn, enter: Enter
) -> None:
    report = report_in(Status.APPROVED, values={"adults": 5, "households": 7})
    form = admin.look("?correct=1").one("form", class_="figures-form")
    assert form.attributes["action"] == f"/reports/{report.pk}/correct/"
    sent = {**form.filled(), "adults": "1,038", "reason": "Nhập nhầm"}
    response = admin.client.post(form.attributes["action"], sent)
    assert response["Location"] == admin.address
    assert (admin.status(), admin.values()) == (
        Status.APPROVED, {"adults": 1038, "households": 7},
    )  # fmt: skip
    page = admin.look()
    assert toasts(page) == "The correction is recorded, and the totals follow."
    assert "Corrected · qn.admin" in told(page)[0]
    assert "Nhập nhầm" in told(page)[0]
    assert "Adults: 5 → 1,038" in told(page)[0]
    cast = admin.cast
    with enter(cast.admin):
        rollup.sweep(cast.province.pk)
        assert cast.units["22"].totals.get().values == {"adults": 1038, "households": 7}


@pytest.mark.parametrize(
    ("typed", "status", "where"),
    [
        ({"reason": ""}, 409, "Give the reason"),
        ({"reason": " \x00 "}, 409, "Give the reason"),
        ({"reason": "x" * 1001}, 409, "Please keep the reason under 1000 characters."),
        ({"adults": "1,5"}, 422, "Only whole numbers count here"),
        ({"adults_paying": "9"}, 422, "is more than"),
        ({"version": "1"}, 409, "Look at the figures again."),
        ({"version": "abc"}, 409, "Look at the figures again."),
    ],
)
def test_correction_is_refused_and_nothing_typed_is_lost(
    typed: dict[str, str], status: int, where: str, admin: Desk, report_in: ReportIn
) -> None:
    report = report_in(Status.APPROVED, values={"adults": 5})
    form = admin.look("?correct=1").one("form", class_="figures-form")
    sent = {**form.filled(), "adults": "8", "households": "1,038", "reason": "Nhập nhầm", **typed}
    response = admin.client.post(form.attributes["action"], sent)
    page = read(response)
    assert response.status_code == status
    assert where in page.text
    again = page.one("form", class_="figures-form")
    assert again.attributes["action"] == f"/reports/{report.pk}/correct/"
    assert (shown(page, "adults"), shown(page, "households")) == (sent["adults"], "1,038")
    assert again.one("textarea", name="reason").text == sent["reason"].strip(" \x00")
    assert admin.values() == {"adults": 5}
    mended = {**again.filled(), "adults": "8", "adults_paying": "", "reason": "Nhập nhầm"}
    assert admin.client.post(again.attributes["action"], mended).status_code == 302
    assert admin.values() == {"adults": 8, "households": 1038}


def test_correction_shows_both_values_where_somebody_else_was_first(
    admin: Desk, report_in: ReportIn
) -> None:
    report_in(Status.APPROVED, values={"adults": 5})
    form = admin.look("?correct=1").one("form", class_="figures-form")
    first = {**form.filled(), "adults": "6", "reason": "một"}
    admin.client.post(form.attributes["action"], first)
    response = admin.client.post(form.attributes["action"], {**first, "adults": "7"})
    page = read(response)
    assert response.status_code == 409
    assert (shown(page, "adults"), said_of(page, "adults")) == ("7", "Saved by the other person: 6")


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.RETURNED])
def test_correction_is_for_figures_that_count(
    status: Status, admin: Desk, report_in: ReportIn
) -> None:
    report = report_in(status, values={"adults": 5})
    assert "?correct=1" not in admin.look().links
    sent = {"adults": "9", "version": report.version, "reason": "x"}
    response = admin.client.post(f"/reports/{report.pk}/correct/", sent)
    assert response.status_code == 409
    assert admin.values() == {"adults": 5}


def test_correction_is_offered_to_nobody_else(officer: Desk, report_in: ReportIn) -> None:
    report = report_in(Status.APPROVED, values={"adults": 5})
    page = officer.look("?correct=1")
    assert page.all("form", class_="figures-form") == []
    sent = {"adults": "9", "version": report.version, "reason": "x"}
    assert officer.client.post(f"/reports/{report.pk}/correct/", sent).status_code == 403
    assert officer.values() == {"adults": 5}


# -- Of a locked report -------------------------------------------------------------------------


def propose(admin: Desk) -> HttpResponse:
    form = admin.look("?correct=1").one("form", class_="figures-form")
    assert "confirmed" in form.text
    typed = {**form.filled(), "adults": "1,038", "reason": "Nhập nhầm"}
    return admin.client.post(form.attributes["action"], typed)


def second_desk(admin: Desk, client_of: SignIn, enter: Enter) -> Desk:
    return Desk(admin.cast, client_of(second_admin(admin.cast, enter)), enter)


def test_correction_of_a_locked_report_counts_when_somebody_else_confirms(
    admin: Desk, report_in: ReportIn, enter: Enter, client_of: SignIn
) -> None:
    report_in(Status.LOCKED, values={"adults": 5, "households": 7})
    assert propose(admin)["Location"] == admin.address
    page = admin.look()
    assert toasts(page) == (
        "The correction is proposed. It counts once somebody else has confirmed it."
    )
    assert admin.values() == {"adults": 5, "households": 7}
    card = page.one("section", class_="waiting-correction")
    assert "Adults: 5 → 1,038" in card.text
    assert "somebody else who may correct has to confirm it" in card.text
    assert [form.attributes["action"].split("/")[-2] for form in card.all("form")] == ["reject"]
    # One correction at a time.
    assert "?correct=1" not in page.links
    second = second_desk(admin, client_of, enter)
    listed = read(second.client.get("/administration/periods/"))
    form = listed.one("section", class_="waiting-correction").all("form")[0]
    assert second.client.post(form.attributes["action"], form.filled())["Location"] == admin.address
    assert admin.values() == {"adults": 1038, "households": 7}
    page = second.look()
    assert page.all("section", class_="waiting-correction") == []
    assert "Correction confirmed · Quản trị viên thứ hai" in told(page)[0]
    assert "Adults: 5 → 1,038" in told(page)[0]
    assert "Correction proposed · qn.admin" in told(page)[1]
    assert "Nhập nhầm" in told(page)[1]


def test_correction_is_rejected_with_a_reason(
    admin: Desk, report_in: ReportIn, enter: Enter, client_of: SignIn
) -> None:
    report_in(Status.LOCKED, values={"adults": 5})
    propose(admin)
    second = second_desk(admin, client_of, enter)
    form = second.look().one("section", class_="waiting-correction").all("form")[1]
    response = second.client.post(form.attributes["action"], {**form.filled(), "reason": " "})
    assert response.status_code == 409
    assert "Give the reason" in read(response).text
    sent = {**form.filled(), "reason": "Số cũ đúng"}
    assert second.client.post(form.attributes["action"], sent)["Location"] == admin.address
    assert admin.values() == {"adults": 5}
    assert "Số cũ đúng" in told(admin.look())[0]
    assert "?correct=1" in admin.look().links


def test_correction_is_not_confirmed_by_whoever_proposed_it(
    admin: Desk, report_in: ReportIn, enter: Enter
) -> None:
    report = report_in(Status.LOCKED, values={"adults": 5})
    propose(admin)
    with enter(admin.cast.admin):
        correction = report.corrections.get()
    response = admin.client.post(f"/administration/corrections/{correction.pk}/confirm/")
    assert response.status_code == 403
    assert admin.values() == {"adults": 5}
