"""Calendars as data, months laid out by them, and what opens and locks by itself."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation
from pytest_django import Settings

from reports import extensions, periods, schedule
from reports.models import OwnHoliday, Period, Report, ReportingCalendar, Shift, Status
from reports.periods import (
    DECREE_09,
    STATISTICS,
    Calendar,
    demand_open,
    lay_out,
    open_period,
    why_closed,
)
from tests.cast import Cast, Enter, ReportIn
from units.errors import InvalidEntry, NotAllowed, NotPossibleNow

UNOPENED, OPEN, LOCKED = Period.State.UNOPENED, Period.State.OPEN, Period.State.LOCKED
ITSELF = replace(DECREE_09, opens_by_itself=True, locks_after=5)


def choose(cast: Cast, since: str, calendar: Calendar, **given: Any) -> ReportingCalendar:
    actor = given.pop("actor", cast.admin)
    return schedule.choose_calendar(
        tenant=cast.province, since=date.fromisoformat(since), calendar=calendar, actor=actor
    )


def month(cast: Cast, number: int) -> Period:
    return Period.objects.get(tenant=cast.province, year=2024, month=number)


@pytest.fixture
def july(cast: Cast, enter: Enter) -> Period:
    """Not opened; June is open, and June 10th is today."""
    with enter(cast.admin):
        july = lay_out(tenant=cast.province, year=2024, month=7, by=DECREE_09)
        july.save()
    return july


# -- Calendars ----------------------------------------------------------------------------------


def test_calendar_holds_from_its_month_on(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        assert schedule.Calendars(cast.province).of(2020, 1) == DECREE_09
        choose(cast, "2024-09-20", STATISTICS)
        choose(cast, "2025-01-01", ITSELF)
        calendars = schedule.Calendars(cast.province)
        assert [calendars.of(*at) for at in [(2024, 8), (2024, 9), (2024, 12), (2025, 1)]] == [
            DECREE_09, STATISTICS, STATISTICS, ITSELF,
        ]  # fmt: skip
        assert calendars.newest == ITSELF
    with enter(cast.stranger):
        assert not ReportingCalendar.objects.visible_to(cast.stranger).exists()
        assert schedule.Calendars(cast.province).newest == DECREE_09


def test_calendar_lays_out_anew_what_was_never_opened(
    july: Period, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        choose(cast, "2024-07-01", replace(STATISTICS, shift=Shift.LATER, locks_after=5))
        changed = month(cast, 7)
        # The 15th of June begins where the decree's June ended: no day is left out.
        assert (f"{changed.starts_on}", f"{changed.ends_on}") == ("2024-06-15", "2024-07-31")
        # The 3rd of August is a Saturday.
        assert (f"{changed.team_due_on}", f"{changed.locks_on}") == ("2024-08-05", "2024-08-20")
        assert month(cast, 6).team_due_on == cast.june.team_due_on


@pytest.mark.parametrize(
    ("since", "changes", "refused"),
    [
        ("2024-06-01", {}, "since"),
        ("2024-05-01", {}, "since"),
        ("2024-07-01", {"starts_day": 0}, "starts_day"),
        ("2024-07-01", {"starts_day": 29}, "starts_day"),
        ("2024-07-01", {"province_due": 31}, "province_due"),
        ("2024-07-01", {"team_due": 14}, "commune_due"),
        ("2024-07-01", {"district_due": 26}, "province_due"),
        ("2024-07-01", {"locks_after": 0}, "locks_after"),
        ("2024-07-01", {"locks_after": 366}, "locks_after"),
    ],
)
def test_calendar_that_cannot_be_is_refused_at_its_field(
    since: str, changes: dict[str, Any], refused: str, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        with pytest.raises(InvalidEntry) as refusal:
            choose(cast, since, replace(DECREE_09, **changes))
        assert list(refusal.value.errors) == [refused]
        assert not ReportingCalendar.objects.exists()


@pytest.mark.parametrize("who", ["leader", "officer", "district_officer", "staff", "stranger"])
def test_calendar_and_days_are_the_administrators(who: str, cast: Cast, enter: Enter) -> None:
    actor = getattr(cast, who)
    with enter(cast.admin):
        with pytest.raises(NotAllowed):
            choose(cast, "2024-07-01", STATISTICS, actor=actor)
        with pytest.raises(NotAllowed):
            schedule.set_day(
                tenant=cast.province, on=date(2024, 7, 9), is_worked=False, label="Lễ",
                actor=actor,
            )  # fmt: skip
        with pytest.raises(NotAllowed):
            schedule.hold(period=cast.june, is_held=True, actor=actor)


def test_day_off_of_the_province_moves_deadlines_to_come(
    july: Period, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        choose(cast, "2024-07-01", replace(DECREE_09, shift=Shift.LATER))
        schedule.set_day(
            tenant=cast.province, on=date(2024, 7, 9), is_worked=False,
            label=" Bão\u202e số\x07 3\u200b", actor=cast.admin,
        )  # fmt: skip
        assert f"{month(cast, 7).team_due_on}" == "2024-07-10"
        day = OwnHoliday.objects.get()
        assert day.label == "Bão số 3"
        schedule.forget_day(day=day, actor=cast.admin)
        assert f"{month(cast, 7).team_due_on}" == "2024-07-09"
        with pytest.raises(InvalidEntry):
            schedule.set_day(
                tenant=cast.province, on=date(2024, 7, 9), is_worked=True, label="\u200b\u202e",
                actor=cast.admin,
            )  # fmt: skip


def test_year_is_laid_out_by_the_calendars_of_the_province(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        choose(cast, "2025-03-01", STATISTICS)
        months = schedule.lay_out_year(tenant=cast.province, year=2025)
        assert [f"{each.starts_on:%d/%m}–{each.ends_on:%d/%m}" for each in months[:4]] == [
            "15/12–14/01", "15/01–14/02", "15/02–31/03", "01/04–30/04",
        ]  # fmt: skip


# -- What opens and locks by itself ---------------------------------------------------------------


def states(cast: Cast) -> list[str]:
    rows = Period.objects.filter(tenant=cast.province).order_by("year", "month")
    return list(rows.values_list("state", flat=True))


@pytest.mark.parametrize(
    ("today", "found"),
    [
        (date(2024, 6, 14), [OPEN, UNOPENED]),
        (date(2024, 6, 15), [OPEN, OPEN]),
        (date(2024, 7, 29), [OPEN, OPEN]),
        (date(2024, 7, 30), [OPEN, LOCKED]),
        (date(2024, 12, 31), [OPEN, UNOPENED]),
    ],
)
def test_month_opens_and_locks_on_its_days(
    today: date, found: list[str], july: Period, cast: Cast, enter: Enter, settings: Settings
) -> None:
    with enter(cast.admin):
        choose(cast, "2024-07-01", ITSELF)
        for day in sorted({min(today, date(2024, 6, 15)), today} if today.month < 12 else {today}):
            settings.BUSINESS_DATE = day
            assert schedule.run(cast.province) == []
            assert schedule.run(cast.province) == []
        # June was laid out before, and nothing locks it; whoever slept over the day of locking
        # finds July unopened.
        assert states(cast) == found


def test_schedule_says_what_it_did_and_locks_reports(
    cast: Cast, enter: Enter, report_in: ReportIn, settings: Settings
) -> None:
    report_in(Status.APPROVED, team="hg-1a")
    report_in(Status.SUBMITTED, team="hg-2")
    with enter(cast.admin):
        Period.objects.filter(pk=cast.june.pk).update(locks_on=date(2024, 6, 30))
        settings.BUSINESS_DATE = date(2024, 6, 30)
        assert schedule.run(cast.province) == []
        june = month(cast, 6)
        assert (june.state, june.state_by) == (LOCKED, None)
        assert june.state_reason == "tự động khóa theo lịch, 5 ngày sau hạn của tỉnh (25/06/2024)"
        with translation.override("en"):
            assert "since 30/06/2024: tự động khóa theo lịch" in why_closed(june)
        reports = Report.objects.order_by("pk")
        assert [each.status for each in reports] == [Status.LOCKED, Status.SUBMITTED]
        assert (reports[0].steps.last().name, reports[0].steps.last().by) == ("lock", None)


def test_month_opened_again_by_hand_is_not_locked_by_the_clock(
    cast: Cast, enter: Enter, settings: Settings
) -> None:
    with enter(cast.admin):
        Period.objects.filter(pk=cast.june.pk).update(locks_on=date(2024, 6, 30))
        settings.BUSINESS_DATE = date(2024, 6, 30)
        schedule.run(cast.province)
        open_period(period=month(cast, 6), actor=cast.admin, reason="bổ sung")
        schedule.run(cast.province)
        assert month(cast, 6).is_open


def test_schedule_is_held_and_let_go(
    july: Period, cast: Cast, enter: Enter, settings: Settings
) -> None:
    with enter(cast.admin):
        choose(cast, "2024-07-01", ITSELF)
        july = month(cast, 7)
        with translation.override("en"):
            assert "It opens by itself on 15/06/2024" in why_closed(july)
        schedule.hold(period=july, is_held=True, actor=cast.admin)
        with translation.override("en"):
            assert "by itself" not in why_closed(july)
        settings.BUSINESS_DATE = date(2024, 6, 20)
        schedule.run(cast.province)
        assert states(cast) == [OPEN, UNOPENED]
        schedule.hold(period=july, is_held=False, actor=cast.admin)
        schedule.run(cast.province)
        assert states(cast) == [OPEN, OPEN]


def test_month_that_cannot_be_opened_is_told_and_holds_nothing_up(
    july: Period, cast: Cast, enter: Enter, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_given: Any) -> None:
        raise NotPossibleNow("no form")

    monkeypatch.setattr(periods, "open_period", refuse)
    with enter(cast.admin):
        choose(cast, "2024-07-01", ITSELF)
        Period.objects.filter(pk=cast.june.pk).update(locks_on=date(2024, 6, 30))
        settings.BUSINESS_DATE = date(2024, 6, 30)
        assert schedule.run(cast.province) == ["07/2024: no form"]
        assert states(cast) == [LOCKED, UNOPENED]


def test_report_approved_in_more_time_is_locked_when_that_ends(
    cast: Cast, enter: Enter, report_in: ReportIn, settings: Settings
) -> None:
    report = report_in(Status.SUBMITTED, team="hg-1a")
    with enter(cast.admin):
        Period.objects.filter(pk=cast.june.pk).update(locks_on=date(2024, 6, 11))
        until = date(2024, 6, 12)
        extensions.extend(
            period=cast.june, unit=cast.units["06691"], until=until, reason="bão",
            actor=cast.admin,
        )  # fmt: skip
        settings.BUSINESS_DATE = date(2024, 6, 11)
        schedule.run(cast.province)
        june = month(cast, 6)
        demand_open(june, report.team)
        Report.objects.filter(pk=report.pk).update(status=Status.APPROVED)
        schedule.run(cast.province)
        assert Report.objects.get(pk=report.pk).status == Status.APPROVED
        settings.BUSINESS_DATE = until + timedelta(days=1)
        schedule.run(cast.province)
        schedule.run(cast.province)
        assert Report.objects.get(pk=report.pk).status == Status.LOCKED
