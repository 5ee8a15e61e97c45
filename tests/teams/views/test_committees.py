"""The steering committees of an area, and one: listed, taken out, set up, changed, ended."""

import csv
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from teams import steering
from teams.models import Committee, Export, Seat, SteeringPost
from teams.seating import Official
from tests.cast import SINCE, Cast, Enter, SignIn
from tests.pages import Node, in_english, read
from tests.teams import sitting
from tests.teams.sitting import HEAD, MEMBER

TODAY = date(2024, 6, 10)
DEPUTY = Official(
    "Trần Thị Bé", SteeringPost.DEPUTY, "=Phó Chủ tịch UBND thành phố", "+84911111111"
)


@pytest.fixture
def steered(cast: Cast, enter: Enter) -> Cast:
    """The district and Hồng Gai have committees, and so has the other province."""
    with enter(cast.admin):
        chair = replace(HEAD, full_name="Vũ Văn Cao", office="Chủ tịch UBND thành phố")
        sitting.set_up(cast.admin, cast.units["193"], chair, DEPUTY)
        sitting.set_up(cast.admin, cast.units["06691"], since=date(2023, 1, 1))
    with enter(cast.stranger):
        sitting.set_up(cast.stranger, cast.units["30"])
    return cast


@pytest.fixture
def staff(steered: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(steered.staff))


@pytest.fixture
def officer(steered: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(steered.officer))


def units(page: Node) -> list[str]:
    return [row[0].split(" Thành phố H")[0].split(" Tỉnh Q")[0] for row in page.rows()[1:]]


def facts(page: Node) -> list[str]:
    return [each.text for each in page.all("section", class_="fact")]


ALL = [
    "Tỉnh Quảng Ninh", "Thành phố Hạ Long", "Thành phố Cẩm Phả", "Phường Bạch Đằng",
    "Phường Hồng Gai", "Phường Cẩm Tây Thành phố Cẩm Phả",
]  # fmt: skip


# -- The list -----------------------------------------------------------------------------------


def test_every_unit_of_the_area_is_listed_with_its_committee(staff: Client) -> None:
    page = read(staff.get("/teams/committees/"))
    assert units(page) == ALL
    assert page.row("Phường Hồng Gai") == [
        "Phường Hồng Gai Thành phố Hạ Long", "Commune", "12/QĐ-UBND", "2",
        "Lê Thị Trưởng Chủ tịch UBND phường",
    ]  # fmt: skip
    assert page.row("Phường Bạch Đằng")[2:] == ["no committee yet"]


def test_coverage_is_told_with_its_parts(staff: Client) -> None:
    assert facts(read(staff.get("/teams/committees/"))) == [
        "Province 0.00% 0/1 units with a committee · 0 people 1 without: show it",
        "District 50.00% 1/2 units with a committee · 2 people 1 without: show it",
        "Commune 33.33% 1/3 units with a committee · 2 people 2 without: show them",
    ]


def test_officer_sets_up_what_is_missing(steered: Cast, client_of: SignIn) -> None:
    page = read(in_english(client_of(steered.neighbour)).get("/teams/committees/"))
    assert units(page) == ["Phường Bạch Đằng"]
    assert f"/teams/committees/new/{steered.units['06688'].pk}/" in page.links
    # Of one unit there is no rate to tell.
    assert facts(page) == []


def test_those_who_only_read_are_offered_nothing_else(staff: Client) -> None:
    page = read(staff.get("/teams/committees/"))
    assert [link for link in page.links if "/new/" in link] == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"level": "3"}, ALL[3:]),
        ({"state": "missing"}, [ALL[0], ALL[2], ALL[3], ALL[5]]),
        ({"state": "missing", "level": "2"}, [ALL[2]]),
        ({"state": "standing"}, [ALL[1], ALL[4]]),
        ({"q": "le thi truong"}, [ALL[4]]),
        ({"q": "PHÓ CHỦ TỊCH"}, [ALL[1]]),
        ({"q": "chu tich ubnd"}, [ALL[1], ALL[4]]),
        ({"q": "bach dang"}, [ALL[3]]),
        ({"q": "%"}, []),
        ({"q": "truong chu tich"}, []),
        ({"level": "9", "state": "x"}, ALL),
        ({"on": "31/12/2022", "state": "standing"}, [ALL[1]]),
        ({"on": "2022-04-30"}, []),
    ],
)
def test_units_are_those_that_were_asked_for(
    asked: dict[str, str], found: list[str], staff: Client
) -> None:
    response = staff.get("/teams/committees/", asked)
    assert (response.status_code, units(read(response))) == (200, found)


