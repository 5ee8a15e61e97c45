"""The places of a committee: whose they are on which days."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from teams.models import SteeringPost
from teams.seating import Bench, Official

MAY, JUNE, JULY = (date(2024, month, 1) for month in (5, 6, 7))
HEAD = Official("Lê Thị Trưởng", SteeringPost.HEAD, "Chủ tịch")
OTHER = Official("Đỗ Văn Ánh", SteeringPost.HEAD, "Phó Chủ tịch")


@pytest.mark.parametrize(
    ("since", "until", "is_free"),
    [
        (MAY, JUNE, True),
        (JULY, None, True),
        (MAY, date(2024, 6, 2), False),
        (date(2024, 6, 30), None, False),
        (MAY, None, False),
    ],
)
def test_place_is_free_before_and_after(since: date, until: date | None, is_free: bool) -> None:
    bench = Bench()
    bench.take(HEAD, DateRange(JUNE, JULY))
    key, why = bench.why_not(OTHER, DateRange(since, until))
    assert (key, bool(why)) == (("", False) if is_free else ("post", True))


@pytest.mark.parametrize(
    ("official", "key"),
    [
        (Official("Ai Đó", SteeringPost.STANDING_DEPUTY), ""),
        (Official("Ai Đó", SteeringPost.MEMBER), ""),
        (Official("Lê Thị  Trưởng", SteeringPost.MEMBER, " Chủ tịch"), "full_name"),
        (Official("Lê Thị Trưởng", SteeringPost.MEMBER, "Bí thư"), ""),
    ],
)
def test_place_is_that_of_a_post_or_of_a_name_with_its_office(official: Official, key: str) -> None:
    bench = Bench()
    bench.take(HEAD, DateRange(MAY, None))
    assert bench.why_not(official, DateRange(JUNE, None))[0] == key
