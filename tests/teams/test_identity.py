"""Who is meant by a row: somebody of the area, somebody of the past, or nobody yet."""

from datetime import date
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation

from teams import differences, enlistment, members
from teams.differences import Roster
from teams.models import Membership, Person, Post
from teams.plans import Problem
from tests.cast import SINCE, Cast, Enter
from tests.teams.planning import ON, PlanOf, in_hg_2, said
from units.errors import InvalidEntry
from units.sheets.entries import Entry


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


def test_id_number_of_somebody_elsewhere_names_nobody(
    plan_of: PlanOf, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        Person.objects.filter(full_name="Member bd-1").update(id_number="022180001234")
    for name in ("Member bd-1", "Ai Đó"):
        (line,) = said(plan_of, in_hg_2(full_name=name, id_number="022180001234"))
        assert line.problems == [
            Problem("id_number", "This number belongs to somebody whose roster you do not keep.")
        ]
        assert (line.changes, line.notes) == ([], [])


def test_team_of_a_namesake_is_named(plan_of: PlanOf, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Person.objects.filter(full_name="Member hg-1a").update(birth_year=1980)
    (line,) = said(plan_of, in_hg_2(full_name="member HG-1A", birth_year=1980))
    assert (line.outcome, line.notes) == (
        "new", ["Somebody of this name and year of birth is in Tổ hg-1a already."],
    )  # fmt: skip


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
        Problem(
            "joined_on",
            "This person joins on 10/06/2024, after the day from which this holds.",
        )
    ]


def test_nobody_moves_where_the_same_person_joins_later(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Person.objects.filter(full_name="Member hg-2").update(phone="+84912345678")
        known = Membership.objects.get(person__full_name="Member hg-2")
        known.pk, known.team, known.valid = None, cast.teams["hg-1a"], DateRange(ON, None)
        known.save()
        row = {"full_name": "Member hg-2", "phone": "+84912345678", "team": "Tổ hg-1a"}
        plan = differences.compare([Entry(2, row)], cast.units["06691"], on=date(2024, 4, 1))
    assert [each.key for each in plan.lines[0].problems] == ["joined_on"]


# -- Who joins after the day ----------------------------------------------------------------------

DAY, JOINED = date(2024, 6, 1), date(2024, 6, 5)
LATER = in_hg_2(full_name="Lê Thị Sau", phone="+84912345678", joined_on=JOINED)


@pytest.fixture
def before(cast: Cast, enter: Enter) -> PlanOf:
    """As `plan_of`, of an earlier day."""

    def plan(*rows: dict[str, Any], **options: Any) -> Roster:
        entries = [Entry(number, dict(row)) for number, row in enumerate(rows, 2)]
        with enter(cast.admin), translation.override("en"):
            return differences.compare(entries, cast.units["06691"], on=DAY, **options)

    return plan


@pytest.fixture
def later(before: PlanOf, cast: Cast, enter: Enter) -> Person:
    """Somebody whom a file of 1 June lets join on the 5th."""
    with enter(cast.admin):
        enlistment.write(before(LATER), tenant=cast.province.pk, on=DAY)
        return Person.objects.get(full_name="Lê Thị Sau")


def test_file_that_comes_twice_enrols_nobody_twice(before: PlanOf, later: Person) -> None:
    assert before(LATER).counts == {"unchanged": 1}
    assert before(LATER | {"phone": ""}).counts == {"unchanged": 1}
    (line,) = before(LATER | {"post": Post.DEPUTY}).lines
    assert (line.outcome, line.changes) == ("changed", [("post", "member", "deputy")])


@pytest.mark.parametrize(
    "row",
    [
        {"joined_on": None},
        {"joined_on": date(2024, 6, 4), "phone": ""},
        {"hamlet": "Khu phố 1", "team": "Tổ hg-1a"},
    ],
)
def test_who_joins_later_is_nobody_new(row: dict[str, Any], before: PlanOf, later: Person) -> None:
    (line,) = said(before, LATER | row)
    assert line.problems == [
        Problem(
            "joined_on",
            "This person joins on 05/06/2024, after the day from which this holds.",
        )
    ]


def test_number_of_who_joins_later_is_taken(before: PlanOf, later: Person) -> None:
    (line,) = said(before, in_hg_2(full_name="Ai Đó", phone=later.phone))
    assert line.problems == [Problem("phone", "This phone belongs to Lê Thị Sau.")]


def test_complete_list_lets_nobody_leave_before_joining(before: PlanOf, later: Person) -> None:
    rows = [in_hg_2(full_name=f"{post} hg-2") for post in ("Leader", "Deputy", "Member")]
    assert before(*rows, is_complete=True).counts == {"unchanged": 3}


def test_who_changes_post_later_is_one_person(before: PlanOf, cast: Cast, enter: Enter) -> None:
    row = in_hg_2(full_name="Member hg-2", post=Post.DEPUTY)
    with enter(cast.admin):
        enlistment.write(before(row), tenant=cast.province.pk, on=JOINED)
    assert before(in_hg_2(full_name="Member hg-2")).counts == {"unchanged": 1}


def test_form_that_is_sent_twice_enrols_nobody_twice(cast: Cast, enter: Enter) -> None:
    sent = {
        "team": cast.teams["hg-2"], "on": DAY, "actor": cast.officer,
        "values": {"full_name": "Lê Thị Sau", "joined_on": JOINED},
    }  # fmt: skip
    with enter(cast.officer):
        assert members.enter(**sent).outcome == "new"
        with pytest.raises(InvalidEntry) as refusal:
            members.enter(**sent)
        assert list(refusal.value.errors) == ["who"]
        assert Person.objects.filter(full_name="Lê Thị Sau").count() == 1
