"""What a sheet of steering committees would change, and that it does."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from teams import seat_differences, seat_writing, steering
from teams.models import Committee, Seat, SteeringPost
from teams.seat_differences import Steering
from teams.seating import Official
from tests.cast import SINCE, Cast, Enter
from tests.teams import sitting
from units.models import Level, Unit
from units.sheets.entries import Entry

ON = date(2024, 6, 10)
NAME = "Tổ chỉ đạo"
PlanOf = Callable[..., Steering]


@pytest.fixture
def hong_gai(cast: Cast, enter: Enter) -> Committee:
    """Lê Thị Trưởng heads it, Đỗ Văn Ánh is a member."""
    with enter(cast.admin):
        return sitting.set_up(cast.admin, cast.units["06691"])


@pytest.fixture
def plan_of(hong_gai: Committee, cast: Cast, enter: Enter) -> PlanOf:
    """`plan_of({...}, {...})` holds rows, numbered from 4, against the committees of the area."""

    def plan(*rows: dict[str, Any], area: str = "06691", on: date = ON, **options: Any) -> Steering:
        entries = [Entry(number, dict(row)) for number, row in enumerate(rows, 4)]
        with enter(cast.admin), translation.override("en"):
            return seat_differences.compare(entries, cast.units[area], on=on, **options)

    return plan


def row(name: str, unit: str = "Phường Hồng Gai", **values: Any) -> dict[str, Any]:
    return {"unit": unit, "name": NAME, "full_name": name, **values}


def told(plan: Steering) -> list[tuple[Any, ...]]:
    return [(line.outcome, line.told, [each.key for each in line.problems]) for line in plan.lines]


def seats(committee: Committee) -> list[tuple[Any, ...]]:
    rows = Seat.objects.filter(committee=committee).order_by("full_name", "valid")
    return [(seat.full_name, seat.post, seat.valid.lower, seat.valid.upper) for seat in rows]


def write(plan: Steering, cast: Cast, enter: Enter, on: date = ON) -> None:
    """What is done where a person leaves the refused rows out."""
    with enter(cast.admin):
        seat_writing.write(plan.without_refused(), tenant=cast.province.pk, on=on)


def why(plan: Steering) -> list[list[str]]:
    return [[each.why for each in line.problems] for line in plan.lines]


# -- What becomes of a row ------------------------------------------------------------------------


def test_person_who_is_not_known_is_new(plan_of: PlanOf) -> None:
    plan = plan_of(row("Trần Thị Mới", office="Bí thư Đoàn phường"))
    assert told(plan) == [
        ("new", [("full_name", None, "Trần Thị Mới"), ("office", None, "Bí thư Đoàn phường"),
                 ("since", None, ON)], []),
    ]  # fmt: skip


def test_person_is_known_by_name(plan_of: PlanOf) -> None:
    same = row("ĐỖ VĂN ÁNH".title(), phone="+84987654321", unit="phuong hong gai")
    other = row("Lê Thị Trưởng", office="Bí thư Đảng ủy phường")
    plan = plan_of(same, other)
    changes = [("office", "Chủ tịch UBND phường", "Bí thư Đảng ủy phường")]
    assert told(plan) == [("unchanged", [], []), ("changed", changes, [])]


def test_committee_is_known_by_the_code_of_its_unit_and_amended(plan_of: PlanOf) -> None:
    known = row("Lê Thị Trưởng", unit_code="06691", decision_number="13/QĐ-UBND")
    changes = [("decision_number", "12/QĐ-UBND", "13/QĐ-UBND")]
    assert told(plan_of(known)) == [("changed", changes, [])]


def test_who_is_not_in_a_complete_list_would_leave(plan_of: PlanOf) -> None:
    rows = [row("Lê Thị Trưởng")]
    plan = plan_of(*rows, is_complete=True)
    assert told(plan)[1:] == [("leaves", [("until", None, ON)], [])]
    assert len(plan_of(*rows).lines) == 1


# -- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("refused", "key"),
    [
        (row("Ai Đó", unit="Phường Bạch Đằng"), "unit"),
        (row("Ai Đó", unit="Khu phố 1"), "unit"),
        (row("Ai Đó", unit_code="06688"), "unit_code"),
        (row("Ai Đó", since=date(2020, 1, 1)), "since"),
        (row("Ai Đó", since=date(2024, 7, 1)), "since"),
        (row("Ai Đó", until=ON), "until"),
        (row("Đỗ Văn Ánh", until=date(2022, 4, 30)), "until"),
        (row("Đỗ Văn Ánh", until=ON, phone="+84912345679"), "phone"),
        (row("Ai Đó", post=SteeringPost.HEAD), "post"),
        (row("Ai Đó", post=SteeringPost.HEAD, since=date(2023, 1, 1)), "post"),
        (row("Ai Đó", decided_on=date(2024, 7, 1)), "decided_on"),
        (row("Ai Đó", level=Level.DISTRICT), "unit"),
    ],
)
def test_row_that_cannot_be_is_refused(refused: dict[str, Any], key: str, plan_of: PlanOf) -> None:
    (line,) = plan_of(refused).lines
    assert (line.outcome, {each.key for each in line.problems}) == ("refused", {key})


def test_rows_of_a_committee_agree_and_name_each_person_once(plan_of: PlanOf) -> None:
    plan = plan_of(
        row("Lê Thị Trưởng"), row("Đỗ Văn Ánh") | {"name": "Ban chỉ đạo"}, row("Đỗ Văn Ánh")
    )
    assert [[each.key for each in line.problems] for line in plan.lines] == [
        [], ["name"], ["full_name"]
    ]  # fmt: skip


def test_committee_keeps_one_head(plan_of: PlanOf) -> None:
    swapped = plan_of(
        row("Đỗ Văn Ánh", post=SteeringPost.HEAD), row("Lê Thị Trưởng", post=SteeringPost.DEPUTY)
    )
    assert [line.outcome for line in swapped.lines] == ["changed", "changed"]
    two = plan_of(
        row("Đỗ Văn Ánh", post=SteeringPost.HEAD), row("Lê Thị Trưởng", post=SteeringPost.HEAD)
    )
    assert [line.outcome for line in two.lines] == ["refused", "unchanged"]
    assert [each.why for each in two.lines[0].problems] == [
        "Lê Thị Trưởng is head since 01/05/2022: change or end that first. See row 5."
    ]


# -- What is written ------------------------------------------------------------------------------


def test_written_plan_is_what_was_told(
    plan_of: PlanOf, hong_gai: Committee, cast: Cast, enter: Enter
) -> None:
    rows = [
        row("Đỗ Văn Ánh", post=SteeringPost.HEAD, phone="+84912000111"),
        row("Lê Thị Trưởng", post=SteeringPost.DEPUTY),
        row("Trần Thị Mới", since=date(2024, 6, 1)),
        row("Phạm Văn Hai", unit="Phường Bạch Đằng", post=SteeringPost.HEAD,
            since=date(2024, 5, 1), decision_number="7/QĐ-UBND"),
        row("Phạm Thị Ba", unit="Phường Bạch Đằng"),
    ]  # fmt: skip
    plan = plan_of(*rows, area="22")
    with enter(cast.admin):
        seat_writing.write(plan, tenant=cast.province.pk, on=ON)
        assert seats(hong_gai) == [
            ("Lê Thị Trưởng", "head", SINCE, ON),
            ("Lê Thị Trưởng", "deputy", ON, None),
            ("Trần Thị Mới", "member", date(2024, 6, 1), None),
            ("Đỗ Văn Ánh", "member", SINCE, ON),
            ("Đỗ Văn Ánh", "head", ON, None),
        ]
        # A phone is put right in the past, too.
        phones = Seat.objects.filter(full_name="Đỗ Văn Ánh").values_list("phone", flat=True)
        assert set(phones) == {"+84912000111"}
        new = Committee.objects.get(unit=cast.units["06688"])
        assert (new.decision_number, new.valid.lower) == ("7/QĐ-UBND", date(2024, 5, 1))
        assert seats(new) == [
            ("Phạm Thị Ba", "member", ON, None),
            ("Phạm Văn Hai", "head", date(2024, 5, 1), None),
        ]
    assert plan_of(*rows, area="22").counts == {"unchanged": 5}


def test_complete_list_dismisses_whoever_is_missing(
    plan_of: PlanOf, hong_gai: Committee, cast: Cast, enter: Enter
) -> None:
    plan = plan_of(row("Trần Thị Mới", post=SteeringPost.HEAD), is_complete=True)
    with enter(cast.admin):
        seat_writing.write(plan, tenant=cast.province.pk, on=ON)
        assert seats(hong_gai) == [
            ("Lê Thị Trưởng", "head", SINCE, ON),
            ("Trần Thị Mới", "head", ON, None),
            ("Đỗ Văn Ánh", "member", SINCE, ON),
        ]


def test_new_person_who_stands_twice_is_refused(plan_of: PlanOf) -> None:
    plan = plan_of(row("Trần Thị Mới"), row("Trần Thị Mới"))
    assert [line.outcome for line in plan.lines] == ["new", "refused"]


def test_file_of_a_day_before_a_later_change_is_refused(
    plan_of: PlanOf, hong_gai: Committee, cast: Cast, enter: Enter
) -> None:
    official = Official("Trần Thị Sau", SteeringPost.MEMBER)
    with enter(cast.admin):
        steering.give_seat(committee=hong_gai, official=official, since=ON, actor=cast.admin)
    (line,) = plan_of(row("Lê Thị Trưởng"), on=date(2024, 6, 9)).lines
    assert [each.key for each in line.problems] == ["unit"]


# -- Where the rules are those of the page ---------------------------------------------------------


def test_unit_is_named_without_its_kind_and_near_names_are_offered(plan_of: PlanOf) -> None:
    bare, near = plan_of(row("Ai Đó", unit="Hồng Gai"), row("Ai Kia", unit="Hồng Gay")).lines
    assert (bare.outcome, bare.title) == ("new", "Ai Đó · Phường Hồng Gai")
    assert [(each.key, each.near) for each in near.problems] == [("unit", ("Phường Hồng Gai",))]


def test_units_of_one_name_are_told_apart_by_level(
    plan_of: PlanOf, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        Unit.objects.filter(code="06688").update(name="Phường Hạ Long")
    both, one = plan_of(
        row("Ai Đó", unit="Hạ Long"), row("Ai Kia", unit="Hạ Long", level=Level.COMMUNE), area="22"
    ).lines
    assert [each.key for each in both.problems] == ["unit"]
    assert one.title == "Ai Kia · Phường Hạ Long"


def test_seat_does_not_outlast_its_committee(
    plan_of: PlanOf, hong_gai: Committee, cast: Cast, enter: Enter
) -> None:
    last = date(2024, 12, 31)
    with enter(cast.admin):
        steering.end(committee=hong_gai, until=last, actor=cast.admin)
    beyond, until = plan_of(
        row("Đỗ Văn Ánh", until=date(2025, 1, 1)), row("Lê Thị Trưởng", until=date(2024, 12, 30))
    ).lines
    assert [each.key for each in beyond.problems] == ["until"]
    assert until.outcome == "leaves"
    write(plan_of(row("Trần Thị Mới")), cast, enter)
    with enter(cast.admin):
        assert ("Trần Thị Mới", "member", ON, last) in seats(hong_gai)


def test_committee_does_not_begin_before_its_unit_or_before_the_last_one_ended(
    plan_of: PlanOf, hong_gai: Committee, cast: Cast, enter: Enter
) -> None:
    ended = date(2024, 6, 3)
    with enter(cast.admin):
        steering.end(committee=hong_gai, until=ended, actor=cast.admin)
    plan = plan_of(
        row("Trần Thị Mới", since=date(2024, 6, 2)),
        row("Trần Thị Hai", since=ended),
        row("Phạm Thị Ba", unit="Phường Bạch Đằng", since=date(2022, 4, 30)),
        area="22",
    )
    assert why(plan) == [
        ["Phường Hồng Gai has one since 01/05/2022, “Tổ chỉ đạo”: end that one first."], [],
        ["Phường Bạch Đằng does not exist on that day."],
    ]  # fmt: skip
    write(plan, cast, enter)
    with enter(cast.admin):
        assert Committee.objects.latest("pk").valid.lower == ended


def test_what_has_ended_since_stays_as_it_was(
    plan_of: PlanOf, hong_gai: Committee, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        steering.end(committee=hong_gai, until=ON, actor=cast.admin)
    before = date(2024, 6, 9)
    plan = plan_of(
        row("Trần Thị Mới"), row("Đỗ Văn Ánh", phone="+84912000111"),
        row("Lê Thị Trưởng", until=date(2024, 6, 1)), on=before,
    )  # fmt: skip
    assert why(plan) == [
        ["“Tổ chỉ đạo” has ended on 10/06/2024: what was stays as it is."],
        ["Đỗ Văn Ánh has left this seat on 10/06/2024: what was stays as it is."],
        ["Lê Thị Trưởng has left this seat on 10/06/2024: what was stays as it is."],
    ]


def test_post_of_one_person_is_judged_by_the_days_that_overlap(
    plan_of: PlanOf, hong_gai: Committee, cast: Cast, enter: Enter
) -> None:
    """The head of before is in no row, and does not sit there on the day of the file."""
    left = date(2024, 6, 5)
    with enter(cast.admin):
        head = Seat.objects.get(post=SteeringPost.HEAD)
        steering.end_seat(seat=head, until=left, actor=cast.admin)
    early = row("Trần Thị Mới", post=SteeringPost.HEAD, since=date(2024, 6, 4))
    plan = plan_of(early)
    assert why(plan) == [
        ["Lê Thị Trưởng is head from 01/05/2022 until 05/06/2024: change or end that first."]
    ]
    write(plan, cast, enter)
    plan = plan_of(early | {"since": left}, row("Trần Thị Hai", post=SteeringPost.HEAD))
    assert why(plan)[0] == []
    assert why(plan)[1] == [
        "Trần Thị Mới is head since 05/06/2024: change or end that first. See row 4."
    ]
    write(plan, cast, enter)
    with enter(cast.admin):
        heads = Seat.objects.filter(post=SteeringPost.HEAD).order_by("valid")
        assert [each.full_name for each in heads] == ["Lê Thị Trưởng", "Trần Thị Mới"]


def test_committee_has_one_standing_deputy(plan_of: PlanOf) -> None:
    deputy = {"post": SteeringPost.STANDING_DEPUTY}
    assert [
        line.outcome for line in plan_of(row("Ai Đó", **deputy), row("Ai Kia", **deputy)).lines
    ] == ["new", "refused"]


def test_head_who_is_refused_another_post_stays_head(
    plan_of: PlanOf, cast: Cast, enter: Enter
) -> None:
    """His row does not stand, so that the place is not free."""
    plan = plan_of(
        row("Đỗ Văn Ánh", post=SteeringPost.HEAD),
        row("Lê Thị Trưởng", post=SteeringPost.STANDING_DEPUTY),
        row("Ai Đó", post=SteeringPost.STANDING_DEPUTY),
        row("Lê Thị Trưởng"),
    )
    assert [line.outcome for line in plan.lines] == ["changed", "changed", "refused", "refused"]
    plan = plan_of(
        row("Đỗ Văn Ánh", post=SteeringPost.HEAD),
        row("Lê Thị Trưởng", post=SteeringPost.DEPUTY) | {"name": "Ban khác"},
    )
    assert [line.outcome for line in plan.lines] == ["refused", "refused"]
    write(plan, cast, enter)
    # A post that is refused at the end of it all takes the next one along.
    plan = plan_of(
        row("Ai Đó", post=SteeringPost.STANDING_DEPUTY),
        row("Đỗ Văn Ánh", post=SteeringPost.HEAD),
        row("Lê Thị Trưởng", post=SteeringPost.STANDING_DEPUTY),
    )
    assert [line.outcome for line in plan.lines] == ["new", "refused", "refused"]


@pytest.mark.parametrize("head", ["Lê Thị Trưởng", "Đỗ Văn Ánh"])
@pytest.mark.parametrize("leaves", [True, False])
def test_head_makes_room_for_who_is_promoted_in_place(
    head: str, leaves: bool, plan_of: PlanOf, hong_gai: Committee, cast: Cast, enter: Enter
) -> None:
    """Whoever began on the day of the file is put right in place; both end with the committee."""
    last = date(2024, 12, 31)
    (other,) = {"Lê Thị Trưởng", "Đỗ Văn Ánh"} - {head}
    with enter(cast.admin):
        Seat.objects.update(post=SteeringPost.MEMBER, valid=(ON, None))
        began = SINCE if leaves else ON
        Seat.objects.filter(full_name=head).update(post=SteeringPost.HEAD, valid=(began, None))
        steering.end(committee=hong_gai, until=last, actor=cast.admin)
    gone = row(head, until=ON) if leaves else row(head, post=SteeringPost.DEPUTY)
    write(plan_of(row(other, post=SteeringPost.HEAD, office="Chủ tịch"), gone), cast, enter)
    was = (head, "head", SINCE, ON) if leaves else (head, "deputy", ON, last)
    with enter(cast.admin):
        assert set(seats(hong_gai)) == {was, (other, "head", ON, last)}


def test_who_goes_on_as_head_is_asked_for_no_place(plan_of: PlanOf) -> None:
    """Another phone, or another office, of who heads it already: the one above comes too early."""
    plan = plan_of(
        row("Trần Thị Mới", post=SteeringPost.HEAD),
        row("Lê Thị Trưởng", phone="+84912000111", office="Bí thư"),
    )
    assert [line.outcome for line in plan.lines] == ["refused", "changed"]


def test_seat_that_ends_on_its_first_day_never_was(
    plan_of: PlanOf, hong_gai: Committee, cast: Cast, enter: Enter
) -> None:
    plan = plan_of(row("Đỗ Văn Ánh", until=SINCE))
    assert [(line.outcome, line.notes) for line in plan.lines] == [
        ("leaves", ["The seat began on that very day: it is taken away."])
    ]
    write(plan, cast, enter)
    with enter(cast.admin):
        assert seats(hong_gai) == [("Lê Thị Trưởng", "head", SINCE, None)]


def test_namesakes_are_told_apart_by_phone_or_office_and_else_refused(
    plan_of: PlanOf, hong_gai: Committee, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        namesake = Official("Đỗ Văn Ánh", office="Bí thư Đoàn", phone="+84912000222")
        steering.give_seat(committee=hong_gai, official=namesake, since=SINCE, actor=cast.admin)
        first, second = Seat.objects.filter(full_name="Đỗ Văn Ánh").order_by("pk")
    post = {"post": SteeringPost.DEPUTY}
    by_phone = plan_of(row("Đỗ Văn Ánh", phone=second.phone, **post))
    by_office = plan_of(row("Đỗ Văn Ánh", office=first.office, **post))
    assert [each.changes[0].seat for each in (by_phone, by_office)] == [second, first]
    taken = plan_of(row("Đỗ Văn Ánh", phone=first.phone, office=second.office))
    assert why(taken) == [["Somebody of this name and office sits in the committee already."]]
    # Which of them is meant nobody knows: so neither of them is missing.
    unclear = plan_of(row("Lê Thị Trưởng"), row("Đỗ Văn Ánh", **post), is_complete=True)
    assert [line.outcome for line in unclear.lines] == ["unchanged", "refused"]
