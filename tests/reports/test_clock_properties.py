"""The legal clock, whatever the calendar: held against what anybody would count on a wall calendar.

The models here are slow and plain: they walk day by day, and share no arithmetic with the code.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings

from reports import schedule, working_days
from reports.models import Period, Shift
from reports.periods import DECREE_09, STATISTICS, Calendar, days_late, lay_out
from reports.spans import windows
from reports.working_days import DaysOff, shifted
from tests.cast import Cast, Enter, Undone
from units import clock

DAY = timedelta(days=1)
DEADLINES = ("team_due_on", "commune_due_on", "district_due_on", "province_due_on")
# From before one leap year to after the next, over every Tết that the catalogue knows.
FIRST, LAST = date(2023, 1, 1), date(2028, 12, 31)

any_day = st.dates(FIRST, LAST)
start_days = st.integers(1, 28)


def by(starts_day: int) -> Calendar:
    return replace(DECREE_09 if starts_day > 1 else STATISTICS, starts_day=starts_day)


def months_of(cast: Cast, calendars: Sequence[Calendar], year: int) -> list[Period]:
    """As many months as there are calendars, from January on, each by its own."""
    ends = [calendars[0], *calendars]
    return [
        lay_out(
            tenant=cast.province, year=year + at // 12, month=at % 12 + 1, by=each, before=ends[at]
        )
        for at, each in enumerate(calendars)
    ]


# -- Windows ------------------------------------------------------------------------------------


def counted_in(day: date, starts_day: int) -> tuple[int, int]:
    """The month in which a day counts: its own, or the next from the first day of a window on."""
    if starts_day == 1 or day.day < starts_day:
        return day.year, day.month
    return (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)


@given(day=any_day, starts_day=start_days)
def test_day_counts_in_the_month_that_a_wall_calendar_says(
    cast: Cast, day: date, starts_day: int
) -> None:
    year, month = counted_in(day, starts_day)
    window = lay_out(tenant=cast.province, year=year, month=month, by=by(starts_day))
    assert window.starts_on <= day <= window.ends_on
    # The first and the last day are such, and their neighbours are not.
    for inside, outside in ((window.starts_on, -DAY), (window.ends_on, DAY)):
        assert counted_in(inside, starts_day) == (year, month)
        assert counted_in(inside + outside, starts_day) != (year, month)


@given(starts=st.lists(start_days, min_size=24, max_size=24), year=st.integers(2023, 2027))
def test_no_change_of_calendar_leaves_a_day_out_or_counts_one_twice(
    cast: Cast, starts: list[int], year: int
) -> None:
    months = months_of(cast, [by(each) for each in starts], year)
    assert all(month.starts_on <= month.ends_on for month in months)
    for one, following in pairwise(months):
        assert following.starts_on == one.ends_on + DAY
    assert months[-1].ends_on.year == year + 1


@given(starts=st.lists(start_days, min_size=12, max_size=12), year=st.integers(2023, 2027))
def test_span_is_what_its_months_are_together(cast: Cast, starts: list[int], year: int) -> None:
    months = months_of(cast, [by(each) for each in starts], year)
    found = windows(year, months, has_nine_months=True)
    assert len(found) == 8
    for window in found:
        own = [month for month in months if month.month in window.span.months]
        days = {day for month in own for day in every(month.starts_on, month.ends_on)}
        assert days == set(every(window.starts_on, window.ends_on))
        for name in DEADLINES:
            assert getattr(window, name) == getattr(own[-1], name)


def every(first: date, last: date) -> list[date]:
    return [first + at * DAY for at in range((last - first).days + 1)]


# -- Deadlines ----------------------------------------------------------------------------------


@given(
    day=any_day,
    off=st.sets(st.integers(-20, 20)),
    worked=st.sets(st.integers(-20, 20)),
)
def test_deadline_goes_to_the_nearest_day_that_is_worked(
    day: date, off: set[int], worked: set[int]
) -> None:
    said = {day + at * DAY: False for at in off} | {day + at * DAY: True for at in worked}

    def is_worked(each: date) -> bool:
        return said[each] if each in said else each.strftime("%a") not in ("Sat", "Sun")

    near = [each for each in every(day - 60 * DAY, day + 60 * DAY) if is_worked(each)]
    days = DaysOff(said)
    assert shifted(day, Shift.NONE, days) == day
    assert shifted(day, Shift.LATER, days) == min(each for each in near if each >= day)
    assert shifted(day, Shift.EARLIER, days) == max(each for each in near if each <= day)


@pytest.mark.parametrize(
    ("calendar", "year", "month", "as_counted", "later", "earlier"),
    [
        # Before the 14th, over the end of a year: the decree's January begins in December.
        (DECREE_09, 2024, 12, "09/12 13/12 18/12 25/12", "09/12 13/12 18/12 25/12",
         "09/12 13/12 18/12 25/12"),
        (DECREE_09, 2025, 1, "09/01 13/01 18/01 25/01", "09/01 13/01 20/01 03/02",
         "09/01 13/01 17/01 24/01"),
        # Tết 2024 from 08/02, 2025 from 25/01, 2026 from 14/02.
        (DECREE_09, 2024, 2, "09/02 13/02 18/02 25/02", "15/02 15/02 19/02 26/02",
         "07/02 07/02 16/02 23/02"),
        (DECREE_09, 2025, 2, "09/02 13/02 18/02 25/02", "10/02 13/02 18/02 25/02",
         "07/02 13/02 18/02 25/02"),
        (DECREE_09, 2026, 2, "09/02 13/02 18/02 25/02", "09/02 13/02 23/02 25/02",
         "09/02 13/02 13/02 25/02"),
        (STATISTICS, 2024, 1, "03/02 05/02 08/02 15/02", "05/02 05/02 15/02 15/02",
         "02/02 05/02 07/02 15/02"),
        (STATISTICS, 2024, 12, "03/01 05/01 08/01 15/01", "03/01 06/01 08/01 15/01",
         "03/01 03/01 08/01 15/01"),
        (STATISTICS, 2026, 1, "03/02 05/02 08/02 15/02", "03/02 05/02 09/02 23/02",
         "03/02 05/02 06/02 13/02"),
        # Of February in March, with a leap day and without.
        (STATISTICS, 2024, 2, "03/03 05/03 08/03 15/03", "04/03 05/03 08/03 15/03",
         "01/03 05/03 08/03 15/03"),
        (STATISTICS, 2025, 2, "03/03 05/03 08/03 15/03", "03/03 05/03 10/03 17/03",
         "03/03 05/03 07/03 14/03"),
    ],
)  # fmt: skip
def test_deadlines_over_year_ends_tet_and_leap_years(
    calendar: Calendar,
    year: int,
    month: int,
    as_counted: str,
    later: str,
    earlier: str,
    cast: Cast,
    enter: Enter,
) -> None:
    with enter(cast.admin):
        days = working_days.of(cast.province)
    found = []
    for shift in (Shift.NONE, Shift.LATER, Shift.EARLIER):
        shifting = replace(calendar, shift=shift)
        drawn = lay_out(tenant=cast.province, year=year, month=month, by=shifting, days=days)
        found.append(" ".join(f"{getattr(drawn, name):%d/%m}" for name in DEADLINES))
    assert found == [as_counted, later, earlier]


@given(sent=any_day, due=st.integers(0, 60), more=st.none() | st.integers(0, 60))
def test_report_is_as_late_as_there_are_days_after_its_deadline(
    cast: Cast, sent: date, due: int, more: int | None
) -> None:
    period = lay_out(tenant=cast.province, year=sent.year, month=sent.month, by=DECREE_09)
    period.team_due_on = sent - 30 * DAY + due * DAY
    until = None if more is None else sent - 30 * DAY + more * DAY
    allowed = {period.team_due_on, until or period.team_due_on}
    after = [day for day in every(min(allowed), sent) if all(day > each for each in allowed)]
    at = clock.now().replace(year=sent.year, month=sent.month, day=sent.day)
    assert days_late(at, period, own_due_on=None, more_time_until=until) == len(after)


# -- Chosen by a province -----------------------------------------------------------------------

calendars = st.builds(
    lambda starts_day, due, shift, locks_after: Calendar(
        starts_day, *sorted(due), shift=shift, opens_by_itself=True, locks_after=locks_after
    ),
    st.integers(1, 28),
    st.lists(st.integers(1, 28), min_size=4, max_size=4),
    st.sampled_from(Shift),
    st.integers(1, 40),
)


@given(first=calendars, second=calendars, since=st.integers(2, 12))
def test_whatever_a_province_may_choose_can_be_laid_out(
    cast: Cast, enter: Enter, undone: Undone, first: Calendar, second: Calendar, since: int
) -> None:
    with enter(cast.admin), undone():
        for month, calendar in ((1, first), (since, second)):
            schedule.choose_calendar(
                tenant=cast.province, since=date(2025, month, 1), calendar=calendar,
                actor=cast.admin,
            )  # fmt: skip
        months = schedule.lay_out_year(tenant=cast.province, year=2025)
        for one, following in pairwise(months):
            assert following.starts_on == one.ends_on + DAY


@examples(max_examples=15)
@given(calendar=calendars, awake=st.lists(any_day, min_size=8, max_size=30), data=st.data())
def test_clock_opens_and_locks_whenever_it_is_awake(
    cast: Cast,
    enter: Enter,
    undone: Undone,
    settings: Settings,
    calendar: Calendar,
    awake: list[date],
    data: st.DataObject,
) -> None:
    with enter(cast.admin), undone():
        schedule.choose_calendar(
            tenant=cast.province, since=date(2025, 1, 1), calendar=calendar, actor=cast.admin
        )
        months = schedule.lay_out_year(tenant=cast.province, year=2025)
        # Days on which something happens, and the days beside them, among all others.
        turns = [day for each in months for day in (each.opens_on, each.locks_on) if day]
        near = st.sampled_from([day + at * DAY for day in turns for at in (-1, 0, 1)])
        states = dict.fromkeys(range(1, 13), "unopened")
        for day in sorted({*awake, *data.draw(st.lists(near, max_size=20))}):
            settings.BUSINESS_DATE = day
            assert schedule.run(cast.province) == []
            for each in months:
                states[each.month] = turned(states[each.month], each, day)
            rows = Period.objects.filter(tenant=cast.province, year=2025)
            assert dict(rows.values_list("month", "state")) == states


def turned(state: str, month: Period, day: date) -> str:
    """What a month is after the clock has looked at it on a day."""
    assert month.opens_on
    assert month.locks_on
    if state == "unopened" and month.opens_on <= day < month.locks_on:
        return "open"
    return "locked" if state == "open" and day >= month.locks_on else state
