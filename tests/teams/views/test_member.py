"""One member, enrolled and changed by hand, by the rules of an import."""

from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import Grant
from accounts.roles import Role
from teams.models import Membership, Person, Post
from tests.cast import SINCE, Cast, Enter, SignIn
from tests.pages import in_english, read

TODAY = date(2024, 6, 10)


@pytest.fixture
def officer(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.officer))


@pytest.fixture
def member(cast: Cast, enter: Enter) -> Membership:
    """The member of hg-2, under a name without digits."""
    with enter(cast.admin):
        found = Membership.objects.get(team=cast.teams["hg-2"], post=Post.MEMBER)
        Person.objects.filter(pk=found.person_id).update(
            full_name="Lê Thị Viên", phone="+84912345678", birth_year=1985
        )
        return found


def write(client: Client, address: str, **typed: Any) -> HttpResponse:
    form = read(client.get(address)).one("form", class_="member-form")
    return client.post(address, {**form.filled(), **typed})


def terms(cast: Cast, enter: Enter, name: str) -> list[tuple[str, str, date, date | None]]:
    with enter(cast.admin):
        rows = Membership.objects.filter(person__full_name=name).select_related("team")
        return sorted((row.team.name, row.post, row.valid.lower, row.valid.upper) for row in rows)


def test_somebody_is_enrolled(officer: Client, cast: Cast, enter: Enter) -> None:
    team = cast.teams["hg-2"]
    response = write(
        officer, f"/teams/{team.pk}/members/new/", full_name="PHẠM THỊ MỚI", birth_year="12/6/1990",
        phone="0987 654 321", joined_on="01/06/2024", is_core="on",
    )  # fmt: skip
    assert response["Location"] == f"/teams/{team.pk}/"
    assert terms(cast, enter, "Phạm Thị Mới") == [
        ("Tổ hg-2", "member", date(2024, 6, 1), None)
    ]  # fmt: skip
    with enter(cast.admin):
        person = Person.objects.get(full_name="Phạm Thị Mới")
        assert (person.birth_year, person.phone) == (1990, "+84987654321")


def test_what_is_known_is_shown_and_saved_anew(
    officer: Client, member: Membership, cast: Cast, enter: Enter
) -> None:
    write(officer, f"/members/{member.pk}/", post="deputy", phone="", birth_year="1986")
    with enter(cast.admin):
        # There is a deputy already, and may be two; a blank takes away what stood there.
        person = Person.objects.get(full_name="Lê Thị Viên")
        assert (person.phone, person.birth_year) == ("", 1986)
    assert terms(cast, enter, "Lê Thị Viên") == [
        ("Tổ hg-2", "deputy", TODAY, None), ("Tổ hg-2", "member", SINCE, TODAY),
    ]  # fmt: skip


def test_member_leaves_under_a_name_put_right(
    officer: Client, member: Membership, cast: Cast, enter: Enter
) -> None:
    address, leaves = f"/members/{member.pk}/", {"left_on": "05/06/2024"}
    refused = write(officer, address, full_name="Lê Thị Viện", post="deputy", **leaves)
    assert refused.status_code == 422
    assert "change it before" in read(refused).one(id="id_post_error").text
    write(officer, address, full_name="Lê Thị Viện", phone="0987 654 321", **leaves)
    assert terms(cast, enter, "Lê Thị Viện") == [
        ("Tổ hg-2", "member", SINCE, date(2024, 6, 5))
    ]  # fmt: skip
    with enter(cast.admin):
        assert Person.objects.get(pk=member.person_id).phone == "+84987654321"


def test_member_moves(officer: Client, member: Membership, cast: Cast, enter: Enter) -> None:
    write(officer, f"/members/{member.pk}/", team=cast.teams["hg-1a"].pk)
    assert terms(cast, enter, "Lê Thị Viên") == [
        ("Tổ hg-1a", "member", TODAY, None), ("Tổ hg-2", "member", SINCE, TODAY),
    ]  # fmt: skip


