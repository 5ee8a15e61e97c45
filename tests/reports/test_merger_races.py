"""A merger and people and workers who go on meanwhile: each waits for the other."""

from collections.abc import Callable
from threading import Event

import pytest
from django.db import connection, transaction
from django.db.models import F

from reports import kept_census, restating, rollup, workflow
from reports.models import KeptCensus, Period, Report, Total
from reports.periods import DECREE_09, lay_out, open_period
from tests.cast import AtOnce, Cast, Enter
from tests.locks import wait_until_somebody_waits
from tests.merging import merge, unmerge
from units import clock
from units.models import Merger
from units.tenancy import scope

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def may(cast: Cast, enter: Enter) -> Period:
    """A month of the tree before."""
    with enter(cast.admin):
        period = lay_out(tenant=cast.province, year=2024, month=5, by=DECREE_09)
        period.save()
        open_period(period=period, actor=cast.admin)
        rollup.sweep(cast.province.pk)
        return period


def restate(cast: Cast, may: Period) -> None:
    restating.restate(cast.province.pk, on=clock.today(), period_ids=[may.pk])


def rebuild(cast: Cast, may: Period) -> None:
    rollup.rebuild(may, on=clock.today())


def sweep(cast: Cast, may: Period) -> None:
    rollup.sweep(cast.province.pk)


def count(cast: Cast, may: Period) -> None:
    kept_census.keep(cast.province.pk)


@pytest.mark.parametrize("work", [restate, rebuild, sweep, count])
def test_worker_that_waited_for_the_way_back_writes_nothing_of_the_other_province(
    work: Callable[[Cast, Period], None], may: Period, cast: Cast, at_once: AtOnce
) -> None:
    merger: Merger = merge(cast)
    undone = Event()

    def take_back() -> None:
        with transaction.atomic():
            unmerge(merger)
            undone.set()
            wait_until_somebody_waits()

    def work_on() -> None:
        with scope(tenant=cast.province.pk):
            assert undone.wait(10)
            work(cast, may)

    assert at_once(take_back, work_on) == [None, None]
    with scope(reads_all=True):
        for model in (Total, KeptCensus):
            assert not model.objects.exclude(tenant=F("unit__tenant")).exists()


def test_merger_waits_for_a_draft_that_is_being_saved(
    cast: Cast, enter: Enter, at_once: AtOnce
) -> None:
    saved = Event()

    def work() -> None:
        with enter(cast.stranger), transaction.atomic():
            # Held first, as by whoever saves: the row itself is written after.
            team, june = cast.teams["mobifone"], cast.june_elsewhere
            lock = "select from reports_period where id = %s for share"
            with connection.cursor() as cursor:
                cursor.execute(lock, [june.pk])
            saved.set()
            wait_until_somebody_waits()
            draft = workflow.Draft({"adults": 7})
            workflow.save_draft(team=team, period=june, draft=draft, version=0, actor=cast.stranger)

    def decide() -> None:
        assert saved.wait(10)
        merge(cast)

    assert at_once(work, decide) == [None, None]
    with enter(cast.admin):
        report = Report.objects.get()
        assert (report.unit, report.period) == (cast.units["22"], cast.june)
