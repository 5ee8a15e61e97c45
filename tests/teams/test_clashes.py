"""What is taken back, of an import or of a team's end, finds no room beside the present."""

from collections.abc import Iterator
from datetime import date

import pghistory
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation

from teams import batches, clashes, endings, steering
from teams.models import Batch, Committee, Membership, Person, Seat
from tests.cast import SINCE, Cast, Enter
from tests.teams import bringing, rosters, sitting
from tests.teams.bringing import worked
from units.errors import NotPossibleNow
from units.reversal import Later

ON, LATER = date(2024, 6, 5), date(2024, 6, 10)
PHONE = "+84912345678"


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Iterator[None]:
    """No name of a sheet holds a digit."""
    with enter(cast.admin), translation.override("en"):
        for post, name in rosters.NAMES.items():
            Person.objects.filter(full_name=f"{post} hg-2").update(full_name=name)
        yield


@pytest.fixture
def leaving(cast: Cast) -> Batch:
    """A complete list by which Lê Thị Viên leaves the team hg-2."""
    Person.objects.filter(full_name="Lê Thị Viên").update(phone=PHONE)
    stay = [["", "Khu phố 2", "", f"Lê Thị {name}", "", "", ""] for name in ("Trưởng", "Phó")]
    batch = bringing.bring(cast.officer, *stay, effective_on=ON, is_complete=True)
    assert batch.counts == {"unchanged": 2, "leaves": 1}
    bringing.commit(batch, cast.officer)
    return worked(batch)


def undone(batch: Batch, cast: Cast) -> str:
    """What is said where it stays, and that nothing has changed."""
    rows = list(Membership.objects.order_by("pk").values_list())
    batches.undo(batch=batch, actor=cast.officer)
    batch = worked(batch)
    if batch.state != Batch.State.COMMITTED:
        return str(batch.state)
    assert list(Membership.objects.order_by("pk").values_list()) == rows
    return batch.said


def joins(person: str, cast: Cast, team: str = "hg-1a") -> None:
    with pghistory.context(user=2):
        Membership.objects.create(
            tenant=cast.province,
            team=cast.teams[team],
            person=Person.objects.get(full_name=person),
            valid=DateRange(LATER, None),
        )


def gets_the_phone(person: str) -> None:
    with pghistory.context(user=2):
        Person.objects.filter(full_name=person).update(phone=PHONE)


def test_import_is_undone_where_nothing_is_in_the_way(leaving: Batch, cast: Cast) -> None:
    assert undone(leaving, cast) == "undone"


@pytest.mark.parametrize("into", ["hg-1a", None])
def test_nobody_comes_back_into_a_team_that_has_ended(
    into: str | None, leaving: Batch, cast: Cast
) -> None:
    other = cast.teams[into] if into else None
    endings.end(team=cast.teams["hg-2"], into=other, on=LATER, actor=cast.admin)
    assert "1 teams (Tổ hg-2)" in undone(leaving, cast)


def test_nobody_comes_back_into_two_teams(leaving: Batch, cast: Cast) -> None:
    joins("Lê Thị Viên", cast)
    assert "1 memberships (Tổ hg-1a: Lê Thị Viên, member since 10/06/2024)" in undone(leaving, cast)


def test_nobody_comes_back_to_a_phone_of_somebody_else(leaving: Batch, cast: Cast) -> None:
    gets_the_phone("Leader hg-1a")
    assert "1 people (Leader hg-1a)" in undone(leaving, cast)


def test_nobody_gets_a_phone_back_that_is_somebody_elses(cast: Cast) -> None:
    gets_the_phone("Lê Thị Viên")
    changed = ["", "Khu phố 2", "", "Lê Thị Viên", "", "", "0987654321"]
    batch = bringing.bring(cast.officer, changed, effective_on=ON)
    bringing.commit(batch, cast.officer)
    batch = worked(batch)
    gets_the_phone("Leader hg-1a")
    assert "1 people (Leader hg-1a)" in undone(batch, cast)


def test_nobody_heads_a_committee_that_has_ended(cast: Cast) -> None:
    committee = sitting.set_up(cast.admin, cast.units["06691"])
    with pghistory.context(batch=1) as context:
        Seat.objects.filter(post="head").update(valid=DateRange(SINCE, ON))
    with pghistory.context(user=2):
        steering.end(committee=committee, until=LATER, actor=cast.admin)
    later = clashes.take_back((Seat, Committee), context.id, since=ON, undoes_batch=1)
    assert later == [Later(Committee, [committee.pk])]
    assert Seat.objects.get(post="head").valid.upper == ON


def revived(cast: Cast) -> str:
    with pytest.raises(NotPossibleNow) as refusal:
        endings.take_back(team=cast.teams["hg-2"], actor=cast.admin)
    cast.teams["hg-2"].refresh_from_db()
    assert cast.teams["hg-2"].ending
    return refusal.value.message


def test_team_does_not_come_back_with_somebody_of_another(cast: Cast) -> None:
    endings.end(team=cast.teams["hg-2"], into=None, on=ON, actor=cast.admin)
    joins("Lê Thị Viên", cast)
    assert "Tổ hg-1a: Lê Thị Viên" in revived(cast)


def test_team_does_not_come_back_to_a_phone_of_somebody_else(cast: Cast) -> None:
    gets_the_phone("Lê Thị Viên")
    endings.end(team=cast.teams["hg-2"], into=None, on=ON, actor=cast.admin)
    gets_the_phone("Leader hg-1a")
    assert "1 people (Leader hg-1a)" in revived(cast)


def test_import_is_undone_after_a_later_one_was(cast: Cast) -> None:
    before = list(Membership.objects.order_by("pk").values_list())
    brought = []
    for row in (rosters.CHANGED, ["", "Khu phố 2", "", "Lê Thị Viên", "Tổ phó", "", 987654321]):
        batch = bringing.bring(cast.officer, row, effective_on=ON)
        bringing.commit(batch, cast.officer)
        brought.append(worked(batch))
    first, second = brought
    assert "1 people (Lê Thị Viên)" in undone(first, cast)
    assert undone(second, cast) == "undone"
    assert undone(first, cast) == "undone"
    assert list(Membership.objects.order_by("pk").values_list()) == before
    assert Person.objects.get(full_name="Lê Thị Viên").birth_year is None
