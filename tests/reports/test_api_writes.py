"""What other programs write: drafts and steps, by the same rules as the pages."""

import json
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from reports import periods
from reports.models import Report, ReportStep, Status
from tests.cast import Cast, Enter, ReportIn, SignIn

Put = Callable[..., HttpResponse]


@pytest.fixture
def officer(cast: Cast, client_of: SignIn) -> Client:
    client = client_of(cast.officer)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def put(cast: Cast, officer: Client) -> Put:
    """`put(values=…)` sends a draft of team hg-1a as the officer."""

    address = f"/api/v1/teams/{cast.teams['hg-1a'].pk}/months/{cast.june.pk}/"

    def send(*, client: Client = officer, **body: Any) -> HttpResponse:
        return client.put(
            address, {"version": 0, "values": {}, **body}, content_type="application/json"
        )

    return send


def stored(cast: Cast, enter: Enter) -> list[Report]:
    with enter(cast.national):
        return list(Report.objects.select_related("team").order_by("pk"))


def take(client: Client, report: Report, name: str, **body: Any) -> HttpResponse:
    address = f"/api/v1/reports/{report.pk}/steps/{name}/"
    asked = {"version": report.version, "key": str(uuid4()), **body}
    return client.post(address, asked, content_type="application/json")


# -- Drafts -------------------------------------------------------------------------------------


def test_draft_is_stored(put: Put, cast: Cast, enter: Enter) -> None:
    response = put(values={"adults": 1038, "households": 0, "sim_2g_users": None})
    assert response.status_code == 200
    told = response.json()
    assert (told["status"], told["version"]) == ("draft", 1)
    (report,) = stored(cast, enter)
    assert report.values == {"adults": 1038, "households": 0, "sim_2g_users": None}
    assert (report.team, report.unit_id) == (cast.teams["hg-1a"], cast.units["hg-1"].pk)
    assert (report.updated_by_id, report.status) == (cast.officer.pk, "draft")
    assert put(values={"adults": 7}, version=1).json()["version"] == 2


def test_draft_says_nothing_of_status_tenant_or_unit(put: Put, cast: Cast, enter: Enter) -> None:
    response = put(
        values={"adults": 5},
        status="approved",
        tenant=cast.other.pk,
        tenant_id=cast.other.pk,
        unit=cast.units["pl-1"].pk,
        team=cast.teams["bd-1"].pk,
        period=cast.june_elsewhere.pk,
        id=4711,
        submitted_at="2024-06-01T00:00:00Z",
        updated_by=cast.admin.pk,
        form=99,
    )
    assert response.status_code == 200
    (report,) = stored(cast, enter)
    assert (report.status, report.submitted_at, report.version) == ("draft", None, 1)
    assert (report.tenant, report.unit_id) == (cast.province, cast.units["hg-1"].pk)
    assert (report.team, report.period_id) == (cast.teams["hg-1a"], cast.june.pk)
    assert (report.updated_by_id, report.pk != 4711) == (cast.officer.pk, True)


WHOLE = "Only whole numbers count here: write 1,038 or 1038, without decimals."


NEGATIVE = "A figure cannot be negative."
TOO_MUCH = "At most 100,000 can be reported here. Please check the figure."
NO_FIGURES: list[tuple[Any, str]] = [
    (True, WHOLE), (False, WHOLE), (1.5, WHOLE), (5.0, WHOLE), (1e300, WHOLE), ("5", WHOLE),
    ("", WHOLE), ("x", WHOLE), ("<b>", WHOLE), ("\x00", WHOLE), ([], WHOLE), ([5], WHOLE),
    ({}, WHOLE), ({"adults": 5}, WHOLE), (-1, NEGATIVE), (100_001, TOO_MUCH), (10**400, TOO_MUCH),
]  # fmt: skip


def test_draft_is_refused_with_a_value_that_is_no_figure(
    put: Put, cast: Cast, enter: Enter
) -> None:
    for value, reason in NO_FIGURES:
        response = put(values={"adults": value, "households": 5})
        assert response.status_code == 422, value
        assert response.json()["errors"] == {"adults": [reason]}
    assert stored(cast, enter) == []


