"""What a sheet would change, told row by row before anything is written."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation

from teams import differences, endings, enlistment
from teams.differences import Roster
from teams.models import BatchRow, Membership, Person, Post
from teams.plans import Line, Problem
from tests.cast import SINCE, Cast, Enter
from units.sheets.entries import Entry

Outcome = BatchRow.Outcome
ON = date(2024, 6, 10)
PlanOf = Callable[..., Roster]


@pytest.fixture
def plan_of(cast: Cast, enter: Enter) -> PlanOf:
    """`plan_of({...}, {...})` holds rows, numbered from 2, against the register of the commune."""

    def plan(*rows: dict[str, Any], area: str = "06691", **options: Any) -> Roster:
        entries = [Entry(number, dict(row)) for number, row in enumerate(rows, 2)]
        with enter(cast.admin):
            return differences.compare(entries, cast.units[area], on=ON, **options)

    return plan


def told(plan: Roster) -> list[tuple[Any, ...]]:
    return [(line.number, line.outcome, line.told, line.problems) for line in plan.lines]


def said(plan_of: PlanOf, *rows: dict[str, Any], **options: Any) -> list[Line]:
    """The lines, with English sentences."""
    with translation.override("en"):
        return plan_of(*rows, **options).lines


def in_hg_2(**values: Any) -> dict[str, Any]:
    return {"hamlet": "Khu phố 2", **values}


def register(cast: Cast, team: str) -> list[tuple[str, str, date, date | None]]:
    rows = Membership.objects.filter(team=cast.teams[team]).select_related("person")
    return sorted(
        (row.person.full_name, row.post, row.valid.lower, row.valid.upper) for row in rows
    )


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


# -- What is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"hamlet": "Khu phố 9"}, ["hamlet", "Phường Hồng Gai không có “Khu phố 9”. Có phải là "
                                   "“Khu phố 1” hoặc “Khu phố 2” hoặc “Khu phố 3” không?"]),
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
    (line,) = plan_of({"full_name": "Ai Đó", "hamlet": "Khu phố 9"}).lines
    assert line.problems[0].near == ("Khu phố 1", "Khu phố 2", "Khu phố 3")
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


def test_team_keeps_one_leader(plan_of: PlanOf) -> None:
    alone = plan_of(in_hg_2(full_name="Deputy hg-2", post=Post.LEADER))
    assert [line.outcome for line in alone.lines] == ["refused"]
    swapped = plan_of(
        in_hg_2(full_name="Deputy hg-2", post=Post.LEADER),
        in_hg_2(full_name="Leader hg-2", post=Post.DEPUTY),
    )
    assert [line.outcome for line in swapped.lines] == ["changed", "changed"]
    two = plan_of(*[in_hg_2(full_name=name, post=Post.LEADER) for name in ("Một", "Hai")])
    assert {line.outcome for line in two.lines} == {"refused"}


def test_who_is_elsewhere_reads_as_nobody_but_for_the_number(
    plan_of: PlanOf, cast: Cast, enter: Enter
) -> None:
    """Whatever is tried with the phone of somebody elsewhere, no name, team or code comes out."""
    with enter(cast.admin):
        Person.objects.filter(full_name="Member bd-1").update(phone="+84912345678", birth_year=1980)
        person = Person.objects.get(full_name="Member bd-1")
    for name in ("Member bd-1", "Ai Đó"):
        (line,) = said(plan_of, in_hg_2(full_name=name, phone=person.phone))
        assert line.problems == [
            Problem("phone", "This number belongs to somebody whose roster you do not keep.")
        ]
        assert (line.changes, line.notes) == ([], [])
    for code in (person.pk, 999_999):
        (line,) = said(plan_of, in_hg_2(full_name="Member bd-1", member_code=code))
        assert line.problems == [
            Problem("member_code", f"No member of your area has the code {code}.")
        ]
    (line,) = said(plan_of, in_hg_2(full_name="Member bd-1", birth_year=1980))
    assert line.notes == []


def test_team_that_is_elsewhere_reads_as_one_that_there_is_not(plan_of: PlanOf, cast: Cast) -> None:
    for code in (cast.teams["bd-1"].pk, 999_999):
        (line,) = said(plan_of, {"full_name": "Ai Đó", "team_code": code})
        assert [each.why for each in line.problems] == [
            f"No active team of your area has the code {code}."
        ]
    # The hamlet bd-3 there has no team.
    for hamlet in ("bd-1", "bd-2"):
        (line,) = said(plan_of, {"full_name": "Ai Đó", "hamlet": hamlet})
        assert [each.why for each in line.problems] == [
            "No active team serves this hamlet under this name."
        ]
    (line,) = said(plan_of, {"full_name": "Ai Đó", "team": "Tổ bd-1"})
    assert line.problems[0].why.startswith("“Tổ bd-1” is not known")


def test_leader_of_an_earlier_day_gives_way_first(
    plan_of: PlanOf, cast: Cast, enter: Enter
) -> None:
    """By the database's own rule: who joined before the last leader went would lead beside."""
    new = in_hg_2(full_name="Lê Thị Mới", post=Post.LEADER, joined_on=date(2024, 6, 1))
    old = in_hg_2(full_name="Leader hg-2", left_on=date(2024, 6, 5), post=Post.LEADER)
    (_left, line) = said(plan_of, old, new)
    why = "Leader hg-2 leads the team until 05/06/2024: nobody else before."
    assert line.problems == [Problem("joined_on", why)]
    (_turned, line) = said(plan_of, in_hg_2(full_name="Leader hg-2", post=Post.MEMBER), new)
    why = "Leader hg-2 leads the team until 10/06/2024: nobody else before."
    assert line.problems == [Problem("joined_on", why)]
    with enter(cast.admin):
        enlistment.write(plan_of(old), tenant=cast.province.pk, on=ON)
    (line,) = said(plan_of, new)
    assert [each.key for each in line.problems] == ["joined_on"]
    with enter(cast.admin):
        plan = plan_of({**new, "joined_on": date(2024, 6, 5)})
        enlistment.write(plan, tenant=cast.province.pk, on=ON)
        assert ("Lê Thị Mới", "leader", date(2024, 6, 5), None) in register(cast, "hg-2")


