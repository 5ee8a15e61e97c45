"""What goes wrong becomes one sentence, one status and a way out: on pages and for programs."""

import logging
from collections.abc import Callable, Iterator

import pytest
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import get_resolver, path
from pytest_django import Settings
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.doors import SIGNED_IN, open_to
from tests.cast import Cast, SignIn
from tests.pages import read
from units.errors import DomainError, InvalidFigures, NotAllowed, NotPossibleNow, StaleEdit

SENTENCE = "Tháng <06/2024> đã khóa & không mở."
ERRORS: dict[str, tuple[DomainError, int]] = {
    "plain": (DomainError(SENTENCE), 400),
    "not-allowed": (NotAllowed(SENTENCE), 403),
    "not-possible": (NotPossibleNow(SENTENCE), 409),
    "stale": (StaleEdit(SENTENCE, theirs={"adults": 5, "households": None}), 409),
    "invalid": (InvalidFigures(SENTENCE, errors={"adults": ["quá lớn"]}), 422),
}


@open_to(SIGNED_IN)
def fail_on_a_page(request: HttpRequest, name: str) -> HttpResponse:
    raise ERRORS[name][0]


@open_to(SIGNED_IN)
class FailForPrograms(APIView):
    def get(self, request: Request, name: str) -> Response:
        raise ERRORS[name][0]


