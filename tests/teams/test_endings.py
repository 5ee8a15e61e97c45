"""Teams that are merged or dissolved, what follows, and the way back."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pghistory
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation

from reports.models import Status
from teams import census, endings
from teams.endings import Consequences
from teams.models import Area, Ending, Membership, Post, Team
from tests.cast import SINCE, Cast, Enter, ReportIn
from units.errors import InvalidEntry, NotAllowed, NotPossibleNow

TODAY = date(2024, 6, 10)
ON = date(2024, 6, 1)
BEFORE = ON - timedelta(days=1)


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Iterator[None]:
    with enter(cast.admin), translation.override("en"):
        yield


def merge(cast: Cast, team: str = "hg-2", into: str = "hg-1a", on: date = ON) -> Consequences:
    return endings.end(team=cast.teams[team], into=cast.teams[into], on=on, actor=cast.admin)


def dissolve(cast: Cast, team: str = "hg-2", on: date = ON) -> Consequences:
    return endings.end(team=cast.teams[team], into=None, on=on, actor=cast.admin)


def people(team: Team) -> list[tuple[str, str, date, date | None]]:
    rows = Membership.objects.filter(team=team).select_related("person")
    return sorted(
        (row.person.full_name, row.post, row.valid.lower, row.valid.upper) for row in rows
    )


def hamlets(team: Team) -> list[tuple[str, date, date | None]]:
    rows = Area.objects.filter(team=team).select_related("hamlet")
    return sorted((row.hamlet.code, row.valid.lower, row.valid.upper) for row in rows)


def everything() -> list[list[tuple[Any, ...]]]:
    return [list(model.objects.order_by("pk").values_list()) for model in (Team, Area, Membership)]


def heads(team: Team, on: date) -> int:
    return Team.objects.with_counts(on=on).get(pk=team.pk).member_count


# -- Merging --------------------------------------------------------------------------------------


def test_merge_has_people_and_hamlets_go_on_in_the_other_team(cast: Cast) -> None:
    team, other = cast.teams["hg-2"], cast.teams["hg-1a"]
    Membership.objects.filter(team=team, post=Post.LEADER).update(
        is_core=True, organisation="Đoàn Thanh niên"
    )
    merge(cast)
    team.refresh_from_db()
    assert (team.active.lower, team.active.upper) == (SINCE, ON)
    assert (team.ending, team.merged_into) == (Ending.MERGED, other)
    assert people(team) == [
        ("Deputy hg-2", "deputy", SINCE, ON),
        ("Leader hg-2", "leader", SINCE, ON),
        ("Member hg-2", "member", SINCE, ON),
    ]
    assert [each for each in people(other) if "hg-2" in each[0]] == [
        ("Deputy hg-2", "member", ON, None),
        ("Leader hg-2", "member", ON, None),
        ("Member hg-2", "member", ON, None),
    ]
    gone_on = Membership.objects.get(team=other, person__full_name="Leader hg-2")
    assert (gone_on.is_core, gone_on.organisation) == (True, "Đoàn Thanh niên")
    assert hamlets(team) == [("hg-2", SINCE, ON)]
    assert hamlets(other) == [("hg-1", SINCE, None), ("hg-2", ON, None)]


def test_head_count_of_a_past_day_is_what_it_was(cast: Cast) -> None:
    team, other, commune = cast.teams["hg-2"], cast.teams["hg-1a"], cast.units["06691"]
    merge(cast)
    assert [heads(each, BEFORE) for each in (team, other)] == [3, 3]
    assert [heads(each, ON) for each in (team, other)] == [0, 6]
    counts = {day: census.take([commune], on=day)[commune.pk] for day in (BEFORE, ON)}
    assert [(each.teams, each.members, each.hamlets_covered) for each in counts.values()] == [
        (3, 9, 2), (2, 9, 2),
    ]  # fmt: skip


def test_merge_leaves_who_is_in_the_other_team_as_they_are_there(cast: Cast) -> None:
    other = cast.teams["hg-1a"]
    deputy = Membership.objects.get(team=cast.teams["hg-2"], post=Post.DEPUTY)
    Membership.objects.create(
        tenant=cast.province, team=other, person=deputy.person, post=Post.DEPUTY,
        valid=DateRange(date(2024, 5, 1), None),
    )  # fmt: skip
    outcome = merge(cast)
    assert (len(outcome.arrivals), outcome.at_home) == (2, 1)
    assert [each for each in people(other) if each[0] == "Deputy hg-2"] == [
        ("Deputy hg-2", "deputy", date(2024, 5, 1), None)
    ]


def test_merge_has_somebody_go_on_until_what_was_known_already(cast: Cast) -> None:
    """One joined the other team later by himself, one left since: both days stand."""
    team, other = cast.teams["hg-2"], cast.teams["hg-1a"]
    joined, left = date(2024, 6, 5), date(2024, 6, 7)
    deputy = Membership.objects.get(team=team, post=Post.DEPUTY)
    Membership.objects.create(
        tenant=cast.province, team=other, person=deputy.person, valid=DateRange(joined, None)
    )
    Membership.objects.filter(team=team, post=Post.MEMBER).update(valid=DateRange(SINCE, left))
    merge(cast)
    assert [each for each in people(other) if "hg-2" in each[0]] == [
        ("Deputy hg-2", "member", ON, joined),
        ("Deputy hg-2", "member", joined, None),
        ("Leader hg-2", "member", ON, None),
        ("Member hg-2", "member", ON, left),
    ]


@pytest.mark.parametrize(
    ("joined", "gone_on"),
    [
        (BEFORE, [(BEFORE, None)]),
        (ON, [(ON, None)]),
        (ON + timedelta(days=1), [(ON, ON + timedelta(days=1)), (ON + timedelta(days=1), None)]),
    ],
)
def test_who_is_in_the_other_team_by_the_day_itself_does_not_come_anew(
    joined: date, gone_on: list[tuple[date, date | None]], cast: Cast
) -> None:
    other = cast.teams["hg-1a"]
    deputy = Membership.objects.get(team=cast.teams["hg-2"], post=Post.DEPUTY)
    Membership.objects.create(
        tenant=cast.province, team=other, person=deputy.person, valid=DateRange(joined, None)
    )
    merge(cast)
    assert [each[2:] for each in people(other) if each[0] == "Deputy hg-2"] == gone_on


def test_merge_within_a_hamlet_passes_no_hamlet(cast: Cast) -> None:
    outcome = merge(cast, "hg-1b", "hg-1a")
    assert outcome.passing == []
    assert hamlets(cast.teams["hg-1a"]) == [("hg-1", SINCE, None)]


def test_account_of_who_led_stays_with_the_person(cast: Cast) -> None:
    leader = Membership.objects.get(team=cast.teams["hg-1a"], post=Post.LEADER).person
    merge(cast, "hg-1a", "hg-2")
    leader.refresh_from_db()
    assert leader.user == cast.leader
    # A plain member enters no figures; leading again is enough to enter them again.
    assert not Team.objects.visible_to(cast.leader).exists()
    gone_on = Membership.objects.filter(team=cast.teams["hg-2"], person=leader)
    gone_on.update(post=Post.DEPUTY)
    assert list(Team.objects.editable_by(cast.leader)) == [cast.teams["hg-2"]]


# -- Dissolving -----------------------------------------------------------------------------------


def test_dissolve_ends_memberships_and_areas(cast: Cast) -> None:
    team = cast.teams["hg-2"]
    outcome = dissolve(cast)
    team.refresh_from_db()
    assert (team.active.upper, team.ending, team.merged_into) == (ON, Ending.DISSOLVED, None)
    assert {each[3] for each in people(team)} == {ON}
    assert hamlets(team) == [("hg-2", SINCE, ON)]
    assert [str(hamlet) for hamlet in outcome.bare] == ["Khu phố 2"]
    assert [heads(team, day) for day in (BEFORE, ON)] == [3, 0]


def test_hamlet_of_another_team_is_not_bare(cast: Cast) -> None:
    assert dissolve(cast, "hg-1b").bare == []


@pytest.mark.parametrize("what", ["has ended", "serves another", "serves it later"])
def test_hamlet_is_bare_where_no_active_team_serves_it_on_the_day(what: str, cast: Cast) -> None:
    other = cast.teams["hg-1a"]
    areas = Area.objects.filter(team=other)
    if what == "has ended":
        # As a team that was loaded with its end, and with what it served.
        Team.objects.filter(pk=other.pk).update(
            active=DateRange(SINCE, ON), ending=Ending.DISSOLVED
        )
    elif what == "serves another":
        areas.update(valid=DateRange(SINCE, ON))
    else:
        areas.update(valid=DateRange(TODAY, None))
    assert [str(hamlet) for hamlet in dissolve(cast, "hg-1b").bare] == ["Khu phố 1"]


# -- What is foreseen -----------------------------------------------------------------------------


def test_foresee_tells_what_would_follow_and_does_nothing(cast: Cast, report_in: ReportIn) -> None:
    report_in(Status.DRAFT, team="hg-2")
    before = everything()
    outcome = endings.foresee(
        team=cast.teams["hg-2"], into=cast.teams["hg-1a"], on=ON, actor=cast.officer
    )
    assert [each.full_name for each in outcome.leading] == ["Leader hg-2", "Deputy hg-2"]
    assert (len(outcome.people), len(outcome.arrivals)) == (3, 3)
    assert [str(each) for each in outcome.passing] == ["Khu phố 2"]
    assert outcome.left_open == ["report of 06/2024 (draft)"]
    assert everything() == before


@pytest.mark.parametrize(
    ("status", "named"),
    [(Status.SUBMITTED, True), (Status.RETURNED, True), (Status.APPROVED, False)],
)
def test_foresee_names_reports_that_are_not_done(
    status: Status, named: bool, cast: Cast, report_in: ReportIn
) -> None:
    report_in(status, team="hg-2")
    outcome = endings.foresee(team=cast.teams["hg-2"], into=None, on=ON, actor=cast.officer)
    assert bool(outcome.left_open) == named


# -- What cannot be -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("into", "on", "key", "said"),
    [
        (None, TODAY + timedelta(days=1), "on", "still to come"),
        (None, SINCE, "on", "after the day on which it began"),
        ("hg-1a", SINCE - timedelta(days=1), "on", "after the day on which it began"),
        ("hg-2", ON, "into", "into itself"),
        ("hg-1b", ON, "into", "has ended itself"),
        ("viettel", ON, "into", "a local one"),
        ("bd-1", date(2023, 1, 1), "into", "active only since"),
    ],
)
def test_end_refuses_what_cannot_be(
    into: str | None, on: date, key: str, said: str, cast: Cast
) -> None:
    Team.objects.filter(pk=cast.teams["hg-1b"].pk).update(
        active=DateRange(SINCE, date(2024, 1, 1)), ending=Ending.DISSOLVED
    )
    Team.objects.filter(pk=cast.teams["bd-1"].pk).update(active=DateRange(date(2024, 1, 1), None))
    before = everything()
    other = cast.teams[into] if into else None
    with pytest.raises(InvalidEntry) as refusal:
        endings.end(team=cast.teams["hg-2"], into=other, on=on, actor=cast.admin)
    assert said in refusal.value.errors[key][0]
    assert everything() == before


@pytest.mark.parametrize("on", [date(2024, 5, 31), ON])
def test_end_is_refused_before_anybody_joined_or_a_hamlet_came(on: date, cast: Cast) -> None:
    team = cast.teams["hg-2"]
    Membership.objects.filter(team=team, post=Post.MEMBER).update(valid=DateRange(ON, None))
    Area.objects.create(
        tenant=cast.province, team=team, hamlet=cast.units["hg-3"], valid=DateRange(ON, None)
    )
    with pytest.raises(InvalidEntry) as refusal:
        dissolve(cast, on=on)
    assert [said[:11] for said in refusal.value.errors["on"]] == ["Member hg-2", "Khu phố 3 i"]
    assert not dissolve(cast, on=ON + timedelta(days=1)).left_open


def test_team_ends_once(cast: Cast) -> None:
    merge(cast)
    with pytest.raises(NotPossibleNow):
        dissolve(cast)


@pytest.mark.parametrize(
    "who", ["leader", "neighbour", "district_officer", "staff", "national", "stranger"]
)
def test_end_is_for_who_keeps_the_roster(who: str, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        endings.end(team=cast.teams["hg-2"], into=None, on=ON, actor=getattr(cast, who))
    with pytest.raises(NotAllowed):
        endings.take_back(team=cast.teams["hg-2"], actor=getattr(cast, who))


@pytest.mark.parametrize("into", ["bd-1", "pl-1"])
def test_nobody_merges_into_a_team_of_another_area(into: str, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        endings.end(team=cast.teams["hg-2"], into=cast.teams[into], on=ON, actor=cast.officer)


# -- The way back ---------------------------------------------------------------------------------


@pytest.mark.parametrize("into", ["hg-1a", None])
def test_ending_that_is_taken_back_leaves_every_row_as_it_was(into: str | None, cast: Cast) -> None:
    team, other = cast.teams["hg-2"], cast.teams[into] if into else None
    before = everything()
    endings.end(team=team, into=other, on=ON, actor=cast.officer)
    assert everything() != before
    endings.take_back(team=team, actor=cast.officer)
    assert everything() == before
    # And once more, for the history has grown since.
    endings.end(team=team, into=other, on=TODAY, actor=cast.officer)
    endings.take_back(team=team, actor=cast.officer)
    assert everything() == before


def test_way_back_is_closed_where_later_changes_stand_on_it(cast: Cast) -> None:
    team, other = cast.teams["hg-2"], cast.teams["hg-1a"]
    merge(cast)
    gone_on = Membership.objects.filter(team=other, person__full_name="Leader hg-2")
    with pghistory.context(user=2):
        gone_on.update(post=Post.DEPUTY)
    with pytest.raises(NotPossibleNow, match="Leader hg-2"):
        endings.take_back(team=team, actor=cast.admin)


def test_way_back_goes_from_the_last_to_the_first(cast: Cast) -> None:
    """Somebody of two teams came with the first of them: taking that back would lose him."""
    before = everything()
    merge(cast, "hg-2")
    merge(cast, "hg-1b")
    with pytest.raises(NotPossibleNow, match="Tổ hg-1b back first"):
        endings.take_back(team=cast.teams["hg-2"], actor=cast.admin)
    for team in ("hg-1b", "hg-2"):
        endings.take_back(team=cast.teams[team], actor=cast.admin)
    assert everything() == before


def test_there_is_no_way_back_where_nobody_ended_the_team_by_hand(cast: Cast) -> None:
    team = cast.teams["hg-2"]
    with pytest.raises(NotPossibleNow):
        endings.take_back(team=team, actor=cast.admin)
    Team.objects.filter(pk=team.pk).update(active=DateRange(SINCE, ON), ending=Ending.DISSOLVED)
    with pytest.raises(NotPossibleNow):
        endings.take_back(team=team, actor=cast.admin)