NO_CODES = ["nothing", "", "ADULTS", "adults ", "adults.na", "\x00", "<script>", "x" * 10_000]


def test_draft_is_refused_with_an_unknown_code(put: Put, cast: Cast, enter: Enter) -> None:
    for code in NO_CODES:
        response = put(values={code: 5, "adults": 5})
        assert response.status_code == 422, code
        assert response.json()["errors"] == {code: ["Not a figure of this form."]}
    assert stored(cast, enter) == []


def test_draft_is_refused_with_a_part_above_its_whole(put: Put, cast: Cast, enter: Enter) -> None:
    response = put(values={"adults": 5, "adults_paying": 6})
    assert response.status_code == 422
    assert list(response.json()["errors"]) == ["adults_paying"]
    assert stored(cast, enter) == []


NO_BODIES: list[str | bytes] = [
    "",
    "{",
    "null",
    "[]",
    "5",
    '"x"',
    "{}",
    '{"values": {}}',
    '{"version": 0}',
    '{"version": 0, "values": []}',
    '{"version": 0, "values": null}',
    '{"version": 0, "values": "adults"}',
    '{"version": null, "values": {}}',
    '{"version": true, "values": {}}',
    '{"version": -1, "values": {}}',
    '{"version": "a", "values": {}}',
    '{"version": ' + "9" * 5000 + ', "values": {}}',
    '{"version": 0, "values": {"adults": NaN}}',
    '{"version": 0, "values": {"adults": Infinity}}',
    '{"version": 0, "values": {"adults": ' + "9" * 5000 + "}}",
    '{"version": 0, "values": {"\\ud800": 5}}',
    '{"version": 0, "values": {}, "difficulties": "\\ud800"}',
    '{"version": 0, "values": {}, "difficulties": "a\\u0000b"}',
    '{"version": 0, "values": {}, "proposals": {}}',
    '{"version": 0, "values": {}, "proposals": null}',
    json.dumps({"version": 0, "values": {}, "proposals": "x" * 2001}),
    "\x00",
    b"\xff\xfe{",
]


def test_draft_is_refused_where_the_body_is_none(officer: Client, cast: Cast, enter: Enter) -> None:
    address = f"/api/v1/teams/{cast.teams['hg-1a'].pk}/months/{cast.june.pk}/"
    for body in NO_BODIES:
        response = officer.put(address, body, content_type="application/json")
        assert response.status_code in (400, 422), body
        assert isinstance(response.json(), dict)
    assert stored(cast, enter) == []


def test_draft_is_refused_in_another_format(officer: Client, cast: Cast, enter: Enter) -> None:
    address = f"/api/v1/teams/{cast.teams['hg-1a'].pk}/months/{cast.june.pk}/"
    for kind in ("application/x-www-form-urlencoded", "application/xml", "text/plain", "nonsense"):
        response = officer.put(address, "version=0&values={}", content_type=kind)
        assert response.status_code == 415
    assert stored(cast, enter) == []


def test_draft_keeps_its_texts_in_one_form(put: Put, cast: Cast, enter: Enter) -> None:
    said = "Mạng yếu ở thôn.\n\nCần 2 máy  <b>=1+1</b>"
    decomposed = unicodedata.normalize("NFD", said).replace("\n", "\r\n") + "\x1b \t"
    assert put(difficulties=decomposed, proposals="x" * 2000).status_code == 200
    (report,) = stored(cast, enter)
    assert report.difficulties == "Mạng yếu ở thôn.\n\nCần 2 máy <b>=1+1</b>"
    assert report.proposals == "x" * 2000


