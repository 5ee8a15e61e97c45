"""Lists as they were on a past day: who was there, how many there were, and the files of it."""

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from teams import directory, endings, establishment
from teams.models import Export, Membership, Post, Team
from tests.cast import Cast, Enter, SignIn
from tests.pages import Node, in_english, read

BEFORE, ON, AFTER = "31/05/2024", "01/06/2024", "09/06/2024"


@pytest.fixture
def merged(cast: Cast, enter: Enter) -> Cast:
    """Since 1 June the people and the hamlet of hg-2 are those of hg-1a."""
    with enter(cast.admin):
        said: dict[str, Any] = {
            "decision_number": "=9/QĐ", "decided_on": date(2022, 4, 1), "zalo_followers": 120,
            "zalo_link": "https://zalo.me/g/abc", "has_wifi": False,
        }  # fmt: skip
        establishment.amend(team=cast.teams["hg-2"], values=said, actor=cast.admin)
        endings.end(
            team=cast.teams["hg-2"], into=cast.teams["hg-1a"], on=date(2024, 6, 1), actor=cast.admin
        )
    return cast


@pytest.fixture
def officer(merged: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(merged.officer))


def counted(page: Node) -> dict[str, str]:
    """Of each team, how many members it has."""
    return {row[0].removeprefix("Tổ "): row[3] for row in page.rows()[1:]}


def test_teams_are_those_of_the_day_with_their_heads(officer: Client) -> None:
    counts = {day: counted(read(officer.get("/teams/", {"on": day}))) for day in (BEFORE, ON, "")}
    assert counts == {
        BEFORE: {"hg-1a": "3", "hg-1b": "3", "hg-2": "3"},
        ON: {"hg-1a": "6", "hg-1b": "3"},
        "": {"hg-1a": "6", "hg-1b": "3"},
    }


def test_list_says_that_it_is_of_a_past_day(officer: Client, merged: Cast) -> None:
    page = read(officer.get("/teams/", {"on": "31.5.2024", "kind": "local"}))
    told = page.one(class_="as-of")
    assert told.text == (
        "These are the teams of 31/05/2024, with as many members as they had on that day. "
        "Show today"
    )
    assert told.links == ["?kind=local"]
    assert page.one("form", role="search").filled()["on"] == BEFORE
    day = "on=31%2F05%2F2024"
    assert page.one("nav", class_="tabs").links == [
        f"/teams/?{day}", f"/members/?{day}", f"/teams/committees/?{day}"
    ]  # fmt: skip
    assert f"/teams/{merged.teams['hg-2'].pk}/?on=31/05/2024" in page.links
    assert read(officer.get("/teams/")).all(class_="as-of") == []
    assert read(officer.get("/teams/", {"on": "10/06/2024"})).all(class_="as-of") == []


@pytest.mark.parametrize("address", ["/teams/", "/members/", "/teams/committees/"])
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31/02/2024", "is no day"),
        ("hôm qua", "is no day"),
        ("5/2024", "names no day"),
        ("11/06/2024", "still to come"),
        ("<script>alert(1)</script>", "is no day"),
        ("\x00", "Null"),
        ("9" * 5000, "is no day"),
    ],
)
def test_day_that_is_none_is_refused_and_today_is_shown(
    typed: str, said: str, address: str, officer: Client
) -> None:
    response = officer.get(address, {"on": typed})
    page = read(response)
    assert said in page.one(id="on-error").text
    assert "Shown is today." in page.one(id="on-error").text
    assert page.rows() == read(officer.get(address)).rows()
    assert b"<script>alert" not in response.content
    assert not [link for link in page.links if "on=" in link]


@pytest.mark.parametrize("address", ["/teams/export/", "/members/export/"])
def test_no_file_is_made_of_a_day_that_is_none(
    address: str, officer: Client, merged: Cast, enter: Enter
) -> None:
    assert officer.get(address, {"on": "11/06/2024"}).status_code == 422
    with enter(merged.admin):
        assert not Export.objects.exists()


def test_members_are_those_of_the_day(officer: Client) -> None:
    def teams_of(day: str) -> list[str]:
        page = read(officer.get("/members/", {"on": day, "q": "hg-2"}))
        return [row[2] for row in page.rows()[1:]]

    assert teams_of(BEFORE) == ["Tổ hg-2"] * 3
    assert teams_of(ON) == ["Tổ hg-1a"] * 3


