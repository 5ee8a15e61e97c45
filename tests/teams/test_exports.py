"""Lists of people as files: never cut off, and never taken without a record."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.utils import translation

from teams import exports
from teams.committee_exports import seats_file
from teams.exports import members_file
from teams.models import Export, Membership, Seat
from tests.cast import Cast, Enter
from tests.teams import sitting
from units import clock
from units.errors import NotPossibleNow

Take = Callable[[Cast], bytes]


def take_members(cast: Cast) -> bytes:
    members = Membership.objects.visible_to(cast.officer).filter(team=cast.teams["hg-1a"])
    asked = {"asked": {"q": "x"}, "unit": None, "actor": cast.officer}
    return members_file(members, "csv", on=clock.today(), **asked)


def take_seats(cast: Cast) -> bytes:
    seats = Seat.objects.visible_to(cast.officer)
    return seats_file(seats, "csv", asked={"q": "x"}, unit=None, actor=cast.officer)


@pytest.fixture
def seated(cast: Cast, enter: Enter) -> Cast:
    """Three people in the committee of the officer's commune, as in the team."""
    with enter(cast.admin):
        other = replace(sitting.MEMBER, full_name="Trần Thị Bé")
        sitting.set_up(cast.admin, cast.units["06691"], sitting.HEAD, sitting.MEMBER, other)
    return cast


@pytest.mark.parametrize("take", [take_members, take_seats])
def test_list_of_as_many_people_as_a_file_holds_is_taken_whole(
    take: Take, seated: Cast, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 3)
    with enter(seated.officer):
        assert len(take(seated).splitlines()) == 1 + 3
        assert [(each.rows, each.by, each.asked) for each in Export.objects.all()] == [
            (3, seated.officer, {"q": "x"})
        ]
        assert Export.objects.get().unit == seated.units["06691"]


@pytest.mark.parametrize("take", [take_members, take_seats])
def test_list_of_more_people_is_refused_and_not_cut_off(
    take: Take, seated: Cast, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 2)
    said = "3 people are too many for one file: choose a smaller area."
    with enter(seated.officer), translation.override("en"):
        with pytest.raises(NotPossibleNow, match=said):
            take(seated)
        assert not Export.objects.exists()
