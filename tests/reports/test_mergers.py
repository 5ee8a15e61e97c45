"""What becomes of the months and reports of a province that becomes part of another one."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from reports import batches, evidence, extensions, kept_census, rollup, tasks
from reports.models import (
    CensusMark,
    DirtyTotal,
    Evidence,
    Extension,
    KeptCensus,
    Period,
    Report,
    ReportStep,
    Status,
    Total,
)
from reports.periods import STATISTICS, lay_out
from teams.models import Team
from tests.cast import SINCE, AtOnce, Cast, lead_report, move
from tests.locks import wait_until_somebody_waits
from tests.reports import proofs
from units import clock, mergers
from units.mergers import silent
from units.models import Merger, Tenant
from units.tenancy import scope

ON = date(2024, 7, 1)
# Of the receiving province; that of the other is moved by the tests.
OUR_DUE = 9


@pytest.fixture(autouse=True)
def _open(cast: Cast) -> Iterator[None]:
    with scope(tenant=cast.other.pk):
        yield


def merge(cast: Cast) -> Merger:
    return mergers.merge(
        source=Tenant.objects.get(pk=cast.other.pk),
        into=Tenant.objects.get(pk=cast.province.pk),
        on=ON,
        decree="202/2025/QH15",
        carried=[],
        actor=None,
    )


def send(cast: Cast, *, on: int, team: str = "pl-1") -> Report:
    """A report of June that was handed in on a day."""
    report = lead_report(cast, Status.SUBMITTED, cast.teams[team], {"residents_guided": 5})
    moment = datetime(2024, 6, on, 12, tzinfo=timezone.get_default_timezone())
    with silent(ReportStep):
        ReportStep.objects.filter(report=report, name="submit").update(at=moment)
    Report.objects.filter(pk=report.pk).update(submitted_at=moment)
    return report


def late(report: Report) -> bool:
    return Report.objects.filter(pk=report.pk).sent_late().exists()


@pytest.mark.parametrize(("due", "sent"), [*product((7, OUR_DUE, 12), (6, 8, 9, 10, 12, 13))])
def test_who_was_late_stays_late_and_nobody_becomes_so(due: int, sent: int, cast: Cast) -> None:
    month = cast.june_elsewhere
    Period.objects.filter(pk=month.pk).update(team_due_on=date(2024, 6, due))
    report = send(cast, on=sent)
    assert late(report) == (sent > due)
    merger = merge(cast)
    with scope(tenant=cast.province.pk):
        report.refresh_from_db()
        assert report.period == cast.june
        assert late(report) == (sent > due)
        assert report.due_on == (None if due == OUR_DUE else date(2024, 6, due))
    mergers.unmerge(merger=merger, actor=None)
    report.refresh_from_db()
    assert (report.period, report.due_on) == (month, None)


def test_more_time_that_the_whole_province_was_given_is_kept(cast: Cast) -> None:
    Extension.objects.create(
        tenant=cast.other, period=cast.june_elsewhere, unit=cast.units["30"],
        until=date(2024, 6, 11), reason="Bão số 3", at=clock.now(), by=cast.stranger,
    )  # fmt: skip
    in_time, too_late = send(cast, on=11), send(cast, on=12, team="pl-2")
    merge(cast)
    with scope(tenant=cast.province.pk):
        assert (late(in_time), late(too_late)) == (False, True)


def test_more_time_of_a_commune_comes_along(cast: Cast) -> None:
    extensions.extend(
        period=cast.june_elsewhere, unit=cast.units["10507"], until=date(2024, 6, 20),
        reason="Bão số 3", actor=cast.stranger,
    )  # fmt: skip
    merge(cast)
    with scope(tenant=cast.province.pk):
        given = extensions.of_teams(cast.june, [cast.teams["pl-1"]])
        assert given == {cast.teams["pl-1"].pk: date(2024, 6, 20)}


def test_month_that_the_other_province_does_not_have_comes_along(cast: Cast) -> None:
    may = lay_out(tenant=cast.other, year=2024, month=5, by=STATISTICS)
    may.save()
    merger = merge(cast)
    with scope(tenant=cast.province.pk):
        assert set(Period.objects.all()) == {cast.june, may}
    with scope(tenant=cast.other.pk):
        assert set(Period.objects.all()) == {cast.june_elsewhere}
    mergers.unmerge(merger=merger, actor=None)
    assert set(Period.objects.all()) == {cast.june_elsewhere, may}


def test_months_that_end_on_other_days_are_summed_anew(cast: Cast) -> None:
    month = cast.june_elsewhere
    Period.objects.filter(pk=month.pk).update(ends_on=date(2024, 6, 30))
    month.refresh_from_db()
    report = lead_report(cast, Status.APPROVED, cast.teams["pl-1"], {"residents_guided": 5})
    Total.objects.all().delete()
    rollup.rebuild(month)
    DirtyTotal.objects.all().delete()
    merger = merge(cast)
    with scope(tenant=cast.province.pk):
        total = Total.objects.as_reported().get(unit=cast.units["30"])
        assert (total.period, total.values) == (cast.june, {"residents_guided": 5})
        assert DirtyTotal.objects.filter(unit=cast.units["30"], period=cast.june).exists()
        rollup.sweep(cast.province.pk)
        assert rollup.compare(cast.june) == []
    mergers.unmerge(merger=merger, actor=None)
    rollup.sweep(cast.other.pk)
    assert Total.objects.as_reported().get(unit=cast.units["30"]).period == month
    assert rollup.compare(month) == []
    report.refresh_from_db()
    assert report.status == Status.APPROVED


def test_tree_of_another_last_day_has_its_own_sums(cast: Cast) -> None:
    """Phả Lại left Chí Linh on the 20th, in a June that came to end on the 14th."""
    move(cast.units["10507"], to=cast.units["30"], on=date(2024, 6, 20))
    Period.objects.filter(pk=cast.june_elsewhere.pk).update(ends_on=date(2024, 6, 30))
    lead_report(cast, Status.APPROVED, cast.teams["pl-1"], {"residents_guided": 5})
    cast.june_elsewhere.refresh_from_db()
    Total.objects.all().delete()
    rollup.rebuild(cast.june_elsewhere)
    DirtyTotal.objects.all().delete()
    merge(cast)
    with scope(tenant=cast.province.pk):
        rollup.sweep(cast.province.pk)
        assert rollup.compare(cast.june) == []
        total = Total.objects.as_reported().get(unit=cast.units["290"])
        assert total.values == {"residents_guided": 5}


@pytest.mark.django_db(transaction=True)
def test_new_row_of_the_former_province_waits_for_the_merger(cast: Cast, at_once: AtOnce) -> None:
    """Decision 024: nothing is written into a province while its rows move."""
    merged = Event()

    def merge_and_hold() -> None:
        with transaction.atomic():
            merge(cast)
            merged.set()
            wait_until_somebody_waits()

    def write_meanwhile() -> None:
        assert merged.wait(30)
        with scope(tenant=cast.other.pk):
            CensusMark.objects.create(tenant=cast.other, days=DateRange(SINCE, None))

    assert at_once(merge_and_hold, write_meanwhile) == [None, None]


def test_open_report_of_the_provinces_own_team_can_be_finished_and_counts_once(cast: Cast) -> None:
    report = lead_report(cast, Status.SUBMITTED, cast.teams["mobifone"], {"residents_guided": 3})
    merge(cast)
    with scope(tenant=cast.province.pk):
        [waiting] = Report.objects.with_right(cast.admin, "review").filter(pk=report.pk)
        batches.approve_many(reports=[waiting], actor=cast.admin)
        rollup.sweep(cast.province.pk)
        sums = Total.objects.as_reported().filter(unit__in=[cast.units["30"], cast.units["22"]])
        assert {total.unit_id: total.values for total in sums} == {
            cast.units["30"].pk: {},
            cast.units["22"].pk: {"residents_guided": 3},
        }
        assert rollup.compare(cast.june) == []


def test_approved_report_of_the_provinces_own_team_stays_in_its_sum(cast: Cast) -> None:
    lead_report(cast, Status.APPROVED, cast.teams["mobifone"], {"residents_guided": 3})
    rollup.sweep(cast.other.pk)
    merge(cast)
    with scope(tenant=cast.province.pk):
        rollup.sweep(cast.province.pk)
        total = Total.objects.as_reported().get(unit=cast.units["30"])
        assert total.values == {"residents_guided": 3}


@pytest.mark.parametrize(
    ("each", "everywhere"),
    [
        (tasks.open_and_lock, tasks.open_and_lock_everything),
        (tasks.remind_tenant, tasks.remind_everything),
        (tasks.clear_evidence, tasks.clear_evidence_everywhere),
    ],
)
def test_what_is_done_everywhere_leaves_the_former_province_alone(
    each: Any, everywhere: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(each, "delay", asked.append)
    merge(cast)
    everywhere()
    assert asked == [cast.province.pk]


# -- The census -----------------------------------------------------------------------------------


def test_what_was_kept_of_both_is_counted_anew(cast: Cast) -> None:
    for tenant in (cast.other, cast.province):
        with scope(tenant=tenant.pk):
            kept_census.keep(tenant.pk)
    merger = merge(cast)
    with scope(tenant=cast.province.pk):
        assert not KeptCensus.objects.holding().exists()
        assert kept_census.compare(cast.province.pk) == []
        assert set(KeptCensus.objects.values_list("unit__code", "on")) == {
            (code, cast.june.ends_on) for code in ("22", "30")
        }
        # Nobody has counted this change yet when the rows leave again.
        Team.objects.filter(pk=cast.teams["pl-1"].pk).update(active=DateRange(SINCE, ON))
    mergers.unmerge(merger=merger, actor=None)
    for tenant in (cast.other, cast.province):
        with scope(tenant=tenant.pk):
            assert not KeptCensus.objects.holding().exists()
            assert kept_census.compare(tenant.pk) == []
            assert KeptCensus.objects.get().unit.tenant_id == tenant.pk
            assert not CensusMark.objects.exists()


# -- Files ----------------------------------------------------------------------------------------


@pytest.fixture
def kept(cast: Cast, tmp_path: Path) -> Iterator[Evidence]:
    """A file of Hải Dương, beside which its folder has one that lost its row."""
    path = proofs.save(tmp_path, proofs.PDF)
    kept = evidence.attach(
        team=cast.teams["pl-1"], period=cast.june_elsewhere, path=path, name="Ảnh.pdf",
        actor=cast.stranger,
    )  # fmt: skip
    for name in stored(kept.folder):  # Tests before this one had files there, too.
        if name != kept.path:
            default_storage.delete(name)
    default_storage.save(f"{kept.folder}/lost.pdf", ContentFile(b"?"))
    yield kept
    for name in stored(kept.folder):
        default_storage.delete(name)


def stored(folder: str) -> list[str]:
    return [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]


def clear_out(tenant: Tenant) -> int:
    later = time_machine.travel(timezone.now() + timedelta(days=2), tick=False)
    with later, scope(tenant=tenant.pk):
        return evidence.clear_out(tenant.pk)


def test_files_stay_where_they_are_stored_and_are_looked_after(cast: Cast, kept: Evidence) -> None:
    folder = kept.folder
    merge(cast)
    assert clear_out(cast.other) == 0
    assert len(stored(folder)) == 2
    assert clear_out(cast.province) == 1
    with scope(tenant=cast.province.pk):
        moved = Evidence.objects.get(pk=kept.pk)
        assert [moved.path] == stored(folder)
        with default_storage.open(moved.path) as file:
            assert file.read() == proofs.PDF


def test_files_go_back_with_their_province(cast: Cast, kept: Evidence) -> None:
    mergers.unmerge(merger=merge(cast), actor=None)
    assert Evidence.objects.get(pk=kept.pk).path == kept.path
    assert clear_out(cast.province) == 0
    assert clear_out(cast.other) == 1
    assert stored(kept.folder) == [kept.path]
