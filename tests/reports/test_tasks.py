"""The clock's background door."""

from datetime import date

import pytest
from pytest_django import Settings

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
