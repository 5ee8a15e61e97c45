"""A mistaken day of joining and a mistaken member are put right, and the history keeps both."""

from collections.abc import Iterator
from datetime import date, timedelta

import pghistory
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation

from accounts.models import User
from teams import chronicle, corrections, endings
from teams.models import Membership, Person, Post, Team
from tests.cast import SINCE, Cast, Enter
from units.errors import InvalidEntry, NotAllowed, NotPossibleNow

TODAY = date(2024, 6, 10)
MAY = date(2024, 5, 1)


@pytest.fixture
def officer(cast: Cast, enter: Enter) -> Iterator[User]:
    with enter(cast.officer), translation.override("en"):
        yield cast.officer


@pytest.fixture
def member(cast: Cast, officer: User) -> Membership:
    return Membership.objects.select_related("person", "team__unit").get(
        team=cast.teams["hg-2"], post=Post.MEMBER
    )


def days(member: Membership) -> list[tuple[date, date | None]]:
    rows = Membership.objects.filter(person=member.person_id).order_by("valid")
    return [(row.valid.lower, row.valid.upper) for row in rows]


def follow(member: Membership, *, on: date, **changes: object) -> Membership:
    """Another membership of the same person from a day on, when the first one ends."""
    member.valid = DateRange(SINCE, on)
    member.save()
    later = {"team": member.team, "post": Post.DEPUTY, **changes}
    return Membership.objects.create(
        tenant=member.tenant, person=member.person, valid=DateRange(on, None), **later
    )


def test_membership_begins_on_the_day_that_was_meant(member: Membership, officer: User) -> None:
    for day in (MAY, date(2022, 6, 1)):
        corrections.correct_joining(member=member, joined_on=day, actor=officer)
        assert days(member) == [(day, None)]


@pytest.mark.parametrize("day", [date(2023, 1, 1), date(2024, 6, 1)])
def test_membership_before_it_ends_on_that_day(
    day: date, member: Membership, officer: User
) -> None:
    later = follow(member, on=MAY)
    corrections.correct_joining(member=later, joined_on=day, actor=officer)
    assert days(member) == [(SINCE, day), (day, None)]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2024, 6, 11), "still to come"),
        (date(2022, 4, 30), "established on 01/05/2022"),
    ],
)
def test_day_that_cannot_be_is_refused(
    day: date, why: str, member: Membership, officer: User
) -> None:
    with pytest.raises(InvalidEntry, match=why) as refusal:
        corrections.correct_joining(member=member, joined_on=day, actor=officer)
    assert list(refusal.value.errors) == ["joined_on"]
    assert days(member) == [(SINCE, None)]


def test_first_and_last_day_that_can_be_are_taken(member: Membership, officer: User) -> None:
    for day in (TODAY, SINCE):
        corrections.correct_joining(member=member, joined_on=day, actor=officer)
        assert days(member) == [(day, None)]


def test_membership_holds_for_a_day_at_least(member: Membership, officer: User) -> None:
    later = follow(member, on=MAY)
    with pytest.raises(InvalidEntry, match="ended on 01/05/2024"):
        corrections.correct_joining(member=member, joined_on=MAY, actor=officer)
    corrections.correct_joining(member=member, joined_on=date(2024, 4, 29), actor=officer)
    # So does the one that it follows on.
    corrections.correct_joining(member=later, joined_on=date(2024, 4, 30), actor=officer)
    assert days(member) == [
        (date(2024, 4, 29), date(2024, 4, 30)), (date(2024, 4, 30), None),
    ]  # fmt: skip


def test_day_before_the_membership_that_it_follows_on_is_refused(
    member: Membership, officer: User
) -> None:
    later = follow(member, on=MAY)
    with pytest.raises(InvalidEntry, match="began on 01/05/2022 only"):
        corrections.correct_joining(member=later, joined_on=SINCE, actor=officer)


def test_membership_before_it_does_not_outlive_its_team(
    cast: Cast, member: Membership, officer: User
) -> None:
    endings.end(team=cast.teams["hg-2"], into=cast.teams["hg-1a"], on=MAY, actor=officer)
    moved = Membership.objects.get(person=member.person_id, valid__startswith=MAY)
    with pytest.raises(InvalidEntry, match="in Tổ hg-2, which ended on 01/05/2024") as refusal:
        corrections.correct_joining(member=moved, joined_on=date(2024, 5, 2), actor=officer)
    assert list(refusal.value.errors) == ["joined_on"]
    for day in (date(2024, 4, 1), MAY):
        corrections.correct_joining(member=moved, joined_on=day, actor=officer)
        assert days(member) == [(SINCE, day), (day, None)]


def test_member_who_was_taken_out_meanwhile_is_told_of(member: Membership, officer: User) -> None:
    corrections.withdraw(member=Membership.objects.get(pk=member.pk), actor=officer)
    with pytest.raises(NotPossibleNow, match="took this member out"):
        corrections.correct_joining(member=member, joined_on=MAY, actor=officer)
    with pytest.raises(NotPossibleNow, match="took this member out"):
        corrections.withdraw(member=member, actor=officer)


