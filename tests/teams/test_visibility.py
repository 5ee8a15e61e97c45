"""Which teams and people somebody sees, and whose figures they may enter."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from teams.models import Area, Committee, Membership, Person, Post, Seat, Team
from tests.cast import Cast, Enter
from tests.teams import sitting

HONG_GAI = {"hg-1a", "hg-1b", "hg-2"}
BACH_DANG = {"bd-1", "bd-2"}
QUANG_NINH = HONG_GAI | BACH_DANG | {"ct-1", "ct-2", "viettel", "vnpt"}
HAI_DUONG = {"pl-1", "pl-2", "mobifone"}

# Seen, and open for figures.
TEAMS = {
    # Two teams share the hamlet; the leader leads one of them.
    "leader": ({"hg-1a"}, {"hg-1a"}),
    "officer": (HONG_GAI, HONG_GAI),
    "neighbour": (BACH_DANG, BACH_DANG),
    "district_officer": (HONG_GAI | BACH_DANG | {"viettel"}, set()),
    "staff": (QUANG_NINH, set()),
    "admin": (QUANG_NINH, QUANG_NINH),
    "stranger": (HAI_DUONG, HAI_DUONG),
    "national": (QUANG_NINH | HAI_DUONG, set()),
}


def names(teams) -> set[str]:
    return {team.name.removeprefix("Tổ ") for team in teams}


@pytest.mark.parametrize("who", TEAMS)
def test_teams_are_seen_and_filled_in_by(who: str, cast: Cast, enter: Enter) -> None:
    user = getattr(cast, who)
    # Everything is readable here, so that only the first wall decides.
    with enter(cast.national):
        seen, editable = TEAMS[who]
        assert names(Team.objects.visible_to(user)) == seen
        assert names(Team.objects.editable_by(user)) == editable


@pytest.mark.parametrize("who", TEAMS)
def test_people_are_seen_with_their_teams(who: str, cast: Cast, enter: Enter) -> None:
    user = getattr(cast, who)
    with enter(cast.national):
        seen, _ = TEAMS[who]
        assert {person.full_name for person in Person.objects.visible_to(user)} == {
            f"{post.title()} {team}" for team in seen for post in Post
        }
        assert names(membership.team for membership in Membership.objects.visible_to(user)) == seen
        assert names(area.team for area in Area.objects.visible_to(user)) == seen - {
            "viettel", "vnpt", "mobifone",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("post", "seen"),
    [(Post.LEADER, {"hg-1a"}), (Post.DEPUTY, {"hg-1a"}), (Post.MEMBER, set())],
)
def test_team_is_seen_by_whoever_leads_it(
    post: Post, seen: set[str], cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        members = Membership.objects.filter(team=cast.teams["hg-1a"])
        members.get(post=Post.LEADER).person.delete()
        person = members.get(post=Post.MEMBER).person
        person.user = cast.leader
        person.save()
        members.filter(person=person).update(post=post)
    with enter(cast.leader):
        assert names(Team.objects.visible_to(cast.leader)) == seen
        assert names(Team.objects.editable_by(cast.leader)) == seen


def test_team_is_hidden_from_a_leader_who_has_left(cast: Cast, enter: Enter) -> None:
    membership = Membership.objects.filter(person__user=cast.leader)
    with enter(cast.admin):
        membership.update(valid=DateRange(date(2022, 5, 1), date(2024, 6, 11)))
        assert names(Team.objects.visible_to(cast.leader)) == {"hg-1a"}
        membership.update(valid=DateRange(date(2022, 5, 1), date(2024, 6, 10)))
        assert names(Team.objects.visible_to(cast.leader)) == set()
        assert names(Team.objects.editable_by(cast.leader)) == set()


# Of the province, the district and two communes; of the other province's one.
COMMITTEES = {
    "leader": [],
    "officer": ["06691"],
    "neighbour": ["06688"],
    "district_officer": ["06688", "06691", "193"],
    "staff": ["06688", "06691", "193", "22"],
    "admin": ["06688", "06691", "193", "22"],
    "stranger": ["30"],
    "national": ["06688", "06691", "193", "22", "30"],
}


@pytest.mark.parametrize("who", COMMITTEES)
def test_committees_and_their_people_are_seen_by(who: str, cast: Cast, enter: Enter) -> None:
    for admin, codes in ((cast.admin, ["22", "193", "06691", "06688"]), (cast.stranger, ["30"])):
        with enter(admin):
            for code in codes:
                sitting.set_up(admin, cast.units[code])
    user, seen = getattr(cast, who), COMMITTEES[who]
    with enter(cast.national):
        rows = Committee.objects.visible_to(user)
        assert sorted(rows.values_list("unit__code", flat=True)) == seen
        seats = Seat.objects.visible_to(user)
        assert sorted(set(seats.values_list("committee__unit__code", flat=True))) == seen
        kept = sorted(rows.kept_by(user).values_list("unit__code", flat=True))
        assert kept == (seen if who in {"officer", "neighbour", "admin", "stranger"} else [])


def test_teams_within_a_unit_are_those_of_the_day(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        on = date(2024, 6, 10)
        assert names(Team.objects.within(cast.units["193"], on=on)) == (
            HONG_GAI | BACH_DANG | {"viettel"}
        )
        assert names(Team.objects.within(cast.units["193"], on=date(2022, 4, 30))) == set()
        ended = Team.objects.filter(pk=cast.teams["hg-2"].pk)
        ended.update(active=DateRange(date(2022, 5, 1), on))
        assert names(Team.objects.active_on(on)) == QUANG_NINH - {"hg-2"}
        assert names(Team.objects.active_on(date(2024, 6, 9))) == QUANG_NINH
