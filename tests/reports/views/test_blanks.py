"""Whoever sends a month with figures left blank is asked once, and never held up."""

from typing import Any

import pytest
from django.test import Client

from reports import entry
from reports.catalogue import Catalogue
from reports.entry import Typed
from reports.models import Report
from tests.cast import Cast, Enter, SignIn
from tests.pages import Node, in_english, read
from tests.reports.views.desk import Desk


def unasked(desk: Desk, **typed: Any) -> dict[str, Any]:
    form = desk.look().one("form", class_="figures-form").filled()
    return {**form, **typed}


def test_form_with_blanks_is_asked_about_and_then_sent(leader: Desk) -> None:
    asked = leader.send(unasked(leader, adults="5", proposals="Thêm loa"), "submit")
    assert (asked.status_code, leader.status()) == (200, None)
    page = read(asked)
    question = page.one(class_="alert-warning")
    assert "29 of 30 figures are left blank: they count as not reported." in question.text
    assert question.one("button").attributes["form"] == "figures"
    (link,) = question.links
    assert page.one("input", id=link.removeprefix("#")).attributes["value"] == ""
    form = page.one("form", class_="figures-form").filled()
    assert (form["adults"], form["proposals"]) == ("5", "Thêm loa")
    assert leader.send(form, "submit").status_code == 302
    assert leader.status() == "submitted"


def test_nobody_is_asked_twice(leader: Desk) -> None:
    page = read(leader.send(unasked(leader, adults="5"), "submit"))
    form = page.one("form", class_="figures-form").filled()
    refused = leader.send({**form, "adults_paying": "9"}, "submit")
    assert refused.status_code == 422
    form = read(refused).one("form", class_="figures-form").filled()
    assert leader.send({**form, "adults_paying": "1"}, "submit").status_code == 302


def test_draft_and_what_is_refused_anyway_are_not_asked_about(leader: Desk) -> None:
    for typed, action, status in [
        ({"adults": "5"}, "draft", 302),
        ({"adults": "x1"}, "submit", 422),
        ({"adults": "5", "adults_paying": "9"}, "submit", 422),
    ]:
        response = leader.send(unasked(leader, **typed), action)
        assert response.status_code == status


def test_full_form_is_sent_at_once(leader: Desk, forms: Catalogue) -> None:
    full = unasked(leader, **{f"{code}.na": "1" for code in forms.codes})
    assert leader.send(full, "submit").status_code == 302


def test_report_that_is_sent_is_refused_and_not_asked_about(leader: Desk) -> None:
    form = unasked(leader, adults="5")
    leader.type("submit", adults="4")
    assert leader.send(form, "submit").status_code == 409


# -- Many teams at once -------------------------------------------------------------------------


@pytest.fixture
def officer_client(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.officer))


@pytest.fixture
def grid(cast: Cast) -> str:
    return f"/months/2024-06/units/{cast.units['06691'].pk}/grid/"


def begin(cast: Cast, enter: Enter, **teams: dict[str, str]) -> None:
    with enter(cast.officer):
        for name, typed in teams.items():
            entry.enter(
                team=cast.teams[name.replace("_", "-")], period=cast.june, actor=cast.officer,
                typed={code: Typed(text) for code, text in typed.items()},
            )  # fmt: skip


def submit(client: Client, cast: Cast, page: Node, *teams: str) -> Node:
    address = f"/months/2024-06/units/{cast.units['06691'].pk}/submit/"
    chosen = [cast.teams[team].pk for team in teams]
    form = page.form(address).filled()
    return read(client.post(address, {**form, **({"team": chosen} if teams else {})}, follow=True))


def test_grid_asks_about_blanks_of_the_chosen_once(
    cast: Cast, enter: Enter, officer_client: Client, grid: str
) -> None:
    begin(cast, enter, hg_1a={"adults": "5"}, hg_1b={"adults": "5"})
    asked = submit(officer_client, cast, read(officer_client.get(grid)), "hg-1a")
    question = asked.one(class_="alert-warning")
    assert "Tổ hg-1a : 29 of 30 figures are blank" in question.text
    assert "hg-1b" not in question.text
    with enter(cast.officer):
        assert not Report.objects.exclude(status="draft").exists()
    (box,) = [each for each in asked.all("input", name="team") if "checked" in each.attributes]
    assert box.attributes["value"] == str(cast.teams["hg-1a"].pk)
    assert "1 report is submitted." in submit(officer_client, cast, asked).text


def test_refused_grid_leads_to_the_cells_in_one_list_a_team(
    cast: Cast, enter: Enter, officer_client: Client, grid: str
) -> None:
    begin(
        cast, enter,
        hg_1a={"adults": "5", "adults_paying": "9", "residents_guided": "2",
               "vneid_accounts_created": "3"},
        hg_2={"adults": "5"},
    )  # fmt: skip
    asked = submit(officer_client, cast, read(officer_client.get(grid)), "hg-1a", "hg-2")
    page = submit(officer_client, cast, asked, "hg-1a", "hg-2")
    assert "1 report is submitted." in page.text
    listed = page.one(role="alert")
    assert "1 report is not submitted" in listed.text
    team = cast.teams["hg-1a"].pk
    links = [link.attributes["href"] for link in listed.all("a")]
    assert links == [f"#c-{team}-adults_paying", f"#c-{team}-vneid_accounts_created"]
    for link in links:
        assert page.one("input", id=link.removeprefix("#")).attributes["data-field"] in link
