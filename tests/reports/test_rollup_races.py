"""Totals while others work: no mark is lost, and no sum is written over by an older one."""

from collections.abc import Callable, Iterator
from threading import Event

import pytest
from django.db import transaction

from reports import rollup, runs, workflow
from reports.models import DirtyTotal, Period, Report, RollupRun, Status
from reports.periods import DECREE_09, lay_out, open_period
from tests.cast import AtOnce, Cast, Enter
from tests.locks import wait_until_somebody_waits
from tests.reports.by_hand import Sum, add_up, stored
from tests.reports.june import JUNE, TOTALS
from units.errors import NotPossibleNow

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


@pytest.mark.parametrize(("work", "found"), [(rollup.rebuild, None), (rollup.compare, [])])
def test_rebuild_waits_for_the_sweep_before_it(
    work: Callable[[Period], object],
    found: object,
    reported: dict[str, Report],
    cast: Cast,
    enter: Enter,
    at_once: AtOnce,
) -> None:
    """Else it writes the sums of before an approval over those of after it, or finds a difference
    where there is none."""
    rollup.sweep(cast.province.pk)
    report = reported["hg-2"]
    swept = Event()

    def approve_and_hold() -> None:
        with enter(cast.admin), transaction.atomic():
            workflow.apply(report, "approve", actor=cast.admin, version=report.version)
            rollup.sweep(cast.province.pk)
            swept.set()
            wait_until_somebody_waits()

    def work_meanwhile() -> object:
        with enter(cast.admin):
            assert swept.wait(10)
            return work(cast.june)

    assert at_once(approve_and_hold, work_meanwhile) == [None, found]
    assert stored(cast.june) == add_up(cast.june)


def test_sweep_of_one_month_does_not_wait_for_that_of_another(
    reported: dict[str, Report], cast: Cast, enter: Enter, at_once: AtOnce
) -> None:
    may = lay_out(tenant=cast.province, year=2024, month=5, by=DECREE_09)
    may.save()
    june_swept, may_swept = Event(), Event()

    def sweep_and_hold() -> bool:
        with enter(cast.admin), transaction.atomic():
            rollup.sweep(cast.province.pk)
            june_swept.set()
            return may_swept.wait(10)

    def sweep_meanwhile() -> int:
        with enter(cast.admin):
            assert june_swept.wait(10)
            open_period(period=may, actor=cast.admin)
            swept = rollup.sweep(cast.province.pk)
            may_swept.set()
            return swept

    assert at_once(sweep_and_hold, sweep_meanwhile) == [True, 6]


def test_second_of_two_who_ask_at_once_is_told_of_the_first(
    cast: Cast, enter: Enter, at_once: AtOnce
) -> None:
    asked = Event()

    def ask_and_hold() -> None:
        with enter(cast.admin), transaction.atomic():
            runs.ask(tenant=cast.province, actor=cast.admin)
            asked.set()
            wait_until_somebody_waits()

    def ask_meanwhile() -> None:
        with enter(cast.admin):
            assert asked.wait(10)
            with pytest.raises(NotPossibleNow):
                runs.ask(tenant=cast.province, actor=cast.admin)

    assert at_once(ask_and_hold, ask_meanwhile) == [None, None]
    assert RollupRun.objects.count() == 1
