"""The background doors: where they lead, and whom they ask."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from pytest_django import Settings

from cnscd_portal.celery import app
from reports import rollup, tasks
from reports.models import DirtyTotal, Period, RollupRun
from tests.cast import Cast, Enter


def test_every_province_is_asked_for_months_that_are_due(
    cast: Cast, enter: Enter, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.open_and_lock, "delay", tasks.open_and_lock)
    for actor, month in ((cast.admin, cast.june), (cast.stranger, cast.june_elsewhere)):
        with enter(actor):
            Period.objects.filter(pk=month.pk).update(locks_on=date(2024, 6, 30))
    settings.BUSINESS_DATE = date(2024, 6, 30)
    tasks.open_and_lock_everything()
    tasks.open_and_lock_everything()
    with enter(cast.national):
        assert {each.state for each in Period.objects.all()} == {"locked"}


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("reports.tasks.sweep_tenant", "rollup"),
        ("reports.tasks.mail_tenant", "mail"),
        ("reports.tasks.clear_evidence", "exchange"),
        ("teams.tasks.resume", "exchange"),
    ],
)
def test_task_goes_to_a_queue_that_a_worker_of_the_compose_file_serves(
    task: str, queue: str
) -> None:
    assert task in app.tasks
    assert app.amqp.router.route({}, task)["queue"].name == queue
    compose = (settings.BASE_DIR / "docker-compose.yml").read_text(encoding="utf-8")
    served = re.findall(r"worker --queues=(\S+)", compose)
    assert queue in ",".join(served).split(",")


# -- Rounds of sweeps -----------------------------------------------------------------------------


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, testrun_uid: str) -> Iterator[list[str]]:
    """What was put into the queue; the call stands in Redis, which other tests use at once."""
    asked: list[str] = []
    monkeypatch.setattr(tasks, "CALLED", f"called.{testrun_uid}.{id(asked)}")
    monkeypatch.setattr(tasks.sweep_marked, "delay", lambda: asked.append("round"))
    yield asked
    cache.delete(tasks.CALLED)


def mark_both(cast: Cast, enter: Enter) -> None:
    for actor, month in ((cast.admin, cast.june), (cast.stranger, cast.june_elsewhere)):
        with enter(actor):
            rollup.mark_month(month)


def marked(cast: Cast, enter: Enter) -> set[int]:
    with enter(cast.national):
        return set(DirtyTotal.objects.values_list("tenant", flat=True))


def test_one_round_is_called_for_until_it_begins(
    cast: Cast, enter: Enter, calls: list[str]
) -> None:
    for tenant in (cast.admin.tenant_id, cast.stranger.tenant_id, cast.admin.tenant_id):
        tasks.sweep_soon(tenant)
    assert len(calls) == 1
    mark_both(cast, enter)
    tasks.sweep_marked()
    assert not marked(cast, enter)
    tasks.sweep_soon(cast.admin.tenant_id)
    assert len(calls) == 2


@pytest.mark.parametrize("falling_out", ["admin", "stranger"])
def test_round_goes_on_where_one_province_fails(
    falling_out: str,
    cast: Cast,
    enter: Enter,
    calls: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    failing, write = getattr(cast, falling_out).tenant_id, rollup._write

    def write_or_fail(period: Period, *rest: Any) -> None:
        if period.tenant_id == failing:
            raise DatabaseError("no space left")
        write(period, *rest)

    monkeypatch.setattr(rollup, "_write", write_or_fail)
    mark_both(cast, enter)
    tasks.sweep_marked()
    assert marked(cast, enter) == {failing}
    assert f"The totals of tenant {failing} could not be swept." in caplog.text
    with enter(cast.national):
        assert RollupRun.objects.get(tenant=failing).failure == "DatabaseError: no space left"
