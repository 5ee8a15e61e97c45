"""What the portal itself has of the period of a consolidated table."""

from collections.abc import Iterator
from datetime import date

import pytest

from reports import rollup
from reports.declared_portal import Known, Portal
from reports.models import Declaration, Status
from reports.periods import DECREE_09, lay_out, open_period
from tests.cast import Cast, Enter, ReportIn, move

REFORM = date(2024, 7, 1)


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter, report_in: ReportIn) -> Iterator[None]:
    report_in(Status.APPROVED, team="hg-1a", values={"residents_guided": 12, "ocop_products": 4})
    report_in(Status.APPROVED, team="bd-1", values={"residents_guided": 5})
    with enter(cast.admin):
        rollup.sweep(cast.province.pk)
        yield


def known(cast: Cast, unit: str, **period: int) -> Known:
    pk = cast.units[unit].pk
    table = Declaration(year=2024, **period)
    return Portal([pk], [2024], cast.admin).of(pk, table)


def test_stock_is_that_of_the_last_month_and_a_flow_of_all(cast: Cast) -> None:
    assert known(cast, "22", month=6) == Known({"residents_guided": 17, "ocop_products": 4}, [6])
    # One of June is that of the quarter, and none of December.
    assert known(cast, "22", first_month=4, month=6) == Known({"ocop_products": 4}, [6])
    assert known(cast, "22") == Known({}, [6])


def test_month_of_which_nothing_is_approved_is_not_known(cast: Cast) -> None:
    july = lay_out(tenant=cast.province, year=2024, month=7, by=DECREE_09)
    july.save()
    open_period(period=july, actor=cast.admin)
    rollup.sweep(cast.province.pk)
    assert known(cast, "22", month=7) == Known({}, [])


def test_month_is_held_against_the_units_of_its_own_day(cast: Cast) -> None:
    move(cast.units["06688"], to=cast.units["195"], on=REFORM)
    rollup.sweep(cast.province.pk)
    rollup.rebuild(cast.june, on=REFORM)
    assert known(cast, "193", month=6).values["residents_guided"] == 17
    assert known(cast, "195", month=6) == Known({}, [])