def test_lack_is_what_was_lacking_on_the_day(officer: Client, merged: Cast, enter: Enter) -> None:
    with enter(merged.admin):
        Membership.objects.filter(team=merged.teams["hg-1b"], post=Post.LEADER).update(
            valid=DateRange(date(2024, 6, 1), None)
        )
    found = {
        day: counted(read(officer.get("/teams/", {"on": day, "lack": "leader"}))).keys()
        for day in (BEFORE, ON)
    }
    assert found == {BEFORE: {"hg-1b no leader"}, ON: set()}


def test_ended_teams_are_those_that_had_ended_by_the_day(officer: Client) -> None:
    def ended(day: str) -> list[str]:
        page = read(officer.get("/teams/", {"on": day, "state": "ended"}))
        return [row[0] for row in page.rows()[1:]]

    assert ended(BEFORE) == []
    assert ended(ON) == ["Tổ hg-2 merged 01/06/2024"]


@pytest.mark.parametrize("address", ["/teams/", "/members/"])
def test_past_day_asks_the_database_as_often_for_many(address: str, officer: Client) -> None:
    def statements(**asked: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert officer.get(address, {"on": BEFORE, **asked}).status_code == 200
        return len(seen)

    assert statements(q="hg-2") == statements()


# -- Taken out ------------------------------------------------------------------------------------


def told(client: Client, **asked: str) -> list[dict[str, str]]:
    content = client.get("/teams/export/", {"format": "csv", **asked}).content
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


def test_file_holds_the_teams_of_the_day_with_all_that_is_known(
    officer: Client, merged: Cast
) -> None:
    rows = {row["Name of the team"]: row for row in told(officer, on=BEFORE)}
    assert set(rows) == {"Tổ hg-1a", "Tổ hg-1b", "Tổ hg-2"}
    assert rows["Tổ hg-2"] == {
        "Team code": str(merged.teams["hg-2"].pk),
        "Name of the team": "Tổ hg-2",
        "Kind": "Local team",
        "Commune": "Phường Hồng Gai",
        "Hamlets served": "Khu phố 2",
        "Decision number": "'=9/QĐ",
        "Decided on": "01/04/2022",
        "Active since": "01/05/2022",
        # On that day nobody knew of it.
        "Ended on": "",
        "How it ended": "",
        "Link of the Zalo group": "https://zalo.me/g/abc",
        "Followers on Zalo": "120",
        "Phones given": "",
        "Members with free data": "",
        "Wifi": "no",
        "Funds, in đồng": "",
    }
    assert rows["Tổ hg-1a"]["Hamlets served"] == "Khu phố 1"
    now = {row["Name of the team"]: row["Hamlets served"] for row in told(officer)}
    assert now == {"Tổ hg-1a": "Khu phố 1; Khu phố 2", "Tổ hg-1b": "Khu phố 1"}
    (ended,) = told(officer, state="ended")
    assert (ended["Ended on"], ended["How it ended"]) == ("01/06/2024", "merged")


def test_file_of_enterprises_says_where_they_sit(merged: Cast, client_of: SignIn) -> None:
    rows = told(in_english(client_of(merged.staff)), kind="enterprise")
    assert [(row["Name of the team"], row["Commune"], row["Hamlets served"]) for row in rows] == [
        ("Tổ viettel", "Thành phố Hạ Long", ""), ("Tổ vnpt", "Tỉnh Quảng Ninh", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
def test_columns_read_what_they_wrote(
    language: str, officer: Client, merged: Cast, enter: Enter
) -> None:
    officer.cookies["django_language"] = language
    response = officer.get("/teams/export/", {"on": BEFORE, "q": "hg-2"})
    assert "danh-sach-to-2024-05-31.xlsx" in response["Content-Disposition"]
    sheet = load_workbook(BytesIO(response.content)).worksheets[0]
    (cells,) = sheet.iter_rows(min_row=4, values_only=True)
    known = {
        column.key: column.parse(cell)
        for column, cell in zip(directory.COLUMNS, cells, strict=True)
    }
    with enter(merged.admin):
        team = Team.objects.get(pk=merged.teams["hg-2"].pk)
    assert {key: known[key] for key in directory.PARTICULARS} == {
        key: getattr(team, key) for key in directory.PARTICULARS
    }
    assert (known["team_code"], known["kind"], known["hamlets"]) == (
        team.pk, "local", ["Khu phố 2"],
    )  # fmt: skip


def test_file_of_members_is_of_the_day_and_its_taking_says_so(
    officer: Client, merged: Cast, enter: Enter
) -> None:
    response = officer.get("/members/export/", {"on": BEFORE, "q": "hg-2", "format": "csv"})
    rows = list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"))))
    assert [row["Team"] for row in rows] == ["Tổ hg-2"] * 3
    with enter(merged.admin):
        assert Export.objects.get().asked == {"on": BEFORE, "q": "hg-2"}
