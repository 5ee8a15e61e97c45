"""How long something took or waited, in words; the rest is tested by the page and the command."""

from datetime import timedelta

import pytest
from django.utils import translation

from reports.upkeep import lasted


@pytest.mark.parametrize(
    ("seconds", "vietnamese", "english"),
    [
        (0.04, "0,0 giây", "0.0 s"),
        (0.44, "0,4 giây", "0.4 s"),
        (59.4, "59 giây", "59 s"),
        (60, "1 phút 0 giây", "1 min 0 s"),
        (3599, "59 phút 59 giây", "59 min 59 s"),
        (3600, "1 giờ 0 phút", "1 h 0 min"),
        (47 * 3600, "47 giờ 0 phút", "47 h 0 min"),
        (48 * 3600, "2 ngày", "2 days"),
        # The clocks of two machines need not agree.
        (-3, "0,0 giây", "0.0 s"),
    ],
)
def test_lasted(seconds: float, vietnamese: str, english: str) -> None:
    span = timedelta(seconds=seconds)
    assert lasted(span) == vietnamese
    with translation.override("en"):
        assert lasted(span) == english


def test_lasted_is_nothing_where_nobody_knows() -> None:
    assert lasted(None) == ""
