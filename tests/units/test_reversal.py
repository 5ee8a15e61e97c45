"""What one context of the history did is taken back, unless something stands on it."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pghistory
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from teams.models import Ending, Kind, Membership, Person, Post, Team
from tests.cast import Cast, Enter
from units import reversal

TRACKED = (Membership, Person)
ON = date(2024, 6, 10)


def rows(cast: Cast) -> list[tuple[object, ...]]:
    of_team = Membership.objects.filter(team=cast.teams["hg-2"]).select_related("person")
    return sorted((row.pk, row.person.full_name, row.post, row.valid.upper) for row in of_team)


@pytest.fixture
def act(cast: Cast, enter: Enter) -> Callable[[], UUID]:
    """Somebody leaves, somebody is renamed, somebody new leads: all in one context."""

    def run() -> UUID:
        with pghistory.context(batch=1) as context:
            leader = Membership.objects.get(team=cast.teams["hg-2"], post=Post.LEADER)
            leader.valid = DateRange(leader.valid.lower, ON)
            leader.save()
            Person.objects.filter(full_name="Member hg-2").update(full_name="Lê Thị Đúng")
            new = Person.objects.create(tenant=cast.province, full_name="Phạm Thị Mới")
            Membership.objects.create(
                tenant=cast.province,
                team=cast.teams["hg-2"],
                person=new,
                post=Post.LEADER,
                valid=DateRange(ON, None),
            )
        return context.id

    return run


def test_context_that_is_taken_back_leaves_no_trace(
    act: Callable[[], UUID], cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        before = rows(cast)
        context = act()
        assert rows(cast) != before
        assert reversal.standing_on(TRACKED, context) == []
        reversal.take_back(TRACKED, context)
        assert rows(cast) == before
        assert not Person.objects.filter(full_name="Phạm Thị Mới").exists()


def test_what_others_did_since_stands_in_the_way(
    act: Callable[[], UUID], cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        context = act()
        other = Person.objects.get(full_name="Lê Thị Đúng")
        new = Person.objects.get(full_name="Phạm Thị Mới")
        # The context ends with its transaction, which here is the test's.
        with pghistory.context(user=2):
            Person.objects.filter(pk=other.pk).update(phone="+84912345678")
            second = Membership.objects.create(
                tenant=cast.province,
                team=cast.teams["hg-1a"],
                person=new,
                valid=DateRange(ON, None),
            )
        later = reversal.standing_on(TRACKED, context)
        assert [(each.model, each.ids) for each in later] == [
            (Membership, [second.pk]), (Person, [other.pk]),
        ]  # fmt: skip


def test_what_was_taken_back_itself_does_not_stand_in_the_way(
    act: Callable[[], UUID], cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        before = rows(cast)
        first = act()
        between = rows(cast)
        with pghistory.context(batch=2) as second:
            Person.objects.filter(full_name="Lê Thị Đúng").update(full_name="Lê Thị Sai")
            Membership.objects.filter(team=cast.teams["hg-2"], post=Post.DEPUTY).delete()
            Membership.objects.filter(person__full_name="Phạm Thị Mới").delete()
        with pghistory.context(user=2):
            assert {each.model for each in reversal.standing_on(TRACKED, first)} == set(TRACKED)
            reversal.take_back(TRACKED, second.id)
            assert rows(cast) == between
        assert reversal.standing_on(TRACKED, first) == []
        with pghistory.context(user=2):
            reversal.take_back(TRACKED, first)
        assert rows(cast) == before


def test_what_others_did_to_others_does_not(
    act: Callable[[], UUID], cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        context = act()
        with pghistory.context(user=2):
            Person.objects.filter(full_name="Deputy hg-2").update(phone="+84912345678")
        assert reversal.standing_on(TRACKED, context) == []


def test_who_leads_since_stands_in_the_way_of_who_led(cast: Cast, enter: Enter) -> None:
    """Nobody touched what the context did, and yet it cannot stand again beside it."""
    with enter(cast.admin):
        with pghistory.context(batch=1) as context:
            Membership.objects.filter(team=cast.teams["hg-2"], post=Post.LEADER).update(
                valid=DateRange(date(2022, 5, 1), ON)
            )
        with pghistory.context(user=2):
            next_one = Membership.objects.create(
                tenant=cast.province,
                team=cast.teams["hg-2"],
                person=Person.objects.get(full_name="Member hg-1b"),
                post=Post.LEADER,
                valid=DateRange(date(2024, 7, 1), None),
            )
        (later,) = reversal.standing_on(TRACKED, context.id)
        assert (later.model, later.ids) == (Membership, [next_one.pk])


def test_what_leads_here_by_no_name_of_its_own_is_found(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        with pghistory.context(batch=1) as context:
            new = Team.objects.create(
                tenant=cast.province, unit=cast.units["22"], kind=Kind.ENTERPRISE, name="Tổ mới",
                active=DateRange(ON, None),
            )  # fmt: skip
        with pghistory.context(user=2):
            Team.objects.filter(pk=cast.teams["vnpt"].pk).update(
                active=DateRange(date(2022, 5, 1), ON), ending=Ending.MERGED, merged_into=new
            )
        (later,) = reversal.standing_on((Team,), context.id)
        assert (later.model, later.ids) == (Team, [cast.teams["vnpt"].pk])


def test_who_changed_places_changes_back(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        before = rows(cast)
        posts = dict(Membership.objects.filter(team=cast.teams["hg-2"]).values_list("post", "pk"))
        with pghistory.context(batch=1) as context:
            for post, turned in (("member", "leader"), ("leader", "deputy"), ("deputy", "member")):
                Membership.objects.filter(pk=posts[turned]).update(post=post)
        assert rows(cast) != before
        reversal.take_back(TRACKED, context.id)
        assert rows(cast) == before