def test_leader_of_a_later_day_is_told(plan_of: PlanOf, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        left = in_hg_2(full_name="Leader hg-2", left_on=date(2024, 3, 1))
        next_one = in_hg_2(full_name="Deputy hg-2", post=Post.LEADER)
        enlistment.write(plan_of(left, next_one), tenant=cast.province.pk, on=ON)
        entry = Entry(2, in_hg_2(full_name="Member hg-2", post=Post.LEADER))
        with translation.override("en"):
            plan = differences.compare([entry], cast.units["06691"], on=date(2024, 4, 1))
    why = "Deputy hg-2 leads the team from 10/06/2024 on."
    assert plan.lines[0].problems == [Problem("post", why)]


def test_leader_stays_where_the_row_of_the_last_one_is_refused(plan_of: PlanOf) -> None:
    """The refused rows may be left out, and then there would be two."""
    deputy = in_hg_2(full_name="Deputy hg-2", post=Post.LEADER)
    moved = in_hg_2(full_name="Leader hg-2", post=Post.MEMBER, consented_on=date(2030, 1, 1))
    lines = said(plan_of, deputy, moved)
    assert lines[0].problems == [
        Problem("post", "Leader hg-2 leads the team as long as row 3 is refused.")
    ]


def test_nobody_joins_before_the_team_began(plan_of: PlanOf) -> None:
    (line,) = said(plan_of, in_hg_2(full_name="Lê Thị Mới", joined_on=date(2022, 4, 30)))
    assert line.problems == [Problem("joined_on", "This team is active only since 01/05/2022.")]
    (line,) = plan_of(in_hg_2(full_name="Lê Thị Mới", joined_on=SINCE)).lines
    assert line.outcome == "new"


@pytest.mark.parametrize("name", ["Lê Thị Mới", "Member hg-2"])
def test_nobody_consents_on_a_day_to_come(name: str, plan_of: PlanOf) -> None:
    (line,) = said(plan_of, in_hg_2(full_name=name, consented_on=date(2030, 1, 1)))
    assert line.problems == [Problem("consented_on", "This day is still to come.")]


def test_one_person_does_not_become_two_by_standing_twice(plan_of: PlanOf) -> None:
    hoa = in_hg_2(full_name="Lê Hoa")
    lines = said(plan_of, {**hoa, "phone": "+84912345678"}, {**hoa, "birth_year": 1980})
    assert [line.outcome for line in lines] == ["new", "refused"]
    assert lines[1].problems == [
        Problem("full_name", "The same name stands in row 2: if these are two people, give the year"
                             " of birth or the phone of both."),
    ]  # fmt: skip
    two = [{**hoa, "birth_year": year} for year in (1980, 1981)]
    assert [line.outcome for line in plan_of(*two).lines] == ["new", "new"]
    phones = [{**hoa, "phone": f"+8491234567{n}"} for n in (1, 2)]
    assert [line.outcome for line in plan_of(*phones).lines] == ["new", "new"]


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


def test_two_change_places_on_the_very_day(plan_of: PlanOf, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        for posts in (("leader", "deputy"), ("deputy", "leader"), ("leader", "deputy")):
            rows = zip(("Deputy hg-2", "Leader hg-2"), posts, strict=True)
            plan = plan_of(*[in_hg_2(full_name=name, post=post) for name, post in rows])
            enlistment.write(plan, tenant=cast.province.pk, on=ON)
        assert register(cast, "hg-2")[:4] == [
            ("Deputy hg-2", "deputy", SINCE, ON), ("Deputy hg-2", "leader", ON, None),
            ("Leader hg-2", "deputy", ON, None), ("Leader hg-2", "leader", SINCE, ON),
        ]  # fmt: skip


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


@pytest.fixture
def former(plan_of: PlanOf, cast: Cast, enter: Enter) -> Person:
    """Somebody with an ID number who left the team hg-2 on 1 March."""
    with enter(cast.admin):
        Person.objects.filter(full_name="Member hg-2").update(
            full_name="Lê Thị Cũ", id_number="022180001234"
        )
        left = plan_of(in_hg_2(full_name="Lê Thị Cũ", left_on=date(2024, 3, 1)))
        enlistment.write(left, tenant=cast.province.pk, on=ON)
        return Person.objects.get(full_name="Lê Thị Cũ")


def test_id_number_of_somebody_else_who_has_left_is_refused(
    plan_of: PlanOf, former: Person
) -> None:
    row = {"full_name": "Lê Thị Mới", "id_number": former.id_number}
    (line,) = said(plan_of, in_hg_2(**row))
    why = "This ID number is that of somebody who has left."
    assert line.problems == [Problem("id_number", why)]
    (line,) = said(plan_of, {**row, "hamlet": "Khu phố 1"}, area="06688")
    why = "This number belongs to somebody whose roster you do not keep."
    assert line.problems == [Problem("id_number", why)]
    (line,) = said(plan_of, in_hg_2(full_name="Deputy hg-2", id_number=former.id_number))
    assert [each.key for each in line.problems] == ["id_number"]


def test_person_who_comes_back_is_the_same_person(
    plan_of: PlanOf, former: Person, cast: Cast, enter: Enter
) -> None:
    row = {"full_name": "LÊ THỊ CŨ", "id_number": former.id_number, "phone": "+84912345678"}
    row |= {"hamlet": "Khu phố 1", "team": "Tổ hg-1a", "post": Post.DEPUTY}
    with enter(cast.admin):
        plan = plan_of(row)
        assert (plan.lines[0].outcome, plan.lines[0].changes) == ("new", [])
        enlistment.write(plan, tenant=cast.province.pk, on=ON)
        rows = Membership.objects.filter(person=former).order_by("valid").select_related("team")
        assert [(row.team.name, row.post, row.valid.lower) for row in rows] == [
            ("Tổ hg-2", "member", SINCE), ("Tổ hg-1a", "deputy", ON),
        ]  # fmt: skip
        former.refresh_from_db()
        assert (former.full_name, former.phone) == ("LÊ THỊ CŨ", "+84912345678")
    assert plan_of(row).counts == {"unchanged": 1}


def test_person_comes_back_after_going(plan_of: PlanOf, former: Person) -> None:
    row = in_hg_2(full_name="Lê Thị Cũ", id_number=former.id_number)
    (line,) = said(plan_of, {**row, "joined_on": date(2024, 2, 29)})
    assert line.problems == [
        Problem("joined_on", "This person was in a team on that day, or after it.")
    ]
    (line,) = plan_of({**row, "joined_on": date(2024, 3, 1)}).lines
    assert line.outcome == "new"


def test_person_of_a_later_day_does_not_come_back_before(
    plan_of: PlanOf, former: Person, cast: Cast, enter: Enter
) -> None:
    row = in_hg_2(full_name="Lê Thị Cũ", id_number=former.id_number)
    with enter(cast.admin):
        enlistment.write(plan_of(row), tenant=cast.province.pk, on=ON)
        with translation.override("en"):
            plan = differences.compare([Entry(2, row)], cast.units["06691"], on=date(2024, 4, 1))
    assert plan.lines[0].problems == [
        Problem("joined_on", "This person was in a team on that day, or after it.")
    ]


def test_nobody_moves_where_the_same_person_joins_later(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Person.objects.filter(full_name="Member hg-2").update(phone="+84912345678")
        known = Membership.objects.get(person__full_name="Member hg-2")
        known.pk, known.team, known.valid = None, cast.teams["hg-1a"], DateRange(ON, None)
        known.save()
        row = {"full_name": "Member hg-2", "phone": "+84912345678", "team": "Tổ hg-1a"}
        plan = differences.compare([Entry(2, row)], cast.units["06691"], on=date(2024, 4, 1))
    assert [each.key for each in plan.lines[0].problems] == ["team"]


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