def test_leader_who_joined_beside_the_last_one_is_refused_beside_the_field(
    officer: Client, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        leader = Membership.objects.get(team=cast.teams["hg-2"], post=Post.LEADER)
        Person.objects.filter(pk=leader.person_id).update(full_name="Lê Thị Trưởng")
    write(officer, f"/members/{leader.pk}/", left_on="05/06/2024")
    new = {"full_name": "Lê Thị Mới", "post": "leader"}
    address = f"/teams/{cast.teams['hg-2'].pk}/members/new/"
    response = write(officer, address, joined_on="01/06/2024", **new)
    assert response.status_code == 422
    assert "Lê Thị Trưởng leads the team until 05/06/2024" in (
        read(response).one(id="id_joined_on_error").text
    )
    assert write(officer, address, joined_on="05/06/2024", **new).status_code == 302


def test_person_who_comes_back_by_hand_is_the_same_person(
    officer: Client, member: Membership, cast: Cast, enter: Enter
) -> None:
    number = "022180001234"
    write(officer, f"/members/{member.pk}/", id_number=number)
    write(officer, f"/members/{member.pk}/", left_on="05/06/2024")
    address = f"/teams/{cast.teams['hg-1a'].pk}/members/new/"
    response = write(officer, address, full_name="Lê Thị Khác", id_number=number)
    assert "somebody who has left" in read(response).one(id="id_id_number_error").text
    write(officer, address, full_name="Lê Thị Viên", id_number=number)
    assert terms(cast, enter, "Lê Thị Viên") == [
        ("Tổ hg-1a", "member", TODAY, None), ("Tổ hg-2", "member", SINCE, date(2024, 6, 5)),
    ]  # fmt: skip
    with enter(cast.admin):
        assert Person.objects.filter(id_number=number).count() == 1


def test_officer_of_two_communes_writes_in_both(officer: Client, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Grant.objects.create(
            tenant=cast.province, user=cast.officer, role=Role.COMMUNE_OFFICER,
            unit=cast.units["06757"],
        )  # fmt: skip
    for team in ("hg-2", "ct-1"):
        address = f"/teams/{cast.teams[team].pk}/members/new/"
        assert write(officer, address, full_name="Lê Thị Mới").status_code == 302


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"full_name": "12"}, "full_name", "is no name"),
        ({"full_name": ""}, "full_name", "required"),
        ({"phone": "12"}, "phone", "is no phone number"),
        ({"birth_year": "2099"}, "birth_year", "Members are born between"),
        ({"post": "leader"}, "post", "leads the team"),
        ({"effective_on": "hôm nay"}, "effective_on", "is no day"),
        ({"effective_on": "11/06/2024"}, "effective_on", "still to come"),
        ({"left_on": "01/01/2020"}, "left_on", "before the day of joining"),
        ({"left_on": "11/06/2024"}, "left_on", "still to come"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    typed: dict[str, str], field: str, said: str, officer: Client, member: Membership, cast: Cast,
    enter: Enter,
) -> None:  # fmt: skip
    response = write(officer, f"/members/{member.pk}/", organisation="Đoàn", **typed)
    page = read(response)
    assert response.status_code == 422
    assert said in page.one(id=f"id_{field}_error").text
    # Nothing that was typed is lost.
    assert page.one("input", name="organisation").attributes["value"] == "Đoàn"
    assert terms(cast, enter, "Lê Thị Viên") == [("Tổ hg-2", "member", SINCE, None)]


def test_page_that_was_opened_before_somebody_saved_overwrites_nothing(
    officer: Client, member: Membership, cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    address = f"/members/{member.pk}/"
    form = read(officer.get(address)).one("form", class_="member-form")
    other = in_english(client_of(cast.admin))
    # Another post begins on that day, so that the page's own membership is one of the past.
    assert write(other, address, post="deputy", birth_year="1986").status_code == 302
    refused = officer.post(address, form.filled() | {"organisation": "Đoàn"})
    page = read(refused)
    assert refused.status_code == 409
    assert f"{cast.admin} saved this at " in page.one(class_="alert-error").text
    assert "differs in: Post, Year of birth, Organisation." in page.one(class_="alert-error").text
    assert page.one("input", name="organisation").attributes["value"] == "Đoàn"
    with enter(cast.admin):
        assert Person.objects.get(pk=member.person_id).birth_year == 1986
    again = page.one("form", class_="member-form")
    saved = officer.post(again.attributes["action"], again.filled() | {"birth_year": "1986"})
    assert saved.status_code == 302
    with enter(cast.admin):
        now = Membership.objects.get(person=member.person_id, valid__upper_inf=True)
        assert (now.post, now.organisation, now.person.birth_year) == ("member", "Đoàn", 1986)


def test_day_of_joining_that_somebody_put_right_meanwhile_stays(
    officer: Client, member: Membership, cast: Cast, enter: Enter
) -> None:
    address = f"/members/{member.pk}/joining/"
    first = read(officer.get(f"/members/{member.pk}/")).form(address).filled()
    assert officer.post(address, first | {"joined_on": "02/05/2023"}).status_code == 302
    refused = officer.post(address, first | {"joined_on": "03/05/2023"})
    assert refused.status_code == 409
    assert read(refused).form(address).filled()["joined_on"] == "03/05/2023"
    assert terms(cast, enter, "Lê Thị Viên")[0][2] == date(2023, 5, 2)


def test_mistaken_day_of_joining_is_put_right_on_the_page(
    officer: Client, member: Membership, cast: Cast, enter: Enter
) -> None:
    address = f"/members/{member.pk}/"
    form = read(officer.get(address)).form(f"{address}joining/")
    assert form.filled()["joined_on"] == "01/05/2022"
    refused = officer.post(f"{address}joining/", form.filled() | {"joined_on": "11/06/2024"})
    assert refused.status_code == 422
    assert "still to come" in read(refused).one(id="id_joined_on_error").text
    right = form.filled() | {"joined_on": "2.5.2023"}
    assert officer.post(f"{address}joining/", right)["Location"] == address
    assert terms(cast, enter, "Lê Thị Viên") == [("Tổ hg-2", "member", date(2023, 5, 2), None)]
    page = read(officer.get(address))
    assert "Joined on: 01/05/2022 → 02/05/2023" in page.one(class_="history").text
    assert "Cán bộ officer" in page.one(class_="history").text


def test_member_by_mistake_is_taken_out_on_the_page(
    officer: Client, member: Membership, cast: Cast, enter: Enter
) -> None:
    address = f"/members/{member.pk}/"
    form = read(officer.get(address)).form(f"{address}withdraw/")
    response = officer.post(form.attributes["action"], form.filled())
    assert response["Location"] == f"/teams/{cast.teams['hg-2'].pk}/"
    assert terms(cast, enter, "Lê Thị Viên") == []
    with enter(cast.admin):
        leader = Membership.objects.get(team=cast.teams["hg-1a"], post=Post.LEADER)
    assert "has an account" in read(officer.get(f"/members/{leader.pk}/")).text
    assert officer.post(f"/members/{leader.pk}/withdraw/").status_code == 409
