"""Totals while others work: no mark is lost, and no sum is written over by an older one."""

from collections.abc import Callable, Iterator
from threading import Event

import pytest
from django.db import transaction

from reports import rollup, workflow
from reports.models import DirtyTotal, Report, Status
from tests.cast import AtOnce, Cast, Enter
from tests.locks import wait_until_somebody_waits
from tests.reports.by_hand import Sum, add_up, stored
from tests.reports.june import JUNE, TOTALS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Iterator[None]:
    with enter(cast.admin):
        yield


def test_sweeps_and_approvals_at_once_lose_no_mark(
    reported: dict[str, Report], cast: Cast, enter: Enter, at_once: AtOnce
) -> None:
    def sweep() -> None:
        with enter(cast.admin):
            rollup.sweep(cast.province.pk)

    def step(name: str, team: str) -> Callable[[], None]:
        def take() -> None:
            with enter(cast.admin):
                report = Report.objects.get(team=cast.teams[team])
                reason = "" if name == "approve" else "vì sao"
                workflow.apply(
                    report, name, actor=cast.admin, version=report.version, reason=reason
                )

        return take

    approved = [team for team, status, _ in JUNE if status == Status.APPROVED]
    for name in ("reopen", "submit", "approve") * 3:
        steps = [step(name, team) for team in approved]
        assert at_once(sweep, *steps[:3], sweep, *steps[3:]) == [None] * 7
        at_once(sweep, sweep)
        assert not DirtyTotal.objects.exists()
        assert stored(cast.june) == add_up(cast.june)
    assert stored(cast.june) == TOTALS


def test_sweep_leaves_the_mark_of_an_approval_that_has_not_ended(
    reported: dict[str, Report], cast: Cast, enter: Enter, at_once: AtOnce
) -> None:
    rollup.sweep(cast.province.pk)
    approved, swept = Event(), Event()
    report = reported["hg-2"]

    def approve() -> None:
        with enter(cast.admin), transaction.atomic():
            workflow.apply(report, "approve", actor=cast.admin, version=report.version)
            approved.set()
            assert swept.wait(10)

    def sweep_meanwhile() -> dict[str, Sum]:
        with enter(cast.admin):
            assert approved.wait(10)
            rollup.sweep(cast.province.pk)
            rollup.rebuild(cast.june)
            swept.set()
            return stored(cast.june)

    assert at_once(approve, sweep_meanwhile) == [None, TOTALS]
    assert rollup.sweep(cast.province.pk) == 1
    assert stored(cast.june)["22"].values["adults"] == 1116


def test_sweep_waits_for_the_one_before_it(
    reported: dict[str, Report], cast: Cast, enter: Enter, at_once: AtOnce
) -> None:
    """Of two communes of a district, each sweep sees one: the later has to see both."""
    first, second = reported["hg-2"], reported["bd-2"]
    second = workflow.apply(second, "submit", actor=cast.admin, version=second.version)
    rollup.sweep(cast.province.pk)
    swept = Event()

    def approve_and_hold() -> None:
        with enter(cast.admin), transaction.atomic():
            workflow.apply(first, "approve", actor=cast.admin, version=first.version)
            rollup.sweep(cast.province.pk)
            swept.set()
            wait_until_somebody_waits()

    def approve_meanwhile() -> None:
        with enter(cast.admin):
            assert swept.wait(10)
            workflow.apply(second, "approve", actor=cast.admin, version=second.version)
            rollup.sweep(cast.province.pk)

    assert at_once(approve_and_hold, approve_meanwhile) == [None, None]
    assert stored(cast.june) == add_up(cast.june)
    assert stored(cast.june)["193"].values["adults"] == 216
