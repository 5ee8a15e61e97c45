"""Fields that pages send while somebody types."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from reports.models import Report
from tests.cast import Cast, Enter, SignIn

Patch = Callable[..., HttpResponse]


@pytest.fixture
def officer(cast: Cast, client_of: SignIn) -> Client:
    client = client_of(cast.officer)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def patch(cast: Cast, officer: Client) -> Patch:
    """`patch(adults=("5", ""))` sends fields of team hg-1a, as (typed, seen before)."""
    address = f"/api/v1/teams/{cast.teams['hg-1a'].pk}/months/{cast.june.pk}/"

    def send(client: Client = officer, **fields: Any) -> HttpResponse:
        typed = {name: {"text": text, "seen": seen} for name, (text, seen) in fields.items()}
        return client.patch(address, {"typed": typed}, content_type="application/json")

    return send


def test_fields_are_answered_one_by_one(patch: Patch, cast: Cast, enter: Enter) -> None:
    told = patch(adults=("1,038", ""), households=("-1", ""), adults_paying=("2000", "")).json()
    assert {name: (each["state"], each["value"]) for name, each in told["answers"].items()} == {
        "adults": ("saved", "1038"), "households": ("invalid", ""), "adults_paying":
        ("saved", "2000"),
    }  # fmt: skip
    assert told["answers"]["households"]["why"] == ["A figure cannot be negative."]
    assert list(told["problems"]) == ["adults_paying"]
    with enter(cast.officer):
        report = Report.objects.get()
    assert (told["report"], told["version"]) == (report.pk, report.version)
    assert {name: text for name, text in told["stored"].items() if text} == {
        "adults": "1038", "adults_paying": "2000"
    }  # fmt: skip
    assert report.values == {"adults": 1038, "adults_paying": 2000}
    assert (told["status"], told["status_label"], told["blank"]) == ("draft", "draft", 28)


def test_conflict_names_who_and_when(
    patch: Patch, cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    patch(adults=("5", ""))
    leader = client_of(cast.leader)
    assert patch(leader, adults=("6", "5")).json()["answers"]["adults"]["state"] == "saved"
    answer = patch(adults=("7", "5")).json()["answers"]["adults"]
    with enter(cast.officer):
        report = Report.objects.get()
    assert (answer["state"], answer["value"], answer["by"]) == ("conflict", "6", str(cast.leader))
    assert answer["at"][:19] == report.updated_at.astimezone().isoformat()[:19]


def test_nothing_stored_is_no_report(patch: Patch) -> None:
    told = patch(adults=("", "")).json()
    assert (told["report"], told["version"], told["problems"]) == (None, 0, {})


@pytest.mark.parametrize(
    "body", [{}, {"typed": {}}, {"typed": {"adults": "5"}}, {"typed": {"adults": {}}}, None]
)
def test_body_of_another_shape_is_refused(body: Any, cast: Cast, officer: Client) -> None:
    address = f"/api/v1/teams/{cast.teams['hg-1a'].pk}/months/{cast.june.pk}/"
    assert officer.patch(address, body, content_type="application/json").status_code == 400


def test_unknown_field_is_named(patch: Patch) -> None:
    refused = patch(nonsense=("5", ""))
    assert (refused.status_code, "nonsense" in refused.content.decode()) == (422, True)