def test_day_inside_an_earlier_membership_is_refused(
    cast: Cast, member: Membership, officer: User
) -> None:
    later = follow(member, on=MAY, team=cast.teams["hg-1a"])
    member.valid = DateRange(SINCE, date(2024, 4, 1))
    member.save()
    with pytest.raises(InvalidEntry, match="was in Tổ hg-2"):
        corrections.correct_joining(member=later, joined_on=date(2024, 3, 1), actor=officer)
    corrections.correct_joining(member=later, joined_on=date(2024, 4, 1), actor=officer)


def test_nobody_leads_beside_the_leader_of_that_day(cast: Cast, officer: User) -> None:
    leader = Membership.objects.get(team=cast.teams["hg-2"], post=Post.LEADER)
    leader.valid = DateRange(SINCE, MAY)
    leader.save()
    new = Membership.objects.get(team=cast.teams["hg-2"], post=Post.MEMBER)
    new.valid, new.post = DateRange(MAY, None), Post.LEADER
    new.save()
    with pytest.raises(InvalidEntry, match="Leader hg-2 led the team"):
        corrections.correct_joining(member=new, joined_on=date(2024, 4, 30), actor=officer)


def test_membership_elsewhere_is_not_touched(cast: Cast, member: Membership, officer: User) -> None:
    later = follow(member, on=MAY)
    Membership.objects.filter(pk=member.pk).update(team=cast.teams["bd-1"])
    with pytest.raises(InvalidEntry, match="whose roster you do not keep"):
        corrections.correct_joining(member=later, joined_on=date(2024, 6, 1), actor=officer)


def test_somebody_enrolled_by_mistake_is_taken_out(member: Membership, officer: User) -> None:
    corrections.withdraw(member=member, actor=officer)
    assert not Person.objects.filter(pk=member.person_id).exists()
    assert days(member) == []
    history = Person.events.rel.related_model.objects.filter(pgh_obj_id=member.person_id)
    assert history.latest("pgh_id").pgh_label == "delete"


def test_somebody_with_a_past_or_an_account_is_not(
    cast: Cast, member: Membership, officer: User
) -> None:
    leader = Membership.objects.get(team=cast.teams["hg-1a"], post=Post.LEADER)
    with pytest.raises(NotPossibleNow, match="account"):
        corrections.withdraw(member=leader, actor=officer)
    with pytest.raises(NotPossibleNow, match="another membership"):
        corrections.withdraw(member=follow(member, on=MAY), actor=officer)


