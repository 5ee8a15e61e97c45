"""The register of teams by hand: new ones, what is said of one, how one ends, and the way back."""

from datetime import date
from typing import Any

import pghistory
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.models import Status
from teams.models import Area, Membership, Post, Team
from tests.cast import SINCE, Cast, Enter, ReportIn, SignIn
from tests.pages import Node, in_english, read

TODAY = date(2024, 6, 10)
YESTERDAY = "09/06/2024"


@pytest.fixture
def officer(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.officer))


@pytest.fixture
def admin(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.admin))


def facts(page: Node) -> dict[str, str]:
    said = page.one("dl", class_="particulars")
    return {
        pair.one("dt").text: pair.one("dd").text for pair in said.children if isinstance(pair, Node)
    }


def served(team: Team) -> list[tuple[str, date, date | None]]:
    rows = Area.objects.filter(team=team).select_related("hamlet")
    return sorted((row.hamlet.code, row.valid.lower, row.valid.upper) for row in rows)


# -- A new one ------------------------------------------------------------------------------------


def establish(client: Client, cast: Cast, **typed: Any) -> HttpResponse:
    filled = {
        "name": "Tổ Khu phố 3", "unit": cast.units["hg-3"].pk, "decision_number": "45/QĐ-UBND",
        "decided_on": "25/4/2024", "active_since": "1.5.2024",
    }  # fmt: skip
    return client.post("/teams/new/", filled | typed)


def test_team_is_established(officer: Client, cast: Cast, enter: Enter) -> None:
    response = establish(officer, cast, hamlets=[cast.units["hg-2"].pk])
    with enter(cast.admin):
        team = Team.objects.get(name="Tổ Khu phố 3")
        assert response["Location"] == f"/teams/{team.pk}/"
        assert (team.unit, team.decided_on) == (cast.units["hg-3"], date(2024, 4, 25))
        since = date(2024, 5, 1)
        assert served(team) == [("hg-2", since, None), ("hg-3", since, None)]
    page = read(officer.get(response["Location"]))
    assert page.one(class_="lead").text == "Local team · since 01/05/2024"
    assert facts(page) == {
        "Established by": "45/QĐ-UBND of 25/04/2024",
        "Hamlets served": "Khu phố 2, Khu phố 3",
        "Zalo group": "not said",
        "Followers on Zalo": "not said",
        "Phones given": "not said",
        "Members with free data": "not said",
        "Wifi": "not said",
        "Funds": "not said",
    }


def test_whoever_keeps_many_units_is_asked_for_one_first(
    admin: Client, cast: Cast, enter: Enter
) -> None:
    page = read(admin.get("/teams/new/"))
    offered = [each.text for each in page.one("select", name="unit").all("option")]
    assert offered == [
        "Choose a unit", "Tỉnh Quảng Ninh", "Thành phố Hạ Long, Tỉnh Quảng Ninh",
        "Thành phố Cẩm Phả, Tỉnh Quảng Ninh", "Phường Bạch Đằng, Thành phố Hạ Long",
        "Phường Hồng Gai, Thành phố Hạ Long", "Phường Cẩm Tây, Thành phố Cẩm Phả",
    ]  # fmt: skip
    assert admin.get("/teams/new/?unit=").status_code == 422
    district = cast.units["193"].pk
    typed = {"name": "Tổ điện lực", "active_since": "10/06/2024"}
    response = admin.post(f"/teams/new/?unit={district}", typed)
    with enter(cast.admin):
        team = Team.objects.get(name="Tổ điện lực")
    assert response["Location"] == f"/teams/{team.pk}/"
    assert (team.kind, team.unit_id) == ("enterprise", district)


