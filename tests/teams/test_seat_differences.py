"""What a sheet of steering committees would change, and that it does."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from teams import seat_differences, steering
from teams.models import Committee, Seat, SteeringPost
from teams.seat_differences import Steering
from teams.steering import Official
from tests.cast import SINCE, Cast, Enter
from tests.teams import sitting
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

    def plan(*rows: dict[str, Any], area: str = "06691", **options: Any) -> Steering:
        entries = [Entry(number, dict(row)) for number, row in enumerate(rows, 4)]
        with enter(cast.admin), translation.override("en"):
            return seat_differences.compare(entries, cast.units[area], on=ON, **options)

    return plan


def row(name: str, unit: str = "Phường Hồng Gai", **values: Any) -> dict[str, Any]:
    return {"unit": unit, "name": NAME, "full_name": name, **values}


def told(plan: Steering) -> list[tuple[Any, ...]]:
    return [(line.outcome, line.told, [each.key for each in line.problems]) for line in plan.lines]


def seats(committee: Committee) -> list[tuple[Any, ...]]:
    rows = Seat.objects.filter(committee=committee).order_by("full_name", "valid")
    return [(seat.full_name, seat.post, seat.valid.lower, seat.valid.upper) for seat in rows]


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
        (row("Đỗ Văn Ánh", until=SINCE), "until"),
        (row("Ai Đó", post=SteeringPost.HEAD), "post"),
        (row("Ai Đó", decided_on=date(2024, 7, 1)), "decided_on"),
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
    assert [line.outcome for line in two.lines] == ["changed", "refused"]


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
        seat_differences.write(plan, tenant=cast.province.pk, on=ON)
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
        seat_differences.write(plan, tenant=cast.province.pk, on=ON)
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
        later = date(2024, 6, 20)
        steering.give_seat(committee=hong_gai, official=official, since=later, actor=cast.admin)
    (line,) = plan_of(row("Lê Thị Trưởng")).lines
    assert [each.key for each in line.problems] == ["unit"]
