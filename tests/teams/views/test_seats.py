"""Who sits in a steering committee, by hand: added, changed, gone."""

from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from teams import steering
from teams.models import Committee, Seat, SteeringPost
from tests.cast import SINCE, Cast, Enter, SignIn
from tests.pages import in_english, read
from tests.teams import sitting
from tests.teams.sitting import MEMBER

TODAY = date(2024, 6, 10)


@pytest.fixture
def officer(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.officer))


@pytest.fixture
def committee(cast: Cast, enter: Enter) -> Committee:
    with enter(cast.admin):
        return sitting.set_up(cast.admin, cast.units["06691"])


@pytest.fixture
def member(committee: Committee, cast: Cast, enter: Enter) -> Seat:
    with enter(cast.admin):
        return Seat.objects.get(post=SteeringPost.MEMBER)


def write(client: Client, address: str, action: str = "", **typed: Any) -> HttpResponse:
    form = read(client.get(address)).form(action or address)
    return client.post(action or address, {**form.filled(), **typed})


def terms(cast: Cast, enter: Enter, name: str) -> list[tuple[str, str, date, date | None]]:
    with enter(cast.admin):
        rows = Seat.objects.filter(full_name=name).order_by("valid")
        return [(row.post, row.office, row.valid.lower, row.valid.upper) for row in rows]


def test_seat_that_somebody_changed_meanwhile_is_not_overwritten(
    officer: Client, member: Seat, cast: Cast, enter: Enter
) -> None:
    address = f"/teams/seats/{member.pk}/"
    form = read(officer.get(address)).form(address).filled()
    assert write(officer, address, post="deputy").status_code == 302
    refused = officer.post(address, form | {"phone": "0912 345 679"})
    page = read(refused)
    assert refused.status_code == 409
    assert "differs in: Post in the committee, Phone." in page.one(class_="alert-error").text
    assert page.one("input", name="phone").attributes["value"] == "0912 345 679"
    assert [row[0] for row in terms(cast, enter, member.full_name)] == ["member", "deputy"]


def test_somebody_is_added(officer: Client, committee: Committee, cast: Cast, enter: Enter) -> None:
    address = f"/teams/committees/{committee.pk}/seats/new/"
    response = write(
        officer, address, full_name="PHẠM THỊ MỚI", post="deputy", office="Bí thư Đoàn",
        phone="0912 345 679",
    )  # fmt: skip
    assert response["Location"] == f"/teams/committees/{committee.pk}/"
    assert terms(cast, enter, "Phạm Thị Mới") == [("deputy", "Bí thư Đoàn", TODAY, None)]
    assert read(officer.get(response["Location"])).row("Phạm Thị Mới")[3] == "0912 345 679"


def test_new_post_begins_on_the_day(
    officer: Client, member: Seat, cast: Cast, enter: Enter
) -> None:
    address = f"/teams/seats/{member.pk}/"
    write(officer, address, post="standing_deputy", effective_on="01/06/2024", phone="")
    assert terms(cast, enter, MEMBER.full_name) == [
        ("member", MEMBER.office, SINCE, date(2024, 6, 1)),
        ("standing_deputy", MEMBER.office, date(2024, 6, 1), None),
    ]


def test_name_is_put_right(officer: Client, member: Seat, cast: Cast, enter: Enter) -> None:
    write(officer, f"/teams/seats/{member.pk}/", full_name="Đỗ Văn Ảnh")
    assert terms(cast, enter, "Đỗ Văn Ảnh") == [("member", MEMBER.office, SINCE, None)]
    with enter(cast.admin):
        assert Seat.objects.get(pk=member.pk).phone == MEMBER.phone


def test_somebody_leaves(officer: Client, member: Seat, cast: Cast, enter: Enter) -> None:
    page, act = f"/teams/seats/{member.pk}/", f"/teams/seats/{member.pk}/end/"
    response = write(officer, page, act, until="01/01/2020")
    assert response.status_code == 422
    assert "begins on 01/05/2022" in read(response).one(id="id_until_error").text
    response = write(officer, page, act, until="10/6/2024")
    assert response["Location"] == f"/teams/committees/{member.committee_id}/"
    assert terms(cast, enter, MEMBER.full_name) == [("member", MEMBER.office, SINCE, TODAY)]
    # The past is shown, and not changed.
    assert officer.get(page).status_code == 409
    assert officer.post(act, {"until": "10/06/2024"}).status_code == 409


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"full_name": "12"}, "full_name", "is no name"),
        ({"full_name": ""}, "full_name", "required"),
        ({"full_name": "Lê Thị Trưởng", "office": "Chủ tịch UBND phường"}, "full_name", "already"),
        ({"post": "head"}, "post", "Lê Thị Trưởng is head since 01/05/2022"),
        ({"post": "king"}, "post", "valid choice"),
        ({"phone": "12"}, "phone", "is no phone number"),
        ({"office": "x" * 151}, "office", "At most 150 letters"),
        ({"effective_on": "hôm nay"}, "effective_on", "is no day"),
        ({"effective_on": ""}, "effective_on", "required"),
        ({"post": "deputy", "effective_on": "01/01/2020"}, "effective_on", "begins on 01/05/2022"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    typed: dict[str, str], field: str, said: str, officer: Client, member: Seat, cast: Cast,
    enter: Enter,
) -> None:  # fmt: skip
    kept = {"phone": "0911 111 111"} if field != "phone" else {}
    response = write(officer, f"/teams/seats/{member.pk}/", **kept, **typed)
    page = read(response)
    assert response.status_code == 422
    assert said in page.one(id=f"id_{field}_error").text
    if kept:
        assert page.one("input", name="phone").attributes["value"] == "0911 111 111"
    assert terms(cast, enter, MEMBER.full_name) == [("member", MEMBER.office, SINCE, None)]


def test_seat_that_was_taken_away_meanwhile_is_not_found(
    officer: Client, member: Seat, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        steering.end_seat(seat=member, until=SINCE, actor=cast.admin)
    assert officer.get(f"/teams/seats/{member.pk}/").status_code == 404