def test_units_are_those_below_the_one_that_was_asked_for(staff: Client, steered: Cast) -> None:
    page = read(staff.get(f"/teams/committees/?unit={steered.units['193'].pk}"))
    assert units(page) == [ALL[1], ALL[3], ALL[4]]
    assert page.one("h1").text == "Who steers the teams of Thành phố Hạ Long?"
    assert page.one("form", role="search").filled()["unit"] == str(steered.units["193"].pk)


def test_those_who_were_found_are_shown(staff: Client) -> None:
    page = read(staff.get("/teams/committees/?q=pho chu tich"))
    assert page.row("Thành phố Hạ Long")[-1] == "Trần Thị Bé =Phó Chủ tịch UBND thành phố"


def test_unreadable_day_is_refused_beside_its_field(staff: Client) -> None:
    response = staff.get("/teams/committees/?on=hôm nay&q=le thi")
    page = read(response)
    assert (response.status_code, units(page)) == (200, [ALL[4]])
    assert "“hôm nay” is no day" in page.one(id="on-error").text
    assert page.one("form", role="search").filled()["on"] == "hôm nay"
    assert staff.get("/teams/committees/export/?on=hôm nay").status_code == 422


@pytest.mark.parametrize("address", ["/teams/committees/", "/teams/committees/export/"])
def test_unit_of_others_is_not_found(address: str, officer: Client, steered: Cast) -> None:
    for code in ("06688", "193", "30"):
        assert officer.get(f"{address}?unit={steered.units[code].pk}").status_code == 404


def test_leader_of_an_enterprise_team_has_no_committees(
    steered: Cast, client_of: SignIn, enter: Enter
) -> None:
    with enter(steered.admin):
        steered.leader.grants.update(unit=steered.units["22"])
        assert not Committee.objects.visible_to(steered.leader).exists()
    client = in_english(client_of(steered.leader))
    assert client.get("/teams/committees/").status_code == 403
    assert "/teams/committees/" not in read(client.get("/teams/")).links


