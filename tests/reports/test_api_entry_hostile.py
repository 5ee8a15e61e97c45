"""Fields as nobody's page sends them: of other teams, of no text, of an old day, far too long."""

import json
import unicodedata
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from reports.models import Period, Report, Status
from teams.models import Team
from tests.cast import Cast, Enter, ReportIn, SignIn


@pytest.fixture
def officer(cast: Cast, client_of: SignIn) -> Client:
    client = client_of(cast.officer)
    client.cookies["django_language"] = "en"
    return client


def patch(client: Client, team: Team, period: Period, body: Any) -> HttpResponse:
    text = body if isinstance(body, str) else json.dumps(body)
    address = f"/api/v1/teams/{team.pk}/months/{period.pk}/"
    return client.patch(address, text, content_type="application/json")


def one(code: str, text: Any, **said: Any) -> dict[str, Any]:
    return {"typed": {code: {"text": text, **said}}}


def stored(cast: Cast, enter: Enter) -> list[dict[str, int | None]]:
    with enter(cast.national):
        return [report.values for report in Report.objects.order_by("pk")]


def test_field_of_a_team_or_month_of_others_is_not_found(
    officer: Client, cast: Cast, enter: Enter
) -> None:
    for team, month in [
        ("bd-1", cast.june), ("ct-1", cast.june), ("viettel", cast.june), ("pl-1", cast.june),
        ("pl-1", cast.june_elsewhere), ("hg-1a", cast.june_elsewhere),
    ]:  # fmt: skip
        answer = patch(officer, cast.teams[team], month, one("adults", "5"))
        assert answer.status_code == 404, team
    assert stored(cast, enter) == []


@pytest.mark.parametrize("said", ["text", "seen"])
@pytest.mark.parametrize("value", [True, False, 5, 1.038, 5.0, 1e20, None, [], ["5"], {}])
def test_field_is_refused_that_is_no_text(
    value: Any, said: str, officer: Client, cast: Cast, enter: Enter
) -> None:
    """1.038 as a number of JSON is a fraction; as text on a Vietnamese page it is a thousand."""
    field = {"text": "5", "seen": ""} | {said: value}
    answer = patch(officer, cast.teams["hg-1a"], cast.june, {"typed": {"adults": field}})
    assert answer.status_code == 400
    assert stored(cast, enter) == []


@pytest.mark.parametrize(
    "text",
    [
        "-1", "−1", "100001", "1" + "0" * 20, "9" * 10_000, "1e5", "1.5", "1,5", "0x10", "٣", "½",
        "²", "NaN", "Infinity", "true", "<b>5</b>", "=1+1", "năm", "5 5", "1,0,0", "x1", "null",
    ],
)  # fmt: skip
def test_text_that_is_no_figure_is_answered_and_stores_nothing(
    text: str, officer: Client, cast: Cast, enter: Enter
) -> None:
    answer = patch(officer, cast.teams["hg-1a"], cast.june, one("adults", text))
    told = answer.json()["answers"]["adults"]
    assert (answer.status_code, told["state"], told["value"]) == (200, "invalid", "")
    assert told["why"]
    assert stored(cast, enter) == []


@pytest.mark.parametrize(
    "body",
    [
        one("adults", "9" * 10_001),
        one("adults", "5", seen="9" * 10_001),
        one("adults", "a\x00b"),
        '{"typed": {"adults": {"text": "\\ud800"}}}',
        '{"typed": {"\\ud800": {"text": "5"}}}',
        '{"typed": [1]}',
        '{"typed": "adults"}',
        "[]",
        '"x"',
        "{",
    ],
)
def test_body_is_refused_whole(body: Any, officer: Client, cast: Cast, enter: Enter) -> None:
    assert patch(officer, cast.teams["hg-1a"], cast.june, body).status_code == 400
    assert stored(cast, enter) == []


