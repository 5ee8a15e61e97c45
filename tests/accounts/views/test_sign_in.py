"""Signing in and out, the lock after failures, and the end of a session."""

import unicodedata
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.enrolment import set_active
from accounts.models import User
from tests.cast import PASSWORD, Cast, Enter, SignIn
from tests.pages import in_english, read

WRONG = (
    "The user name or the password is wrong. After five failures the name is locked for 15 minutes."
)


@pytest.fixture
def browser(cast: Cast) -> Client:
    return in_english(Client())


def enter_by(
    client: Client, username: str = "qn.officer", password: str = PASSWORD, **more: str
) -> HttpResponse:
    sent = {"username": username, "password": password, **more}
    address = sent.pop("REMOTE_ADDR", "127.0.0.1")
    return client.post("/sign-in/", sent, REMOTE_ADDR=address)


def is_inside(client: Client) -> bool:
    return client.get("/").status_code == 200


# -- In and out ---------------------------------------------------------------------------------


def test_sign_in_leads_home(browser: Client, cast: Cast, enter: Enter) -> None:
    form = read(browser.get("/sign-in/")).one("main").one("form")
    assert set(form.filled()) == {"csrfmiddlewaretoken", "username", "password", "next"}
    assert enter_by(browser)["Location"] == "/"
    assert is_inside(browser)
    with enter(cast.admin):
        cast.officer.refresh_from_db()
    assert cast.officer.last_login is not None


def test_sign_in_leads_where_the_person_wanted_to_go(browser: Client) -> None:
    asked = browser.get("/teams/?q=hg", follow=True)
    form = read(asked).one("main").one("form")
    response = enter_by(browser, next=form.filled()["next"])
    assert response["Location"] == "/teams/?q=hg"


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        " //evil.example",
        "\x00https://evil.example",
    ],
)
def test_sign_in_leads_nowhere_else(place: str, browser: Client) -> None:
    page = browser.get("/sign-in/", {"next": place})
    assert read(page).one("main").one("form").filled()["next"] == ""
    assert enter_by(browser, next=place)["Location"] == "/"
    # Whoever is inside already is led on at once, by the same rule.
    assert browser.get("/sign-in/", {"next": place})["Location"] == "/"


@pytest.mark.parametrize("place", ["/sign-in/", "/sign-in/?next=/sign-in/"])
def test_sign_in_leads_on_when_it_was_itself_where_to_go(place: str, browser: Client) -> None:
    assert enter_by(browser, next=place)["Location"] == "/"
    assert browser.get("/sign-in/", {"next": place})["Location"] == "/"


