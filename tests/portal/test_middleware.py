"""What every request passes: headers, language, tenant, door, and the first password."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver, path, reverse
from django.utils import translation
from pytest_django import Settings

from accounts.doors import EVERYBODY, SIGNED_IN, open_to
from cnscd_portal.middleware import BEFORE_OWN_PASSWORD
from reports.models import Report
from tests.cast import PASSWORD, Cast, Enter, SignIn
from tests.pages import read
from units import tenancy

Policy = dict[str, list[str]]


def policy(response: HttpResponse) -> Policy:
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in parts}


# -- Headers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/no-such-page/", "/api/v1/units/"])
def test_headers_of_every_answer(address: str, cast: Cast, client_of: SignIn) -> None:
    for client in (Client(), client_of(cast.officer)):
        response = client.get(address)
        assert response["X-Frame-Options"] == "DENY"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "unsafe" not in response["Content-Security-Policy"]
        allowed = policy(response)
        assert allowed["default-src"] == ["'none'"]
        assert allowed["script-src"] == ["'self'"]
        assert allowed["style-src"] == ["'self'"]
        assert allowed["frame-ancestors"] == ["'none'"]
        assert allowed["form-action"] == ["'self'"]
        assert allowed["base-uri"] == ["'none'"]


def test_answers_under_https_ask_to_stay_there(settings: Settings, db: None) -> None:
    settings.SECURE_HSTS_SECONDS = 3600
    settings.SECURE_SSL_REDIRECT = True
    client = Client()
    assert client.get("/sign-in/")["Location"] == "https://testserver/sign-in/"
    assert client.get("/sign-in/", secure=True)["Strict-Transport-Security"] == "max-age=3600"


def test_cookies_are_kept_from_scripts_and_other_sites(settings: Settings, cast: Cast) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client = Client()
    client.post("/sign-in/", {"username": "qn.officer", "password": PASSWORD})
    client.post("/language/", {"language": "en"})
    session, token = client.cookies["sessionid"], client.cookies["csrftoken"]
    language = client.cookies["django_language"]
    assert (session["httponly"], session["samesite"], session["secure"]) == (True, "Lax", True)
    assert (token["samesite"], token["secure"]) == ("Lax", True)
    assert (language["httponly"], language["samesite"]) == (True, "Lax")


@pytest.mark.parametrize(
    "address", ["/", "/teams/", "/no-such-page/", "/api/v1/units/", "download"]
)
def test_nothing_private_stays_in_the_browser(address: str, cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.officer)
    if address == "download":
        address = reverse("download", args=["2024-06", cast.units["06691"].pk])
    kept = client.get(address)["Cache-Control"]
    assert {"private", "no-store"} <= {each.strip() for each in kept.split(",")}


def test_form_stays_so_that_typed_figures_survive_a_failed_sending(
    cast: Cast, client_of: SignIn
) -> None:
    address = reverse("team-month", args=["2024-06", cast.teams["hg-1a"].pk])
    kept = client_of(cast.officer).get(address)["Cache-Control"]
    assert {each.strip() for each in kept.split(",")} == {"private", "no-cache"}


# -- Language -----------------------------------------------------------------------------------


def test_language_is_vietnamese_whatever_the_browser_asks_for(db: None) -> None:
    for asked in ("en-US,en;q=0.9", "fr", "", "x" * 5000):
        response = Client().get("/sign-in/", headers={"accept-language": asked})
        assert '<html lang="vi">' in response.content.decode()


def test_language_persists_when_switched(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.officer)
    page = read(client.get("/teams/?q=hg"))
    switch = page.form("/language/")
    assert [button.attributes["value"] for button in switch.all("button")] == ["vi", "en"]
    response = client.post("/language/", {**switch.filled(), "language": "en"})
    assert response["Location"] == "/teams/?q=hg"
    for address in ("/", "/teams/", "/no-such-page/"):
        assert read(client.get(address)).one("html").attributes["lang"] == "en"
    # Not for this one visit only.
    assert client.cookies["django_language"]["max-age"] == 365 * 24 * 60 * 60
    client.post("/language/", {"language": "vi", "next": "/"})
    assert read(client.get("/")).one("html").attributes["lang"] == "vi"
    assert translation.get_language() == "vi"


@pytest.mark.parametrize("chosen", ["fr", "", "../../etc/passwd", "vi\x00", "<b>"])
def test_language_stays_when_there_is_no_such(chosen: str, db: None) -> None:
    client = Client()
    client.post("/language/", {"language": chosen})
    client.cookies["django_language"] = chosen.replace("\x00", "")
    assert read(client.get("/sign-in/")).one("html").attributes["lang"] == "vi"


def test_language_switch_leads_to_a_page_that_can_be_read(cast: Cast, client_of: SignIn) -> None:
    """The address of a refused form may know nothing but POST."""
    client = client_of(cast.admin)
    response = client.post(f"/administration/periods/{cast.june.pk}/open/")
    assert response.status_code == 409
    switch = read(response).form("/language/")
    moved = client.post("/language/", {**switch.filled(), "language": "en"})
    assert client.get(moved["Location"]).status_code == 200


# -- Elsewhere ----------------------------------------------------------------------------------

FOREIGN = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "\x00//evil.example",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
]


@pytest.mark.parametrize("place", FOREIGN)
def test_language_switch_leads_nowhere_else(place: str, db: None) -> None:
    response = Client().post(
        "/language/", {"language": "en", "next": place}, headers={"referer": "http://evil.example"}
    )
    assert response["Location"] == "/"


@pytest.mark.parametrize("place", FOREIGN)
def test_refusal_links_back_to_no_other_site(place: str, cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.admin)
    address = f"/administration/periods/{cast.june.pk}/open/"
    response = client.post(address, headers={"referer": place.replace("\x00", "")})
    assert response.status_code == 409
    assert "evil" not in response.content.decode()
    assert [link for link in read(response).links if not link.startswith(("/", "#"))] == []


def test_refusal_links_back_to_the_page_before(cast: Cast, client_of: SignIn) -> None:
    before = "http://testserver/administration/periods/"
    response = client_of(cast.admin).post(
        f"/administration/periods/{cast.june.pk}/open/", headers={"referer": before}
    )
    assert response.status_code == 409
    assert before in read(response).links


# -- Signing in first ---------------------------------------------------------------------------


def test_stranger_is_led_to_sign_in_and_back(cast: Cast) -> None:
    address = f"/overview/2024-06/{cast.units['22'].pk}/?section=skills"
    response = Client().get(address)
    assert response["Location"] == "/sign-in/?next=" + address.replace("?", "%3F").replace(
        "=", "%3D"
    )
    response = Client().get("/api/v1/units/?limit=1")
    assert (response.status_code, list(response.json())) == (401, ["detail"])


def test_stranger_who_sends_something_is_led_back_to_the_page_it_came_from(cast: Cast) -> None:
    """The session ended over an open page. What was sent has an address without a page."""
    address = reverse("take-step", kwargs={"pk": 1, "name": "approve"})
    page = f"http://testserver/months/2024-06/teams/{cast.teams['hg-1a'].pk}/"
    cases = [({"referer": page}, page), ({}, "/"), ({"referer": "http://evil.example/"}, "/")]
    for headers, back in cases:
        response = Client().post(address, headers=headers, follow=True)
        assert response.status_code == 200
        form = next(form for form in read(response).all("form") if form.all(name="password"))
        assert form.filled()["next"] == back


# -- The first password -------------------------------------------------------------------------


@pytest.fixture
def newcomer(cast: Cast, client_of: SignIn, enter: Enter) -> Client:
    with enter(cast.admin):
        cast.admin.must_change_password = True
        cast.admin.save()
    return client_of(cast.admin)


def test_first_password_comes_before_everything_else(newcomer: Client, cast: Cast) -> None:
    addresses = [
        "/", "/months/", "/overview/", "/teams/", "/targets/", "/training/",
        "/administration/periods/", "/administration/accounts/", "/administration/accounts/new/",
        f"/teams/{cast.teams['hg-1a'].pk}/",
        f"/overview/2024-06/{cast.units['22'].pk}/download/",
    ]  # fmt: skip
    for address in addresses:
        for method in (newcomer.get, newcomer.post):
            assert method(address)["Location"] == "/password/", address
    for address in ("/api/v1/units/", "/api/v1/reports/", "/api/schema/"):
        response = newcomer.get(address)
        assert (response.status_code, list(response.json())) == (403, ["detail"])


def test_first_password_changes_nothing_before_it_is_replaced(
    newcomer: Client, cast: Cast, enter: Enter
) -> None:
    newcomer.post(f"/administration/periods/{cast.june.pk}/lock/", {"reason": "thử"})
    newcomer.put(
        f"/api/v1/teams/{cast.teams['hg-1a'].pk}/months/{cast.june.pk}/",
        {"version": 0, "values": {"adults": 1}},
        content_type="application/json",
    )
    with enter(cast.admin):
        cast.june.refresh_from_db()
        assert cast.june.is_open
        assert not Report.objects.exists()


def test_first_password_lets_one_leave_and_read(newcomer: Client) -> None:
    assert set(BEFORE_OWN_PASSWORD) == {"password", "sign-out", "set_language", "health"}
    assert newcomer.get("/password/").status_code == 200
    assert newcomer.get("/health/").status_code == 200
    assert newcomer.post("/language/", {"language": "en"})["Location"] == "/"
    assert newcomer.post("/sign-out/")["Location"] == "/sign-in/"


# -- The tenant ---------------------------------------------------------------------------------


@open_to(SIGNED_IN)
def what_is_open(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(tenancy.present()))


@open_to(EVERYBODY)
def what_is_open_to_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(tenancy.present()))


@open_to(SIGNED_IN)
def break_down(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


class Probes:
    urlpatterns = [
        path("open/", what_is_open),
        path("open-to-all/", what_is_open_to_all),
        path("broken/", break_down),
        *get_resolver("cnscd_portal.urls").url_patterns,
    ]


CLOSED = {"tenant": "", "reads_all": "", "account": "", "sign_in": "", "moves_to": ""}


def test_tenant_is_open_for_the_request_alone(
    settings: Settings, cast: Cast, client_of: SignIn
) -> None:
    settings.ROOT_URLCONF = Probes
    officer, national = client_of(cast.officer), client_of(cast.national)
    ours = CLOSED | {"tenant": str(cast.province.pk)}
    assert officer.get("/open/").content.decode() == str(ours)
    assert tenancy.present() == CLOSED
    whole = CLOSED | {"tenant": str(cast.nation.pk), "reads_all": "on"}
    assert national.get("/open/").content.decode() == str(whole)
    assert Client().get("/open-to-all/").content.decode() == str(CLOSED)


@pytest.mark.parametrize("address", ["/broken/", "/no-such-page/", "/administration/accounts/"])
def test_tenant_is_closed_after_whatever_happens(
    address: str, settings: Settings, cast: Cast, client_of: SignIn
) -> None:
    settings.ROOT_URLCONF = Probes
    client = client_of(cast.officer)
    client.raise_request_exception = False
    assert client.get(address).status_code in (403, 404, 500)
    assert tenancy.present() == CLOSED
