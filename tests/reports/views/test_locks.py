"""Every lock says why, since when, and who can open it: on each page and in each refusal."""

from datetime import date
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from reports.extensions import extend
from reports.models import Status
from reports.periods import lock_period
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.pages import in_english, read


@pytest.fixture
def officer(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.officer))


def patch(client: Client, address: str) -> HttpResponse:
    typed = {"typed": {"adults": {"text": "5"}}}
    return client.patch(address, typed, content_type="application/json")


@pytest.mark.parametrize("status", [Status.DRAFT, Status.APPROVED])
def test_locked_month_says_why_since_when_and_who_can_open_it_in_every_door(
    status: Status, officer: Client, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report = report_in(status)
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="reported to the ministry")
    team, unit = cast.teams["hg-1a"], cast.units["06691"].pk
    step = {"version": report.version, "key": str(uuid4()), "reason": "vì sao"}
    name = "submit" if status == Status.DRAFT else "reopen"
    put = {"version": report.version, "values": {}}
    address = f"/api/v1/teams/{team.pk}/months/{cast.june.pk}/"
    said = "Month 06/2024 has been locked since 10/06/2024: reported to the ministry."
    refused = [
        patch(officer, address),
        officer.put(address, put, content_type="application/json"),
        officer.post(
            f"/api/v1/reports/{report.pk}/steps/{name}/", step, content_type="application/json"
        ),
        officer.post(f"/reports/{report.pk}/steps/{name}/", step),
        officer.post(f"/months/2024-06/teams/{team.pk}/", {"action": "draft", "version": "1"}),
    ]
    assert [answer.status_code for answer in refused] == [409] * 5
    pages = [
        officer.get(f"/months/2024-06/teams/{team.pk}/"),
        officer.get(f"/months/2024-06/units/{unit}/"),
        officer.get(f"/months/2024-06/units/{unit}/grid/"),
        officer.get(f"/months/2024-06/units/{unit}/file/"),
        officer.get("/"),
    ]
    for answer in [*refused, *pages]:
        assert said in answer.content.decode(), answer.request["PATH_INFO"]
        assert "the provincial administrator" in answer.content.decode()


def test_report_that_was_locked_says_so_where_the_team_has_more_time(
    officer: Client, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report = report_in(Status.APPROVED)
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="reported to the ministry")
        extend(
            period=cast.june, unit=cast.units["06691"], until=date(2024, 6, 20), reason="bão",
            actor=cast.admin,
        )  # fmt: skip
    team, said = cast.teams["hg-1a"], "locked since 10/06/2024: reported to the ministry"
    assert said not in officer.get("/").content.decode()
    address = f"/api/v1/teams/{team.pk}/months/{cast.june.pk}/"
    step = {"version": report.version, "key": str(uuid4()), "reason": "vì sao"}
    for answer in [
        patch(officer, address),
        officer.post(
            f"/api/v1/reports/{report.pk}/steps/reopen/", step, content_type="application/json"
        ),
        officer.get(f"/months/2024-06/teams/{team.pk}/"),
    ]:
        assert said in answer.content.decode()


def test_leader_is_told_at_home_that_the_month_is_locked(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    client = in_english(client_of(cast.leader))
    assert "Enter the figures" in read(client.get("/")).text
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="reported to the ministry")
    page = read(client.get("/"))
    assert "reported to the ministry" in page.one(class_="alert-info").text
    assert "Enter the figures" not in page.text
    with enter(cast.admin):
        extend(
            period=cast.june, unit=cast.teams["hg-1a"].unit, team=cast.teams["hg-1a"],
            until=date(2024, 6, 20), reason="bão", actor=cast.admin,
        )  # fmt: skip
    page = read(client.get("/"))
    assert "reported to the ministry" not in page.text
    assert "Enter the figures" in page.text
