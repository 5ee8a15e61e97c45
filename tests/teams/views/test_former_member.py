"""The page of somebody who has left: looked at, and put right where the leaving was a mistake."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from teams import chronicle
from teams.models import Membership, Person, Post
from tests.cast import SINCE, Cast, Enter, SignIn
from tests.pages import in_english, read

MAY = date(2024, 5, 1)


@pytest.fixture
def officer(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.officer))


@pytest.fixture
def former(cast: Cast, enter: Enter) -> Membership:
    """The member of hg-2, who left in May."""
    with enter(cast.admin):
        found = Membership.objects.get(team=cast.teams["hg-2"], post=Post.MEMBER)
        Person.objects.filter(pk=found.person_id).update(full_name="Lê Thị Viên")
        found.valid = DateRange(SINCE, MAY)
        found.save()
        return found


def test_who_has_left_is_shown_and_not_changed(officer: Client, former: Membership) -> None:
    address = f"/members/{former.pk}/"
    page = read(officer.get(address))
    assert "Left on 01/05/2024." in page.one(class_="lead").text
    assert page.row("Tổ hg-2")[1] == "member"
    assert "Left on: 01/05/2024" in page.one(class_="history").text
    assert not page.all("input", name="full_name")
    refused = officer.post(address, {"full_name": "Lê Thị Khác"})
    assert (refused.status_code, "has ended" in read(refused).text) == (409, True)


def test_lists_of_a_past_day_lead_there(officer: Client, former: Membership, cast: Cast) -> None:
    for address in (f"/teams/{cast.teams['hg-2'].pk}/", "/members/"):
        page = read(officer.get(address, {"on": "01/03/2024"}))
        assert f"/members/{former.pk}/" in page.links


def test_after_a_move_the_old_address_leads_to_the_present_one(
    officer: Client, former: Membership, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        now = Membership.objects.create(
            tenant=former.tenant, person=former.person, team=cast.teams["hg-1a"],
            valid=DateRange(MAY, None),
        )  # fmt: skip
    assert officer.get(f"/members/{former.pk}/")["Location"] == f"/members/{now.pk}/"


def test_who_moved_out_of_the_area_is_told_as_far_as_known_here(
    officer: Client, former: Membership, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        Membership.objects.create(
            tenant=former.tenant, person=former.person, team=cast.teams["bd-1"],
            valid=DateRange(MAY, None),
        )  # fmt: skip
        Person.objects.filter(pk=former.person_id).update(phone="+84912345678")
    page = read(officer.get(f"/members/{former.pk}/"))
    assert "in a team whose roster you do not keep since" in page.text
    assert "0912345678" not in page.text
    assert "Tổ bd-1" not in page.text


def test_mistaken_day_of_leaving_is_put_right(officer: Client, former: Membership) -> None:
    address = f"/members/{former.pk}/"
    form = read(officer.get(address)).form(f"{address}leaving/")
    assert form.filled()["left_on"] == "01/05/2024"
    refused = officer.post(f"{address}leaving/", {"left_on": "11/06/2024"})
    assert refused.status_code == 422
    assert "still to come" in read(refused).one(id="id_left_on_error").text
    assert officer.post(f"{address}leaving/", {"left_on": "1.4.2024"})["Location"] == address
    assert read(officer.get(address)).form(f"{address}leaving/").filled()["left_on"] == (
        "01/04/2024"
    )


def test_leaving_is_taken_back_on_the_page(
    officer: Client, former: Membership, cast: Cast, enter: Enter
) -> None:
    address = f"/members/{former.pk}/"
    form = read(officer.get(address)).form(f"{address}return/")
    assert officer.post(form.attributes["action"], form.filled())["Location"] == address
    assert read(officer.get(address)).one("input", name="full_name")
    with enter(cast.officer):
        assert chronicle.stays(former.person, viewer=cast.officer)[0].valid.upper is None
