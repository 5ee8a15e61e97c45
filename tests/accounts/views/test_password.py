"""Changing one's own password, which the first one has to be."""

import pytest
from axes.models import AccessAttempt
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD, Cast, Enter, SignIn
from tests.pages import in_english, read

CHOSEN = "sóng Bạch Đằng 938"


@pytest.fixture
def client(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.officer))


def change(
    client: Client, old: str = PASSWORD, new: str = CHOSEN, again: str | None = None
) -> HttpResponse:
    again = new if again is None else again
    sent = {"old_password": old, "new_password1": new, "new_password2": again}
    return client.post("/password/", sent)


def holds(cast: Cast, enter: Enter, password: str) -> bool:
    with enter(cast.admin):
        return User.objects.get(pk=cast.officer.pk).check_password(password)


def test_password_is_changed(client: Client, cast: Cast, enter: Enter) -> None:
    assert change(client)["Location"] == "/"
    assert holds(cast, enter, CHOSEN)
    assert "Your password is changed." in read(client.get("/")).text


def test_password_change_ends_the_other_sessions(
    client: Client, cast: Cast, client_of: SignIn
) -> None:
    other = client_of(cast.officer)
    change(client)
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302


def test_first_password_is_replaced_by_ones_own(client: Client, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        User.objects.filter(pk=cast.officer.pk).update(must_change_password=True)
    assert client.get("/")["Location"] == "/password/"
    assert "This is your first password." in read(client.get("/password/")).text
    change(client)
    assert client.get("/").status_code == 200
    assert "This is your first password." not in read(client.get("/password/")).text


@pytest.mark.parametrize(
    ("old", "new", "again", "named"),
    [
        ("wrong", CHOSEN, CHOSEN, "old_password"),
        ("", CHOSEN, CHOSEN, "old_password"),
        (PASSWORD, CHOSEN, CHOSEN + "x", "new_password2"),
        (PASSWORD, "", "", "new_password1"),
        (PASSWORD, "sóng 938", "sóng 938", "new_password2"),  # fewer than 14 characters
        (PASSWORD, "12345678901234", "12345678901234", "new_password2"),
        (PASSWORD, "qn.officer2024!", "qn.officer2024!", "new_password2"),
        (PASSWORD, "Cán bộ officer", "Cán bộ officer", "new_password2"),
        (PASSWORD, "1234567890qwertyuiop", "1234567890qwertyuiop", "new_password2"),
        # Whoever made the first password knows it.
        (PASSWORD, PASSWORD, PASSWORD, "new_password1"),
        (PASSWORD, "a\x00" + CHOSEN, "a\x00" + CHOSEN, "new_password1"),
    ],
)
def test_password_is_refused(
    old: str, new: str, again: str, named: str, client: Client, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        User.objects.filter(pk=cast.officer.pk).update(must_change_password=True)
    response = change(client, old, new, again)
    page = read(response)
    assert response.status_code == 200
    assert page.one(id=f"id_{named}_error").text
    assert f"id_{named}_error" in page.one("input", name=named).attributes["aria-describedby"]
    assert CHOSEN not in response.content.decode()
    assert holds(cast, enter, PASSWORD)
    assert client.get("/")["Location"] == "/password/"


# -- Guessing -----------------------------------------------------------------------------------


@pytest.fixture
def guessed(client: Client) -> Client:
    for _ in range(4):
        assert change(client, "wrong").status_code == 200
    assert change(client, "wrong").status_code == 429
    return client


def test_five_wrong_passwords_end_the_session(guessed: Client, cast: Cast, enter: Enter) -> None:
    assert guessed.get("/")["Location"] == "/sign-in/?next=/"
    assert change(guessed)["Location"] == "/sign-in/?next=/"
    assert holds(cast, enter, PASSWORD)


def test_wrong_passwords_count_as_failures_to_sign_in(guessed: Client) -> None:
    sent = {"username": "qn.officer", "password": PASSWORD}
    assert guessed.post("/sign-in/", sent).status_code == 429
    assert Client().post("/sign-in/", sent, REMOTE_ADDR="10.0.0.7").status_code == 302


def test_other_sessions_last_while_one_is_ended(
    client: Client, cast: Cast, client_of: SignIn
) -> None:
    other = client_of(cast.officer)
    for _ in range(5):
        change(client, "wrong")
    assert other.get("/").status_code == 200


def test_record_of_a_wrong_password_holds_none(client: Client) -> None:
    change(client, "gần đúng 2024", CHOSEN)
    change(client, "gần đúng 2025", CHOSEN)
    (attempt,) = AccessAttempt.objects.all()
    assert (attempt.username, attempt.failures_since_start) == ("qn.officer", 2)
    for secret in ("gần đúng", CHOSEN):
        assert secret not in attempt.post_data + attempt.get_data
