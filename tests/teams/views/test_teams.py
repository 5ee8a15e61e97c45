"""The teams of an area, and one team with its people."""

import unicodedata

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from teams.models import Kind, Membership, Person, Post, Team
from teams.registry import NewTeam, establish_teams
from tests.cast import SINCE, Cast, Enter, SignIn
from tests.pages import Node, in_english, read


def names(page: Node) -> list[str]:
    return [row[0].removeprefix("Tổ ") for row in page.rows()[1:]]


@pytest.fixture
def staff(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.staff))


# -- The list -----------------------------------------------------------------------------------

SEEN = {
    "leader": ["hg-1a"],
    "officer": ["hg-1a", "hg-1b", "hg-2"],
    "neighbour": ["bd-1", "bd-2"],
    "district_officer": ["viettel", "bd-1", "bd-2", "hg-1a", "hg-1b", "hg-2"],
    "stranger": ["mobifone", "pl-1", "pl-2"],
}


@pytest.mark.parametrize("who", SEEN)
def test_teams_are_those_of_ones_area(who: str, cast: Cast, client_of: SignIn) -> None:
    page = read(in_english(client_of(getattr(cast, who))).get("/teams/"))
    assert names(page) == SEEN[who]
    count = len(SEEN[who])
    assert page.one(class_="lead").text == f"{count} team{'s' if count > 1 else ''}"


def test_team_is_listed_with_its_seat_kind_and_members(staff: Client) -> None:
    page = read(staff.get("/teams/"))
    assert page.row("Tổ hg-1a") == ["Tổ hg-1a", "Khu phố 1", "local team", "3", "0", "01/05/2022"]
    assert page.row("Tổ vnpt")[1:3] == ["Tỉnh Quảng Ninh", "enterprise team"]


def test_teams_of_a_unit_are_those_below_it(staff: Client, cast: Cast) -> None:
    page = read(staff.get(f"/teams/?unit={cast.units['06688'].pk}"))
    assert names(page) == ["bd-1", "bd-2"]
    assert page.one("h1").text == "Which teams does Phường Bạch Đằng have?"
    # The search stays within the unit.
    assert page.one("form", role="search").filled()["unit"] == str(cast.units["06688"].pk)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("hg", ["hg-1a", "hg-1b", "hg-2"]),
        ("  HG-2 ", ["hg-2"]),
        ("khu pho 2", ["bd-2", "hg-2", "ct-2"]),
        ("KHU PHỐ 2", ["bd-2", "hg-2", "ct-2"]),
        (unicodedata.normalize("NFD", "khu phố 2"), ["bd-2", "hg-2", "ct-2"]),
        (unicodedata.normalize("NFD", "Tổ hg"), ["hg-1a", "hg-1b", "hg-2"]),
        ("hg-2\x00", ["hg-2"]),
        ("pl-1", []),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("' or 1=1 --", []),
        ("<script>alert(1)</script>", []),
        ("=1+1", []),
        ("x" * 10_000, []),
    ],
)
def test_teams_are_found_by_name_and_hamlet(typed: str, found: list[str], staff: Client) -> None:
    response = staff.get("/teams/", {"q": typed})
    page = read(response)
    assert response.status_code == 200
    assert sorted(names(page)) == sorted(found)
    assert "<script>alert" not in response.content.decode()
    if not found:
        assert "No team matches." in page.text
        assert "/teams/" in page.one(class_="empty").links


def test_teams_are_all_there_where_nothing_was_typed(staff: Client) -> None:
    for question in ("", "?q=", "?q=%00", "?q=%20", "?unit=", "?unit=abc", "?unit=²", "?unit=%00"):
        assert len(names(read(staff.get("/teams/" + question)))) == 9, question


def test_unit_that_is_none_of_mine_is_not_found(staff: Client, cast: Cast) -> None:
    for number in (cast.units["30"].pk, cast.units["00"].pk, 0, 999_999_999, int("9" * 18)):
        assert staff.get(f"/teams/?unit={number}").status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "9", "x", "²", "9" * 30, "9" * 5000])
def test_teams_have_a_page_for_every_number(number: str, staff: Client) -> None:
    assert len(names(read(staff.get("/teams/", {"page": number})))) == 9


