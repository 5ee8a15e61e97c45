"""The runs of the roll-up: what is written down of each, and rebuilds that are asked for."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import Settings

from reports import rollup, runs, tasks, upkeep, workflow
from reports.models import DirtyTotal, Period, Report, RollupRun, Status, Total
from reports.periods import DECREE_09, lay_out, open_period
from tests.cast import AtOnce, Cast, Enter
from tests.reports.by_hand import add_up, stored
from tests.reports.june import TOTALS
from units import clock
from units.errors import NotAllowed, NotPossibleNow
from units.tenancy import scope

State = RollupRun.State


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Iterator[None]:
    with enter(cast.admin), translation.override("en"):
        yield


def falsify(cast: Cast) -> None:
    Total.objects.filter(unit=cast.units["06691"], period=cast.june).update(
        values={"adults": 999, "households": 0, "residents": None}, expected=4
    )


def open_july(cast: Cast) -> Period:
    july = lay_out(tenant=cast.province, year=2024, month=7, by=DECREE_09)
    july.save()
    open_period(period=july, actor=cast.admin)
    return july


def ask(cast: Cast, **span: int) -> RollupRun:
    return runs.ask(tenant=cast.province, actor=cast.admin, **span)


def rebuilt(cast: Cast, **span: int) -> RollupRun:
    run = ask(cast, **span)
    runs.work(run.pk, run.tenant_id)
    run.refresh_from_db()
    return run


# -- What runs by itself ------------------------------------------------------------------------


def test_sweep_is_written_down_with_its_marks(reported: dict[str, Report], cast: Cast) -> None:
    assert runs.sweep(cast.province.pk) == 11
    [run] = RollupRun.objects.all()
    assert (run.kind, run.done, run.asked_by) == ("sweep", 11, None)
    assert run.state(is_at_work=False) == State.DONE
    assert run.duration is not None
    assert run.duration >= timedelta(0)


def test_sweep_without_a_mark_leaves_no_run(cast: Cast) -> None:
    assert runs.sweep(cast.province.pk) == 0
    assert not RollupRun.objects.exists()


def test_sweep_costs_one_statement_more(reported: dict[str, Report], cast: Cast) -> None:
    marks = list(DirtyTotal.objects.all())
    counts = []
    for sweep in (rollup.sweep, runs.sweep):
        with CaptureQueriesContext(connection) as asked:
            sweep(cast.province.pk)
        counts.append(len(asked))
        DirtyTotal.objects.bulk_create(marks)
    assert counts[1] == counts[0] + 1


def test_sweep_that_fails_says_why(
    reported: dict[str, Report], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(tenant_id: int) -> int:
        raise ValueError("the disk\nis full")

    monkeypatch.setattr(rollup, "sweep", fail)
    with pytest.raises(ValueError, match="disk"):
        runs.sweep(cast.province.pk)
    [run] = RollupRun.objects.all()
    assert (run.state(is_at_work=False), run.failure) == (State.FAILED, "ValueError: the disk")


def test_nightly_comparison_names_what_was_wrong(
    reported: dict[str, Report], cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    rollup.sweep(cast.province.pk)
    falsify(cast)
    tasks.rebuild_tenant(cast.province.pk)
    assert stored(cast.june) == TOTALS
    [run] = RollupRun.objects.all()
    assert (run.kind, run.done, run.of, run.differences) == ("nightly", 1, 1, 1)
    assert run.state(is_at_work=False) == State.DIFFERED
    where = {"unit": cast.units["06691"].pk, "period": cast.june.pk, "tree": ""}
    assert run.examples == [
        {**where, "column": "expected", "code": "", "was": 4, "became": 3},
        {**where, "column": "values", "code": "adults", "was": 999, "became": 15},
    ]
    [alarm] = [each.getMessage() for each in caplog.records if each.levelname == "ERROR"]
    assert alarm.startswith(f"Roll-up of 06/2024 was wrong: unit {where['unit']}: (")
    tasks.rebuild_tenant(cast.province.pk)
    assert [run.differences for run in RollupRun.objects.all()] == [0, 1]


def test_nightly_comparison_leaves_locked_months_alone(
    reported: dict[str, Report], cast: Cast
) -> None:
    rollup.sweep(cast.province.pk)
    open_july(cast)
    Period.objects.filter(pk=cast.june.pk).update(state=Period.State.LOCKED)
    falsify(cast)
    runs.compare_open_months(cast.province.pk)
    [run] = RollupRun.objects.filter(kind="nightly")
    assert (run.done, run.of) == (1, 1)
    assert stored(cast.june)["06691"].expected == 4


def test_not_applicable_that_became_not_reported_is_a_difference(
    reported: dict[str, Report], cast: Cast
) -> None:
    rollup.sweep(cast.province.pk)
    province = Total.objects.get(unit=cast.units["22"])
    province.values["news"] = None
    province.save()
    runs.compare_open_months(cast.province.pk)
    [mine] = upkeep.of([cast.province], user=cast.admin)
    assert [(each.unit, each.figure, each.was, each.became) for each in mine.changes] == [
        ("Tỉnh Quảng Ninh", "news", None, None)
    ]


def test_examples_are_few_however_much_was_wrong(reported: dict[str, Report], cast: Cast) -> None:
    rollup.sweep(cast.province.pk)
    Total.objects.update(values={f"figure_{number}": 1 for number in range(50)})
    runs.compare_open_months(cast.province.pk)
    [run] = RollupRun.objects.all()
    assert (run.differences, len(run.examples)) == (6, runs.EXAMPLES)


def test_old_runs_are_dropped_at_night(cast: Cast, settings: Settings) -> None:
    settings.ROLLUP_RUNS_KEPT_DAYS = 10
    for days in (9, 11):
        RollupRun.objects.create(
            tenant=cast.province, kind="sweep", asked_at=clock.now() - timedelta(days=days)
        )
    with scope(tenant=cast.other.pk):
        RollupRun.objects.create(
            tenant=cast.other, kind="sweep", asked_at=clock.now() - timedelta(days=11)
        )
    tasks.rebuild_tenant(cast.province.pk)
    assert [run.kind for run in RollupRun.objects.all()] == ["nightly", "sweep"]
    with scope(tenant=cast.other.pk):
        assert RollupRun.objects.exists()


# -- Rebuilds -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "about", "of"),
    [
        ({"year": 2024, "month": 6}, "month 06/2024", 1),
        ({"year": 2024}, "the year 2024", 2),
        ({}, "all months", 2),
    ],
)
def test_rebuild_mends_what_was_wrong(
    reported: dict[str, Report], cast: Cast, span: dict[str, int], about: str, of: int
) -> None:
    open_july(cast)
    rollup.sweep(cast.province.pk)
    falsify(cast)
    told: list[int] = []
    run = ask(cast, **span)
    runs.work(run.pk, run.tenant_id, tell=lambda run: told.append(run.done))
    run.refresh_from_db()
    assert stored(cast.june) == TOTALS
    assert (run.done, run.of, run.differences, run.asked_by) == (of, of, 1, cast.admin)
    assert told == list(range(1, of + 1))
    assert run.state(is_at_work=False) == State.DIFFERED


def test_rebuild_reaches_locked_months_and_no_unopened_ones(cast: Cast) -> None:
    Period.objects.filter(pk=cast.june.pk).update(state=Period.State.LOCKED)
    lay_out(tenant=cast.province, year=2024, month=7, by=DECREE_09).save()
    assert rebuilt(cast).of == 1
    with pytest.raises(NotPossibleNow, match="No month of it was opened yet"):
        ask(cast, year=2024, month=7)
    with pytest.raises(NotPossibleNow, match="No month of it was opened yet"):
        ask(cast, year=2023)


def test_second_asker_is_told_who_asked_first(cast: Cast) -> None:
    ask(cast, year=2024)
    told = f"A rebuild of the year 2024 is under way, asked for by {cast.admin} at .*: 0 of 1"
    with pytest.raises(NotPossibleNow, match=told):
        ask(cast)
    with pytest.raises(IntegrityError, match="one_rebuild"), transaction.atomic():
        RollupRun.objects.create(tenant=cast.province, kind="rebuild", asked_at=clock.now())


@pytest.mark.parametrize("who", ["staff", "officer", "national", "stranger"])
def test_nobody_else_has_it_rebuilt(who: str, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        runs.ask(tenant=cast.province, actor=getattr(cast, who))


def test_runs_are_seen_by_who_keeps_the_months(cast: Cast, enter: Enter) -> None:
    runs.compare_open_months(cast.province.pk)
    seen = {}
    for who in ("admin", "national", "stranger", "staff", "officer", "leader"):
        with enter(cast.national):
            seen[who] = RollupRun.objects.visible_to(getattr(cast, who)).count()
    assert seen == {
        "admin": 1, "national": 1, "stranger": 0, "staff": 0, "officer": 0, "leader": 0,
    }  # fmt: skip


def test_rebuild_that_fails_says_why_and_can_be_asked_for_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(rollup, "compare", lambda month: 1 / 0)
        run = ask(cast)
        with pytest.raises(ZeroDivisionError):
            runs.work(run.pk, run.tenant_id)
    run.refresh_from_db()
    assert run.state(is_at_work=False) == State.FAILED
    assert (run.done, run.failure) == (0, "ZeroDivisionError: division by zero")
    assert rebuilt(cast).state(is_at_work=False) == State.DONE


def test_rebuild_that_is_broken_off_by_hand_is_told_as_interrupted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def press_control_c(month: Period) -> list[rollup.Difference]:
        raise KeyboardInterrupt

    monkeypatch.setattr(rollup, "compare", press_control_c)
    run = ask(cast)
    with pytest.raises(KeyboardInterrupt):
        runs.work(run.pk, run.tenant_id)
    run.refresh_from_db()
    assert run.state(is_at_work=False) == State.INTERRUPTED
    assert runs.waiting() == []


def test_month_whose_rebuild_is_broken_off_is_found_wrong_by_the_next(
    reported: dict[str, Report], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mended and not told, it would be wrong without anybody ever knowing."""
    rollup.sweep(cast.province.pk)
    falsify(cast)
    compare = rollup.compare

    def compare_and_die(month: Period) -> list[rollup.Difference]:
        compare(month)
        raise KeyboardInterrupt

    run = ask(cast)
    with monkeypatch.context() as dying:
        dying.setattr(rollup, "compare", compare_and_die)
        with pytest.raises(KeyboardInterrupt):
            runs.work(run.pk, run.tenant_id)
    assert rebuilt(cast).differences == 1
    assert stored(cast.june) == TOTALS


