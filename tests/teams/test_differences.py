"""What a sheet would change, told row by row before anything is written."""

from datetime import date
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from teams import differences, endings, enlistment
from teams.differences import Roster
from teams.models import Membership, Person, Post
from teams.plans import Problem
from tests.cast import SINCE, Cast, Enter
from tests.teams.planning import ON, PlanOf, in_hg_2, register, said
from units.sheets.entries import Entry


def told(plan: Roster) -> list[tuple[Any, ...]]:
    return [(line.number, line.outcome, line.told, line.problems) for line in plan.lines]


# -- What becomes of a row ----------------------------------------------------------------------


def test_row_of_somebody_unknown_is_new(plan_of: PlanOf) -> None:
    plan = plan_of(in_hg_2(full_name="Phạm Thị Mới", birth_year=1990, is_core=True))
    assert told(plan) == [
        (2, "new", [("full_name", None, "Phạm Thị Mới"), ("birth_year", None, 1990),
                    ("is_core", None, True)], []),
    ]  # fmt: skip


def test_row_that_says_what_stands_is_unchanged(plan_of: PlanOf) -> None:
    plan = plan_of(in_hg_2(full_name="Leader hg-2", post=Post.LEADER))
    assert told(plan) == [(2, "unchanged", [], [])]
    assert plan.counts == {"unchanged": 1}


def test_row_that_says_something_else_is_changed(plan_of: PlanOf) -> None:
    plan = plan_of(in_hg_2(full_name="Member hg-2", phone="+84912345678", organisation="Đoàn"))
    changes = [("phone", "", "+84912345678"), ("organisation", "", "Đoàn")]
    assert told(plan) == [(2, "changed", changes, [])]


def test_blank_cell_keeps_what_stands(plan_of: PlanOf, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Person.objects.filter(full_name="Member hg-2").update(phone="+84912345678")
    plan = plan_of(in_hg_2(full_name="Member hg-2", phone="", birth_year=None))
    assert told(plan) == [(2, "unchanged", [], [])]


def test_person_of_another_team_moves(plan_of: PlanOf, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Person.objects.filter(full_name="Member hg-1a").update(phone="+84912345678")
    plan = plan_of(in_hg_2(full_name="Member hg-1a", phone="+84912345678"))
    assert told(plan) == [(2, "moved", [("team", "Tổ hg-1a", "Tổ hg-2")], [])]


def test_who_is_not_in_a_complete_list_would_leave(plan_of: PlanOf) -> None:
    rows = [in_hg_2(full_name=name) for name in ("Leader hg-2", "Deputy hg-2")]
    plan = plan_of(*rows, is_complete=True)
    assert told(plan)[2:] == [(None, "leaves", [("left_on", None, ON)], [])]
    assert plan.lines[2].title == "Member hg-2 · Tổ hg-2"
    assert len(plan_of(*rows).lines) == 2


def test_person_leaves_on_the_day_that_is_given(plan_of: PlanOf) -> None:
    plan = plan_of(in_hg_2(full_name="Member hg-2", left_on=date(2024, 5, 31)))
    assert told(plan) == [(2, "leaves", [("left_on", None, date(2024, 5, 31))], [])]


def test_row_of_somebody_who_leaves_says_what_else_it_changes(
    plan_of: PlanOf, cast: Cast, enter: Enter
) -> None:
    left = {"full_name": "Member hg-2", "left_on": date(2024, 5, 31)}
    plan = plan_of(in_hg_2(phone="+84912345678", **left))
    changes = [("left_on", None, date(2024, 5, 31)), ("phone", "", "+84912345678")]
    assert told(plan) == [(2, "leaves", changes, [])]
    with enter(cast.admin):
        enlistment.write(plan, tenant=cast.province.pk, on=ON)
        assert Person.objects.get(full_name="Member hg-2").phone == "+84912345678"
        assert register(cast, "hg-2")[2][3] == date(2024, 5, 31)


def test_row_of_somebody_who_leaves_changes_no_post(plan_of: PlanOf) -> None:
    """A post holds from a day on, which may come after the last one."""
    row = in_hg_2(full_name="Member hg-2", left_on=date(2024, 5, 31), post=Post.DEPUTY)
    (line,) = said(plan_of, row)
    assert line.outcome == "refused"
    assert line.problems == [
        Problem("post", "Whoever leaves keeps what stands here: change it before.")
    ]
    (line,) = plan_of(row | {"post": Post.MEMBER}).lines
    assert line.outcome == "leaves"


# -- What is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"hamlet": "Khu 2"}, ["hamlet", "Phường Hồng Gai không có “Khu 2”. Có phải là "
                               "“Khu phố 2” không?"]),
        ({"hamlet": "Khu phố 22"}, ["hamlet", "Phường Hồng Gai không có “Khu phố 22”."]),
        ({"commune": "Bạch Đằng", "hamlet": "Khu phố 1"}, ["commune", ...]),
        ({"hamlet": "Khu phố 1"}, ["team", ...]),
        ({"hamlet": "Khu phố 3"}, ["hamlet", ...]),
        ({"team_code": 999_999}, ["team_code", ...]),
        ({}, ["team", ...]),
    ],
)  # fmt: skip
def test_row_without_a_team_of_ones_own_is_refused(
    row: dict[str, Any], problem: list[Any], plan_of: PlanOf
) -> None:
    (line,) = plan_of({"full_name": "Ai Đó", **row}).lines
    (found,) = line.problems
    assert (line.outcome, found.key) == ("refused", problem[0])
    assert problem[1] is ... or found.why == problem[1]