def test_draft_that_is_stale_is_refused_with_both_values(
    put: Put, cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    put(values={"adults": 5})
    for version in (0, 2, 10**30):
        response = put(values={"adults": 6}, version=version, client=client_of(cast.leader))
        assert response.status_code == 409
        assert response.json()["theirs"] == {"adults": 5}
    (report,) = stored(cast, enter)
    assert report.values == {"adults": 5}


def test_draft_of_a_locked_month_is_refused_with_who_can_open_it(
    put: Put, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        periods.lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
    response = put(values={"adults": 5})
    assert response.status_code == 409
    assert "đã báo cáo Bộ" in response.json()["detail"]
    assert "the provincial administrator" in response.json()["detail"]
    assert stored(cast, enter) == []


def test_submission_before_the_window_is_refused(
    put: Put, cast: Cast, officer: Client, enter: Enter, settings: Settings
) -> None:
    settings.BUSINESS_DATE = date(2024, 5, 14)
    assert put(values={"adults": 5}).status_code == 200
    (report,) = stored(cast, enter)
    response = take(officer, report, "submit")
    assert response.status_code == 409
    assert "from 15/05/2024 on" in response.json()["detail"]
    (kept,) = stored(cast, enter)
    assert kept.status == "draft"


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED, Status.LOCKED])
def test_draft_of_what_was_handed_in_is_refused(
    status: Status, put: Put, report_in: ReportIn, cast: Cast, enter: Enter
) -> None:
    report = report_in(status)
    assert put(values={"adults": 5}, version=report.version).status_code == 409
    (kept,) = stored(cast, enter)
    assert (kept.values, kept.version) == (report.values, report.version)


def test_draft_of_no_month_is_not_found(officer: Client, cast: Cast, enter: Enter) -> None:
    for period in ("0", "999999999", "9" * 25, "9" * 5000, "²"):
        address = f"/api/v1/teams/{cast.teams['hg-1a'].pk}/months/{period}/"
        body = {"version": 0, "values": {}}
        response = officer.put(address, body, content_type="application/json")
        assert response.status_code == 404, period
    assert stored(cast, enter) == []


# -- Steps --------------------------------------------------------------------------------------


def test_steps_lead_from_draft_to_approval(
    put: Put, cast: Cast, officer: Client, client_of: SignIn, enter: Enter
) -> None:
    put(values={"adults": 5})
    (report,) = stored(cast, enter)
    response = take(client_of(cast.leader), report, "submit")
    assert (response.status_code, response.json()["status"]) == (200, "submitted")
    (report,) = stored(cast, enter)
    response = take(officer, report, "approve")
    assert (response.status_code, response.json()["status"]) == (200, "approved")


def test_step_that_is_repeated_is_taken_once(
    cast: Cast, officer: Client, report_in: ReportIn, enter: Enter
) -> None:
    report = report_in(Status.SUBMITTED)
    key = str(uuid4())
    for _ in range(3):
        response = take(officer, report, "approve", key=key)
        assert (response.status_code, response.json()["status"]) == (200, "approved")
    with enter(cast.admin):
        assert ReportStep.objects.filter(report=report, name="approve").count() == 1


def test_step_that_there_is_not_is_not_found(officer: Client, report_in: ReportIn) -> None:
    report = report_in(Status.SUBMITTED)
    for name in ("lock", "correct", "nothing", "approve2", "Approve", "%00"):
        assert take(officer, report, name).status_code == 404, name


NO_STEPS: list[dict[str, Any]] = [
    {"version": None}, {"version": 0}, {"version": "x"}, {"key": "x"}, {"key": None}, {"key": 5.5},
    {"reason": None}, {"reason": "a\x00b"}, {"reason": "x" * 1001}, {"reason": ["x"]},
]  # fmt: skip


def test_step_is_refused_where_the_body_is_none(
    officer: Client, report_in: ReportIn, cast: Cast, enter: Enter
) -> None:
    report = report_in(Status.SUBMITTED)
    for body in NO_STEPS:
        assert take(officer, report, "approve", **body).status_code == 400, body
    (kept,) = stored(cast, enter)
    assert (kept.status, kept.version) == ("submitted", report.version)