@open_to(SIGNED_IN)
def break_down(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the password of the database is s3cret")


@open_to(SIGNED_IN)
def be_cut_off(request: HttpRequest) -> HttpResponse:
    """As by a database that is started anew."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(pg_backend_pid())")
    return HttpResponse()


@open_to(SIGNED_IN)
def ask_badly(request: HttpRequest) -> HttpResponse:
    raise BadRequest


@open_to(SIGNED_IN)
def say_what_came(request: HttpRequest) -> HttpResponse:
    return JsonResponse({**request.POST.dict(), **request.FILES.dict()})


class Failures:
    urlpatterns = [
        path("files/", say_what_came),
        path("fail/<str:name>/", fail_on_a_page),
        path("api/fail/<str:name>/", FailForPrograms.as_view()),
        path("broken/", break_down),
        path("api/broken/", break_down),
        path("cut-off/", be_cut_off),
        path("api/cut-off/", be_cut_off),
        path("bad/", ask_badly),
        path("api/bad/", ask_badly),
        *get_resolver("cnscd_portal.urls").url_patterns,
    ]
    handler400 = "cnscd_portal.views.bad_request"
    handler403 = "cnscd_portal.views.forbidden"
    handler404 = "cnscd_portal.views.not_found"
    handler500 = "cnscd_portal.views.broken_down"


@pytest.fixture
def client(cast: Cast, client_of: SignIn, settings: Settings) -> Client:
    settings.ROOT_URLCONF = Failures
    client = client_of(cast.officer)
    client.raise_request_exception = False
    return client


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


# -- Errors of the domain -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ERRORS)
def test_refusal_is_a_page_with_the_sentence_and_a_way_out(name: str, client: Client) -> None:
    response = client.get(f"/fail/{name}/")
    page = read(response)
    assert response.status_code == ERRORS[name][1]
    assert SENTENCE in page.text
    assert "/" in page.one("main").links


@pytest.mark.parametrize("name", ERRORS)
def test_refusal_is_a_detail_for_programs(name: str, client: Client) -> None:
    error, status = ERRORS[name]
    told = {"detail": SENTENCE}
    if isinstance(error, StaleEdit):
        told["theirs"] = error.theirs
    if isinstance(error, InvalidFigures):
        told["errors"] = error.errors
    response = client.get(f"/api/fail/{name}/")
    assert (response.status_code, response.json()) == (status, told)


# -- Errors of the web --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/no-such-page/", 404),
        ("/teams/999999999/", 404),
        ("/teams/99999999999999999999999999/", 404),
        ("/months/2024-13/units/1/", 404),
        ("/months/1999-01/units/1/", 404),
        ("/months/2024-06%0A/units/1/", 404),
        ("/teams/%00/", 404),
        ("/%00", 404),
        ("/administration/accounts/", 403),
    ],
)
def test_error_is_a_page_with_a_way_out(address: str, status: int, client: Client) -> None:
    response = client.get(address)
    page = read(response)
    assert response.status_code == status
    assert page.one("main").links == ["/"]
    assert str(status) in page.one("main").text
    # The frame stands: whoever got lost finds the way by the navigation too.
    assert page.one("nav", class_="tasks").links


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/no-such-thing/", 404),
        ("/api/v1/units/999999999/", 404),
        ("/api/v1/units/99999999999999999999999999/", 404),
        ("/api/v1/units/abc/", 404),
        ("/api/v1/units/²/", 404),
        ("/api/v1/units/%00/", 404),
    ],
)
def test_error_is_a_detail_for_programs(address: str, status: int, client: Client) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert list(response.json()) == ["detail"]


def test_closed_door_is_a_detail_for_programs(cast: Cast, client_of: SignIn) -> None:
    response = client_of(cast.leader).get("/api/v1/totals/")
    assert (response.status_code, list(response.json())) == (403, ["detail"])


def test_stranger_who_got_lost_sees_a_page_without_the_portal(db: None) -> None:
    page = read(Client().get("/no-such-page/"))
    assert page.all("nav", class_="tasks") == []
    assert page.one("main").links == ["/"]


SECRETS = ("s3cret", "RuntimeError", "Traceback", "break_down", "cnscd_portal")


def test_breakdown_tells_nothing_of_its_cause(client: Client) -> None:
    response = client.get("/broken/")
    told = response.content.decode()
    assert response.status_code == 500
    assert [secret for secret in SECRETS if secret in told] == []
    page = read(response)
    assert "Hệ thống gặp lỗi" in page.text
    assert "Something went wrong" in page.text
    assert page.links == ["/"]


def test_breakdown_is_a_detail_for_programs(client: Client) -> None:
    response = client.get("/api/broken/")
    told = {"detail": "Hệ thống gặp lỗi. Sự cố đã được ghi lại."}
    assert (response.status_code, response.json()) == (500, told)


def cut_off(client: Client, address: str, monkeypatch: pytest.MonkeyPatch) -> HttpResponse:
    response = client.get(address)
    # As Django does before it takes the next request.
    connection.close()
    return response


def turned_away(client: Client, address: str, monkeypatch: pytest.MonkeyPatch) -> HttpResponse:
    """Before anybody knows who asks."""
    with monkeypatch.context() as patched:
        connection.close()
        patched.setitem(connection.settings_dict, "PORT", "1")
        patched.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        return client.get(address)


Away = Callable[[Client, str, pytest.MonkeyPatch], HttpResponse]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("away", [cut_off, turned_away])
def test_database_that_is_away_is_a_page_and_a_detail(
    away: Away, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    response = away(client, "/cut-off/", monkeypatch)
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    page = read(response)
    assert "Cổng tạm thời chưa truy cập được" in page.one("main").text
    assert page.one("main").links == ["/"]
    # Nothing there that could not work without the database.
    assert page.all("form") == []
    response = away(client, "/api/cut-off/", monkeypatch)
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert list(response.json()) == ["detail"]
    # It is over as soon as the database is back.
    assert client.get("/").status_code == 200


def test_bad_request_is_answered_without_a_breakdown(client: Client) -> None:
    answer = client.get("/bad/")
    assert answer.status_code == 400
    # Made without the settings and the database, so it stands there in both languages.
    assert "Yêu cầu không hợp lệ" in read(answer).text
    assert "Bad request" in read(answer).text
    assert "/" in read(answer).links
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    told = client.get("/api/bad/")
    assert (told.status_code, list(told.json())) == (400, ["detail"])


def test_page_that_was_open_for_too_long_says_what_to_do(client: Client, cast: Cast) -> None:
    client.handler.enforce_csrf_checks = True
    response = client.post("/sign-out/")
    page = read(response)
    assert response.status_code == 403
    assert "403_csrf.html" in [template.name for template in response.templates]
    assert page.one("main").links == ["/"]


# -- Floods -------------------------------------------------------------------------------------


def test_flood_of_fields_is_refused(client: Client, cast: Cast) -> None:
    address = f"/months/2024-06/teams/{cast.teams['hg-1a'].pk}/"
    fields = {f"f{number}": "1" for number in range(2001)}
    assert client.post(address, fields).status_code == 400
    assert client.post(address, {"difficulties": "x" * (1024 * 1024 + 1)}).status_code == 400


def test_flood_of_a_file_is_refused_before_it_reaches_the_disk(db: None) -> None:
    """From somebody without an account, too."""
    flood = SimpleUploadedFile("flood.bin", b"x" * (1024 * 1024 + 1))
    assert Client().post("/sign-in/", {"roster": flood}).status_code == 400


def test_file_that_no_page_asks_for_is_left_out(client: Client) -> None:
    small = SimpleUploadedFile("roster.xlsx", b"x")
    assert client.post("/files/", {"roster": small, "name": "a"}).json() == {"name": "a"}


@pytest.mark.parametrize("method", ["put", "patch"])
def test_flood_of_a_program_is_refused(
    method: str, client: Client, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    logging.disable(logging.NOTSET)
    address = f"/api/v1/teams/{cast.teams['hg-1a'].pk}/months/{cast.june.pk}/"
    body = '{"version": 0, "values": {}, "difficulties": "' + "x" * (1024 * 1024 + 1) + '"}'
    response = client.generic(method, address, body, content_type="application/json")
    assert (response.status_code, list(response.json())) == (413, ["detail"])
    assert [record.exc_info for record in caplog.records] == [None]


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ('{"typed": {"adults": "1", "adults": "2"}}', "adults"),
        ('{"version": 0, "values": {}, "version": 1}', "version"),
        ('{"values": {"\\u0061": 1, "a": 1}, "version": 1}', "a"),
        ('{"' + "x" * 5000 + '": 1, "' + "x" * 5000 + '": 2}', "x" * 100),
    ],
)
def test_key_that_is_given_twice_is_named(body: str, key: str, client: Client, cast: Cast) -> None:
    address = f"/api/v1/teams/{cast.teams['hg-1a'].pk}/months/{cast.june.pk}/"
    for method in (client.put, client.patch):
        response = method(address, body, content_type="application/json")
        told = {"detail": f"Khóa “{key}” được ghi hai lần."}
        assert (response.status_code, response.json()) == (400, told)


def test_deeply_nested_body_is_refused(client: Client, cast: Cast) -> None:
    address = f"/api/v1/teams/{cast.teams['hg-1a'].pk}/months/{cast.june.pk}/"
    body = '{"version": 0, "values": ' + "[" * 100_000 + "]" * 100_000 + "}"
    response = client.put(address, body, content_type="application/json")
    assert response.status_code == 400


def test_refusal_is_logged_in_one_line(
    cast: Cast, client_of: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    logging.disable(logging.NOTSET)
    assert client_of(cast.leader).get("/overview/").status_code == 403
    (record,) = [each for each in caplog.records if each.name == "django.request"]
    assert (record.exc_info, "/overview/" in record.getMessage()) == (None, True)
