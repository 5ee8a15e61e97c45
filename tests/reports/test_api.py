"""Reports and totals for other programs: the same rules, and nothing but what is asked for."""

import json
import unicodedata
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver
from pytest_django import DjangoAssertNumQueries

from reports import periods, rollup
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


# -- Reading ------------------------------------------------------------------------------------


def test_units_are_those_of_ones_area(cast: Cast, officer: Client, client_of: SignIn) -> None:
    answer = officer.get("/api/v1/units/").json()
    assert answer["count"] == 4
    assert answer["results"][0] == {
        "id": cast.units["06691"].pk,
        "level": 3,
        "code": "06691",
        "name": "Phường Hồng Gai",
    }
    leader = client_of(cast.leader).get("/api/v1/units/").json()
    assert [unit["code"] for unit in leader["results"]] == ["hg-1"]
    assert client_of(cast.national).get("/api/v1/units/").json()["count"] == len(cast.units)


def test_totals_are_those_of_ones_area(
    cast: Cast, officer: Client, client_of: SignIn, report_in: ReportIn, enter: Enter
) -> None:
    report_in(Status.APPROVED, values={"residents_guided": 1038, "adults": None})
    with enter(cast.admin):
        rollup.sweep(cast.province.pk)
    (total,) = officer.get(f"/api/v1/totals/?period={cast.june.pk}").json()["results"]
    assert total["unit"] == cast.units["06691"].pk
    assert total["values"] == {"residents_guided": 1038, "adults": None}
    assert total["gave"] == {"residents_guided": 1}
    assert total["not_applicable"] == {"adults": 1}
    assert (total["expected"], total["submitted"], total["approved"]) == (3, 1, 1)
    whole = f"/api/v1/totals/?unit={cast.units['22'].pk}"
    assert officer.get(whole).json()["count"] == 0
    (total,) = client_of(cast.staff).get(whole).json()["results"]
    assert (total["values"]["residents_guided"], total["expected"]) == (1038, 9)


def test_reports_are_those_of_ones_area(
    cast: Cast, officer: Client, client_of: SignIn, report_in: ReportIn
) -> None:
    for team in ("hg-1a", "hg-2", "bd-1", "pl-1"):
        report_in(Status.SUBMITTED, team=team)
    numbers = {name: team.pk for name, team in cast.teams.items()}

    def teams_of(client: Client, question: str = "") -> list[int]:
        return [
            each["team"] for each in client.get(f"/api/v1/reports/{question}").json()["results"]
        ]

    assert teams_of(officer) == [numbers["hg-1a"], numbers["hg-2"]]
    assert teams_of(officer, f"?team={numbers['hg-2']}") == [numbers["hg-2"]]
    assert teams_of(client_of(cast.leader)) == [numbers["hg-1a"]]
    assert teams_of(client_of(cast.stranger)) == [numbers["pl-1"]]
    assert len(teams_of(client_of(cast.national))) == 4


def test_report_tells_what_it_says_and_no_name(officer: Client, report_in: ReportIn) -> None:
    report = report_in(Status.RETURNED, values={"adults": 0, "households": None})
    told = officer.get(f"/api/v1/reports/{report.pk}/").json()
    assert set(told) == {
        "id", "team", "unit", "period", "status", "values", "difficulties", "proposals",
        "version", "submitted_at", "updated_at",
    }  # fmt: skip
    assert told["values"] == {"adults": 0, "households": None}
    assert (told["status"], told["version"]) == ("returned", 3)


@pytest.mark.parametrize("name", ["unit", "period", "team"])
@pytest.mark.parametrize(
    "wanted", ["abc", "", "-1", "1.0", "1e3", "²", "٣", "9" * 25, "9" * 5000, "%00", "1%00", "[]"]
)
def test_filter_by_what_is_no_number_finds_nothing(
    name: str, wanted: str, officer: Client, report_in: ReportIn
) -> None:
    report_in(Status.APPROVED)
    for address in ("reports", "totals"):
        if (address, name) == ("totals", "team"):
            continue
        response = officer.get(f"/api/v1/{address}/?{name}={wanted}")
        assert (response.status_code, response.json()["count"]) == (200, 0)


@pytest.mark.parametrize(
    ("question", "length"),
    [
        ("limit=1", 1),
        ("limit=0", 4),
        ("limit=-5", 4),
        ("limit=abc", 4),
        ("limit=99999999999999999999999", 4),
        ("limit=" + "9" * 5000, 4),
        ("offset=3", 1),
        ("offset=-1", 4),
        ("offset=99999999999999999999999", 0),
        ("offset=" + "9" * 5000, 4),
    ],
)
def test_pages_are_counted_whatever_is_asked_for(
    question: str, length: int, officer: Client
) -> None:
    response = officer.get(f"/api/v1/units/?{question}")
    assert response.status_code == 200
    assert len(response.json()["results"]) == length


def test_page_has_a_thousand_rows_at_most(officer: Client) -> None:
    following = officer.get("/api/v1/units/?limit=1").json()["next"]
    assert "limit=1&" in following
    from cnscd_portal.limits import Pages

    assert Pages.max_limit == 1000


