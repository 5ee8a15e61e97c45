"""Steering committees: set up, amended, ended, and who sits in them when."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation

from teams import steering
from teams.models import Committee, Seat, SteeringPost
from teams.seating import Official
from teams.steering import NewCommittee
from tests.cast import SINCE, Cast, Enter
from tests.teams import sitting
from tests.teams.sitting import HEAD, MEMBER
from units.errors import InvalidEntry, NotAllowed, NotPossibleNow

TODAY = date(2024, 6, 10)
OTHER = Official("Nguyễn Đình Ân", SteeringPost.HEAD, "Phó Chủ tịch UBND phường")


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Iterator[None]:
    with enter(cast.admin), translation.override("en"):
        yield


@pytest.fixture
def committee(cast: Cast) -> Committee:
    """Of Hồng Gai, since May 2022, with a head and a member."""
    return sitting.set_up(cast.admin, cast.units["06691"])


@pytest.fixture
def member(committee: Committee) -> Seat:
    return Seat.objects.get(post=SteeringPost.MEMBER)


def terms(name: str) -> list[tuple[str, str, date, date | None]]:
    """Every seat that somebody of this name has had."""
    rows = Seat.objects.filter(full_name=name).order_by("valid")
    return [(row.post, row.office, row.valid.lower, row.valid.upper) for row in rows]


def new(cast: Cast, code: str = "06691", **told: object) -> NewCommittee:
    usual = NewCommittee(unit=cast.units[code], name="Tổ chỉ đạo", since=TODAY)
    return replace(usual, **told)


# -- Committees ---------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["22", "193", "06691"])
def test_committee_is_set_up_for(code: str, cast: Cast) -> None:
    told = new(cast, code, name=" Tổ  chi\u0309 đạo ", decision_number="689/QĐ-UBND")
    committee = steering.set_up(new=told, actor=cast.admin)
    committee.refresh_from_db()
    assert (committee.name, committee.decision_number) == ("Tổ chỉ đạo", "689/QĐ-UBND")
    assert (committee.unit, committee.valid) == (cast.units[code], DateRange(TODAY, None))


@pytest.mark.parametrize(
    ("told", "key", "said"),
    [
        ({"since": date(2023, 1, 1)}, "since", "since 01/05/2022, “Tổ chỉ đạo”"),
        ({"since": date(2022, 4, 30)}, "since", "does not exist on that day"),
    ],
)
def test_second_committee_is_refused(
    told: dict[str, object], key: str, said: str, committee: Committee, cast: Cast
) -> None:
    with pytest.raises(InvalidEntry, match=said) as refusal:
        steering.set_up(new=new(cast, **told), actor=cast.admin)
    assert list(refusal.value.errors) == [key]


def test_committee_is_refused_before_a_later_one(cast: Cast) -> None:
    sitting.set_up(cast.admin, cast.units["06691"], since=TODAY)
    with pytest.raises(InvalidEntry, match="since 10/06/2024"):
        steering.set_up(new=new(cast, since=SINCE), actor=cast.admin)


@pytest.mark.parametrize(
    ("told", "key"),
    [({"name": " "}, "name"), ({"decided_on": date(2024, 6, 11)}, "decided_on")],
)
def test_committee_is_refused_with(told: dict[str, object], key: str, cast: Cast) -> None:
    with pytest.raises(InvalidEntry) as refusal:
        steering.set_up(new=new(cast, **told), actor=cast.admin)
    assert list(refusal.value.errors) == [key]
    assert not Committee.objects.exists()


def test_hamlet_has_no_committee(cast: Cast) -> None:
    with pytest.raises(NotPossibleNow, match="Khu phố 1 has none"):
        steering.set_up(new=new(cast, "hg-1"), actor=cast.admin)


def test_name_and_decision_are_put_right_in_their_place(committee: Committee, cast: Cast) -> None:
    told = {"name": "Tổ chỉ đạo phường", "decision_number": "", "decided_on": date(2022, 4, 29)}
    steering.amend(committee=committee, actor=cast.admin, **told)
    stored = Committee.objects.get()
    assert (stored.name, stored.decision_number) == ("Tổ chỉ đạo phường", "")
    assert (stored.decided_on, stored.valid) == (date(2022, 4, 29), DateRange(SINCE, None))
    names = [event.name for event in committee.events.order_by("pgh_id")]
    assert names == ["Tổ chỉ đạo", "Tổ chỉ đạo phường"]


def test_end_of_a_committee_ends_its_seats(committee: Committee, member: Seat, cast: Cast) -> None:
    steering.end_seat(seat=member, until=date(2023, 1, 1), actor=cast.admin)
    late = replace(MEMBER, full_name="Phạm Thị Muộn")
    steering.give_seat(committee=committee, official=late, since=TODAY, actor=cast.admin)
    steering.end(committee=committee, until=date(2024, 6, 1), actor=cast.admin)
    assert Committee.objects.get().valid == DateRange(SINCE, date(2024, 6, 1))
    assert [row[2:] for row in terms(HEAD.full_name)] == [(SINCE, date(2024, 6, 1))]
    # Who had left has left, and who was still to come never was.
    assert [row[2:] for row in terms(MEMBER.full_name)] == [(SINCE, date(2023, 1, 1))]
    assert terms("Phạm Thị Muộn") == []


def test_committee_by_mistake_is_taken_back_while_nobody_sat_in_it(
    committee: Committee, cast: Cast
) -> None:
    with pytest.raises(NotPossibleNow, match="end it instead"):
        steering.withdraw(committee=committee, actor=cast.admin)
    Seat.objects.filter(committee=committee).delete()
    with pytest.raises(NotAllowed):
        steering.withdraw(committee=committee, actor=cast.neighbour)
    steering.withdraw(committee=committee, actor=cast.admin)
    assert not Committee.objects.filter(pk=committee.pk).exists()


def test_next_committee_follows_the_end_of_the_last_one(committee: Committee, cast: Cast) -> None:
    steering.end(committee=committee, until=TODAY, actor=cast.admin)
    assert steering.set_up(new=new(cast), actor=cast.admin).valid.lower == TODAY


def test_committee_does_not_end_by_the_day_it_began(committee: Committee, cast: Cast) -> None:
    with pytest.raises(InvalidEntry, match="since 01/05/2022") as refusal:
        steering.end(committee=committee, until=SINCE, actor=cast.admin)
    assert list(refusal.value.errors) == ["until"]


def test_nothing_begins_or_ends_in_a_committee_that_has_ended(
    committee: Committee, member: Seat, cast: Cast
) -> None:
    steering.end(committee=committee, until=TODAY, actor=cast.admin)
    acts = [
        lambda: steering.end(committee=committee, until=TODAY, actor=cast.admin),
        lambda: steering.give_seat(
            committee=committee, official=OTHER, since=TODAY, actor=cast.admin
        ),
        lambda: steering.change_seat(seat=member, official=MEMBER, on=TODAY, actor=cast.admin),
        lambda: steering.end_seat(seat=member, until=TODAY, actor=cast.admin),
    ]
    for act in acts:
        with pytest.raises(NotPossibleNow, match="10/06/2024"):
            act()


# -- Seats --------------------------------------------------------------------------------------


def test_seat_is_kept_tidy(committee: Committee, cast: Cast) -> None:
    told = Official(" Phạm  Thị Đào", office=" Bí thư  Đoàn ", phone="+84912345679")
    seat = steering.give_seat(committee=committee, official=told, since=TODAY, actor=cast.admin)
    seat.refresh_from_db()
    assert (seat.full_name, seat.office) == ("Phạm Thị Đào", "Bí thư Đoàn")
    assert (seat.post, seat.phone) == ("member", "+84912345679")
    assert (seat.search, seat.valid) == ("pham thi dao | bi thu doan", DateRange(TODAY, None))


def test_seat_lasts_no_longer_than_its_committee(committee: Committee, cast: Cast) -> None:
    last = date(2024, 12, 31)
    steering.end(committee=committee, until=last, actor=cast.admin)
    seat = steering.give_seat(
        committee=committee, official=replace(OTHER, post=SteeringPost.DEPUTY), since=TODAY,
        actor=cast.admin,
    )  # fmt: skip
    assert seat.valid == DateRange(TODAY, last)


@pytest.mark.parametrize(
    ("official", "since", "key", "said"),
    [
        (OTHER, TODAY, "post", "Lê Thị Trưởng is head since 01/05/2022"),
        (MEMBER, TODAY, "full_name", "of this name and office"),
        (replace(MEMBER, full_name=" "), TODAY, "full_name", "missing"),
        (replace(MEMBER, office=""), date(2022, 4, 30), "since", "stands since 01/05/2022"),
    ],
)
def test_seat_is_refused_to(
    official: Official, since: date, key: str, said: str, committee: Committee, cast: Cast
) -> None:
    with pytest.raises(InvalidEntry, match=said) as refusal:
        steering.give_seat(committee=committee, official=official, since=since, actor=cast.admin)
    assert list(refusal.value.errors) == [key]
    assert Seat.objects.count() == 2


def test_post_of_one_person_is_free_once_it_ends(committee: Committee, cast: Cast) -> None:
    head = Seat.objects.get(post=SteeringPost.HEAD)
    steering.end_seat(seat=head, until=date(2024, 6, 1), actor=cast.admin)
    asked = {"committee": committee, "official": OTHER, "actor": cast.admin}
    with pytest.raises(InvalidEntry, match="head from 01/05/2022 until 01/06/2024"):
        steering.give_seat(since=date(2024, 5, 31), **asked)
    steering.give_seat(since=date(2024, 6, 1), **asked)
    deputy = replace(OTHER, post=SteeringPost.STANDING_DEPUTY, office="Phó Bí thư")
    steering.give_seat(since=TODAY, **asked | {"official": deputy})
    second = replace(deputy, full_name="Phạm Thị Hai")
    with pytest.raises(InvalidEntry, match="is standing deputy head since 10/06/2024"):
        steering.give_seat(since=TODAY, **asked | {"official": second})


def test_nothing_begins_on_a_day_to_come(committee: Committee, member: Seat, cast: Cast) -> None:
    tomorrow = date(2024, 6, 11)
    deputy = replace(MEMBER, post=SteeringPost.DEPUTY)
    acts = [
        lambda: steering.set_up(new=new(cast, "193", since=tomorrow), actor=cast.admin),
        lambda: steering.give_seat(
            committee=committee, official=deputy, since=tomorrow, actor=cast.admin
        ),
        lambda: steering.change_seat(seat=member, official=deputy, on=tomorrow, actor=cast.admin),
    ]
    for act in acts:
        with pytest.raises(InvalidEntry, match="still to come"):
            act()


def test_namesake_of_another_office_sits_beside(committee: Committee, cast: Cast) -> None:
    namesake = replace(MEMBER, office="Bí thư Đoàn")
    steering.give_seat(committee=committee, official=namesake, since=TODAY, actor=cast.admin)
    assert len(terms(MEMBER.full_name)) == 2


def test_new_post_or_office_begins_on_a_day_and_keeps_the_past(member: Seat, cast: Cast) -> None:
    deputy = replace(MEMBER, post=SteeringPost.DEPUTY)
    seat = steering.change_seat(seat=member, official=deputy, on=TODAY, actor=cast.admin)
    elsewhere = replace(deputy, office="Phó Chủ tịch UBND phường")
    # What began on the very day is put right.
    steering.change_seat(seat=seat, official=elsewhere, on=TODAY, actor=cast.admin)
    assert terms(MEMBER.full_name) == [
        ("member", MEMBER.office, SINCE, TODAY),
        ("deputy", "Phó Chủ tịch UBND phường", TODAY, None),
    ]


def test_name_and_phone_are_put_right_in_their_place(member: Seat, cast: Cast) -> None:
    told = replace(MEMBER, full_name="Đỗ Văn Ảnh", phone="+84912345670")
    steering.change_seat(seat=member, official=told, on=TODAY, actor=cast.admin)
    member.refresh_from_db()
    assert (member.phone, member.search) == (told.phone, "do van anh | truong cong an phuong")
    assert terms("Đỗ Văn Ảnh") == [("member", MEMBER.office, SINCE, None)]


def test_head_is_changed_once_the_last_one_has_left(
    committee: Committee, member: Seat, cast: Cast
) -> None:
    promoted = replace(MEMBER, post=SteeringPost.HEAD)
    with pytest.raises(InvalidEntry, match="Lê Thị Trưởng is head since"):
        steering.change_seat(seat=member, official=promoted, on=TODAY, actor=cast.admin)
    head = Seat.objects.get(post=SteeringPost.HEAD)
    steering.end_seat(seat=head, until=TODAY, actor=cast.admin)
    steering.change_seat(seat=member, official=promoted, on=TODAY, actor=cast.admin)
    assert [row[0] for row in terms(MEMBER.full_name)] == ["member", "head"]


@pytest.mark.parametrize("on", [date(2022, 4, 30), date(2021, 1, 1)])
def test_new_post_does_not_begin_before_the_seat(on: date, member: Seat, cast: Cast) -> None:
    deputy = replace(MEMBER, post=SteeringPost.DEPUTY)
    with pytest.raises(InvalidEntry, match="begins on 01/05/2022") as refusal:
        steering.change_seat(seat=member, official=deputy, on=on, actor=cast.admin)
    assert list(refusal.value.errors) == ["effective_on"]


def test_seat_ends_and_stays_on_record(member: Seat, cast: Cast) -> None:
    steering.end_seat(seat=member, until=TODAY, actor=cast.admin)
    assert terms(MEMBER.full_name) == [("member", MEMBER.office, SINCE, TODAY)]
    with pytest.raises(NotPossibleNow, match="has left this seat on 10/06/2024"):
        steering.end_seat(seat=member, until=TODAY, actor=cast.admin)


def test_seat_that_ends_on_its_first_day_never_was(member: Seat, cast: Cast) -> None:
    steering.end_seat(seat=member, until=SINCE, actor=cast.admin)
    assert terms(MEMBER.full_name) == []
    with pytest.raises(NotPossibleNow, match="taken away"):
        steering.change_seat(seat=member, official=MEMBER, on=TODAY, actor=cast.admin)


def test_seat_does_not_end_before_it_begins(member: Seat, cast: Cast) -> None:
    with pytest.raises(InvalidEntry) as refusal:
        steering.end_seat(seat=member, until=date(2022, 4, 30), actor=cast.admin)
    assert list(refusal.value.errors) == ["until"]


def test_seat_does_not_end_beyond_its_committee(
    committee: Committee, member: Seat, cast: Cast
) -> None:
    last = date(2024, 12, 31)
    steering.end(committee=committee, until=last, actor=cast.admin)
    with pytest.raises(InvalidEntry) as refusal:
        steering.end_seat(seat=member, until=date(2025, 1, 1), actor=cast.admin)
    assert list(refusal.value.errors) == ["until"]
    steering.end_seat(seat=member, until=last, actor=cast.admin)
    assert terms(MEMBER.full_name) == [("member", MEMBER.office, SINCE, last)]


# -- Many at once, and who may --------------------------------------------------------------------


def test_many_committees_are_set_up_with_everybody_in_them(cast: Cast) -> None:
    drafts = [(new(cast, code), [HEAD, MEMBER]) for code in ("22", "193", "06691")]
    rows = steering.set_up_many(committees=drafts, actor=cast.admin)
    assert [row.unit.code for row in rows] == ["22", "193", "06691"]
    assert [row.seats.count() for row in rows] == [2, 2, 2]


def test_many_committees_are_refused_with_two_heads(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="committee_has_one_head_at_a_time"):
        steering.set_up_many(committees=[(new(cast), [HEAD, OTHER])], actor=cast.admin)


@pytest.mark.parametrize(
    "who", ["leader", "neighbour", "district_officer", "staff", "national", "stranger"]
)
def test_committee_is_changed_by_nobody_else(
    who: str, committee: Committee, member: Seat, cast: Cast
) -> None:
    actor = getattr(cast, who)
    decision = {"name": "x", "decision_number": "", "decided_on": None}
    acts = [
        lambda: steering.set_up(new=new(cast), actor=actor),
        lambda: steering.set_up_many(committees=[(new(cast), [])], actor=actor),
        lambda: steering.amend(committee=committee, actor=actor, **decision),
        lambda: steering.end(committee=committee, until=TODAY, actor=actor),
        lambda: steering.give_seat(committee=committee, official=OTHER, since=TODAY, actor=actor),
        lambda: steering.change_seat(seat=member, official=OTHER, on=TODAY, actor=actor),
        lambda: steering.end_seat(seat=member, until=TODAY, actor=actor),
    ]
    for act in acts:
        with pytest.raises(NotAllowed, match="Phường Hồng Gai"):
            act()


def test_commune_keeps_its_own_committee(committee: Committee, cast: Cast, enter: Enter) -> None:
    deputy = replace(OTHER, post=SteeringPost.DEPUTY)
    with enter(cast.officer):
        steering.give_seat(committee=committee, official=deputy, since=TODAY, actor=cast.officer)
        with pytest.raises(NotAllowed, match="Thành phố Hạ Long"):
            steering.set_up(new=new(cast, "193"), actor=cast.officer)
