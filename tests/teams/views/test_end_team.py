"""Teams that are merged or dissolved by hand: what is shown before and after, and the way back."""

from typing import Any

import pghistory
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.models import Status
from teams.models import Membership, Post, Team
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.pages import in_english, read
from tests.teams.views.test_registry import facts

YESTERDAY = "09/06/2024"


@pytest.fixture
def officer(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.officer))


@pytest.fixture
def admin(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.admin))


# -- Before ---------------------------------------------------------------------------------------


def asked_to_merge(cast: Cast, into: str = "hg-1a", on: str = "10/06/2024") -> dict[str, Any]:
    return {"ending": "merged", "into": cast.teams[into].pk, "on": on}


def test_what_would_follow_is_shown_before_it_is_done(
    officer: Client, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report_in(Status.SUBMITTED, team="hg-2")
    team = cast.teams["hg-2"]
    address = f"/teams/{team.pk}/end/"
    page = read(officer.get(address, asked_to_merge(cast)))
    outcome = page.one("section", class_="outcome")
    assert outcome.one("h2").text == "Tổ hg-2 is merged into Tổ hg-1a as of 10/06/2024."
    assert [each.text for each in outcome.all("li")][:4] == [
        "3 people go on as plain members of Tổ hg-1a; whoever is a core member stays one.",
        "No longer entering its figures: Leader hg-2, Deputy hg-2. Their accounts stay with them.",
        "Hamlets that pass to the other team: Khu phố 2.",
        "Still open: report of 06/2024 (submitted). Nothing of it is lost: whoever enters the "
        "figures of its area can finish it.",
    ]
    with enter(cast.admin):
        assert Team.objects.get(pk=team.pk).ending == ""
    response = officer.post(address, outcome.one("form").filled())
    assert response["Location"] == f"/teams/{team.pk}/"
    with enter(cast.admin):
        assert Team.objects.get(pk=team.pk).merged_into == cast.teams["hg-1a"]


def test_hamlet_that_would_have_no_team_is_named(officer: Client, cast: Cast) -> None:
    address = f"/teams/{cast.teams['hg-2'].pk}/end/"
    page = read(officer.get(address, {"ending": "dissolved", "on": "10/06/2024"}))
    told = page.one("section", class_="outcome").text
    assert "3 people are no longer members." in told
    assert "Hamlets that no team serves any more: Khu phố 2." in told
    assert "None of its reports is still open." in told


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ({"ending": "merged", "on": "10/06/2024"}, "into", "into which team"),
        ({"ending": "dissolved", "on": "11/06/2024"}, "on", "still to come"),
        ({"ending": "dissolved", "on": "01/05/2022"}, "on", "after the day on which it began"),
        ({"ending": "dissolved", "on": "hôm nay"}, "on", "is no day"),
        ({"ending": "merged", "into": "bd-1", "on": "10/06/2024"}, "into", "valid choice"),
        ({"ending": "merged", "into": "pl-1", "on": "10/06/2024"}, "into", "valid choice"),
        ({"ending": "merged", "into": "hg-2", "on": "10/06/2024"}, "into", "valid choice"),
        ({"ending": "sold", "on": "10/06/2024"}, "ending", "valid choice"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_ending_that_cannot_be_is_refused_beside_its_field(
    method: str, asked: dict[str, Any], field: str, said: str, officer: Client, cast: Cast
) -> None:
    if "into" in asked:
        asked = asked | {"into": cast.teams[asked["into"]].pk}
    response = getattr(officer, method)(f"/teams/{cast.teams['hg-2'].pk}/end/", asked)
    page = read(response)
    assert response.status_code == 422
    assert said in page.one(id=f"id_{field}_error").text
    assert page.all("section", class_="outcome") == []


def test_teams_into_which_one_is_merged_are_those_beside_it(admin: Client, cast: Cast) -> None:
    def offered(team: str) -> list[str]:
        page = read(admin.get(f"/teams/{cast.teams[team].pk}/end/"))
        return [each.text for each in page.one("select", name="into").all("option")][1:]

    assert offered("hg-2") == ["Tổ hg-1a", "Tổ hg-1b"]
    assert offered("vnpt") == ["Tổ viettel"]


# -- Afterwards -----------------------------------------------------------------------------------


@pytest.fixture
def merged(officer: Client, cast: Cast) -> Team:
    team = cast.teams["hg-2"]
    assert officer.post(f"/teams/{team.pk}/end/", asked_to_merge(cast)).status_code == 302
    return team


def test_page_of_an_ended_team_says_who_was_in_it_at_the_end(
    merged: Team, officer: Client, cast: Cast
) -> None:
    page = read(officer.get(f"/teams/{merged.pk}/"))
    assert page.one(class_="ending").one("p").text == "Merged on 10/06/2024 into Tổ hg-1a ."
    assert page.one(class_="ending").links == [f"/teams/{cast.teams['hg-1a'].pk}/"]
    assert page.one("h2").text == f"3 members · as of {YESTERDAY}"
    assert [row[0] for row in page.rows()[1:]] == ["Leader hg-2", "Deputy hg-2", "Member hg-2"]
    assert facts(page)["Hamlets served"] == "Khu phố 2"
    # Nothing of it can be changed any more.
    assert not [link for link in page.links if link.endswith(("/change/", "/end/", "/new/"))]
    assert [
        officer.get(f"/teams/{merged.pk}/{page}/").status_code for page in ("change", "end")
    ] == [409, 409]


def test_page_of_the_other_team_says_what_it_took_in(
    merged: Team, officer: Client, cast: Cast
) -> None:
    page = read(officer.get(f"/teams/{cast.teams['hg-1a'].pk}/"))
    assert page.one("h2").text == "6 members"
    assert facts(page)["Took in"] == "Tổ hg-2 (10/06/2024)"
    assert facts(page)["Hamlets served"] == "Khu phố 1, Khu phố 2"
    past = read(officer.get(f"/teams/{cast.teams['hg-1a'].pk}/?on={YESTERDAY}"))
    assert past.one("h2").text == f"3 members · as of {YESTERDAY}"
    assert f"as they were on {YESTERDAY}" in past.one(class_="as-of").text
    # Of a past day, too, a name leads to what is known of the member.
    people = [link for link in past.links if link.startswith("/members/") and link[9:]]
    assert [officer.get(link).status_code for link in people] == [200, 200, 200]


def test_merging_is_taken_back(merged: Team, officer: Client, cast: Cast, enter: Enter) -> None:
    address = f"/teams/{merged.pk}/revive/"
    assert read(officer.get(f"/teams/{merged.pk}/")).form(address)
    assert officer.post(address)["Location"] == f"/teams/{merged.pk}/"
    page = read(officer.get(f"/teams/{merged.pk}/"))
    assert (page.one("h2").text, page.all(class_="ending")) == ("3 members", [])
    with enter(cast.admin):
        assert Membership.objects.filter(team=cast.teams["hg-1a"]).count() == 3
    assert officer.post(address).status_code == 409


def test_merging_is_not_taken_back_once_something_stands_on_it(
    merged: Team, officer: Client, cast: Cast, enter: Enter
) -> None:
    # A context ends with its transaction, which here is the test's.
    with enter(cast.admin), pghistory.context(user=2):
        gone_on = Membership.objects.get(
            team=cast.teams["hg-1a"], person__full_name="Member hg-2", post=Post.MEMBER
        )
        gone_on.is_core = True
        gone_on.save()
    response = officer.post(f"/teams/{merged.pk}/revive/")
    assert response.status_code == 409
    assert "Member hg-2, member since 10/06/2024" in read(response).text


def test_open_report_of_an_ended_team_can_be_finished(
    officer: Client, cast: Cast, report_in: ReportIn
) -> None:
    report_in(Status.DRAFT, team="hg-2")
    team = cast.teams["hg-2"]
    officer.post(f"/teams/{team.pk}/end/", asked_to_merge(cast))
    commune = read(officer.get(f"/months/2024-06/units/{cast.units['06691'].pk}/"))
    address = f"/months/2024-06/teams/{team.pk}/"
    assert address in commune.links
    form = read(officer.get(address)).one("form", class_="figures-form").filled()
    assert officer.post(address, form | {"action": "submit", "blanks": "1"}).status_code == 302
    assert "submitted" in read(officer.get(address)).one(class_="lead").text


@pytest.mark.parametrize("who", ["district_officer", "staff", "national"])
def test_whoever_only_looks_sees_no_way_to_change(
    who: str, merged: Team, cast: Cast, client_of: SignIn
) -> None:
    client = in_english(client_of(getattr(cast, who)))
    for team in (merged, cast.teams["hg-1a"]):
        page = read(client.get(f"/teams/{team.pk}/"))
        assert not [
            each for each in page.all("form") if "revive" in each.attributes.get("action", "")
        ]
        assert not [link for link in page.links if link.endswith(("/change/", "/end/", "/new/"))]


def test_page_of_a_team_asks_the_database_as_often_after_a_merge_of_many(
    merged: Team, officer: Client, cast: Cast
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert officer.get(f"/teams/{cast.teams['hg-1a'].pk}/").status_code == 200
        return len(seen)

    one = statements()
    officer.post(f"/teams/{cast.teams['hg-1b'].pk}/end/", asked_to_merge(cast))
    assert statements() == one


def test_everything_that_is_wrong_is_said_at_once(officer: Client, cast: Cast) -> None:
    address = f"/teams/{cast.teams['hg-2'].pk}/end/"
    for ask in (officer.get, officer.post):
        response = ask(address, {"ending": "merged", "on": "1/1/2001"})
        page = read(response)
        assert response.status_code == 422
        assert "Say into which team" in page.one(id="id_into_error").text
        assert page.one(id="id_on_error").text