@pytest.mark.parametrize("address", ["reports", "totals", "units", "periods"])
def test_lists_ask_the_database_as_often_for_many_rows(
    address: str,
    cast: Cast,
    client_of: SignIn,
    report_in: ReportIn,
    enter: Enter,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = client_of(cast.admin)

    def count() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with enter(cast.admin):
            rollup.sweep(cast.province.pk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(f"/api/v1/{address}/").json()["count"] > 0
        return len(queries)

    report_in(Status.APPROVED)
    few = count()
    for team in ("hg-1b", "bd-1", "ct-1", "vnpt"):
        report_in(Status.APPROVED, team=team)
    assert count() == few


def test_schema_describes_every_address(officer: Client) -> None:
    schema = officer.get("/api/schema/?format=json").json()
    patterns = get_resolver().reverse_dict.getlist
    assert set(schema["paths"]) == {
        "/api/v1/units/", "/api/v1/units/{id}/", "/api/v1/periods/", "/api/v1/periods/{id}/",
        "/api/v1/totals/", "/api/v1/reports/", "/api/v1/reports/{id}/",
        "/api/v1/reports/{id}/steps/{name}/", "/api/v1/teams/{id}/months/{period_id}/",
    }  # fmt: skip
    assert patterns("api-report-list")


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


WHOLE = "Only whole numbers count here: write 1.038 or 1038, without decimals."


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (True, WHOLE),
        (False, WHOLE),
        (1.5, WHOLE),
        (5.0, WHOLE),
        (1e300, WHOLE),
        ("5", WHOLE),
        ("", WHOLE),
        ("x", WHOLE),
        ("<b>", WHOLE),
        ("\x00", WHOLE),
        ([], WHOLE),
        ([5], WHOLE),
        ({}, WHOLE),
        ({"adults": 5}, WHOLE),
        (-1, "A figure cannot be negative."),
        (100_001, "At most 100,000 can be reported here. Please check the figure."),
        (10**400, "At most 100,000 can be reported here. Please check the figure."),
    ],
)
def test_draft_is_refused_with_a_value_that_is_no_figure(
    value: Any, reason: str, put: Put, cast: Cast, enter: Enter
) -> None:
    response = put(values={"adults": value, "households": 5})
    assert response.status_code == 422
    assert response.json()["errors"] == {"adults": [reason]}
    assert stored(cast, enter) == []


@pytest.mark.parametrize(
    "code", ["nothing", "", "ADULTS", "adults ", "adults.na", "\x00", "<script>", "x" * 10_000]
)
def test_draft_is_refused_with_an_unknown_code(
    code: str, put: Put, cast: Cast, enter: Enter
) -> None:
    response = put(values={code: 5, "adults": 5})
    assert response.status_code == 422
    assert response.json()["errors"] == {code: ["Not a figure of this form."]}
    assert stored(cast, enter) == []


def test_draft_is_refused_with_a_part_above_its_whole(put: Put, cast: Cast, enter: Enter) -> None:
    response = put(values={"adults": 5, "adults_paying": 6})
    assert response.status_code == 422
    assert list(response.json()["errors"]) == ["adults_paying"]
    assert stored(cast, enter) == []


@pytest.mark.parametrize(
    "body",
    [
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
    ],
)
def test_draft_is_refused_where_the_body_is_none(
    body: str | bytes, officer: Client, cast: Cast, enter: Enter
) -> None:
    address = f"/api/v1/teams/{cast.teams['hg-1a'].pk}/months/{cast.june.pk}/"
    response = officer.put(address, body, content_type="application/json")
    assert response.status_code in (400, 422)
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


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED, Status.LOCKED])
def test_draft_of_what_was_handed_in_is_refused(
    status: Status, put: Put, report_in: ReportIn, cast: Cast, enter: Enter
) -> None:
    report = report_in(status)
    assert put(values={"adults": 5}, version=report.version).status_code == 409
    (kept,) = stored(cast, enter)
    assert (kept.values, kept.version) == (report.values, report.version)


@pytest.mark.parametrize("period", ["0", "999999999", "9" * 25, "9" * 5000, "²"])
def test_draft_of_no_month_is_not_found(
    period: str, officer: Client, cast: Cast, enter: Enter
) -> None:
    address = f"/api/v1/teams/{cast.teams['hg-1a'].pk}/months/{period}/"
    response = officer.put(address, {"version": 0, "values": {}}, content_type="application/json")
    assert response.status_code == 404
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


@pytest.mark.parametrize("name", ["lock", "correct", "nothing", "approve2", "Approve", "%00"])
def test_step_that_there_is_not_is_not_found(
    name: str, officer: Client, report_in: ReportIn
) -> None:
    assert take(officer, report_in(Status.SUBMITTED), name).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"version": None},
        {"version": 0},
        {"version": "x"},
        {"key": "x"},
        {"key": None},
        {"key": 5.5},
        {"reason": None},
        {"reason": "a\x00b"},
        {"reason": "x" * 1001},
        {"reason": ["x"]},
    ],
)
def test_step_is_refused_where_the_body_is_none(
    body: dict[str, Any], officer: Client, report_in: ReportIn, cast: Cast, enter: Enter
) -> None:
    report = report_in(Status.SUBMITTED)
    assert take(officer, report, "approve", **body).status_code == 400
    (kept,) = stored(cast, enter)
    assert (kept.status, kept.version) == ("submitted", report.version)


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


def test_reason_keeps_its_text_in_one_form(
    officer: Client, report_in: ReportIn, cast: Cast, enter: Enter
) -> None:
    report = report_in(Status.SUBMITTED)
    reason = unicodedata.normalize("NFD", " Số liệu chưa đúng \x1b")
    assert take(officer, report, "return", reason=reason).status_code == 200
    with enter(cast.admin):
        step = ReportStep.objects.get(report=report, name="return")
    assert step.reason == "Số liệu chưa đúng"