def test_sign_in_gives_a_session_of_its_own(browser: Client) -> None:
    browser.get("/sign-in/")
    session = browser.session
    session["planted"] = "by somebody else"
    session.save()
    browser.cookies["sessionid"] = planted = session.session_key
    enter_by(browser)
    assert browser.cookies["sessionid"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_sign_out_ends_the_session(browser: Client) -> None:
    enter_by(browser)
    key = browser.cookies["sessionid"].value
    assert browser.get("/sign-out/").status_code == 405
    assert is_inside(browser)
    assert browser.post("/sign-out/", {"next": "//evil.example"})["Location"] == "/sign-in/"
    assert not is_inside(browser)
    browser.cookies["sessionid"] = key
    assert not is_inside(browser)


# -- Refusals -----------------------------------------------------------------------------------


def test_wrong_password_is_refused_with_the_name_kept(browser: Client) -> None:
    response = enter_by(browser, password="wrong <b>secret</b>")
    page = read(response)
    assert response.status_code == 200
    assert page.one(role="alert").text == WRONG
    assert page.one("input", name="username").attributes["value"] == "qn.officer"
    assert "secret" not in response.content.decode()
    assert not is_inside(browser)


def test_refusal_does_not_tell_whether_the_name_exists(
    browser: Client, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        set_active(user=cast.neighbour, active=False, actor=cast.admin)

    def told(username: str, password: str) -> str:
        return read(enter_by(browser, username, password)).text

    expected = told("qn.officer", "wrong")
    assert told("nobody", "wrong") == expected
    assert told("qn.neighbour", PASSWORD) == expected
    assert told("QN.NEIGHBOUR", PASSWORD) == expected


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("", ""),
        ("", PASSWORD),
        ("qn.officer", ""),
        ("\x00", PASSWORD),
        ("qn.officer\x00", PASSWORD),
        ("qn.officer", "\x00"),
        ("x" * 10_000, PASSWORD),
        ("qn.officer", "x" * 10_000),
        ("<script>alert(1)</script>", "x"),
        ("=1+1", "x"),
        ("' or 1=1 --", "' or 1=1 --"),
        ("qn.officer\r\nSet-Cookie: a=b", "x"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(username: str, password: str, browser: Client) -> None:
    response = enter_by(browser, username, password)
    assert response.status_code == 200
    assert read(response).one(role="alert").text == WRONG
    assert "<script>alert" not in response.content.decode()
    assert not is_inside(browser)


def test_record_of_failures_takes_whatever_a_browser_sends(browser: Client) -> None:
    for headers in ({"user-agent": "x" * 10_000}, {"accept": "x" * 10_000}, {"accept": "<b>\x01"}):
        sent = {"username": "nobody", "password": "wrong", "next": "\x00", "\x00": "\x00"}
        response = browser.post("/sign-in/?next=%00&x=" + "y" * 5000, sent, headers=headers)
        assert read(response).one(role="alert").text == WRONG


def test_name_is_found_in_every_way_of_typing_it(browser: Client, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        User.objects.create_user("qn.hồng-gai", password=PASSWORD, tenant=cast.province)
    enter_by(browser, unicodedata.normalize("NFD", " Qn.HỒNG-gai "))
    assert is_inside(browser)


def test_demo_account_opens_nothing_outside_the_demo(
    browser: Client, cast: Cast, enter: Enter, settings: Settings
) -> None:
    with enter(cast.admin):
        User.objects.filter(pk=cast.officer.pk).update(is_demo=True)
    assert read(enter_by(browser)).one(role="alert").text == WRONG
    settings.DEMO = True
    enter_by(browser)
    assert is_inside(browser)
    # A session from the demo is worth nothing where the demo is switched off.
    settings.DEMO = False
    assert not is_inside(browser)


# -- The lock -----------------------------------------------------------------------------------


@pytest.fixture
def locked(browser: Client) -> Client:
    for _ in range(4):
        assert enter_by(browser, password="wrong").status_code == 200
    assert enter_by(browser, password="wrong").status_code == 429
    return browser


def test_five_failures_lock_the_name(locked: Client) -> None:
    response = enter_by(locked)
    page = read(response)
    assert response.status_code == 429
    assert "This user name is locked for 15 minutes." in page.text
    assert page.one("main").links == ["/sign-in/"]
    assert not is_inside(locked)


def test_lock_holds_from_another_browser_of_the_same_address(locked: Client) -> None:
    assert enter_by(Client()).status_code == 429
    forged = Client(headers={"x-forwarded-for": "10.0.0.7", "x-real-ip": "10.0.0.7"})
    assert enter_by(forged).status_code == 429
    assert enter_by(Client(), " qn.officer ").status_code == 429
    assert enter_by(Client(), "QN.Officer").status_code == 429


def test_lock_holds_for_nobody_else(locked: Client) -> None:
    other, elsewhere = Client(), Client()
    enter_by(other, "qn.neighbour")
    assert is_inside(other)
    enter_by(elsewhere, REMOTE_ADDR="10.0.0.7")
    assert is_inside(elsewhere)


@pytest.fixture
def behind_proxy(settings: Settings) -> None:
    settings.BEHIND_PROXY = True


def enter_through_proxy(forwarded: str, password: str = PASSWORD) -> HttpResponse:
    sent = {"username": "qn.officer", "password": password}
    client = Client(headers={"x-forwarded-for": forwarded} if forwarded else {})
    return client.post("/sign-in/", sent, REMOTE_ADDR="172.18.0.1")


@pytest.mark.parametrize("forged", ["", "10.0.0.7, ", "10.0.0.7,"])
def test_lock_behind_a_proxy_holds_for_the_stranger_alone(
    forged: str, browser: Client, behind_proxy: None
) -> None:
    """Or anybody could keep the administrator out, five failures at a time."""
    for number in range(6):
        made_up = forged.replace("7", str(number))
        status = enter_through_proxy(f"{made_up}203.0.113.5", "wrong").status_code
    assert status == 429
    assert enter_through_proxy("203.0.113.5").status_code == 429
    assert enter_through_proxy("198.51.100.9").status_code == 302


@pytest.mark.parametrize("forwarded", ["", "unknown", "<b>", "x" * 5000, "203.0.113.5:80"])
def test_lock_behind_a_proxy_that_names_nobody_is_that_of_the_proxy(
    forwarded: str, browser: Client, behind_proxy: None
) -> None:
    for _ in range(5):
        status = enter_through_proxy(forwarded, "wrong").status_code
    assert status == 429
    assert enter_through_proxy("").status_code == 429


def test_lock_is_lifted_after_a_quarter_of_an_hour(locked: Client) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        assert enter_by(locked).status_code == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=30)):
        enter_by(locked)
        assert is_inside(locked)


def test_knocking_at_a_locked_door_keeps_it_locked_no_longer(locked: Client) -> None:
    for minutes in (5, 10, 14):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            assert enter_by(locked, password="wrong").status_code == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert enter_by(locked)["Location"] == "/"


@pytest.mark.parametrize("name", ["qn.officer", "nobody"])
def test_failures_from_many_addresses_lock_the_name_everywhere(name: str, browser: Client) -> None:
    besiege(name, addresses=9)
    assert enter_by(Client(), name, "wrong", REMOTE_ADDR="203.0.113.1").status_code == 200
    besiege(name, addresses=10)
    assert enter_by(Client(), name, REMOTE_ADDR="203.0.113.2").status_code == 429
    # Nobody else is kept out, and it is over by itself.
    assert enter_by(Client(), "qn.neighbour", REMOTE_ADDR="203.0.113.2").status_code == 302
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert enter_by(Client(), name, "wrong", REMOTE_ADDR="203.0.113.2").status_code == 200


def test_strangers_lock_nobody_out_of_where_they_work(browser: Client) -> None:
    assert enter_by(browser, REMOTE_ADDR="203.0.113.1")["Location"] == "/"
    besiege("qn.officer", addresses=10)
    assert enter_by(Client(), REMOTE_ADDR="203.0.113.2").status_code == 429
    assert enter_by(Client(), REMOTE_ADDR="203.0.113.1")["Location"] == "/"
    # The five failures count there, too.
    for _ in range(5):
        status = enter_by(Client(), password="wrong", REMOTE_ADDR="203.0.113.1").status_code
    assert status == 429


def test_place_of_work_is_known_by_the_name_and_the_address(browser: Client) -> None:
    """A stranger behind the address of another office is still a stranger, and so is a name that
    nobody there has signed in by."""
    assert enter_by(Client(), "qn.neighbour", REMOTE_ADDR="203.0.113.1")["Location"] == "/"
    assert enter_by(Client(), REMOTE_ADDR="203.0.113.2")["Location"] == "/"
    besiege("qn.officer", addresses=10)
    assert enter_by(Client(), REMOTE_ADDR="203.0.113.1").status_code == 429
    assert enter_by(Client(), REMOTE_ADDR="203.0.113.2")["Location"] == "/"


def test_failures_on_other_names_lock_nobody_out_of_a_shared_address(browser: Client) -> None:
    """An office, or all phones of a provider, come from one address."""
    for number in range(5):
        for _ in range(6):
            status = enter_by(Client(), f"qn.other-{number}", "wrong").status_code
        assert status == 429
        # Thirty failures are many for one, and few for an office that signs in.
        assert enter_by(Client())["Location"] == "/"
    assert enter_by(Client(), "qn.neighbour")["Location"] == "/"


def test_one_address_locks_a_name_for_itself_alone(browser: Client) -> None:
    """However many requests were on their way before the first of them was counted."""
    AccessAttempt.objects.create(
        username="qn.officer", ip_address="10.0.0.1", failures_since_start=500
    )
    assert enter_by(Client(), REMOTE_ADDR="10.0.0.1").status_code == 429
    assert enter_by(Client(), REMOTE_ADDR="203.0.113.1")["Location"] == "/"


def besiege(name: str, *, addresses: int) -> None:
    """Fail from so many addresses as often as each may."""
    AccessAttempt.objects.all().delete()
    for number in range(addresses):
        for _ in range(5):
            enter_by(Client(), name, "wrong", REMOTE_ADDR=f"10.0.0.{number}")


def test_success_forgives_the_failures_before_it(browser: Client) -> None:
    for _ in range(2):
        for _ in range(4):
            enter_by(browser, password="wrong")
        assert enter_by(browser)["Location"] == "/"
        browser.post("/sign-out/")


@pytest.mark.parametrize("cookie", [r'"\000aaaaaaaaaaaa"', "' or 1=1 --", "é" * 12, "x" * 5000])
def test_session_that_nobody_gave_out_is_none(cookie: str, browser: Client) -> None:
    response = browser.get("/", headers={"cookie": f"sessionid={cookie}"})
    assert response["Location"] == "/sign-in/?next=/"


# -- The end of a session -----------------------------------------------------------------------


def test_session_ends_with_the_browser_and_after_eight_hours(browser: Client) -> None:
    enter_by(browser)
    cookie = browser.cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    with time_machine.travel(timezone.now() + timedelta(hours=7, minutes=59)):
        assert is_inside(browser)
    with time_machine.travel(timezone.now() + timedelta(hours=8, minutes=1)):
        assert not is_inside(browser)


def test_session_ends_with_the_account(cast: Cast, client_of: SignIn, enter: Enter) -> None:
    client = client_of(cast.officer)
    assert is_inside(client)
    with enter(cast.admin):
        set_active(user=cast.officer, active=False, actor=cast.admin)
    assert not is_inside(client)
    assert client.get("/api/v1/units/").status_code == 401