def test_key_of_another_step_is_refused(
    officer: Client, report_in: ReportIn, cast: Cast, enter: Enter
) -> None:
    key = str(uuid4())
    take(officer, report_in(Status.SUBMITTED), "approve", key=key)
    (report,) = stored(cast, enter)
    for name, version in [("return", 2), ("reopen", report.version), ("approve", report.version)]:
        response = take(officer, report, name, key=key, version=version, reason="sai")
        # Only the very same step is done already.
        assert response.status_code == (200 if name == "approve" else 409)
    (kept,) = stored(cast, enter)
    assert (kept.status, kept.version) == ("approved", report.version)


def test_step_is_refused_to_whoever_lacks_the_right(
    cast: Cast, client_of: SignIn, report_in: ReportIn, enter: Enter
) -> None:
    report = report_in(Status.SUBMITTED)
    for user, status in [
        (cast.leader, 403),
        (cast.staff, 403),
        (cast.national, 403),
        (cast.neighbour, 404),
        (cast.stranger, 404),
    ]:
        response = take(client_of(user), report, "approve")
        assert (response.status_code, list(response.json())) == (status, ["detail"])
    (kept,) = stored(cast, enter)
    assert kept.status == "submitted"


def test_step_on_an_outdated_version_is_refused(
    officer: Client, report_in: ReportIn, cast: Cast, enter: Enter
) -> None:
    report = report_in(Status.SUBMITTED)
    for version in (report.version - 1, report.version + 1, 10**30):
        response = take(officer, report, "approve", version=version)
        assert response.status_code == 409
        assert response.json()["theirs"] == report.values
    (kept,) = stored(cast, enter)
    assert kept.status == "submitted"


def test_step_says_nothing_of_the_status(
    officer: Client, report_in: ReportIn, cast: Cast, enter: Enter
) -> None:
    report = report_in(Status.SUBMITTED)
    take(officer, report, "return", reason="sai", status="approved", to="locked", actor=1)
    (kept,) = stored(cast, enter)
    assert kept.status == "returned"


def test_return_takes_remarks_by_figure(
    officer: Client, report_in: ReportIn, cast: Cast, enter: Enter
) -> None:
    report = report_in(Status.SUBMITTED)
    said = {
        "adults": unicodedata.normalize("NFD", " Thấp  hơn tháng trước\x1b "),
        "households": " ",
    }
    assert take(officer, report, "return", reason="sai", remarks=said).status_code == 200
    with enter(cast.admin):
        step = ReportStep.objects.get(report=report, name="return")
    assert step.remarks == {"adults": "Thấp hơn tháng trước"}


@pytest.mark.parametrize(
    ("name", "remarks", "status"),
    [
        ("approve", {"adults": "sai"}, 409),
        ("withdraw", {"adults": "sai"}, 409),
        ("return", {"adults": "x" * 251}, 409),
        ("return", {"nothing": "sai"}, 422),
        ("return", {"\ud800": "sai"}, 400),
        ("return", {"adults": "\ud800"}, 400),
        ("return", {"adults": "a\x00b"}, 400),
        ("return", {"adults": None}, 400),
        ("return", ["sai"], 400),
        ("return", None, 400),
    ],
)
def test_remarks_are_refused(
    name: str,
    remarks: Any,
    status: int,
    officer: Client,
    report_in: ReportIn,
    cast: Cast,
    enter: Enter,
) -> None:
    report = report_in(Status.SUBMITTED)
    reason = "" if name == "approve" else "sai"
    response = take(officer, report, name, reason=reason, remarks=remarks)
    assert response.status_code == status
    (kept,) = stored(cast, enter)
    assert (kept.status, kept.version) == ("submitted", report.version)


def test_reason_keeps_its_text_in_one_form(
    officer: Client, report_in: ReportIn, cast: Cast, enter: Enter
) -> None:
    report = report_in(Status.SUBMITTED)
    reason = unicodedata.normalize("NFD", " Số liệu chưa đúng \x1b")
    assert take(officer, report, "return", reason=reason).status_code == 200
    with enter(cast.admin):
        step = ReportStep.objects.get(report=report, name="return")
    assert step.reason == "Số liệu chưa đúng"
