"""Weekends, Tết and other days off, and where deadlines go that fall on them."""

from datetime import date

import pytest

from reports import working_days
from reports.catalogue import Catalogue
from reports.models import Holiday, Shift
from reports.periods import DECREE_09, STATISTICS, Calendar, lay_out
from reports.working_days import DaysOff, shifted
from tests.cast import Cast, Enter

NONE, LATER, EARLIER = Shift.NONE, Shift.LATER, Shift.EARLIER


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("on", "later", "earlier"),
    [
        # Monday to Friday.
        ("2024-06-13", "2024-06-13", "2024-06-13"),
        # A Saturday, and a Sunday at which the month ends.
        ("2024-06-08", "2024-06-10", "2024-06-07"),
        ("2024-06-30", "2024-07-01", "2024-06-28"),
        # The last and the first day of a year.
        ("2023-12-31", "2024-01-02", "2023-12-29"),
        ("2024-01-01", "2024-01-02", "2023-12-29"),
        # Tết: of 2023, from a Friday to the Thursday after; of 2024, 2025 and 2026.
        ("2023-01-20", "2023-01-27", "2023-01-19"),
        ("2023-01-25", "2023-01-27", "2023-01-19"),
        ("2024-02-08", "2024-02-15", "2024-02-07"),
        ("2024-02-14", "2024-02-15", "2024-02-07"),
        ("2025-01-25", "2025-02-03", "2025-01-24"),
        ("2026-02-18", "2026-02-23", "2026-02-13"),
        # 29 February, a Thursday in 2024; 28 and 29 February are weekends in other years.
        ("2024-02-29", "2024-02-29", "2024-02-29"),
        ("2026-02-28", "2026-03-02", "2026-02-27"),
        # Giỗ Tổ, the end of April, and Quốc khánh over the end of a month.
        ("2024-04-18", "2024-04-19", "2024-04-17"),
        ("2023-04-29", "2023-05-04", "2023-04-28"),
        ("2024-04-29", "2024-05-02", "2024-04-26"),
        ("2024-08-31", "2024-09-04", "2024-08-30"),
        ("2026-09-02", "2026-09-03", "2026-08-28"),
        # Saturdays that are worked in exchange.
        ("2024-05-04", "2024-05-04", "2024-05-04"),
        ("2024-05-05", "2024-05-06", "2024-05-04"),
        ("2025-04-26", "2025-04-26", "2025-04-26"),
    ],
)
def test_deadline_moves_off_days_that_are_not_worked(
    on: str, later: str, earlier: str, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        days = working_days.of(cast.province)
    moved = [shifted(day(on), shift, days) for shift in (NONE, LATER, EARLIER)]
    assert moved == [day(on), day(later), day(earlier)]


def test_days_of_the_country_are_such_as_need_to_be_told(forms: Catalogue) -> None:
    """Weekends are off without a word, and other days are worked."""
    for holiday in Holiday.objects.order_by("on"):
        assert (holiday.on.weekday() >= 5) == holiday.is_worked


DEADLINES = ("team_due_on", "commune_due_on", "district_due_on", "province_due_on")


@pytest.mark.parametrize(
    ("by", "year", "month", "shift", "deadlines"),
    [
        # The 9th of June 2024 is a Sunday.
        (DECREE_09, 2024, 6, NONE, "06-09 06-13 06-18 06-25"),
        (DECREE_09, 2024, 6, LATER, "06-10 06-13 06-18 06-25"),
        (DECREE_09, 2024, 6, EARLIER, "06-07 06-13 06-18 06-25"),
        # Tết 2024: from the 8th to the 14th of February, deadlines of teams and communes meet.
        (DECREE_09, 2024, 2, LATER, "02-15 02-15 02-19 02-26"),
        (DECREE_09, 2024, 2, EARLIER, "02-07 02-07 02-16 02-23"),
        # Of December in January, and of February in March after a leap day.
        (STATISTICS, 2023, 12, LATER, "01-03 01-05 01-08 01-15"),
        (STATISTICS, 2024, 2, LATER, "03-04 03-05 03-08 03-15"),
        (STATISTICS, 2024, 2, EARLIER, "03-01 03-05 03-08 03-15"),
        # The 5th of May 2024 is a Sunday, and the Saturday before is worked.
        (STATISTICS, 2024, 4, EARLIER, "05-03 05-04 05-08 05-15"),
    ],
)
def test_month_is_laid_out_around_days_off(
    by: Calendar, year: int, month: int, shift: Shift, deadlines: str, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        days = working_days.of(cast.province)
    by = Calendar(**{**vars(by), "shift": shift})
    period = lay_out(tenant=cast.province, year=year, month=month, by=by, days=days)
    assert [f"{getattr(period, name):%m-%d}" for name in DEADLINES] == deadlines.split()


@pytest.mark.parametrize("shift", Shift)
@pytest.mark.parametrize("by", [DECREE_09, STATISTICS])
def test_shifted_deadlines_stay_in_order_over_five_years(
    shift: Shift, by: Calendar, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        days = working_days.of(cast.province)
    by = Calendar(**{**vars(by), "shift": shift})
    for at in range(60):
        period = lay_out(
            tenant=cast.province, year=2023 + at // 12, month=at % 12 + 1, by=by, days=days
        )
        found = [getattr(period, name) for name in DEADLINES]
        assert found == sorted(found)
        assert shift == NONE or all(days.are_worked(each) for each in found)


def test_nothing_is_asked_where_every_day_counts() -> None:
    assert shifted(day("2024-06-09"), NONE, DaysOff()) == day("2024-06-09")
