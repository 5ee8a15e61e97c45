"""The people of one's teams: filtered, sorted as a roster is, and taken out on record."""

import csv
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from teams.models import Export, Membership, Person, Post
from tests.cast import SINCE, Cast, Enter, SignIn
from tests.pages import in_english, read
from tests.teams import bringing
from units.text import name_key

PHONE = "+84912345678"


@pytest.fixture
def named(cast: Cast, enter: Enter) -> Cast:
    """The members of hg-2 have names of people; one of them a phone, an organisation and a core."""
    names = {"Leader": "Đỗ Văn Ánh", "Deputy": "Lê Thị An", "Member": "Nguyễn Đình Ân"}
    with enter(cast.admin):
        for post, name in names.items():
            person = Person.objects.get(full_name=f"{post} hg-2")
            person.full_name, person.phone = name, PHONE if post == "Deputy" else ""
            person.clean_text()
            person.save()
        members = Membership.objects.filter(team=cast.teams["hg-2"], post=Post.DEPUTY)
        members.update(organisation="=Đoàn Thanh niên", is_core=True)
    return cast


@pytest.fixture
def officer(named: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(named.officer))


def listed(client: Client, **asked: Any) -> list[str]:
    page = read(client.get("/members/", asked))
    return [row[0].removesuffix(" core") for row in page.rows()[1:] if "hg-2" in row[2]]


def test_members_are_sorted_by_given_name(officer: Client) -> None:
    assert listed(officer) == ["Lê Thị An", "Đỗ Văn Ánh", "Nguyễn Đình Ân"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "nguyen dinh"}, ["Nguyễn Đình Ân"]),
        ({"q": "NGUYỄN ĐÌNH"}, ["Nguyễn Đình Ân"]),
        ({"q": "do van"}, ["Đỗ Văn Ánh"]),
        ({"post": "leader"}, ["Đỗ Văn Ánh"]),
        ({"organisation": "=Đoàn Thanh niên"}, ["Lê Thị An"]),
        ({"core": "1"}, ["Lê Thị An"]),
        ({"q": "%"}, []),
        ({"post": "nobody"}, ["Lê Thị An", "Đỗ Văn Ánh", "Nguyễn Đình Ân"]),
    ],
)
def test_members_are_those_that_were_asked_for(
    asked: dict[str, str], found: list[str], officer: Client
) -> None:
    assert listed(officer, **asked) == found


@pytest.mark.parametrize(
    ("lack", "found"),
    [
        ("leader", ["Tổ hg-2"]),
        ("core", ["Tổ hg-1a", "Tổ hg-1b", "Tổ hg-2"]),
        ("members", ["Tổ hg-1a", "Tổ hg-1b", "Tổ hg-2"]),
    ],
)
def test_teams_are_found_by_what_they_lack(
    lack: str, found: list[str], officer: Client, named: Cast, enter: Enter
) -> None:
    with enter(named.admin):
        Membership.objects.filter(team=named.teams["hg-2"], post=Post.LEADER).delete()
    page = read(officer.get("/teams/", {"lack": lack}))
    assert [row[0].removesuffix(" no leader") for row in page.rows()[1:]] == found


def test_members_ask_the_database_as_often_for_many(
    officer: Client, named: Cast, enter: Enter
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert officer.get("/members/").status_code == 200
        return len(seen)

    few = statements()
    with enter(named.admin):
        people = Person.objects.bulk_create(
            Person(tenant=named.province, full_name=f"Lê {n}", sort_key=name_key(f"Lê {n}"))
            for n in range(40)
        )
        Membership.objects.bulk_create(
            Membership(
                tenant=named.province, team=named.teams["hg-1a"], person=person, valid=(SINCE, None)
            )
            for person in people
        )
    assert statements() == few


# -- Taken out ----------------------------------------------------------------------------------


def test_workbook_holds_what_was_asked_for_and_the_taking_is_recorded(
    officer: Client, named: Cast, enter: Enter
) -> None:
    response = officer.get("/members/export/", {"core": "1"})
    sheet = load_workbook(BytesIO(response.content)).worksheets[0]
    head, row = [[cell.value for cell in cells] for cells in sheet.iter_rows(min_row=3, max_row=4)]
    taken = dict(zip(head, row, strict=True))
    assert sheet.max_row == 4
    assert (taken["Full name *"], taken["Phone"]) == ("Lê Thị An", "0912345678")
    assert (taken["Commune"], taken["Hamlet"]) == ("Phường Hồng Gai", "Khu phố 2")
    place = head.index("Organisation")
    assert sheet[4][place].value == "=Đoàn Thanh niên"
    assert (sheet[4][place].data_type, sheet[4][place].quotePrefix) == ("s", True)
    with enter(named.admin):
        export = Export.objects.get()
        assert (export.by, export.rows, export.is_masked) == (named.officer, 1, False)
        assert (export.asked, export.unit) == ({"core": True}, named.units["06691"])


def test_workbook_that_was_taken_out_comes_in_again_and_changes_nothing(
    officer: Client, named: Cast, enter: Enter, tmp_path: Path
) -> None:
    path = tmp_path / "roster.xlsx"
    path.write_bytes(officer.get("/members/export/", {"core": "1"}).content)
    with enter(named.officer):
        batch = bringing.received(path, named.officer)
    assert (batch.counts, batch.said) == ({"unchanged": 1}, "")


def test_numbers_are_masked_for_whoever_does_not_keep_the_roster(
    named: Cast, client_of: SignIn, enter: Enter
) -> None:
    staff = in_english(client_of(named.staff))
    response = staff.get("/members/export/", {"core": "1", "format": "csv"})
    head, row = csv.reader(StringIO(response.content.decode("utf-8-sig")))
    taken = dict(zip(head, row, strict=True))
    assert (taken["Phone"], taken["Organisation"]) == ("0912•••678", "'=Đoàn Thanh niên")
    with enter(named.admin):
        assert Export.objects.get().is_masked


@pytest.mark.parametrize("typed", ["0912345678", "0912 345 678", "+84 912.345.678", "912345678"])
def test_member_is_found_by_phone_however_it_is_typed(typed: str, officer: Client) -> None:
    assert listed(officer, q=typed) == ["Lê Thị An"]
    assert listed(officer, q="0912 345 679") == []


def test_phone_is_found_by_nobody_who_sees_it_masked(named: Cast, client_of: SignIn) -> None:
    client = in_english(client_of(named.staff))
    assert "0912•••678" in read(client.get("/members/", {"q": "le thi an"})).text
    assert listed(client, q="0912 345 678") == []
    sheet = client.get("/members/export/?q=0912345678&format=csv").content.decode("utf-8-sig")
    assert len(list(csv.reader(StringIO(sheet)))) == 1


def test_names_lead_to_the_members_whose_roster_is_kept(
    officer: Client, named: Cast, client_of: SignIn
) -> None:
    for client, leads in [(officer, True), (client_of(named.staff), False)]:
        links = read(client.get("/members/?q=le thi an")).links
        assert any(link.startswith("/members/") and link[9:10].isdigit() for link in links) is leads
    links = read(officer.get("/members/?on=01/03/2023")).links
    assert any(link[9:10].isdigit() for link in links)
    links = read(client_of(named.staff).get("/members/?on=01/03/2023")).links
    assert not any(link[9:10].isdigit() for link in links)