def test_one_bad_field_holds_up_no_other(officer: Client, cast: Cast, enter: Enter) -> None:
    typed = {"adults": {"text": "1" + "0" * 20}, "households": {"text": " 1,038 "}}
    answers = patch(officer, cast.teams["hg-1a"], cast.june, {"typed": typed}).json()["answers"]
    assert {code: each["state"] for code, each in answers.items()} == {
        "adults": "invalid", "households": "saved"
    }  # fmt: skip
    assert stored(cast, enter) == [{"households": 1038}]


def test_text_is_kept_in_one_form_however_it_was_composed(
    officer: Client, cast: Cast, enter: Enter
) -> None:
    said = "Mạng yếu ở thôn Đồng Bưởi"
    decomposed = unicodedata.normalize("NFD", said)
    team = cast.teams["hg-1a"]
    first = patch(officer, team, cast.june, one("difficulties", decomposed)).json()
    assert first["answers"]["difficulties"] == {
        "state": "saved", "value": said, "why": [], "by": None, "at": None
    }  # fmt: skip
    # The other spelling of the same words changes nothing.
    again = patch(officer, team, cast.june, one("difficulties", said, seen="")).json()
    assert (again["version"], again["answers"]["difficulties"]["state"]) == (1, "saved")
    too_long = patch(officer, team, cast.june, one("difficulties", "x" * 2001, seen=said)).json()
    assert too_long["answers"]["difficulties"]["state"] == "invalid"


def test_request_of_an_old_day_overwrites_nothing(
    officer: Client, cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    team = cast.teams["hg-1a"]
    recorded = one("adults", "5")
    patch(officer, team, cast.june, recorded)
    patch(client_of(cast.leader), team, cast.june, one("adults", "6", seen="5"))
    for _ in range(3):
        answer = patch(officer, team, cast.june, recorded).json()["answers"]["adults"]
        assert (answer["state"], answer["value"]) == ("conflict", "6")
    assert stored(cast, enter) == [{"adults": 6}]


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED, Status.LOCKED])
def test_report_that_is_handed_in_keeps_its_figures(
    status: Status, officer: Client, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report_in(status, values={"adults": 7})
    answer = patch(officer, cast.teams["hg-1a"], cast.june, one("adults", "8", seen="7"))
    assert answer.status_code == 409
    assert stored(cast, enter) == [{"adults": 7}]


# -- The grid's button --------------------------------------------------------------------------


def test_grid_submits_no_team_of_others(
    officer: Client, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    reports = {name: report_in(Status.DRAFT, team=name) for name in ("hg-1a", "bd-1", "pl-1")}
    unit = cast.units["06691"].pk
    sent = {"key": str(uuid4()), "blanks": "1", "team": ["x", "-1", "9" * 30, ""]}
    for name, report in reports.items():
        sent["team"] = [*sent["team"], str(cast.teams[name].pk)]
        sent[f"version-{cast.teams[name].pk}"] = str(report.version)
    address = f"/months/2024-06/units/{unit}/submit/"
    assert officer.post(address, sent).status_code == 302
    # The same click once more, and a click on what was never seen.
    assert officer.post(address, sent).status_code == 302
    assert officer.post(address, {**sent, "key": "x"}).status_code == 302
    with enter(cast.national):
        found = {name: Report.objects.get(pk=each.pk) for name, each in reports.items()}
        assert {name: each.status for name, each in found.items()} == {
            "hg-1a": "submitted", "bd-1": "draft", "pl-1": "draft"
        }  # fmt: skip
        assert found["hg-1a"].steps.count() == 1


@pytest.mark.parametrize("version", ["", "0", "2", "-1", "1.0", "x", "9" * 40])
def test_grid_submits_only_what_was_seen(
    version: str, officer: Client, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report = report_in(Status.DRAFT)
    sent = {"key": str(uuid4()), "team": str(report.team_id), f"version-{report.team_id}": version}
    officer.post(f"/months/2024-06/units/{cast.units['06691'].pk}/submit/", sent)
    with enter(cast.national):
        assert Report.objects.get(pk=report.pk).status == Status.DRAFT
