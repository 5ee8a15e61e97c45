"""Two officers at the same committee: the second one is told what the first one did."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from teams import steering
from teams.models import Committee, Seat, SteeringPost
from teams.steering import NewCommittee
from tests.cast import SINCE, AtOnce, Cast, Enter
from tests.teams import sitting
from tests.teams.sitting import HEAD, MEMBER
from units.errors import InvalidEntry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Iterator[None]:
    with enter(cast.admin):
        yield


def within(enter: Enter, cast: Cast, act: Callable[[], object]) -> Callable[[], object]:
    """In a connection of its own, which has to be opened for the province as well."""

    def run() -> object:
        with enter(cast.officer):
            return act()

    return run


def test_one_of_two_committees_is_set_up(cast: Cast, enter: Enter, at_once: AtOnce) -> None:
    told = NewCommittee(unit=cast.units["06691"], name="Tổ chỉ đạo", since=SINCE)
    act = within(enter, cast, lambda: steering.set_up(new=told, actor=cast.officer))
    assert sorted(type(each).__name__ for each in at_once(act, act)) == [
        "Committee", "InvalidEntry"
    ]  # fmt: skip
    assert Committee.objects.count() == 1


def test_one_of_two_heads_is_seated(cast: Cast, enter: Enter, at_once: AtOnce) -> None:
    committee = sitting.set_up(cast.admin, cast.units["06691"], MEMBER)

    def seat(name: str) -> Callable[[], object]:
        head = replace(HEAD, full_name=name)
        return within(enter, cast, lambda: steering.give_seat(
            committee=committee, official=head, since=SINCE, actor=cast.officer))  # fmt: skip

    answers = at_once(seat("Lê Thị Một"), seat("Lê Thị Hai"))
    [refusal] = [each for each in answers if isinstance(each, InvalidEntry)]
    assert list(refusal.errors) == ["post"]
    assert Seat.objects.get(post=SteeringPost.HEAD).full_name in refusal.message
