"""Where the portal writes to somebody: one's own choice, and the administrator's help."""

import pytest
from django.test import Client

from accounts import preferences
from accounts.models import User
from tests.cast import Cast, Enter, SignIn
from tests.pages import in_english, read
from units.errors import NotAllowed

OWN = "/preferences/"
REFUSED = [
    "to.truong", "to.truong@", "a@b", "a b@example.vn", "a@example.vn\nBcc: b@example.vn",
    "a@example.vn, b@example.vn", f"{'a' * 250}@example.vn",
]  # fmt: skip


def stored(enter: Enter, cast: Cast, who: str) -> tuple[str, bool, bool]:
    with enter(cast.admin):
        user = User.objects.get(pk=getattr(cast, who).pk)
    return user.email, user.wants_reminders, user.wants_mail


@pytest.fixture
def leader(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.leader))


def test_form_shows_and_keeps_what_was_chosen(leader: Client, cast: Cast, enter: Enter) -> None:
    form = read(leader.get(OWN)).one("form", class_="narrow").filled()
    assert form["email"] == ""
    assert {"wants_mail", "wants_reminders"} <= set(form)
    sent = {"email": " To.Truong@EXAMPLE.vn ", "wants_mail": "on"}
    said = leader.post(OWN, sent, follow=True)
    assert "Your choice is saved." in read(said).text
    assert stored(enter, cast, "leader") == ("To.Truong@example.vn", False, True)
    shown = read(said).one("form", class_="narrow").filled()
    assert shown["email"] == "To.Truong@example.vn"
    assert "wants_reminders" not in shown


def test_address_is_taken_back(leader: Client, cast: Cast, enter: Enter) -> None:
    leader.post(OWN, {"email": "a@example.vn"})
    leader.post(OWN, {"email": ""})
    assert stored(enter, cast, "leader") == ("", False, False)


@pytest.mark.parametrize("email", REFUSED)
def test_what_is_no_address_is_refused_and_kept_in_the_form(
    email: str, leader: Client, cast: Cast, enter: Enter
) -> None:
    answer = leader.post(OWN, {"email": email, "wants_mail": "on"})
    assert answer.status_code == 422
    page = read(answer)
    assert len(page.all("p", class_="field-error")) == 1
    form = page.one("form", class_="narrow").filled()
    assert form["email"].split() == email.split()
    assert ("wants_mail" in form, "wants_reminders" in form) == (True, False)
    assert stored(enter, cast, "leader") == ("", True, True)


def test_administrator_sets_the_address_and_leaves_the_choice(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    admin = in_english(client_of(cast.admin))
    address = f"/administration/accounts/{cast.officer.pk}/mail/"
    assert admin.post(address, {"email": "x"}).status_code == 422
    said = read(admin.post(address, {"email": "can.bo@example.vn"}, follow=True))
    assert "The address of qn.officer is saved." in said.text
    assert "can.bo@example.vn" in said.row("qn.officer")[1]
    assert stored(enter, cast, "officer") == ("can.bo@example.vn", True, True)


def test_address_is_set_by_who_manages_the_account(cast: Cast, enter: Enter) -> None:
    with enter(cast.officer), pytest.raises(NotAllowed):
        preferences.set_address(user=cast.leader, email="a@example.vn", actor=cast.officer)
