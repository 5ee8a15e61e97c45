"""The register of teams by hand: new ones, and what is said of one."""

from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from teams.models import Area, Team
from tests.cast import SINCE, Cast, Enter, SignIn
from tests.pages import Node, in_english, read


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
        members_with_free_data="2", has_wifi="False", funds_in_dong="2.000.000",
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


def test_team_that_somebody_changed_meanwhile_is_not_overwritten(
    officer: Client, cast: Cast, enter: Enter
) -> None:
    team, address = cast.teams["hg-2"], f"/teams/{cast.teams['hg-2'].pk}/change/"
    form = read(officer.get(address)).one("form", class_="team-form").filled()
    hamlets = [cast.units["hg-2"].pk]
    both = [*hamlets, cast.units["hg-3"].pk]
    assert officer.post(address, form | {"hamlets": both}).status_code == 302
    refused = officer.post(address, form | {"hamlets": hamlets, "phones_given": "7"})
    page = read(refused)
    assert refused.status_code == 409
    assert "differs in: Hamlets served, Phones given." in page.one(class_="alert-error").text
    assert page.one("input", name="phones_given").attributes["value"] == "7"
    with enter(cast.admin):
        assert [code for code, *_days in served(team)] == ["hg-2", "hg-3"]


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


def test_hamlet_elsewhere_stays_served_by_whoever_changes_the_rest(
    officer: Client, cast: Cast, enter: Enter
) -> None:
    """The province gave the team a hamlet of the commune next door."""
    team, units = cast.teams["hg-2"], cast.units
    with enter(cast.admin):
        Area.objects.create(
            tenant=cast.province, team=team, hamlet=units["bd-1"], valid=(date(2024, 6, 1), None)
        )
    page = read(officer.get(f"/teams/{team.pk}/change/"))
    ticked = [
        each.attributes["value"]
        for each in page.all("input", name="hamlets")
        if "checked" in each.attributes
    ]
    assert ticked == [str(units[code].pk) for code in ("bd-1", "hg-2")]
    wanted = [*ticked, units["hg-3"].pk]
    assert change(officer, team, hamlets=wanted, since="10/06/2024").status_code == 302
    with enter(cast.admin):
        assert [code for code, _since, until in served(team) if until is None] == [
            "bd-1", "hg-2", "hg-3",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": ""}, "name", "required"),
        ({"zalo_link": "javascript:alert(1)"}, "zalo_link", "is no address"),
        ({"zalo_link": "nhóm của tổ"}, "zalo_link", "is no address"),
        ({"zalo_link": "http://zalo.me/g/abc"}, "zalo_link", "is no address"),
        ({"zalo_link": "example.org/g/abc"}, "zalo_link", "Only a link of Zalo"),
        ({"zalo_followers": "nhiều"}, "zalo_followers", "is no whole number"),
        ({"members_with_free_data": "4"}, "members_with_free_data", "has only 3 members"),
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
