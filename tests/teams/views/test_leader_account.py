"""The account of a team's leader, opened on the page of the team."""

import pytest
from django.test import Client

from accounts.models import User
from teams.models import Membership, Post
from tests.cast import Cast, Enter, SignIn
from tests.pages import in_english, read


@pytest.fixture
def admin(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.admin))


def address(cast: Cast, enter: Enter, team: str, post: Post) -> str:
    with enter(cast.national):
        return f"/members/{Membership.objects.get(team=cast.teams[team], post=post).pk}/account/"


def test_team_leads_the_administrator_to_the_accounts_of_who_leads(
    admin: Client, cast: Cast, enter: Enter, client_of: SignIn
) -> None:
    page = read(admin.get(f"/teams/{cast.teams['hg-1a'].pk}/"))
    assert page.row("Leader hg-1a")[-1] == "qn.leader"
    assert page.row("Deputy hg-1a")[-1] == "Make an account"
    assert page.row("Member hg-1a")[-1] == ""
    asked = address(cast, enter, "hg-1a", Post.DEPUTY)
    assert asked in [link.attributes["href"] for link in page.all("a")]
    seen = read(in_english(client_of(cast.officer)).get(f"/teams/{cast.teams['hg-1a'].pk}/"))
    assert "Account" not in seen.rows()[0]
    assert "qn.leader" not in seen.text


def test_account_is_opened_with_a_password_that_is_shown_once(
    admin: Client, cast: Cast, enter: Enter
) -> None:
    asked = address(cast, enter, "viettel", Post.LEADER)
    assert "Leader viettel" in read(admin.get(asked)).text
    answer = admin.post(asked, {"username": "qn.viettel"})
    assert "no-store" in answer["Cache-Control"]
    with enter(cast.admin):
        user = User.objects.get(username="qn.viettel")
        assert user.check_password(read(answer).one(class_="secret").text)
    team = f"/teams/{cast.teams['viettel'].pk}/"
    assert {link.attributes["href"] for link in read(answer).one("main").all("a")} == {team}
    page = read(admin.get(f"/teams/{cast.teams['viettel'].pk}/"))
    assert page.row("Leader viettel")[-1] == "qn.viettel"


@pytest.mark.parametrize("typed", ["", "hd.admin", "qn officer", "x" * 151])
def test_name_that_cannot_be_is_refused_beside_the_field(
    typed: str, admin: Client, cast: Cast, enter: Enter
) -> None:
    asked = address(cast, enter, "hg-2", Post.LEADER)
    page = read(admin.post(asked, {"username": typed}))
    assert page.one(id="id_username").attributes["aria-invalid"] == "true"
    assert page.one(id="id_username").attributes.get("value", "") == typed


def test_second_account_of_a_person_is_refused_in_words(
    admin: Client, cast: Cast, enter: Enter
) -> None:
    asked = address(cast, enter, "hg-1a", Post.LEADER)
    answer = admin.post(asked, {"username": "qn.moi"})
    assert answer.status_code == 409
    assert "Leader hg-1a has an account already." in read(answer).text


def test_who_does_not_lead_has_no_such_page(admin: Client, cast: Cast, enter: Enter) -> None:
    assert admin.get(address(cast, enter, "hg-2", Post.MEMBER)).status_code == 404