def test_what_has_stood_for_long_is_no_mistake(
    member: Membership, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the history recorded cannot be dated otherwise.
    monkeypatch.setattr(corrections, "NOTICED_WITHIN", timedelta(0))
    with pytest.raises(NotPossibleNow, match="let it end instead"):
        corrections.withdraw(member=member, actor=officer)


def test_membership_before_does_not_lead_beside_another_leader(
    cast: Cast, member: Membership, officer: User
) -> None:
    """Its end would move on to days on which somebody else leads."""
    Membership.objects.filter(team=member.team, post=Post.LEADER).delete()
    later = follow(member, on=MAY)
    Membership.objects.filter(pk=member.pk).update(post=Post.LEADER)
    deputy = Membership.objects.get(team=member.team, post=Post.DEPUTY, valid__startswith=SINCE)
    Membership.objects.create(
        tenant=member.tenant, person=deputy.person, team=cast.teams["hg-1b"], post=Post.MEMBER,
        valid=DateRange(SINCE, None),
    )  # fmt: skip
    Membership.objects.filter(pk=deputy.pk).update(valid=DateRange(MAY, None), post=Post.LEADER)
    with pytest.raises(InvalidEntry, match="led the team"):
        corrections.correct_joining(member=later, joined_on=date(2024, 6, 1), actor=officer)


def test_team_elsewhere_is_not_named(cast: Cast, member: Membership, officer: User) -> None:
    Membership.objects.create(
        tenant=member.tenant, person=member.person, team=cast.teams["bd-1"], post=Post.MEMBER,
        valid=DateRange(date(2022, 5, 1), date(2023, 1, 1)),
    )  # fmt: skip
    member.valid = DateRange(MAY, None)
    member.save()
    with pytest.raises(InvalidEntry, match="whose roster you do not keep") as refusal:
        corrections.correct_joining(member=member, joined_on=date(2022, 6, 1), actor=officer)
    assert "bd-1" not in str(refusal.value)


def test_only_who_keeps_the_roster_corrects(cast: Cast, member: Membership, enter: Enter) -> None:
    with enter(cast.neighbour):
        with pytest.raises(NotAllowed):
            corrections.correct_joining(member=member, joined_on=MAY, actor=cast.neighbour)
        with pytest.raises(NotAllowed):
            corrections.withdraw(member=member, actor=cast.neighbour)


def test_history_says_what_changed_when_and_by_whom(member: Membership, officer: User) -> None:
    with pghistory.context(user=officer.pk):
        corrections.correct_joining(member=member, joined_on=MAY, actor=officer)
    with pghistory.context(user=officer.pk, batch=7):
        person = member.person
        person.phone = "+84912345678"
        person.save()
    stays = chronicle.stays(member.person, viewer=officer)
    assert [(stay.team.name, stay.valid.lower) for stay in stays] == [("Tổ hg-2", MAY)]
    latest, before, *first = chronicle.entries(member.person, stays)
    assert (latest.by, latest.is_import, latest.team) == ("Cán bộ officer", True, "")
    assert latest.told == [("Phone", "", "0912345678")]
    assert (before.by, before.is_import, before.team) == ("Cán bộ officer", False, "Tổ hg-2")
    assert before.told == [("Joined on", "01/05/2022", "01/05/2024")]
    assert all(entry.by == "" for entry in first)


def test_stays_in_teams_of_others_are_not_told(
    cast: Cast, member: Membership, officer: User
) -> None:
    follow(member, on=MAY)
    Membership.objects.filter(pk=member.pk).update(team=cast.teams["bd-1"])
    assert [stay.post for stay in chronicle.stays(member.person, viewer=officer)] == [Post.DEPUTY]


# -- Leaving ------------------------------------------------------------------------------------


@pytest.fixture
def former(member: Membership) -> Membership:
    """The member of hg-2, who left in May."""
    member.valid = DateRange(SINCE, MAY)
    member.save()
    return member


@pytest.mark.parametrize("day", [date(2024, 4, 1), date(2024, 6, 1)])
def test_membership_ends_on_the_day_that_was_meant(
    day: date, former: Membership, officer: User
) -> None:
    corrections.correct_leaving(member=former, left_on=day, actor=officer)
    assert days(former) == [(SINCE, day)]


def test_leaving_is_taken_back(former: Membership, officer: User) -> None:
    corrections.take_leaving_back(member=former, actor=officer)
    assert days(former) == [(SINCE, None)]
    with pytest.raises(NotPossibleNow, match="has not ended"):
        corrections.take_leaving_back(member=former, actor=officer)


@pytest.mark.parametrize(
    ("day", "why"),
    [(SINCE, "before the day of joining"), (date(2024, 6, 11), "still to come")],
)
def test_day_of_leaving_that_cannot_be_is_refused(
    day: date, why: str, former: Membership, officer: User
) -> None:
    with pytest.raises(InvalidEntry, match=why) as refusal:
        corrections.correct_leaving(member=former, left_on=day, actor=officer)
    assert list(refusal.value.errors) == ["left_on"]


def test_leaving_stays_where_the_person_went_on(
    cast: Cast, member: Membership, officer: User
) -> None:
    follow(member, on=MAY, team=cast.teams["hg-1a"])
    for act in (
        lambda: corrections.take_leaving_back(member=member, actor=officer),
        lambda: corrections.correct_leaving(member=member, left_on=SINCE, actor=officer),
        lambda: corrections.correct_leaving(member=member, left_on=TODAY, actor=officer),
        lambda: corrections.correct_leaving(member=member, left_on=date(2024, 4, 1), actor=officer),
    ):
        with pytest.raises((InvalidEntry, NotPossibleNow)):
            act()
    assert corrections.why_not_back(member, officer) == (
        "This person is in Tổ hg-1a since 01/05/2024."
    )


def test_team_gone_to_is_not_named(cast: Cast, member: Membership, officer: User) -> None:
    follow(member, on=MAY, team=cast.teams["bd-1"])
    assert corrections.why_not_back(member, officer) == (
        "This person is in a team whose roster you do not keep since 01/05/2024."
    )


def test_leader_does_not_come_back_beside_the_next_one(
    cast: Cast, former: Membership, officer: User
) -> None:
    leader = Membership.objects.select_related("person", "team__unit").get(
        team=cast.teams["hg-2"], post=Post.LEADER
    )
    leader.valid = DateRange(SINCE, MAY)
    leader.save()
    next_one = Membership.objects.select_related("person").get(
        team=cast.teams["hg-2"], post=Post.DEPUTY
    )
    next_one.post, next_one.valid = Post.LEADER, DateRange(MAY, None)
    next_one.save()
    with pytest.raises(NotPossibleNow, match="leads the team since 01/05/2024"):
        corrections.take_leaving_back(member=leader, actor=officer)
    corrections.correct_leaving(member=leader, left_on=date(2024, 4, 1), actor=officer)


def test_membership_does_not_outlast_its_team(
    cast: Cast, former: Membership, officer: User
) -> None:
    Team.objects.filter(pk=former.team_id).update(
        active=DateRange(SINCE, date(2024, 6, 1)), ending="dissolved"
    )
    former.team.refresh_from_db()
    assert corrections.why_not_back(former, officer) == "The team has ended on 01/06/2024."


def test_officer_next_door_takes_no_leaving_back(
    cast: Cast, former: Membership, enter: Enter
) -> None:
    with enter(cast.neighbour), pytest.raises(NotAllowed):
        corrections.take_leaving_back(member=former, actor=cast.neighbour)