def test_teams_lie_on_several_pages_where_there_are_many(
    staff: Client, cast: Cast, enter: Enter
) -> None:
    unit = cast.units["hg-3"]
    with enter(cast.admin):
        new = [NewTeam(f"Tổ mới {number:02}", unit, Kind.LOCAL) for number in range(50)]
        establish_teams(tenant=cast.province, teams=new, since=SINCE)
    page = read(staff.get("/teams/", {"unit": cast.units["193"].pk, "q": "t"}))
    following = page.one(rel="next").attributes["href"]
    assert len(names(page)) == 50
    rest = read(staff.get("/teams/" + following))
    assert set(names(page)).isdisjoint(names(rest))
    assert len(names(rest)) == 6
    assert rest.one("h1").text == "Which teams does Thành phố Hạ Long have?"


def test_teams_ask_the_database_as_often_for_many(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.officer)

    def count(question: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/teams/" + question)
        return len(queries)

    assert count("?q=hg-2") == count("?q=hg") == count("")


# -- One team -----------------------------------------------------------------------------------


@pytest.fixture
def phoned(cast: Cast, enter: Enter) -> Cast:
    with enter(cast.admin):
        Person.objects.filter(full_name="Leader hg-1a").update(
            phone="+84912345678", birth_year=1980
        )
    return cast


def test_team_is_shown_with_its_people(phoned: Cast, client_of: SignIn) -> None:
    page = read(in_english(client_of(phoned.officer)).get(f"/teams/{phoned.teams['hg-1a'].pk}/"))
    assert page.one("h1").text == "Tổ hg-1a"
    assert page.one(class_="lead").text == "Local team · since 01/05/2022"
    assert page.one("h2").text == "3 members"
    assert page.rows()[1:] == [
        ["Leader hg-1a", "leader", "–", "1980", "0912 345 678"],
        ["Deputy hg-1a", "deputy", "–", "–", "–"],
        ["Member hg-1a", "member", "–", "–", "–"],
    ]


@pytest.mark.parametrize(
    ("who", "number"),
    [
        ("leader", "0912 345 678"),
        ("officer", "0912 345 678"),
        ("admin", "0912 345 678"),
        ("district_officer", "0912•••678"),
        ("staff", "0912•••678"),
        ("national", "0912•••678"),
    ],
)
def test_phone_is_whole_for_those_who_call_the_team(
    who: str, number: str, phoned: Cast, client_of: SignIn
) -> None:
    response = client_of(getattr(phoned, who)).get(f"/teams/{phoned.teams['hg-1a'].pk}/")
    assert read(response).row("Leader hg-1a")[4] == number
    seen = response.content.decode()
    assert ("0912 345 678" in seen) == (number == "0912 345 678")
    assert "912345678" not in seen


def test_path_leads_to_the_units_within_reach(cast: Cast, client_of: SignIn) -> None:
    address = f"/teams/{cast.teams['hg-1a'].pk}/"

    def crumbs(who: str) -> list[str]:
        return read(client_of(getattr(cast, who)).get(address)).one("nav", class_="crumbs").links

    above = [f"/teams/?unit={cast.units[code].pk}" for code in ("22", "193", "06691")]
    assert crumbs("staff") == above
    assert crumbs("officer") == above[2:]
    assert crumbs("leader") == []


def test_team_without_people_says_so(cast: Cast, client_of: SignIn, enter: Enter) -> None:
    with enter(cast.admin):
        Membership.objects.filter(team=cast.teams["hg-1b"]).delete()
    page = read(in_english(client_of(cast.officer)).get(f"/teams/{cast.teams['hg-1b'].pk}/"))
    assert "Nobody is enrolled in this team yet." in page.text


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><img src=x>', "{{ 7*7 }}", "=1+1"]
)
def test_names_are_text_wherever_they_stand(
    name: str, cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    with enter(cast.admin):
        Team.objects.filter(pk=cast.teams["hg-1a"].pk).update(name=name)
        Person.objects.filter(full_name="Leader hg-1a").update(full_name=name)
    client = client_of(cast.officer)
    commune, team = cast.units["06691"].pk, cast.teams["hg-1a"].pk
    for address in (
        "/", "/teams/", f"/teams/{team}/", f"/months/2024-06/units/{commune}/",
        f"/months/2024-06/teams/{team}/", f"/overview/2024-06/{commune}/",
    ):  # fmt: skip
        response = client.get(address)
        assert name in read(response).text, address
        assert "<script>alert" not in response.content.decode()
        assert "<img src=x>" not in response.content.decode()


def test_team_asks_the_database_as_often_for_many_people(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    client = client_of(cast.officer)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/teams/{cast.teams['hg-1a'].pk}/")
        return len(queries)

    many = count()
    with enter(cast.admin):
        Membership.objects.filter(team=cast.teams["hg-1a"]).exclude(post=Post.LEADER).delete()
    assert count() == many


@pytest.mark.parametrize("typed", ["to khu pho dien luc", "Tổ khu phố điện lực", "DIEN LUC"])
def test_team_is_found_by_its_name_without_accents(
    typed: str, cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    with enter(cast.admin):
        Team.objects.filter(pk=cast.teams["viettel"].pk).update(name="Tổ Khu phố Điện lực")
    page = read(client_of(cast.admin).get("/teams/", {"q": typed}))
    assert [row[0].split(" không")[0] for row in page.rows()[1:]] == ["Tổ Khu phố Điện lực"]


# -- The part of one's area ------------------------------------------------------------------------


def choices(page: Node) -> list[str]:
    """The names of the units that the list can be narrowed to, each with its indent."""
    options = page.one("select", name="unit").all("option")
    return [str(option.children[0]) if option.children else "" for option in options]


@pytest.mark.parametrize("address", ["/teams/", "/members/", "/teams/committees/"])
def test_area_is_narrowed_one_level_after_the_other(
    address: str, staff: Client, cast: Cast
) -> None:
    districts = ["My whole area", "Thành phố Hạ Long", "Thành phố Cẩm Phả"]
    assert choices(read(staff.get(address))) == districts
    opened = [
        *districts[:2], "\u2003Phường Bạch Đằng", "\u2003Phường Hồng Gai", districts[2]
    ]  # fmt: skip
    for code in ("193", "06691"):
        page = read(staff.get(f"{address}?unit={cast.units[code].pk}"))
        assert choices(page) == opened
        assert page.one("form", role="search").filled()["unit"] == str(cast.units[code].pk)


def test_choice_of_a_part_keeps_the_other_filters(staff: Client, cast: Cast) -> None:
    page = read(staff.get("/teams/?q=hg&lack=core&kind=local&on=01/03/2023"))
    asked = page.one("form", role="search").filled() | {"unit": str(cast.units["06691"].pk)}
    assert (asked["q"], asked["lack"]) == ("hg", "core")
    assert names(read(staff.get("/teams/", asked))) == ["hg-1a", "hg-1b", "hg-2"]


@pytest.mark.parametrize("who", ["leader", "officer"])
def test_whoever_has_one_commune_has_nothing_to_choose(
    who: str, cast: Cast, client_of: SignIn
) -> None:
    page = read(client_of(getattr(cast, who)).get("/teams/"))
    assert page.all("select", name="unit") == []


def test_empty_list_says_whether_a_filter_is_the_cause(staff: Client, cast: Cast) -> None:
    place = f"unit={cast.units['06691'].pk}"
    for asked, said, way in [
        ("q=zzz", "No team matches. Try fewer letters.", "Show all"),
        (f"q=hg&kind=enterprise&{place}", "Nothing matches all of these filters", "Clear the"),
    ]:
        empty = read(staff.get(f"/teams/?{asked}")).one(class_="empty")
        assert (said in empty.text, way in empty.text, empty.links) == (True, True, ["/teams/"])


@pytest.mark.parametrize("address", ["/teams/", "/members/"])
def test_nation_chooses_a_province_first(address: str, cast: Cast, client_of: SignIn) -> None:
    client = in_english(client_of(cast.national))
    page = read(client.get(f"{address}?q=hg"))
    empty = page.one(class_="empty")
    assert "Choose a province first." in empty.text
    assert [each.text for each in empty.all("a")] == ["Tỉnh Quảng Ninh", "Tỉnh Hải Dương"]
    assert choices(page)[1:] == ["Tỉnh Quảng Ninh", "Tỉnh Hải Dương"]
    chosen = read(client.get(f"{address}?unit={cast.units['30'].pk}"))
    assert len(chosen.rows()) > 1
    assert choices(chosen)[1:] == ["Tỉnh Quảng Ninh", "Tỉnh Hải Dương", "\u2003Thành phố Chí Linh"]
