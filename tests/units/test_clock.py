"""What day it is for the portal's business."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from pytest_django import Settings

from units import clock

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture(autouse=True)
def _late_evening_in_london() -> None:
    """In Vietnam the next day has begun."""
    with time_machine.travel(datetime(2026, 2, 28, 18, 30, tzinfo=ZoneInfo("UTC")), tick=False):
        yield


def test_today_is_the_day_in_vietnam(settings: Settings) -> None:
    settings.BUSINESS_DATE = None
    assert clock.today() == date(2026, 3, 1)
    assert clock.now() == datetime(2026, 3, 1, 1, 30, tzinfo=VIETNAM)


def test_today_is_the_pinned_day() -> None:
    assert clock.today() == date(2024, 6, 10)


def test_now_is_on_the_pinned_day() -> None:
    assert clock.now() == datetime(2024, 6, 10, 1, 30, tzinfo=VIETNAM)
