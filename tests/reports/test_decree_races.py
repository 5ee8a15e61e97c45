"""A decree and people who work: each waits for the other, and what has ended takes no figures."""

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from reports import batches, entry, rollup, workflow
from reports.entry import Typed
from reports.models import Report
from reports.workflow import Draft
from teams.models import Team
from tests import boundaries
from tests.cast import AtOnce, Cast, Enter, SignIn
from tests.locks import wait_until_somebody_waits
from units import reform, undoing
from units.errors import DomainError, NotAllowed, NotPossibleNow
from units.models import Decree

pytestmark = pytest.mark.django_db(transaction=True)

Write = Callable[[Cast, Team], object]


def save(cast: Cast, team: Team) -> object:
    draft = Draft({"adults": 7})
    return workflow.save_draft(
        team=team, period=cast.june, draft=draft, version=0, actor=cast.admin
    )


def type_one(cast: Cast, team: Team) -> object:
    typed = {"adults": Typed("7")}
    return entry.enter(team=team, period=cast.june, typed=typed, actor=cast.admin)


def bring_in(cast: Cast, team: Team) -> object:
    return batches.save_drafts(
        period=cast.june, drafts=[(team, None, {"adults": 7})], actor=cast.admin
    )


writes = pytest.mark.parametrize("write", [save, type_one, bring_in])


@pytest.fixture
def decree(cast: Cast, enter: Enter) -> Decree:
    with enter(cast.admin):
        return boundaries.bring(cast)


def followers(cast: Cast) -> list[Team]:
    return list(Team.objects.filter(unit__name=boundaries.NEW_NAME))


@writes
def test_what_is_saved_while_a_decree_is_applied_goes_along(
    write: Write, decree: Decree, cast: Cast, enter: Enter, at_once: AtOnce
) -> None:
    saved = Event()

    def work() -> None:
        with enter(cast.admin), transaction.atomic():
            write(cast, Team.objects.get(pk=cast.teams["viettel"].pk))
            saved.set()
            wait_until_somebody_waits()

    def decide() -> None:
        with enter(cast.admin):
            assert saved.wait(10)
            reform.apply(decree=decree, actor=cast.admin)

    assert at_once(work, decide) == [None, None]
    with enter(cast.admin):
        (follower,) = followers(cast)
        report = Report.objects.get()
        assert (report.team, report.unit, report.values) == (follower, follower.unit, {"adults": 7})


@writes
def test_whoever_waited_for_the_decree_does_not_write_for_the_team_that_has_ended(
    write: Write, decree: Decree, cast: Cast, enter: Enter, at_once: AtOnce
) -> None:
    applied, seen = Event(), Event()

    def decide() -> None:
        with enter(cast.admin), transaction.atomic():
            assert seen.wait(10)
            reform.apply(decree=decree, actor=cast.admin)
            applied.set()
            wait_until_somebody_waits()

    def work() -> str:
        with enter(cast.admin):
            team = Team.objects.select_related("unit").get(pk=cast.teams["viettel"].pk)
            seen.set()
            assert applied.wait(10)
            with pytest.raises(NotPossibleNow) as refusal:
                write(cast, team)
            return refusal.value.message

    nothing, said = at_once(decide, work)
    assert nothing is None
    assert "Tổ viettel" in str(said)
    with enter(cast.admin):
        assert not Report.objects.exists()


@writes
def test_whoever_waited_for_the_way_back_does_not_write_for_the_team_that_is_no_more(
    write: Write, decree: Decree, cast: Cast, enter: Enter, at_once: AtOnce
) -> None:
    undone, seen = Event(), Event()
    with enter(cast.admin):
        reform.apply(decree=decree, actor=cast.admin)
        (follower,) = followers(cast)

    def take_back() -> None:
        with enter(cast.admin), transaction.atomic():
            assert seen.wait(10)
            undoing.undo(decree=decree, actor=cast.admin)
            undone.set()
            wait_until_somebody_waits()

    def work() -> type[DomainError]:
        with enter(cast.admin):
            seen.set()
            assert undone.wait(10)
            with pytest.raises(DomainError) as refusal:
                write(cast, follower)
            return type(refusal.value)

    nothing, kind = at_once(take_back, work)
    assert nothing is None
    assert kind in (NotAllowed, NotPossibleNow)
    with enter(cast.admin):
        assert not Report.objects.exists()


def test_decree_is_undone_beside_a_sweep(
    decree: Decree,
    cast: Cast,
    enter: Enter,
    at_once: AtOnce,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither holds what the other is waiting for."""
    with enter(cast.admin):
        reform.apply(decree=decree, actor=cast.admin)
    taken, write = Event(), rollup._write

    def write_when_somebody_waits(*asked: Any) -> None:
        if not taken.is_set():
            taken.set()
            wait_until_somebody_waits()
        write(*asked)

    monkeypatch.setattr(rollup, "_write", write_when_somebody_waits)

    def sweep() -> int:
        with enter(cast.admin):
            return rollup.sweep(cast.province.pk)

    def take_back() -> None:
        with enter(cast.admin):
            assert taken.wait(10)
            undoing.undo(decree=decree, actor=cast.admin)

    swept, nothing = at_once(sweep, take_back)
    assert (isinstance(swept, int), nothing) == (True, None)
    with enter(cast.admin):
        rollup.sweep(cast.province.pk)
        assert rollup.compare(cast.june) == []


@pytest.mark.parametrize("name", ["discard-decree", "apply-decree", "decree"])
def test_draft_that_somebody_discards_at_the_same_moment_is_not_found(
    name: str, decree: Decree, cast: Cast, client_of: SignIn, enter: Enter, at_once: AtOnce
) -> None:
    client, discarded = client_of(cast.admin), Event()

    def discard() -> None:
        with enter(cast.admin), transaction.atomic():
            reform.discard(decree=decree, actor=cast.admin)
            discarded.set()
            wait_until_somebody_waits()

    def act_meanwhile() -> int:
        assert discarded.wait(10)
        return client.post(reverse(name, args=[decree.pk])).status_code

    assert at_once(discard, act_meanwhile) == [None, 404]
