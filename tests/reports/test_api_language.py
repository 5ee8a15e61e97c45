"""What the API says where it refuses: Vietnamese, unless the program asks for English."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import translation
from rest_framework import exceptions, serializers

from reports.models import Status
from reports.serializers import DraftSerializer, StepSerializer
from tests.cast import Cast, ReportIn, SignIn

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


def sentences(told: Any) -> Iterator[str]:
    """Every text of an answer, and none of its keys."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, (dict, list)):
        for each in told.values() if isinstance(told, dict) else told:
            yield from sentences(each)


def assert_vietnamese(response: HttpResponse, status: int) -> None:
    """An ASCII sentence is an English one."""
    said = list(sentences(response.json()))
    assert (response.status_code, [text for text in said if text.isascii()]) == (status, [])
    assert said


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ('{"version": 0,}', 400),
        (b"\xff", 400),
        ("[" * 100_000, 400),
        ("null", 400),
        ("[]", 400),
        ("{}", 400),
        ('{"version": "x", "values": []}', 400),
        ('{"version": -1, "values": null}', 400),
        ('{"version": 0, "values": {"\\ud800": 1}}', 400),
        ('{"version": 0, "values": {}, "difficulties": 5, "proposals": null}', 400),
        ('{"version": 0, "values": {}, "difficulties": [], "proposals": "a\\u0000b"}', 400),
        ('{"version": 0, "values": {}, "difficulties": "\\ud800"}', 400),
        ('{"version": 0, "values": {}, "proposals": "%s"}' % ("x" * 2001), 400),
        ('{"version": 0, "values": {"nothing": 1}}', 422),
        ('{"version": 0, "values": {"adults": -1, "households": 1.5}}', 422),
        ('{"version": 7, "values": {}}', 409),
    ],
)
def test_draft_is_refused_in_vietnamese(
    body: str | bytes, status: int, cast: Cast, client_of: SignIn
) -> None:
    address = f"/api/v1/teams/{cast.teams['hg-1a'].pk}/months/{cast.june.pk}/"
    response = client_of(cast.officer).put(address, body, content_type="application/json")
    assert_vietnamese(response, status)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"version": 0, "key": "x", "reason": None}, 400),
        ({"version": 2, "key": KEY, "remarks": {"adults": None}}, 400),
        ({"version": 2, "key": KEY, "reason": "sai", "remarks": {"nothing": "sai"}}, 422),
        ({"version": 2, "key": KEY}, 409),
        ({"version": 1, "key": KEY, "reason": "sai"}, 409),
    ],
)
def test_step_is_refused_in_vietnamese(
    body: dict[str, Any], status: int, cast: Cast, client_of: SignIn, report_in: ReportIn
) -> None:
    address = f"/api/v1/reports/{report_in(Status.SUBMITTED).pk}/steps/return/"
    response = client_of(cast.officer).post(address, body, content_type="application/json")
    assert_vietnamese(response, status)


def test_request_is_refused_in_vietnamese(
    cast: Cast, client_of: SignIn, report_in: ReportIn
) -> None:
    officer = client_of(cast.officer)
    step = f"/api/v1/reports/{report_in(Status.SUBMITTED).pk}/steps/approve/"
    body = {"version": 2, "key": KEY}
    assert_vietnamese(Client().get("/api/v1/reports/"), 401)
    assert_vietnamese(client_of(cast.leader).get("/api/v1/totals/"), 403)
    assert_vietnamese(client_of(cast.staff).post(step, body, "application/json"), 403)
    assert_vietnamese(officer.get("/api/v1/reports/999999999/"), 404)
    assert_vietnamese(officer.get("/api/v1/nothing/"), 404)
    assert_vietnamese(officer.delete("/api/v1/reports/"), 405)
    assert_vietnamese(officer.get("/api/v1/reports/", headers={"accept": "text/html"}), 406)
    assert_vietnamese(officer.post(step, "version=2", "text/plain"), 415)
    # A browser of somebody else's, which was made to send it.
    forced = Client(enforce_csrf_checks=True)
    forced.cookies[settings.SESSION_COOKIE_NAME] = officer.cookies[
        settings.SESSION_COOKIE_NAME
    ].value
    assert_vietnamese(forced.post(step, body, "application/json"), 403)


def test_refusal_is_english_for_whoever_chose_it(cast: Cast, client_of: SignIn) -> None:
    officer = client_of(cast.officer)
    officer.cookies["django_language"] = "en"
    address = f"/api/v1/teams/{cast.teams['hg-1a'].pk}/months/{cast.june.pk}/"
    response = officer.put(address, '{"version":\n 0,}', content_type="application/json")
    assert response.json() == {"detail": "This is no JSON: line 2, column 4."}
    response = officer.get("/api/v1/reports/", headers={"accept": "text/html"})
    assert response.json() == {"detail": "Could not satisfy the request Accept header."}


def test_every_sentence_of_a_field_is_vietnamese() -> None:
    """Those that no test above provokes, too: the package has changed its own again."""
    with translation.override("vi"):
        said = [
            str(text)
            for serializer in (DraftSerializer(), StepSerializer())
            for field in fields_of(serializer)
            for text in field.error_messages.values()
        ]
        said += [str(error.default_detail) for error in REFUSALS]
    assert [text for text in said if text.isascii()] == []


REFUSALS = [
    each
    for each in vars(exceptions).values()
    if isinstance(each, type)
    and issubclass(each, exceptions.APIException)
    and each is not exceptions.Throttled  # Nothing is throttled.
]


def fields_of(field: serializers.Field) -> Iterator[serializers.Field]:
    yield field
    for child in getattr(field, "fields", {}).values():
        yield from fields_of(child)
    if child := getattr(field, "child", None):
        yield from fields_of(child)
