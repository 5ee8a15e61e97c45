"""Somebody is enrolled by hand under a name that is in the register: who is meant is asked for."""

from datetime import date
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import HttpResponse
from django.test import Client

from teams.models import Membership, Person, Post
from tests.cast import SINCE, Cast, Enter, SignIn
from tests.pages import Node, in_english, read

TODAY, MAY = date(2024, 6, 10), date(2024, 5, 1)
NAME = "Lê Thị Viên"


@pytest.fixture
def officer(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.officer))


@pytest.fixture
def known(cast: Cast, enter: Enter) -> Membership:
    """The member of hg-1a, born in 1985."""
    with enter(cast.admin):
        found = Membership.objects.get(team=cast.teams["hg-1a"], post=Post.MEMBER)
        found.person.full_name, found.person.birth_year = NAME, 1985
        found.person.phone = "+84912345678"
        found.person.clean_text()
        found.person.save()
        return found


def leave(known: Membership, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        known.valid = DateRange(SINCE, MAY)
        known.save()


def enrol(client: Client, cast: Cast, team: str = "hg-2", **typed: Any) -> HttpResponse:
    address = f"/teams/{cast.teams[team].pk}/members/new/"
    form = read(client.get(address)).one("form", class_="member-form")
    asked = {"full_name": NAME, "birth_year": "1985", **typed}
    return client.post(address, {**form.filled(), **asked})


def offered(response: HttpResponse) -> list[str]:
    """What can be chosen, once the form is refused beside its question."""
    page = read(response)
    assert response.status_code == 422
    assert "say who is meant" in page.one(id="id_who_error").text
    return [each.text for each in _choices(page)]


def _choices(page: Node) -> list[Node]:
    return page.one("form", class_="member-form").one("fieldset").all("label")


def stays(cast: Cast, enter: Enter) -> list[tuple[int, str, date, date | None]]:
    with enter(cast.admin):
        rows = Membership.objects.filter(person__full_name=NAME).select_related("team")
        rows = rows.order_by("valid", "pk")
        return [(row.person_id, row.team.name, row.valid.lower, row.valid.upper) for row in rows]


@pytest.mark.parametrize("typed", [{}, {"birth_year": "", "phone": "0912345678"}])
def test_who_is_present_is_named_and_nothing_is_saved(
    typed: dict[str, str], officer: Client, known: Membership, cast: Cast, enter: Enter
) -> None:
    assert offered(enrol(officer, cast, **typed)) == [
        "Lê Thị Viên (1985), who is in Tổ hg-1a since 01/05/2022, moves to this team",
        "Somebody else of the same name",
    ]
    assert len(stays(cast, enter)) == 1


def test_who_is_present_moves(officer: Client, known: Membership, cast: Cast, enter: Enter) -> None:
    sent = enrol(officer, cast, who=str(known.person_id), joined_on="01/05/2024")
    assert sent.status_code == 302
    assert stays(cast, enter) == [
        (known.person_id, "Tổ hg-1a", SINCE, MAY), (known.person_id, "Tổ hg-2", MAY, None),
    ]  # fmt: skip


def test_who_has_left_comes_back(
    officer: Client, known: Membership, cast: Cast, enter: Enter
) -> None:
    leave(known, cast, enter)
    assert offered(enrol(officer, cast))[0] == (
        "Lê Thị Viên (1985), who left Tổ hg-1a on 01/05/2024, comes back"
    )
    refused = enrol(officer, cast, who=str(known.person_id), joined_on="30/04/2024")
    assert "was in a team on that day" in read(refused).one(id="id_joined_on_error").text
    # What was chosen stays chosen.
    chosen = [each for each in _choices(read(refused)) if each.all("input", checked="")]
    assert "comes back" in chosen[0].text
    assert enrol(officer, cast, who=str(known.person_id)).status_code == 302
    assert stays(cast, enter) == [
        (known.person_id, "Tổ hg-1a", SINCE, MAY), (known.person_id, "Tổ hg-2", TODAY, None),
    ]  # fmt: skip
    with enter(cast.admin):
        assert Person.objects.get(pk=known.person_id).phone == "+84912345678"


def test_somebody_else_of_the_name_is_another_person(
    officer: Client, known: Membership, cast: Cast, enter: Enter
) -> None:
    for team in ("hg-2", "hg-1a"):
        assert enrol(officer, cast, team, who="somebody-else").status_code == 302
    assert len({person for person, *_rest in stays(cast, enter)}) == 3


def test_who_is_in_the_very_team_is_not_changed_without_a_word(
    officer: Client, known: Membership, cast: Cast, enter: Enter
) -> None:
    for born in ("", "1985"):
        response = enrol(officer, cast, "hg-1a", birth_year=born, organisation="Đoàn")
        assert offered(response) == ["Somebody else of the same name"]
        assert "Lê Thị Viên (1985) is in this team since" in read(response).text
    assert enrol(officer, cast, "hg-1a", birth_year="1990").status_code == 302
    assert len(stays(cast, enter)) == 2


def test_namesake_of_another_area_is_not_told(
    known: Membership, cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    neighbour = in_english(client_of(cast.neighbour))
    assert enrol(neighbour, cast, "bd-1").status_code == 302
    sent = enrol(neighbour, cast, "bd-1", birth_year="1999", who=str(known.person_id))
    assert sent.status_code == 302
    assert len({person for person, *_rest in stays(cast, enter)}) == 3


def test_one_day_is_asked_for_of_a_newcomer(officer: Client, cast: Cast, enter: Enter) -> None:
    page = read(officer.get(f"/teams/{cast.teams['hg-2'].pk}/members/new/"))
    form = page.one("form", class_="member-form").filled()
    assert "effective_on" not in form
    assert form["joined_on"] == "10/06/2024"
    response = enrol(officer, cast, joined_on="")
    assert "required" in read(response).one(id="id_joined_on_error").text
    assert enrol(officer, cast, joined_on="2.5.2023").status_code == 302
    assert stays(cast, enter)[0][1:] == ("Tổ hg-2", date(2023, 5, 2), None)