# -- A worker that died -------------------------------------------------------------------------


def interrupted(cast: Cast) -> RollupRun:
    """As a worker leaves it that dies in its second month."""
    run = ask(cast)
    run.started_at, run.done = clock.now(), 1
    run.save()
    return run


def test_interrupted_rebuild_is_told_and_gives_way(cast: Cast) -> None:
    open_july(cast)
    old = interrupted(cast)
    [mine] = upkeep.of([cast.province], user=cast.admin)
    assert mine.rebuild is not None
    assert mine.rebuild.state == State.INTERRUPTED
    new = ask(cast)
    old.refresh_from_db()
    assert old.state(is_at_work=False) == State.INTERRUPTED
    assert new.state(is_at_work=False) == State.WAITING
    # The broker hands the old one to another worker all the same.
    runs.work(old.pk, old.tenant_id)
    new.refresh_from_db()
    assert new.started_at is None


def test_next_worker_goes_on_where_it_stood(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    july = open_july(cast)
    run = interrupted(cast)
    assert runs.waiting() == [(run.pk, run.tenant_id)]
    compared: list[Period] = []
    monkeypatch.setattr(rollup, "compare", lambda month: compared.append(month) or [])
    runs.work(*runs.waiting()[0])
    assert compared == [july]
    run.refresh_from_db()
    assert run.state(is_at_work=False) == State.DONE
    # Told twice, it finds its work done.
    runs.work(run.pk, run.tenant_id)
    assert compared == [july]
    assert runs.waiting() == []


@pytest.mark.django_db(transaction=True)
def test_only_one_worker_rebuilds_and_others_see_it(
    cast: Cast, enter: Enter, at_once: AtOnce
) -> None:
    run = ask(cast)
    begun, looked = Event(), Event()

    def rebuild() -> int:
        def wait(run: RollupRun) -> None:
            begun.set()
            assert looked.wait(10)

        with enter(cast.admin):
            runs.work(run.pk, run.tenant_id, tell=wait)
            return RollupRun.objects.get(pk=run.pk).done

    def look() -> list[object]:
        with enter(cast.admin):
            assert begun.wait(10)
            [mine] = upkeep.of([cast.province], user=cast.admin)
            runs.work(run.pk, run.tenant_id)  # a job that is told twice
            assert mine.rebuild is not None
            seen = [mine.rebuild.state, runs.at_work(), runs.waiting()]
            with pytest.raises(NotPossibleNow):
                ask(cast)
            looked.set()
            return seen

    running = [State.RUNNING, {cast.province.pk}, []]
    assert at_once(rebuild, look) == [1, running]
    assert runs.at_work() == set()


# -- While reports come in ----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_rebuild_sweeps_and_approvals_at_once_give_the_same_totals(
    reported: dict[str, Report], cast: Cast, enter: Enter, at_once: AtOnce
) -> None:
    runs.sweep(cast.province.pk)
    falsify(cast)

    def sweep() -> None:
        with enter(cast.admin):
            for _ in range(3):
                runs.sweep(cast.province.pk)

    def rebuild() -> None:
        with enter(cast.admin):
            rebuilt(cast)

    def reopen_and_approve() -> None:
        with enter(cast.admin):
            for name in ("reopen", "submit", "approve") * 3:
                report = Report.objects.get(team=cast.teams["bd-1"])
                why = "" if name == "approve" else "vì sao"
                workflow.apply(report, name, actor=cast.admin, version=report.version, reason=why)

    assert at_once(sweep, rebuild, reopen_and_approve, sweep) == [None] * 4
    runs.sweep(cast.province.pk)
    assert not DirtyTotal.objects.exists()
    assert stored(cast.june) == add_up(cast.june) == TOTALS
    # Only what was falsified is an alarm: what no sweep had seen yet is none.
    assert Report.objects.get(team=cast.teams["bd-1"]).status == Status.APPROVED
    wrong = RollupRun.objects.get(kind="rebuild").examples
    assert {each["unit"] for each in wrong} <= {cast.units["06691"].pk}