def test_new_team_offers_hamlets_of_the_commune_alone(officer: Client, cast: Cast) -> None:
    page = read(officer.get("/teams/new/"))
    offered = [each.attributes["value"] for each in page.all("input", name="hamlets")]
    assert offered == [str(cast.units[code].pk) for code in ("hg-1", "hg-2", "hg-3")]
    refused = establish(officer, cast, unit=cast.units["bd-1"].pk)
    assert refused.status_code == 422
    assert "valid choice" in read(refused).one(id="id_unit_error").text
    assert officer.get("/teams/new/", {"unit": cast.units["06688"].pk}).status_code == 404


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "tổ hg-2", "unit": "hg-2"}, "name", "is there already"),
        ({"active_since": "mai"}, "active_since", "is no day"),
        ({"active_since": "11/06/2024"}, "active_since", "still to come"),
        ({"active_since": ""}, "active_since", "required"),
        ({"decided_on": "2024"}, "decided_on", "names no day"),
        ({"decision_number": "x" * 51}, "decision_number", "At most 50"),
    ],
)
def test_new_team_that_cannot_be_is_refused_beside_its_field(
    typed: dict[str, str], field: str, said: str, officer: Client, cast: Cast
) -> None:
    if "unit" in typed:
        typed = typed | {"unit": str(cast.units[typed["unit"]].pk)}
    response = establish(officer, cast, hamlets=[cast.units["hg-1"].pk], **typed)
    page = read(response)
    assert response.status_code == 422
    assert said in page.one(id=f"id_{field}_error").text
    # Nothing that was typed is lost.
    assert page.one("form", class_="member-form").filled()["hamlets"] == str(cast.units["hg-1"].pk)


# -- What is said of one --------------------------------------------------------------------------


def change(client: Client, team: Team, **typed: Any) -> HttpResponse:
    address = f"/teams/{team.pk}/change/"
    form = read(client.get(address)).one("form", class_="member-form")
    return client.post(address, form.filled() | typed)


def test_what_is_said_of_a_team_is_changed(officer: Client, cast: Cast, enter: Enter) -> None:
    team = cast.teams["hg-2"]
    response = change(
        officer, team, name="Tổ số hai", decision_number="9/QĐ", decided_on="01/04/2022",
        zalo_link="zalo.me/g/abc", zalo_followers="1.204", phones_given="0",
        members_with_free_data="2", has_wifi="k", funds_in_dong="2.000.000",
    )  # fmt: skip
    assert response["Location"] == f"/teams/{team.pk}/"
    page = read(officer.get(response["Location"]))
    assert page.one("h1").text == "Tổ số hai"
    assert facts(page) == {
        "Established by": "9/QĐ of 01/04/2022",
        "Hamlets served": "Khu phố 2",
        "Zalo group": "zalo.me/g/abc",
        "Followers on Zalo": "1,204",
        "Phones given": "0",
        "Members with free data": "2",
        "Wifi": "no",
        "Funds": "2,000,000 đồng",
    }
    # What is said is shown to be changed, and a blank takes it away again.
    change(officer, team, has_wifi="", phones_given="")
    with enter(cast.admin):
        team.refresh_from_db()
        assert (team.has_wifi, team.phones_given, team.zalo_followers) == (None, None, 1204)
        assert team.funds_in_dong == 2_000_000
        assert served(team) == [("hg-2", SINCE, None)]


def test_hamlets_are_served_from_the_day_that_is_named(
    officer: Client, cast: Cast, enter: Enter
) -> None:
    team, units = cast.teams["hg-2"], cast.units
    both = [units["hg-2"].pk, units["hg-3"].pk]
    assert change(officer, team, hamlets=both, since="01/06/2024").status_code == 302
    with enter(cast.admin):
        assert served(team) == [("hg-2", SINCE, None), ("hg-3", date(2024, 6, 1), None)]
    page = read(officer.get(f"/teams/{team.pk}/?on=31/05/2024"))
    assert facts(page)["Hamlets served"] == "Khu phố 2"


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": ""}, "name", "required"),
        ({"zalo_link": "javascript:alert(1)"}, "zalo_link", "is no address"),
        ({"zalo_link": "nhóm của tổ"}, "zalo_link", "is no address"),
        ({"zalo_followers": "nhiều"}, "zalo_followers", "is no whole number"),
        ({"phones_given": "99999"}, "phones_given", "too large"),
        ({"decided_on": "11/06/2024"}, "decided_on", "still to come"),
        ({"hamlets": []}, "hamlets", "at least one hamlet"),
        ({"since": "x"}, "since", "is no day"),
    ],
)
def test_change_that_cannot_be_is_refused_beside_its_field(
    typed: dict[str, Any], field: str, said: str, officer: Client, cast: Cast
) -> None:
    response = change(officer, cast.teams["hg-2"], funds_in_dong="50.000", **typed)
    page = read(response)
    assert response.status_code == 422
    assert said in page.one(id=f"id_{field}_error").text
    assert page.one("input", name="funds_in_dong").attributes["value"] == "50.000"


# -- How one ends ---------------------------------------------------------------------------------


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
    # A member of a past day is nobody to be changed.
    assert not [link for link in past.links if link.startswith("/members/") and link[9:]]


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
    assert "who is in which team" in read(response).text


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
