"""Establishing teams and enrolling their people."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, ProgrammingError

from teams.models import Area, Kind, Membership, Person, Post, Team
from teams.registry import NewMember, NewTeam, enrol_members, establish_teams
from tests.cast import SINCE, Cast, Enter


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Iterator[None]:
    with enter(cast.admin):
        yield


def test_establish_teams_has_a_local_team_serve_its_hamlet(cast: Cast) -> None:
    hamlet, commune = cast.units["hg-3"], cast.units["06691"]
    local, enterprise = establish_teams(
        tenant=cast.province,
        teams=[
            NewTeam("  Tổ  khu ph\u00f4\u0301 3", hamlet, Kind.LOCAL, "12/QĐ-UBND"),
            NewTeam("Tổ Bưu điện", commune, Kind.ENTERPRISE),
        ],
        since=SINCE,
    )
    local.refresh_from_db()
    assert (local.name, local.decision_number) == ("Tổ khu phố 3", "12/QĐ-UBND")
    assert local.active.lower == SINCE
    assert local.active.upper is None
    assert list(Area.objects.filter(team=local).values_list("hamlet", flat=True)) == [hamlet.pk]
    assert not Area.objects.filter(team=enterprise).exists()


def test_enrol_members_makes_each_person_new_to_the_register(cast: Cast) -> None:
    team = cast.teams["hg-2"]
    before = Person.objects.count()
    enrol_members(
        tenant=cast.province,
        members=[
            (team, NewMember("Đỗ Thi\u0323  Ngọc", Post.MEMBER, is_core=True, birth_year=1990)),
            (team, NewMember("Đỗ Thị Ngọc", Post.MEMBER)),
        ],
        since=SINCE,
    )
    assert Person.objects.count() == before + 2
    person, namesake = Person.objects.filter(search="do thi ngoc").order_by("pk")
    assert (person.full_name, namesake.full_name) == ("Đỗ Thị Ngọc", "Đỗ Thị Ngọc")
    assert (person.birth_year, namesake.birth_year) == (1990, None)
    membership = Membership.objects.get(person=person)
    assert (membership.team, membership.post, membership.is_core) == (team, Post.MEMBER, True)


def test_enrol_members_refuses_a_second_leader(cast: Cast) -> None:
    second = [(cast.teams["hg-2"], NewMember("Vũ Mạnh Hải", Post.LEADER))]
    with pytest.raises(IntegrityError, match="team_has_one_leader_at_a_time"):
        enrol_members(tenant=cast.province, members=second, since=SINCE)


def test_establish_teams_is_stopped_by_the_wall_for_another_province(cast: Cast) -> None:
    new = NewTeam("Tổ", cast.units["pl-1"], Kind.LOCAL)
    with pytest.raises(ProgrammingError, match="row-level security"):
        establish_teams(tenant=cast.other, teams=[new], since=SINCE)
    assert not Team.objects.filter(name="Tổ").exists()