def test_list_asks_the_database_as_often_for_many(
    staff: Client, steered: Cast, enter: Enter
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert staff.get("/teams/committees/?q=u").status_code == 200
        return len(seen)

    few = statements()
    with enter(steered.admin):
        for code in ("22", "195", "06688", "06757"):
            crowd = [replace(MEMBER, office=f"Ủy viên {number}") for number in range(9)]
            sitting.set_up(steered.admin, steered.units[code], HEAD, *crowd)
    assert statements() == few


# -- Taken out ----------------------------------------------------------------------------------


def taken(response: HttpResponse) -> list[dict[str, Any]]:
    sheet = load_workbook(BytesIO(response.content)).worksheets[0]
    head, *rows = sheet.iter_rows(min_row=3, values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_workbook_holds_what_was_asked_for_and_the_taking_is_recorded(
    officer: Client, steered: Cast, enter: Enter
) -> None:
    response = officer.get("/teams/committees/export/", {"q": "truong cong an", "on": "10/6/2024"})
    [row] = taken(response)
    assert list(row.values()) == [
        "Commune", "06691", "Phường Hồng Gai", "Tổ chỉ đạo", "12/QĐ-UBND", None, "Đỗ Văn Ánh",
        "Member", "Trưởng Công an phường", "0987654321", row["From"], None,
    ]  # fmt: skip
    assert row["From"].date() == date(2023, 1, 1)
    with enter(steered.admin):
        export = Export.objects.get()
        assert (export.by, export.subject, export.rows) == (steered.officer, "committees", 1)
        assert export.asked == {"q": "truong cong an"}
        assert (export.unit, export.is_masked) == (steered.units["06691"], False)


def test_numbers_are_masked_and_formulas_are_texts(
    staff: Client, steered: Cast, enter: Enter
) -> None:
    response = staff.get("/teams/committees/export/", {"level": "2", "format": "csv"})
    assert "to-chi-dao-2024-06-10.csv" in response["Content-Disposition"]
    head, chair, deputy = csv.reader(StringIO(response.content.decode("utf-8-sig")))
    assert head == [
        "Level", "Unit code", "Unit", "Name of the committee", "Decision number", "Decided on",
        "Full name", "Post in the committee", "Office", "Phone", "From", "Until",
    ]  # fmt: skip
    assert (chair[6], chair[7], chair[9]) == ("Vũ Văn Cao", "Head", "0912•••678")
    assert deputy[8] == "'=Phó Chủ tịch UBND thành phố"
    with enter(steered.admin):
        assert Export.objects.get().is_masked


def test_export_is_of_the_day_and_in_the_order_of_posts(staff: Client, steered: Cast) -> None:
    rows = taken(staff.get("/teams/committees/export/"))
    assert [row["Full name *"] for row in rows] == [
        "Vũ Văn Cao", "Trần Thị Bé", "Lê Thị Trưởng", "Đỗ Văn Ánh",
    ]  # fmt: skip
    rows = taken(staff.get("/teams/committees/export/?on=31/12/2022"))
    assert [row["Full name *"] for row in rows] == ["Vũ Văn Cao", "Trần Thị Bé"]


# -- One committee --------------------------------------------------------------------------------


@pytest.fixture
def hong_gai(steered: Cast, enter: Enter) -> Committee:
    with enter(steered.admin):
        return Committee.objects.get(unit=steered.units["06691"])


def people(response: HttpResponse) -> list[list[str]]:
    return read(response).rows()[1:]


def test_people_stand_in_the_order_of_posts_and_given_names(
    officer: Client, hong_gai: Committee, steered: Cast, enter: Enter
) -> None:
    others = [
        Official("Nguyễn Đình Ân", office="Bí thư Đoàn"),
        Official("Lê Thị An", office="Công chức"),
        Official("Bùi Văn Tư", SteeringPost.STANDING_DEPUTY, "Phó Chủ tịch UBND phường"),
    ]
    with enter(steered.admin):
        for official in others:
            steering.give_seat(
                committee=hong_gai, official=official, since=TODAY, actor=steered.admin
            )
    rows = people(officer.get(f"/teams/committees/{hong_gai.pk}/"))
    assert [row[0] for row in rows] == [
        "Lê Thị Trưởng", "Bùi Văn Tư", "Lê Thị An", "Đỗ Văn Ánh", "Nguyễn Đình Ân",
    ]  # fmt: skip
    assert rows[0][1:] == ["Head", "Chủ tịch UBND phường", "0912 345 678", "01/01/2023"]
    rows = people(officer.get(f"/teams/committees/{hong_gai.pk}/?on=09/06/2024"))
    assert [row[0] for row in rows] == ["Lê Thị Trưởng", "Đỗ Văn Ánh"]


def test_page_asks_the_database_as_often_for_many(
    officer: Client, hong_gai: Committee, steered: Cast, enter: Enter
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert officer.get(f"/teams/committees/{hong_gai.pk}/").status_code == 200
        return len(seen)

    few = statements()
    with enter(steered.admin):
        for number in range(9):
            official = replace(MEMBER, office=f"Ủy viên {number}")
            steering.give_seat(
                committee=hong_gai, official=official, since=TODAY, actor=steered.admin
            )
    assert statements() == few


def test_past_is_shown_and_not_offered_for_a_change(
    officer: Client, hong_gai: Committee, steered: Cast, enter: Enter
) -> None:
    with enter(steered.admin):
        left = hong_gai.seats.get(post=SteeringPost.MEMBER)
        steering.end_seat(seat=left, until=TODAY, actor=steered.admin)
    page = read(officer.get(f"/teams/committees/{hong_gai.pk}/?on=09/06/2024"))
    assert page.row("Đỗ Văn Ánh")[1] == "Member"
    assert f"/teams/seats/{left.pk}/" not in page.links


def test_phones_are_masked_for_those_who_only_read(staff: Client, hong_gai: Committee) -> None:
    page = read(staff.get(f"/teams/committees/{hong_gai.pk}/"))
    assert page.row("Lê Thị Trưởng")[3] == "0912•••678"
    assert [link for link in page.links if "seats" in link or "edit" in link] == []


def test_page_takes_out_the_one_committee(staff: Client, steered: Cast, enter: Enter) -> None:
    with enter(steered.admin):
        district = Committee.objects.get(unit=steered.units["193"])
    page = read(staff.get(f"/teams/committees/{district.pk}/"))
    [address] = [link for link in page.links if "export" in link]
    assert [row["Full name *"] for row in taken(staff.get(address))] == [
        "Vũ Văn Cao", "Trần Thị Bé",
    ]  # fmt: skip


def test_committee_that_has_ended_shows_its_last_day(
    officer: Client, hong_gai: Committee, steered: Cast, enter: Enter
) -> None:
    with enter(steered.admin):
        steering.end(committee=hong_gai, until=date(2024, 6, 1), actor=steered.admin)
    page = read(officer.get(f"/teams/committees/{hong_gai.pk}/"))
    assert page.one("h2").text == "2 people on 31/05/2024"
    assert "ends on 01/06/2024" in page.one(class_="lead").text
    assert f"/teams/committees/{hong_gai.pk}/seats/new/" not in page.links
    assert people(officer.get(f"/teams/committees/{hong_gai.pk}/?on=01/06/2024")) == []


def write(client: Client, address: str, action: str = "", **typed: Any) -> HttpResponse:
    form = read(client.get(address)).form(action or address)
    return client.post(action or address, {**form.filled(), **typed})


def test_committee_is_set_up_on_its_page(steered: Cast, client_of: SignIn, enter: Enter) -> None:
    client = in_english(client_of(steered.neighbour))
    address = f"/teams/committees/new/{steered.units['06688'].pk}/"
    form = read(client.get(address)).one("form", class_="member-form")
    typed = {"decision_number": "12/QĐ-UBND", "decided_on": "29/4/2022", "since": "1/5/2022"}
    response = client.post(address, {**form.filled(), **typed})
    with enter(steered.admin):
        row = Committee.objects.get(unit=steered.units["06688"])
    assert response["Location"] == f"/teams/committees/{row.pk}/"
    assert row.name == "Tổ chỉ đạo triển khai Tổ công nghệ số cộng đồng phường Bạch Đằng"
    assert (row.decided_on, row.valid.lower) == (date(2022, 4, 29), SINCE)
    assert "Nobody sits in this committee yet" in read(client.get(response["Location"])).text


def test_second_committee_is_refused_and_nothing_is_lost(officer: Client, steered: Cast) -> None:
    address = f"/teams/committees/new/{steered.units['06691'].pk}/"
    response = officer.post(address, {"name": "Tổ mới", "since": "10/06/2024"})
    page = read(response)
    assert response.status_code == 422
    assert "Phường Hồng Gai has one since 01/01/2023" in page.one(id="id_since_error").text
    assert page.one("input", name="name").attributes["value"] == "Tổ mới"


def test_hamlet_has_no_page_for_a_committee(officer: Client, steered: Cast) -> None:
    assert officer.get(f"/teams/committees/new/{steered.units['hg-1'].pk}/").status_code == 409


def test_name_and_decision_are_changed(officer: Client, hong_gai: Committee, enter: Enter) -> None:
    address = f"/teams/committees/{hong_gai.pk}/edit/"
    response = write(officer, address, name="Tổ chỉ đạo phường", decided_on="31/12/2022")
    assert response["Location"] == f"/teams/committees/{hong_gai.pk}/"
    page = read(officer.get(response["Location"]))
    assert page.one("h1").text == "Tổ chỉ đạo phường"
    assert "Decision 12/QĐ-UBND of 31/12/2022" in page.one(class_="lead").text
    response = write(officer, address, name="", decided_on="31/12/2099", decision_number="13")
    page = read(response)
    assert response.status_code == 422
    assert "required" in page.one(id="id_name_error").text
    assert page.one("input", name="decision_number").attributes["value"] == "13"


def test_decision_that_somebody_changed_meanwhile_is_not_overwritten(
    officer: Client, hong_gai: Committee, enter: Enter
) -> None:
    address = f"/teams/committees/{hong_gai.pk}/edit/"
    form = read(officer.get(address)).form(address).filled()
    assert write(officer, address, decision_number="13").status_code == 302
    refused = officer.post(address, form | {"name": "Tổ chỉ đạo phường"})
    assert refused.status_code == 409
    said = read(refused).one(class_="alert-error").text
    assert "differs in: Name of the committee, Decision number." in said


def test_committee_ends_on_a_day_that_is_named(
    officer: Client, hong_gai: Committee, steered: Cast, enter: Enter
) -> None:
    page, act = (f"/teams/committees/{hong_gai.pk}/{name}/" for name in ("edit", "end"))
    assert "the 2 people in it" in read(officer.get(page)).form(act).text
    response = write(officer, page, act, until="01/01/2020")
    assert response.status_code == 422
    assert "stands since 01/01/2023" in read(response).one(id="id_until_error").text
    assert write(officer, page, act, until="10/06/2024").status_code == 302
    # Now it cannot be ended any more, nor given anybody.
    assert officer.post(act, {"until": "10/06/2024"}).status_code == 409
    assert officer.get(f"/teams/committees/{hong_gai.pk}/seats/new/").status_code == 409
    with enter(steered.admin):
        assert {seat.valid.upper for seat in Seat.objects.filter(committee=hong_gai)} == {TODAY}
