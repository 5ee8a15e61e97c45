"""What a sheet of teams would change, and that it does."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from teams import serving, team_differences, team_writing
from teams.models import BatchRow, Kind, Team
from teams.team_differences import Directory
from tests.cast import SINCE, Cast, Enter
from units.sheets.entries import Entry

Outcome = BatchRow.Outcome
ON = date(2024, 6, 10)
PlanOf = Callable[..., Directory]


@pytest.fixture
def plan_of(cast: Cast, enter: Enter) -> PlanOf:
    """`plan_of({...}, {...})` holds rows, numbered from 4, against the teams of the commune."""

    def plan(*rows: dict[str, Any], area: str = "06691") -> Directory:
        entries = [Entry(number, dict(row)) for number, row in enumerate(rows, 4)]
        with enter(cast.admin), translation.override("en"):
            return team_differences.compare(entries, cast.units[area], on=ON)

    return plan


def told(plan: Directory) -> list[tuple[Any, ...]]:
    return [(line.outcome, line.told, [each.key for each in line.problems]) for line in plan.lines]


def served(team: Team) -> list[tuple[str, date, date | None]]:
    rows = team.areas.select_related("hamlet")
    return sorted((row.hamlet.code, row.valid.lower, row.valid.upper) for row in rows)


# -- What becomes of a row ------------------------------------------------------------------------


def test_team_that_is_not_known_is_new(plan_of: PlanOf) -> None:
    plan = plan_of({"name": "Tổ Khu phố 3", "hamlets": ["khu phố 3"], "zalo_followers": 40})
    assert told(plan) == [
        ("new", [("name", None, "Tổ Khu phố 3"), ("zalo_followers", None, 40),
                 ("kind", None, "local"), ("hamlets", None, "Khu phố 3"),
                 ("active_since", None, ON)], []),
    ]  # fmt: skip


def test_team_is_known_by_its_code_or_by_its_name_there(plan_of: PlanOf, cast: Cast) -> None:
    by_code = {"team_code": cast.teams["hg-2"].pk, "name": "Tổ hg-2"}
    by_hamlet = {"name": "TỔ HG-1A", "hamlets": ["Khu phố 1"], "has_wifi": False}
    plan = plan_of(by_code, by_hamlet, {"name": "Tổ hg-1b"})
    assert [line.outcome for line in plan.lines] == ["unchanged", "changed", "unchanged"]
    assert plan.lines[1].told == [("name", "Tổ hg-1a", "TỔ HG-1A"), ("has_wifi", None, False)]


def test_blank_cell_keeps_what_stands(plan_of: PlanOf, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Team.objects.filter(pk=cast.teams["hg-2"].pk).update(decision_number="45/QĐ-UBND")
    assert told(plan_of({"name": "Tổ hg-2", "decision_number": ""})) == [("unchanged", [], [])]


def test_hamlets_served_change_from_the_day_of_the_file(plan_of: PlanOf, cast: Cast) -> None:
    row = {"team_code": cast.teams["hg-2"].pk, "name": "Tổ hg-2"}
    plan = plan_of({**row, "hamlets": ["Khu phố 2", "Khu phố 3"]})
    assert told(plan) == [("changed", [("hamlets", "Khu phố 2", "Khu phố 2; Khu phố 3")], [])]


def test_enterprise_sits_at_the_district_that_is_named(plan_of: PlanOf, cast: Cast) -> None:
    row = {"name": "Tổ Điện lực", "kind": Kind.ENTERPRISE, "commune": cast.units["193"].name}
    (founding,) = plan_of(row, area="22").foundings
    assert (founding.new.unit, founding.new.kind) == (cast.units["193"], Kind.ENTERPRISE)
    known = plan_of({"name": "Tổ viettel", "commune": cast.units["193"].name}, area="22")
    assert told(known) == [("unchanged", [], [])]


# -- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"name": "Tổ Mới"}, "hamlets"),
        ({"name": "Tổ Mới", "hamlets": ["Khu pho 9"]}, "hamlets"),
        ({"name": "Tổ Mới", "commune": "Bạch Đằng", "hamlets": ["Khu phố 1"]}, "commune"),
        ({"name": "Tổ Mới", "hamlets": ["Khu phố 3"], "kind": Kind.ENTERPRISE}, "hamlets"),
        ({"name": "Tổ Mới", "kind": Kind.ENTERPRISE}, "commune"),
        ({"name": "Tổ Mới", "hamlets": ["Khu phố 3"], "ended_on": ON}, "ended_on"),
        ({"name": "Tổ Mới", "hamlets": ["Khu phố 3"], "decided_on": date(2024, 7, 1)},
         "decided_on"),
        ({"name": "Tổ Mới", "hamlets": ["Khu phố 3"], "active_since": date(1990, 1, 1)},
         "active_since"),
        ({"name": "Tổ hg-2", "kind": Kind.ENTERPRISE}, "kind"),
        ({"name": "Tổ hg-2", "active_since": date(2024, 1, 1)}, "active_since"),
        ({"name": "Tổ hg-2", "ended_on": ON}, "ended_on"),
        ({"name": "Tổ hg-2", "members_with_free_data": 4}, "members_with_free_data"),
        ({"name": "Tổ hg-2", "team_code": 999_999}, "team_code"),
    ],
)  # fmt: skip
def test_row_that_cannot_be_is_refused(row: dict[str, Any], key: str, plan_of: PlanOf) -> None:
    (line,) = plan_of(row).lines
    assert (line.outcome, [each.key for each in line.problems]) == ("refused", [key])


def test_free_data_are_told_of_as_many_as_are_known(
    plan_of: PlanOf, cast: Cast, enter: Enter
) -> None:
    told_of = {"name": "Tổ hg-2", "members_with_free_data": 3}
    assert [line.outcome for line in plan_of(told_of).lines] == ["changed"]
    # The sheet of the teams comes before that of their people.
    with enter(cast.admin):
        cast.teams["hg-2"].memberships.all().delete()
    assert [line.outcome for line in plan_of(told_of).lines] == ["changed"]


def test_team_of_the_next_commune_is_refused_by_its_code(plan_of: PlanOf, cast: Cast) -> None:
    (line,) = plan_of({"name": "Tổ bd-1", "team_code": cast.teams["bd-1"].pk}).lines
    assert line.problems[0].why.startswith("No active team of your area has the code")


def test_hamlet_that_comes_near_is_offered_where_it_stands_alone(plan_of: PlanOf) -> None:
    alone, beside = plan_of(
        {"name": "Tổ A", "hamlets": ["Khu 2"]},
        {"name": "Tổ B", "hamlets": ["Khu phố 3", "Khu 2"]},
    ).lines
    assert alone.problems[0].near == ("Khu phố 2",)
    assert beside.problems[0].near == ()


def test_hamlets_that_changed_later_are_not_changed_before(
    plan_of: PlanOf, cast: Cast, enter: Enter
) -> None:
    team = cast.teams["hg-2"]
    with enter(cast.admin):
        serving.serve([(team, [cast.units["hg-3"]])], date(2024, 6, 12))
    (line,) = plan_of({"name": "Tổ hg-2", "hamlets": ["Khu phố 1", "Khu phố 2"]}).lines
    assert [each.key for each in line.problems] == ["hamlets"]


def test_team_that_stands_twice_is_refused(plan_of: PlanOf) -> None:
    new = {"name": "Tổ Mới", "hamlets": ["Khu phố 3"]}
    plan = plan_of({"name": "Tổ hg-2"}, {"name": "Tổ hg-2"}, new, new)
    assert [line.outcome for line in plan.lines] == ["unchanged", "refused", "new", "refused"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"kind": Kind.LOCAL}, "A local team serves at least one hamlet: name it."),
        ({}, "A local team serves at least one hamlet: name it."),
        ({"kind": Kind.ENTERPRISE, "hamlets": ["Khu phố 3"]},
         "An enterprise's team serves no hamlet."),
        ({"kind": Kind.ENTERPRISE},
         "A team of this kind does not sit in a unit of this level."),
        ({"hamlets": ["Khu phố 3"], "active_since": date(2022, 4, 30)},
         "Khu phố 3 did not exist on that day."),
        ({"hamlets": ["Khu phố 3"], "commune": "Thành phố Hạ Long"},
         "Thành phố Hạ Long is a district, and not a commune."),
        ({"hamlets": ["bd-1"]}, "You do not keep the roster of this hamlet."),
    ],
)  # fmt: skip
def test_row_is_refused_in_words(row: dict[str, Any], said: str, plan_of: PlanOf) -> None:
    (line,) = plan_of({"name": "Tổ Mới", **row}).lines
    assert [each.why for each in line.problems] == [said]


def test_enterprise_is_given_no_hamlet(plan_of: PlanOf, cast: Cast) -> None:
    row = {"team_code": cast.teams["viettel"].pk, "name": "Tổ viettel"}
    (line,) = plan_of({**row, "commune": "Hồng Gai", "hamlets": ["Khu phố 3"]}, area="22").lines
    assert [each.why for each in line.problems] == ["An enterprise's team serves no hamlet."]


def test_hamlets_change_from_the_day_on_which_they_last_changed(
    plan_of: PlanOf, cast: Cast, enter: Enter
) -> None:
    team, row = cast.teams["hg-2"], {"name": "Tổ hg-2", "hamlets": ["Khu phố 1", "Khu phố 2"]}
    with enter(cast.admin):
        serving.serve([(team, [cast.units["hg-2"], cast.units["hg-3"]])], ON)
    assert [line.outcome for line in plan_of(row).lines] == ["changed"]
    with enter(cast.admin):
        serving.serve([(team, [cast.units["hg-2"]])], date(2024, 6, 11))
    (line,) = plan_of(row).lines
    assert [each.why for each in line.problems] == [
        "The hamlets served last changed on 11/06/2024: name that day or a later one."
    ]


def test_teams_of_one_name_are_told_apart_by_their_hamlet_or_code(
    plan_of: PlanOf, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        Team.objects.filter(unit__code__in=("hg-1", "hg-2")).update(name="Tổ một")
    row = {"name": "Tổ một", "has_wifi": True}
    by_hamlet, by_commune, of_both, by_code = plan_of(
        {**row, "hamlets": ["Khu phố 2"]},
        row,
        {**row, "hamlets": ["Khu phố 1", "Khu phố 2"]},
        {**row, "team_code": cast.teams["hg-1a"].pk},
    ).lines
    assert (by_hamlet.outcome, by_code.outcome) == ("changed", "changed")
    assert [each.key for line in (by_commune, of_both) for each in line.problems] == ["name"] * 2


def test_one_name_is_given_to_one_team(plan_of: PlanOf, cast: Cast) -> None:
    plan = plan_of(
        {"team_code": cast.teams["hg-1a"].pk, "name": "Tổ một"},
        {"team_code": cast.teams["hg-1b"].pk, "name": "Tổ Một"},
        {"name": "TỔ MỘT", "hamlets": ["Khu phố 1"]},
    )
    assert [line.outcome for line in plan.lines] == ["changed", "refused", "refused"]


# -- What is written ------------------------------------------------------------------------------


def test_written_plan_is_what_was_told(plan_of: PlanOf, cast: Cast, enter: Enter) -> None:
    rows = [
        {"name": "Tổ Khu phố 3", "hamlets": ["Khu phố 3"], "decision_number": "45/QĐ-UBND",
         "has_wifi": True, "active_since": date(2024, 6, 1)},
        {"name": "Tổ Khu phố 3b", "hamlets": ["Khu phố 3"]},
        {"name": "Tổ hg-2", "hamlets": ["Khu phố 1"], "team_code": cast.teams["hg-2"].pk,
         "funds_in_dong": 5_000_000},
    ]  # fmt: skip
    plan = plan_of(*rows)
    with enter(cast.admin):
        team_writing.write(plan, tenant=cast.province.pk, on=ON)
        first = Team.objects.get(name="Tổ Khu phố 3")
        assert (first.decision_number, first.has_wifi, first.kind) == ("45/QĐ-UBND", True, "local")
        assert served(first) == [("hg-3", date(2024, 6, 1), None)]
        assert served(Team.objects.get(name="Tổ Khu phố 3b")) == [("hg-3", ON, None)]
        changed = Team.objects.get(pk=cast.teams["hg-2"].pk)
        assert changed.funds_in_dong == 5_000_000
        assert served(changed) == [("hg-1", ON, None), ("hg-2", SINCE, ON)]
    assert plan_of(*rows).counts == {"unchanged": 3}


def test_hamlets_of_another_commune_stay_where_the_file_says_the_same(
    plan_of: PlanOf, cast: Cast, enter: Enter
) -> None:
    team = cast.teams["hg-2"]
    with enter(cast.admin):
        serving.serve([(team, [cast.units["hg-2"], cast.units["bd-1"]])], SINCE)
    row = {"team_code": team.pk, "name": team.name}
    same, other = ["Khu phố 1", "Khu phố 2"], ["Khu phố 2"]
    assert told(plan_of({**row, "hamlets": same}, area="22")) == [("unchanged", [], [])]
    (line,) = plan_of({**row, "hamlets": other, "commune": "Hồng Gai"}, area="22").lines
    assert [each.key for each in line.problems] == ["hamlets"]


def test_name_of_another_team_there_is_refused(plan_of: PlanOf, cast: Cast) -> None:
    (line,) = plan_of({"team_code": cast.teams["hg-1a"].pk, "name": "Tổ hg-1b"}).lines
    assert [each.key for each in line.problems] == ["name"]
