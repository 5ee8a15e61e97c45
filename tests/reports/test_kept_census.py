"""The census of provinces as it is kept: never anything but what a count would say."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from reports import kept_census, tasks
from reports.models import CensusMark, KeptCensus, Period
from teams import census
from teams.models import Area, Membership, Team
from tests.cast import SINCE, AtOnce, Cast, Enter
from tests.locks import wait_until_somebody_waits
from units.models import Placement
from units.tree import rebuild_ancestry

JUNE = date(2024, 6, 14)


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Any:
    with enter(cast.admin):
        kept_census.keep(cast.province.pk)
        # Asked once a request.
        cast.admin.with_former_provinces(cast.admin.unit_ids_with("overview"))
        yield


@contextmanager
def asking(times: int) -> Iterator[None]:
    with CaptureQueriesContext(connection) as queries:
        yield
    assert len(queries) == times


def read(cast: Cast) -> census.Census:
    province = cast.units["22"]
    return kept_census.of_provinces({province: JUNE}, user=cast.admin)[province.pk]


def counted(cast: Cast) -> census.Census:
    province = cast.units["22"]
    return census.take([province], on=JUNE)[province.pk]


def test_what_is_kept_is_read_in_one_statement(cast: Cast) -> None:
    assert set(KeptCensus.objects.values_list("unit__code", "on")) == {
        ("22", day) for day in Period.objects.exclude(state="unopened").values_list(
            "ends_on", flat=True)
    }  # fmt: skip
    assert not CensusMark.objects.exists()
    with asking(1):
        assert read(cast).teams == 9
    assert read(cast) == counted(cast)


def _end_team(cast: Cast) -> None:
    Team.objects.filter(pk=cast.teams["ct-1"].pk).update(active=DateRange(SINCE, JUNE))


def _lose_members(cast: Cast) -> None:
    Membership.objects.filter(team=cast.teams["ct-1"]).delete()


def _lose_area(cast: Cast) -> None:
    Area.objects.filter(team=cast.teams["ct-1"]).update(valid=DateRange(SINCE, JUNE))


def _lose_hamlet(cast: Cast) -> None:
    Placement.objects.filter(unit=cast.units["hg-3"]).update(valid=DateRange(SINCE, JUNE))
    rebuild_ancestry(tenant=cast.province)


@pytest.mark.parametrize("change", [_end_team, _lose_members, _lose_area, _lose_hamlet])
def test_a_change_is_seen_at_once_and_kept_by_the_next_job(change: Any, cast: Cast) -> None:
    before = read(cast)
    change(cast)
    after = read(cast)
    assert before != after == counted(cast)
    kept_census.keep(cast.province.pk)
    with asking(1):
        assert read(cast) == after
    assert not CensusMark.objects.exists()


def test_a_change_that_cannot_be_seen_on_the_day_leaves_it_kept(cast: Cast) -> None:
    Membership.objects.create(
        tenant=cast.province,
        team=cast.teams["ct-1"],
        person=cast.teams["vnpt"].memberships.first().person,
        valid=DateRange(date(2024, 9, 1), None),
    )
    assert [mark.days for mark in CensusMark.objects.all()] == [DateRange(date(2024, 9, 1), None)]
    with asking(1):
        read(cast)
    Membership.objects.filter(pk=0).delete()
    assert CensusMark.objects.count() == 1


def test_a_month_that_opens_is_counted(cast: Cast) -> None:
    Period.objects.filter(pk=cast.june.pk).update(ends_on=date(2024, 6, 30))
    assert kept_census.keep(cast.province.pk) == 1
    assert kept_census.keep(cast.province.pk) == 0
    assert KeptCensus.objects.filter(on=date(2024, 6, 30)).exists()


def test_a_wrong_count_is_named_and_put_right(cast: Cast) -> None:
    assert kept_census.compare(cast.province.pk) == []
    KeptCensus.objects.filter(on=JUNE).update(
        counts={**KeptCensus.objects.first().counts, "local": 99}
    )
    (difference,) = kept_census.compare(cast.province.pk)
    assert "'local': 99" in difference
    assert read(cast) == counted(cast)


def test_comparison_counts_first_what_waits(cast: Cast) -> None:
    _end_team(cast)
    assert kept_census.compare(cast.province.pk) == []
    assert not CensusMark.objects.exists()
    with asking(1):
        kept = read(cast)
    assert kept == counted(cast)


@pytest.mark.django_db(transaction=True)
def test_comparison_names_no_count_that_a_mark_explains(
    cast: Cast, enter: Enter, at_once: AtOnce
) -> None:
    """A worker has taken the mark, and waits for the comparison to count."""
    _end_team(cast)
    locked = Event()

    def compare() -> list[str]:
        with enter(cast.admin), transaction.atomic():
            kept_census._lock(cast.province.pk)
            locked.set()
            wait_until_somebody_waits()
            return kept_census.compare(cast.province.pk)

    def keep() -> int:
        with enter(cast.admin):
            assert locked.wait(10)
            return kept_census.keep(cast.province.pk)

    assert at_once(compare, keep) == [[], 1]
    assert read(cast) == counted(cast)


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_the_second_finds_it_counted(
    cast: Cast, enter: Enter, at_once: AtOnce
) -> None:
    KeptCensus.objects.all().delete()
    counted = Event()

    def keep_and_hold() -> int:
        with enter(cast.admin), transaction.atomic():
            days = kept_census.keep(cast.province.pk)
            counted.set()
            wait_until_somebody_waits()
            return days

    def keep_meanwhile() -> int:
        with enter(cast.admin):
            assert counted.wait(10)
            return kept_census.keep(cast.province.pk)

    assert at_once(keep_and_hold, keep_meanwhile) == [1, 0]


def test_behind_the_wall_nothing_is_kept(cast: Cast, enter: Enter) -> None:
    with enter(cast.stranger):
        assert not KeptCensus.objects.exists()
        assert not KeptCensus.objects.visible_to(cast.stranger).exists()
    with enter(cast.national):
        assert KeptCensus.objects.visible_to(cast.national).filter(unit__code="22").exists()
    assert not KeptCensus.objects.visible_to(cast.stranger).exists()


def test_every_minute_what_is_marked_is_counted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(tasks.keep_census, "delay", asked.append)
    tasks.sweep_everything()
    assert cast.province.pk not in asked
    _end_team(cast)
    tasks.sweep_everything()
    assert cast.province.pk in asked
    tasks.keep_census(cast.province.pk)
    assert not CensusMark.objects.exists()
