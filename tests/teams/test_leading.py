"""A team has one leader on any day, whatever a sheet says."""

from datetime import date

from django.utils import translation

from teams import differences, enlistment
from teams.models import Post
from teams.plans import Problem
from tests.cast import SINCE, Cast, Enter
from tests.teams.planning import ON, PlanOf, in_hg_2, register, said
from units.sheets.entries import Entry


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
