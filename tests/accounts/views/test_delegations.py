"""Handing over, standing in, and ending it: the pages of both, and the list of the province."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts import delegation
from accounts.models import Delegation, Grant, User
from reports import workflow
from reports.models import Report
from reports.workflow import Draft
from tests.accounts.lending import lend
from tests.cast import Cast, Enter, SignIn
from tests.pages import Node, in_english, read

TODAY = date(2024, 6, 10)


@pytest.fixture(autouse=True)
def _on_a_day(settings: Settings) -> None:
    settings.BUSINESS_DATE = TODAY


def typed(cast: Cast, enter: Enter, **otherwise: str) -> dict[str, str]:
    with enter(cast.officer):
        grant = Grant.objects.get(user=cast.officer)
    return {
        "grant": str(grant.pk),
        "username": "QN.neighbour ",
        "since": "10/06/2024",
        "until": "14-6-2024",
        "reason": "Nghỉ phép năm",
        **otherwise,
    }


def page_of(client_of: SignIn, user: User, address: str) -> Node:
    return read(in_english(client_of(user)).get(address))


def test_officer_hands_over(cast: Cast, client_of: SignIn, enter: Enter) -> None:
    client = in_english(client_of(cast.officer))
    response = client.post("/delegations/", typed(cast, enter), follow=True)
    page = read(response)
    assert "Cán bộ neighbour stands in for you from 10/06/2024 to 14/06/2024." in page.text
    assert page.row("Cán bộ neighbour")[1:-1] == [
        "Cán bộ officer", "commune officer · Phường Hồng Gai", "10/06/2024 – 14/06/2024",
        "Nghỉ phép năm", "in force",
    ]  # fmt: skip
    with enter(cast.admin):
        row = Delegation.objects.get()
        assert (row.giver, row.holder) == (cast.officer, cast.neighbour)
        assert set(row.rights) == {"fill", "review", "overview"}


def test_mistakes_are_said_beside_the_field_and_nothing_typed_is_lost(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    client = in_english(client_of(cast.officer))
    sent = typed(cast, enter, username="hd.admin", until="31/02/2024")
    response = client.post("/delegations/", sent)
    page = read(response)
    assert response.status_code == 422
    assert page.one("input", name="until").attributes["value"] == "31/02/2024"
    assert page.one("div", id="id_until_error").text
    # That a day is wrong hides no other mistake.
    assert page.one("div", id="id_username_error").text
    assert page.one("input", name="username").attributes["aria-invalid"] == "true"
    response = client.post("/delegations/", {**sent, "until": "12/06/2024"})
    page = read(response)
    assert page.one("div", id="id_username_error").text == (
        "No open account of your province has this name, or whoever has it holds these rights "
        "there already."
    )
    assert page.one("input", name="username").attributes["value"] == "hd.admin"
    assert page.one("input", name="reason").attributes["value"] == "Nghỉ phép năm"


def test_grant_of_somebody_else_is_no_choice(cast: Cast, client_of: SignIn, enter: Enter) -> None:
    response = client_of(cast.neighbour).post(
        "/delegations/", typed(cast, enter, username="qn.staff")
    )
    assert response.status_code == 422
    with enter(cast.admin):
        assert not Delegation.objects.exists()


def test_colleagues_of_the_same_unit_are_offered_alone(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    with enter(cast.admin):
        second = User.objects.create_user("qn.second", tenant=cast.province)
        Grant.objects.create(
            user=second, unit=cast.units["06691"], role="commune_officer", tenant=cast.province
        )
    page = page_of(client_of, cast.officer, "/delegations/")
    offered = [each.attributes["value"] for each in page.one("datalist").all("option")]
    assert offered == ["qn.second"]


def test_who_has_nothing_to_hand_over_is_told_so(cast: Cast, client_of: SignIn) -> None:
    page = page_of(client_of, cast.staff, "/delegations/")
    assert "there is nothing to hand over" in page.text
    assert not page.all("input", name="username")


@pytest.mark.parametrize("who", ["officer", "neighbour"])
def test_either_ends_it(who: str, cast: Cast, client_of: SignIn, enter: Enter) -> None:
    with enter(cast.admin):
        row = lend(cast.officer, cast.neighbour)
    client = in_english(client_of(getattr(cast, who)))
    page = read(client.post(f"/delegations/{row.pk}/end/", follow=True))
    assert "Cán bộ neighbour no longer stands in for Cán bộ officer." in page.text
    assert page.row("Cán bộ neighbour")[5].startswith("ended")
    assert not page.all("form", action=f"/delegations/{row.pk}/end/")
    assert client.post(f"/delegations/{row.pk}/end/").status_code == 409


def test_holder_declines_with_a_word_before_it_begins(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    with enter(cast.admin):
        row = lend(cast.officer, cast.neighbour, since=date(2024, 6, 12))
    address = f"/delegations/{row.pk}/end/"
    client = in_english(client_of(cast.neighbour))
    assert "See or decline it" in read(client.get("/")).text
    form = read(client.get("/delegations/")).one("form", action=address)
    assert form.one("button").text == "Decline"
    assert "Cán bộ officer is told at once" in form.text
    # Who gave it takes it back, and does not decline.
    theirs = page_of(client_of, cast.officer, "/delegations/").one("form", action=address)
    assert theirs.one("button").text == "End now"
    page = read(client.post(address, {**form.filled(), "reason": "Bận\0 họp"}, follow=True))
    assert "You have declined to stand in for Cán bộ officer." in page.text
    state = page.row("Cán bộ neighbour")[5]
    assert state.startswith("declined")
    assert state.endswith("Cán bộ neighbour: Bận họp")
    listed = page_of(client_of, cast.admin, "/administration/delegations/")
    assert listed.row("Cán bộ neighbour")[5] == state


def test_word_that_is_too_long_is_refused(cast: Cast, client_of: SignIn, enter: Enter) -> None:
    with enter(cast.admin):
        row = lend(cast.officer, cast.neighbour)
    client = in_english(client_of(cast.neighbour))
    response = client.post(f"/delegations/{row.pk}/end/", {"reason": "x" * 251})
    assert response.status_code == 422
    assert "Please keep the reason under 250 characters." in read(response).text


# -- Elsewhere ----------------------------------------------------------------------------------


def test_home_of_both_says_so(cast: Cast, client_of: SignIn, enter: Enter) -> None:
    with enter(cast.admin):
        row = lend(cast.officer, cast.neighbour, until=date(2024, 6, 14))
    said = {who: page_of(client_of, getattr(cast, who), "/") for who in ("officer", "neighbour")}
    assert (
        "Cán bộ neighbour stands in for you from 10/06/2024 to 14/06/2024" in said["officer"].text
    )
    assert "You stand in for Cán bộ officer from 10/06/2024 to 14/06/2024" in said["neighbour"].text
    work = f"/months/2024-06/units/{cast.units['06691'].pk}/"
    assert work in said["neighbour"].links
    assert client_of(cast.neighbour).get(work).status_code == 200
    with enter(cast.admin):
        delegation.end(delegation=row, actor=cast.officer)
    for who in said:
        assert "stand" not in page_of(client_of, getattr(cast, who), "/").one("main").text
    assert client_of(cast.neighbour).get(work).status_code == 404


def test_home_of_the_holder_stays_their_own(cast: Cast, client_of: SignIn, enter: Enter) -> None:
    with enter(cast.admin):
        lend(cast.district_officer, cast.officer)
    page = page_of(client_of, cast.officer, "/")
    assert "Cán bộ officer · commune officer, Phường Hồng Gai" in page.text


def test_person_without_a_role_works_by_what_is_lent(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    with enter(cast.admin):
        newcomer = User.objects.create_user("qn.moi", tenant=cast.province)
        lend(cast.officer, newcomer)
    page = page_of(client_of, newcomer, "/")
    assert "commune officer, Phường Hồng Gai" in page.text


def test_history_names_both(cast: Cast, client_of: SignIn, enter: Enter) -> None:
    with enter(cast.admin):
        lend(cast.officer, cast.neighbour)
        workflow.save_draft(
            team=cast.teams["hg-2"], period=cast.june, draft=Draft({"adults": 5}), version=0,
            actor=User.objects.get(pk=cast.neighbour.pk),
        )  # fmt: skip
        report = Report.objects.get()
    page = page_of(client_of, cast.officer, f"/months/2024-06/teams/{report.team_id}/")
    history = page.one("section", class_="history")
    assert "Saved · Cán bộ neighbour on behalf of Cán bộ officer" in history.text


def test_administrator_lists_those_of_the_province(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    with enter(cast.admin):
        lend(cast.officer, cast.neighbour)
        lend(cast.district_officer, cast.staff)
        Grant.objects.filter(user=cast.district_officer).delete()
    page = page_of(client_of, cast.admin, "/administration/delegations/")
    assert page.row("Cán bộ neighbour")[5] == "in force"
    assert page.row("Cán bộ staff")[5] == (
        "lends nothing Cán bộ district_officer no longer holds the role."
    )
    assert not page.all("button", type="submit", class_="btn-sm")
    elsewhere = page_of(client_of, cast.stranger, "/administration/delegations/")
    assert "Nobody has handed anything over yet." in elsewhere.text


@pytest.mark.parametrize("address", ["/delegations/", "/administration/delegations/", "/"])
def test_page_asks_as_often_for_one_as_for_three(
    address: str, cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    client = client_of(cast.admin)
    asked = []
    for giver in (cast.officer, cast.neighbour, cast.district_officer):
        with enter(cast.admin):
            # To the administrator, as no officer could: so that all three pages list each.
            row = lend(giver, cast.staff)
            Delegation.objects.filter(pk=row.pk).update(holder=cast.admin)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked.append(len(queries))
    assert len(set(asked)) == 1


def test_name_of_a_stranger_is_told_no_more_than_whether_there_is_one(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    client = in_english(client_of(cast.officer))
    said = set()
    # Who holds these rights there already, and nobody.
    for username in ("qn.admin", "qn.nobody"):
        page = read(client.post("/delegations/", typed(cast, enter, username=username)))
        said.add(page.one("div", id="id_username_error").text)
    assert said == {
        "No open account of your province has this name, or whoever has it holds these rights "
        "there already."
    }
