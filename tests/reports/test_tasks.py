"""The background doors: where they lead, and whom they ask."""

import re
from datetime import date

import pytest
from django.conf import settings
from pytest_django import Settings

from cnscd_portal.celery import app
from reports import tasks
from reports.models import Period
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
