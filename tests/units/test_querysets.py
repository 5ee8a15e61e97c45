"""How units are asked for: which days a range holds, and what the planner makes of the question."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from tests.cast import SINCE, Cast, Enter
from units.models import Ancestry, Placement, Unit

TODAY = date(2024, 6, 10)
DAYS = [SINCE - timedelta(days=1), SINCE, TODAY, date(2024, 10, 31), date(2024, 11, 1)]


@pytest.mark.parametrize("day", DAYS)
def test_on_finds_what_contains_finds(day: date, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Placement.objects.filter(unit=cast.units["hg-1"]).update(
            valid=DateRange(SINCE, date(2024, 11, 1))
        )
        Placement.objects.filter(unit=cast.units["hg-2"]).update(valid=DateRange(empty=True))
        found, wanted = (
            set(Placement.objects.filter(**{f"valid__{lookup}": day}).values_list("pk", flat=True))
            for lookup in ("on", "contains")
        )
        assert found == wanted
        below = Unit.objects.filter(placements__valid__on=day)
        assert below.count() == len(wanted)
        assert not Placement.objects.filter(unit=cast.units["hg-2"], valid__on=day).exists()


def test_planner_expects_many_rows_of_a_day(cast: Cast, enter: Enter) -> None:
    """With `contains` it expects one row in 200, and loops over the nation's members."""
    with connection.cursor() as cursor:
        cursor.execute("analyze units_ancestry")
    with enter(cast.admin):
        rows = Ancestry.objects.filter(valid__on=TODAY)
        (plan,) = json.loads(rows.explain(format="json"))
        assert plan["Plan"]["Plan Rows"] >= rows.count() / 3