def test_names_that_come_near_are_offered(plan_of: PlanOf) -> None:
    (line,) = plan_of({"full_name": "Ai Đó", "hamlet": "Khu 2"}).lines
    assert line.problems[0].near == ("Khu phố 2",)
    (line,) = plan_of({"full_name": "Ai Đó", "hamlet": "Xóm Chùa"}).lines
    assert line.problems == [Problem("hamlet", "Phường Hồng Gai không có “Xóm Chùa”.")]


def test_team_that_has_ended_takes_nobody_in_for_a_day_before(
    plan_of: PlanOf, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        endings.end(team=cast.teams["hg-2"], into=None, on=ON, actor=cast.admin)
        entry = Entry(2, in_hg_2(full_name="Ai Đó"))
        plan = differences.compare([entry], cast.units["06691"], on=date(2024, 6, 1))
    assert [each.key for each in plan.lines[0].problems] == ["hamlet"]


def test_all_problems_of_a_row_are_told_at_once(cast: Cast, enter: Enter) -> None:
    entry = Entry(2, {"hamlet": "Khu phố 9", "full_name": "Ai"}, {"phone": "không phải số"})
    with enter(cast.admin):
        plan = differences.compare([entry], cast.units["06691"], on=ON)
    assert [each.key for each in plan.lines[0].problems] == ["phone", "hamlet"]


def test_phone_of_somebody_else_is_refused(plan_of: PlanOf, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Person.objects.filter(full_name="Deputy ct-1").update(phone="+84912345678")
    row = in_hg_2(full_name="Ai Đó", phone="+84912345678", commune="Hồng Gai")
    (line,) = plan_of(row, area="22").lines
    assert line.problems == [Problem("phone", "Số điện thoại này là của Deputy ct-1.")]
    # Whoever keeps the next commune learns no name of it.
    (line,) = plan_of(row).lines
    assert line.problems == [
        Problem("phone", "Số này là của người mà bạn không quản lý danh sách.")
    ]


def test_id_number_says_who_it_is(plan_of: PlanOf, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Person.objects.filter(full_name="Member hg-2").update(id_number="022180001234")
    (line,) = plan_of(in_hg_2(full_name="Lê Thị Đúng", id_number="022180001234")).lines
    changes = [("full_name", "Member hg-2", "Lê Thị Đúng")]
    assert (line.outcome, line.changes) == ("changed", changes)


def test_number_that_stands_twice_in_the_file_is_refused(plan_of: PlanOf) -> None:
    rows = [in_hg_2(full_name=name, phone="+84912345678") for name in ("Một", "Hai")]
    plan = plan_of(*rows)
    assert [line.outcome for line in plan.lines] == ["new", "refused"]
    assert plan.lines[1].problems == [Problem("phone", "Số điện thoại này trùng với dòng 2.")]


def test_namesake_is_told_and_not_refused(plan_of: PlanOf) -> None:
    rows = [in_hg_2(full_name="Lê Hoa", birth_year=1980, phone=f"+8491234567{n}") for n in (1, 2)]
    plan = plan_of(rows[0], {**rows[1], "hamlet": "Khu phố 1", "team": "Tổ hg-1a"})
    assert [line.outcome for line in plan.lines] == ["new", "new"]
    assert plan.lines[1].notes == ["Trùng họ tên và năm sinh với dòng 2."]


def test_nobody_joins_before_the_team_began(plan_of: PlanOf) -> None:
    (line,) = said(plan_of, in_hg_2(full_name="Lê Thị Mới", joined_on=date(2022, 4, 30)))
    assert line.problems == [Problem("joined_on", "This team is active only since 01/05/2022.")]
    (line,) = plan_of(in_hg_2(full_name="Lê Thị Mới", joined_on=SINCE)).lines
    assert line.outcome == "new"


@pytest.mark.parametrize(
    ("since", "outcome"), [(ON, "refused"), (date(2024, 6, 9), "moved")]
)  # fmt: skip
def test_nobody_moves_on_the_day_of_joining(
    since: date, outcome: str, plan_of: PlanOf, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        person = Person.objects.get(full_name="Member hg-1a")
        person.memberships.update(valid=DateRange(since, None))
    (line,) = plan_of(in_hg_2(full_name="Member hg-1a", member_code=person.pk)).lines
    assert (line.outcome, [each.key for each in line.problems]) == (
        outcome, ["team"] if outcome == "refused" else [],
    )  # fmt: skip


def test_membership_ends_a_day_after_its_first_one_at_the_earliest(plan_of: PlanOf) -> None:
    row = in_hg_2(full_name="Member hg-2", left_on=SINCE)
    (line,) = said(plan_of, row)
    assert line.problems == [Problem("left_on", "Nobody leaves before the day of joining.")]
    (line,) = plan_of(row | {"left_on": date(2022, 5, 2)}).lines
    assert line.outcome == "leaves"


def test_nobody_leaves_on_a_day_to_come(plan_of: PlanOf) -> None:
    row = in_hg_2(full_name="Member hg-2", left_on=date(2024, 6, 11))
    (line,) = said(plan_of, row)
    assert line.problems == [Problem("left_on", "This day is still to come.")]
    (line,) = plan_of(row | {"left_on": ON}).lines
    assert line.outcome == "leaves"


@pytest.mark.parametrize("name", ["Lê Thị Mới", "Member hg-2"])
def test_nobody_consents_on_a_day_to_come(name: str, plan_of: PlanOf) -> None:
    (line,) = said(plan_of, in_hg_2(full_name=name, consented_on=date(2030, 1, 1)))
    assert line.problems == [Problem("consented_on", "This day is still to come.")]


def test_row_astray_tells_its_other_problems_too(plan_of: PlanOf, cast: Cast, enter: Enter) -> None:
    """A wrong commune or a formula for a name hides nothing that the second round would tell."""
    with enter(cast.admin):
        Person.objects.filter(full_name="Deputy hg-2").update(phone="+84912345678")
    told = {"phone": "+84912345678", "consented_on": date(2030, 1, 1)}
    (line,) = plan_of({"full_name": "Ai Đó", "hamlet": "Xóm Chùa", **told}).lines
    assert [each.key for each in line.problems] == ["hamlet", "consented_on", "phone"]
    (line,) = plan_of({"hamlet": "Khu phố 1", "team": "Tổ hg-1a", **told}).lines
    assert [each.key for each in line.problems] == ["consented_on", "phone"]
    # Their own phones are no problem of the row, once its name or its team is mended.
    (line,) = plan_of({"full_name": "Deputy hg-2", "hamlet": "Xóm Chùa", **told}).lines
    assert [each.key for each in line.problems] == ["hamlet", "consented_on"]
    (line,) = plan_of(in_hg_2(**told)).lines
    assert [each.key for each in line.problems] == ["consented_on"]


# -- What is written ----------------------------------------------------------------------------


def test_written_plan_is_what_was_told(plan_of: PlanOf, cast: Cast, enter: Enter) -> None:
    rows = [
        in_hg_2(full_name="Deputy hg-2", post=Post.LEADER),
        in_hg_2(full_name="Leader hg-2", post=Post.DEPUTY),
        in_hg_2(full_name="Phạm Thị Mới", joined_on=date(2024, 6, 1), phone="+84912345678"),
    ]
    plan = plan_of(*rows, is_complete=True)
    with enter(cast.admin):
        enlistment.write(plan, tenant=cast.province.pk, on=ON)
        assert register(cast, "hg-2") == [
            ("Deputy hg-2", "deputy", SINCE, ON),
            ("Deputy hg-2", "leader", ON, None),
            ("Leader hg-2", "deputy", ON, None),
            ("Leader hg-2", "leader", SINCE, ON),
            ("Member hg-2", "member", SINCE, ON),
            ("Phạm Thị Mới", "member", date(2024, 6, 1), None),
        ]
        new = Person.objects.get(full_name="Phạm Thị Mới")
        assert (new.search, new.phone) == ("pham thi moi", "+84912345678")
    assert plan_of(*rows, is_complete=True).counts == {"unchanged": 3}


def test_person_who_moves_is_one_person(plan_of: PlanOf, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Person.objects.filter(full_name="Leader hg-1a").update(phone="+84912345678")
        plan = plan_of(in_hg_2(full_name="Leader hg-1a", phone="+84912345678"))
        enlistment.write(plan, tenant=cast.province.pk, on=ON)
        of_person = Membership.objects.filter(person__full_name="Leader hg-1a").order_by("valid")
        rows = [(row.team.name, row.post, row.valid.upper) for row in of_person]
    assert rows == [("Tổ hg-1a", "leader", ON), ("Tổ hg-2", "member", None)]


def test_day_of_the_past_brings_nobody_back(plan_of: PlanOf, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        left = plan_of(in_hg_2(full_name="Member hg-2", left_on=date(2024, 3, 1)))
        enlistment.write(left, tenant=cast.province.pk, on=ON)
        entry = Entry(2, in_hg_2(full_name="Member hg-2", post=Post.DEPUTY))
        plan = differences.compare([entry], cast.units["06691"], on=date(2024, 1, 1))
    assert [each.key for each in plan.lines[0].problems] == ["full_name"]


def test_nobody_joins_on_a_day_to_come(plan_of: PlanOf) -> None:
    (line,) = plan_of(in_hg_2(full_name="Lê Thị Mới", joined_on=date(2030, 1, 1))).lines
    assert [each.key for each in line.problems] == ["joined_on"]


def test_hamlets_that_differ_by_marks_alone_are_told_apart(
    plan_of: PlanOf, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        for code, name in (("hg-2", "Khu Vân Sơn"), ("hg-3", "Khu Vạn Sơn")):
            unit = cast.units[code]
            unit.name = name
            unit.save()
    (line,) = plan_of({"full_name": "Lê Thị Mới", "hamlet": "Khu Vân Sơn"}).lines
    assert line.outcome == "new"
    (line,) = plan_of({"full_name": "Lê Thị Mới", "hamlet": "khu van son"}).lines
    assert [each.key for each in line.problems] == ["hamlet"]
    assert "hg-2 (Khu Vân Sơn), hg-3 (Khu Vạn Sơn)" in line.problems[0].why
