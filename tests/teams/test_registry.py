"""Establishing teams and enrolling their people."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import User
from teams.models import Area, Kind, Membership, Person, Post, Team
from teams.registry import NewMember, NewTeam, enrol_members, establish_teams, give_account
from tests.cast import SINCE, Cast, Enter
from units.errors import NotAllowed, NotPossibleNow

TODAY = date(2024, 6, 10)


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


# -- Accounts of those who lead -------------------------------------------------------------------


def of(cast: Cast, team: str, post: Post) -> Membership:
    return Membership.objects.get(team=cast.teams[team], post=post)


@pytest.mark.parametrize(
    ("team", "post"),
    [
        ("hg-2", Post.LEADER),
        ("hg-2", Post.DEPUTY),
        ("viettel", Post.LEADER),  # sits at a district
        ("vnpt", Post.LEADER),  # sits at the province
    ],
)
def test_give_account_lets_the_person_enter_the_figures_of_the_team_alone(
    team: str, post: Post, cast: Cast
) -> None:
    user, password = give_account(
        membership=of(cast, team, post), username="qn.moi", actor=cast.admin
    )
    user = User.objects.get(pk=user.pk)
    assert (user.full_name, user.must_change_password) == (f"{post.title()} {team}", True)
    assert user.check_password(password)
    assert list(Team.objects.editable_by(user)) == [cast.teams[team]]
    assert list(Team.objects.visible_to(user)) == [cast.teams[team]]


def test_give_account_follows_who_leads(cast: Cast) -> None:
    deputy = of(cast, "hg-2", Post.DEPUTY)
    user, _password = give_account(membership=deputy, username="qn.moi", actor=cast.admin)
    deputy.valid = DateRange(SINCE, TODAY)
    deputy.save()
    assert not Team.objects.visible_to(User.objects.get(pk=user.pk)).exists()


def test_give_account_is_refused_to_who_has_one(cast: Cast) -> None:
    with pytest.raises(NotPossibleNow, match="Leader hg-1a"):
        give_account(membership=of(cast, "hg-1a", Post.LEADER), username="qn.moi", actor=cast.admin)


@pytest.mark.parametrize("valid", [DateRange(SINCE, None), DateRange(SINCE, TODAY)])
def test_give_account_is_refused_to_who_does_not_lead(valid: DateRange, cast: Cast) -> None:
    member = of(cast, "hg-2", Post.MEMBER if valid.upper is None else Post.LEADER)
    member.valid = valid
    member.save()
    with pytest.raises(NotPossibleNow):
        give_account(membership=member, username="qn.moi", actor=cast.admin)
    assert not User.objects.filter(username="qn.moi").exists()


@pytest.mark.parametrize(
    "who", ["leader", "officer", "neighbour", "district_officer", "staff", "national", "stranger"]
)
def test_give_account_is_refused_by(who: str, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        give_account(
            membership=of(cast, "hg-2", Post.LEADER),
            username="qn.moi",
            actor=getattr(cast, who),
        )
