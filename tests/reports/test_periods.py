"""Months: their windows and deadlines, and who opens and locks them."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError
from django.utils import translation
from pytest_django import Settings

from reports import catalogue
from reports.catalogue import Catalogue
from reports.models import DirtyTotal, Form, Period, Report, Status, Total
from reports.periods import (
    DECREE_09,
    STATISTICS,
    Calendar,
    current,
    days_late,
    demand_open,
    lay_out,
    lock_period,
    open_period,
    why_closed,
)
from tests.cast import Cast, Enter
from units.errors import NotAllowed, NotPossibleNow

UNOPENED, OPEN, LOCKED = Period.State.UNOPENED, Period.State.OPEN, Period.State.LOCKED


def month(cast: Cast, year: int, number: int, by: Calendar = DECREE_09) -> Period:
    return lay_out(tenant=cast.province, year=year, month=number, by=by)


# -- Calendars ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "year", "number", "days"),
    [
        (DECREE_09, 2024, 6, "2024-05-15 2024-06-14 2024-06-09 2024-06-13 2024-06-18 2024-06-25"),
        (DECREE_09, 2024, 1, "2023-12-15 2024-01-14 2024-01-09 2024-01-13 2024-01-18 2024-01-25"),
        (DECREE_09, 2024, 3, "2024-02-15 2024-03-14 2024-03-09 2024-03-13 2024-03-18 2024-03-25"),
        (DECREE_09, 2024, 12, "2024-11-15 2024-12-14 2024-12-09 2024-12-13 2024-12-18 2024-12-25"),
        (STATISTICS, 2024, 6, "2024-06-01 2024-06-30 2024-07-03 2024-07-05 2024-07-08 2024-07-15"),
        (STATISTICS, 2024, 1, "2024-01-01 2024-01-31 2024-02-03 2024-02-05 2024-02-08 2024-02-15"),
        (STATISTICS, 2024, 2, "2024-02-01 2024-02-29 2024-03-03 2024-03-05 2024-03-08 2024-03-15"),
        (STATISTICS, 2023, 2, "2023-02-01 2023-02-28 2023-03-03 2023-03-05 2023-03-08 2023-03-15"),
        (STATISTICS, 2023, 12, "2023-12-01 2023-12-31 2024-01-03 2024-01-05 2024-01-08 2024-01-15"),
    ],
)
def test_lay_out_follows_the_calendar(
    by: Calendar, year: int, number: int, days: str, cast: Cast
) -> None:
    period = month(cast, year, number, by)
    assert days.split() == [
        day.isoformat()
        for day in (
            period.starts_on, period.ends_on, period.team_due_on,
            period.commune_due_on, period.district_due_on, period.province_due_on,
        )
    ]  # fmt: skip
    assert period.tree_on == period.ends_on
    assert (period.state, period.pk) == (UNOPENED, None)


@pytest.mark.parametrize("by", [DECREE_09, STATISTICS])
def test_months_of_a_calendar_leave_no_day_out_and_share_none(by: Calendar, cast: Cast) -> None:
    months = [month(cast, 2022 + at // 12, at % 12 + 1, by) for at in range(60)]
    for one, following in pairwise(months):
        assert following.starts_on == one.ends_on + timedelta(days=1)


def test_month_is_written_as_in_an_address_and_as_in_a_sentence(cast: Cast) -> None:
    assert (cast.june.key, str(cast.june)) == ("2024-06", "06/2024")


def test_month_is_laid_out_once_a_province(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin), pytest.raises(IntegrityError, match="month_once_a_tenant"):
        month(cast, 2024, 6).save()


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_on": date(2024, 4, 14)},
        {"team_due_on": date(2024, 5, 14)},
        {"province_due_on": date(2024, 5, 12)},
    ],
)
def test_month_keeps_its_days_in_order(wrong: dict[str, date], cast: Cast, enter: Enter) -> None:
    may = month(cast, 2024, 5)
    for name, day in wrong.items():
        setattr(may, name, day)
    with enter(cast.admin), pytest.raises(IntegrityError, match="window_before_deadlines"):
        may.save()


# -- Opening and locking ------------------------------------------------------------------------


@pytest.fixture
def may(cast: Cast, enter: Enter) -> Period:
    """A month that was laid out and not opened."""
    may = month(cast, 2024, 5)
    with enter(cast.admin):
        may.save()
    return may


def test_open_period_lets_reports_be_written(may: Period, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        with pytest.raises(NotPossibleNow):
            demand_open(may)
        open_period(period=may, actor=cast.admin)
        demand_open(may)
        stored = Period.objects.get(pk=may.pk)
        assert (stored.state, stored.state_by, stored.state_reason) == (OPEN, cast.admin, "")
        assert stored.is_open


def test_open_period_marks_every_total_of_the_month(may: Period, cast: Cast, enter: Enter) -> None:
    # Before anybody reports, each unit says 0 of so many.
    with enter(cast.admin):
        assert not DirtyTotal.objects.filter(period=may).exists()
        open_period(period=may, actor=cast.admin)
        marked = DirtyTotal.objects.filter(period=may).values_list("unit__code", flat=True)
        assert sorted(marked) == ["06688", "06691", "06757", "193", "195", "22"]


def test_lock_period_locks_what_is_approved_and_nothing_else(
    cast: Cast, enter: Enter, report_in
) -> None:
    for team, status in [
        ("hg-1a", Status.DRAFT),
        ("hg-1b", Status.SUBMITTED),
        ("hg-2", Status.RETURNED),
        ("bd-1", Status.APPROVED),
        ("vnpt", Status.APPROVED),
    ]:
        report_in(status, team=team)
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="Đã báo cáo Bộ")
        found = Report.objects.filter(period=cast.june).values_list("team__name", "status")
        assert dict(found) == {
            "Tổ hg-1a": Status.DRAFT,
            "Tổ hg-1b": Status.SUBMITTED,
            "Tổ hg-2": Status.RETURNED,
            "Tổ bd-1": Status.LOCKED,
            "Tổ vnpt": Status.LOCKED,
        }
        assert Total.objects.filter(period=cast.june).exists()
        assert cast.june.state == LOCKED


def test_locked_month_opens_again_with_a_reason(cast: Cast, enter: Enter, report_in) -> None:
    report_in(Status.APPROVED)
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="Đã báo cáo Bộ")
        for blank in ("", "  \n"):
            with pytest.raises(NotPossibleNow):
                open_period(period=cast.june, actor=cast.admin, reason=blank)
        open_period(period=cast.june, actor=cast.admin, reason="Sai số liệu phường Hồng Gai")
        stored = Period.objects.get(pk=cast.june.pk)
        assert (stored.state, stored.state_reason) == (OPEN, "Sai số liệu phường Hồng Gai")
        report = Report.objects.get(period=stored)
        assert report.status == Status.APPROVED
        assert list(report.steps.values_list("name", flat=True))[-2:] == ["lock", "unlock"]


def test_lock_period_asks_for_a_reason(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        for blank in ("", "  \n"):
            with pytest.raises(NotPossibleNow):
                lock_period(period=cast.june, actor=cast.admin, reason=blank)
        assert Period.objects.get(pk=cast.june.pk).state == OPEN


def test_month_is_not_opened_or_locked_twice(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        stale = Period.objects.get(pk=cast.june.pk)
        with pytest.raises(NotPossibleNow):
            open_period(period=cast.june, actor=cast.admin)
        lock_period(period=cast.june, actor=cast.admin, reason="một")
        for period in (cast.june, stale):
            with pytest.raises(NotPossibleNow):
                lock_period(period=period, actor=cast.admin, reason="hai")
        assert Period.objects.get(pk=cast.june.pk).state_reason == "một"


def test_month_that_was_locked_meanwhile_is_not_opened_without_a_reason(
    may: Period, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        stale = Period.objects.get(pk=may.pk)
        lock_period(period=may, actor=cast.admin, reason="một")
        with pytest.raises(NotPossibleNow):
            open_period(period=stale, actor=cast.admin)
        assert Period.objects.get(pk=may.pk).state == LOCKED


def test_month_keeps_its_form_when_a_newer_one_is_declared(
    may: Period, cast: Cast, forms: Catalogue, enter: Enter
) -> None:
    newer = Form.objects.create(code="team-month", year=2023, label_vi="mới", label_en="new")
    Form.objects.filter(pk=forms.form.pk).update(year=2025)
    with enter(cast.admin):
        assert catalogue.of_period(may).form == newer
        assert catalogue.of_period(cast.june).form == forms.form
        lock_period(period=cast.june, actor=cast.admin, reason="một")
        open_period(period=cast.june, actor=cast.admin, reason="hai")
        open_period(period=may, actor=cast.admin)
        assert catalogue.of_period(cast.june).form == forms.form
        assert catalogue.of_period(may).form == newer


@pytest.mark.parametrize(
    "who",
    ["leader", "officer", "neighbour", "district_officer", "staff", "stranger", "national"],
)
def test_month_is_not_opened_or_locked_by(who: str, may: Period, cast: Cast, enter: Enter) -> None:
    actor = getattr(cast, who)
    with enter(actor):
        with pytest.raises(NotAllowed):
            open_period(period=may, actor=actor)
        with pytest.raises(NotAllowed):
            lock_period(period=cast.june, actor=actor, reason="một")
    with enter(cast.national):
        states = Period.objects.filter(tenant=cast.province).values_list("month", "state")
        assert dict(states) == {5: UNOPENED, 6: OPEN}


def test_history_keeps_every_state_of_a_month(may: Period, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        open_period(period=may, actor=cast.admin)
        lock_period(period=may, actor=cast.admin, reason="một")
        events = may.events.order_by("pgh_id").values_list("state", "state_reason")
        assert list(events) == [(UNOPENED, ""), (OPEN, ""), (LOCKED, "một")]


# -- Telling ------------------------------------------------------------------------------------


@pytest.fixture
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.usefixtures("_in_english")
def test_why_closed_says_who_can_open_a_month_that_never_was(cast: Cast) -> None:
    assert why_closed(month(cast, 2024, 7)) == (
        "Month 07/2024 is not opened yet. It can be opened by the provincial administrator."
    )


@pytest.mark.usefixtures("_in_english")
def test_why_closed_says_since_when_and_why(cast: Cast, enter: Enter) -> None:
    # At three in the morning it is still the day before in London.
    at = datetime(2024, 6, 10, 3, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    with time_machine.travel(at), enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="reported to the ministry.")
        assert why_closed(cast.june) == (
            "Month 06/2024 has been locked since 10/06/2024: reported to the ministry. "
            "It can be opened by the provincial administrator, who can also give a commune or a "
            "team more time."
        )
        with pytest.raises(NotPossibleNow) as refusal:
            demand_open(cast.june)
        assert refusal.value.message == why_closed(cast.june)


# -- The current month --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "found"),
    [
        (date(2024, 5, 14), "2024-06"),  # Nothing has begun yet: the newest that was opened.
        (date(2024, 5, 15), "2024-06"),
        (date(2024, 6, 14), "2024-06"),
        (date(2024, 6, 15), "2024-07"),  # Both can be written in; the newer one is at work.
        (date(2024, 7, 25), "2024-07"),
        (date(2024, 9, 1), "2024-07"),
    ],
)
def test_current_month_is_the_newest_that_can_be_written_in(
    today: date, found: str, cast: Cast, enter: Enter, settings: Settings
) -> None:
    settings.BUSINESS_DATE = today
    with enter(cast.admin):
        for number in (5, 7, 8):
            month(cast, 2024, number).save()
        if today > date(2024, 5, 15):
            july = Period.objects.get(tenant=cast.province, month=7)
            open_period(period=july, actor=cast.admin)
        assert current(cast.province).key == found


def test_current_month_is_none_before_any_was_opened(cast: Cast, enter: Enter) -> None:
    with enter(cast.stranger):
        Period.objects.filter(pk=cast.june_elsewhere.pk).update(state=UNOPENED)
        assert current(cast.other) is None
    with enter(cast.national):
        assert current(cast.nation) is None


def test_months_are_seen_by_their_province(cast: Cast, enter: Enter) -> None:
    seen = {
        "leader": {cast.june},
        "admin": {cast.june},
        "stranger": {cast.june_elsewhere},
        "national": {cast.june, cast.june_elsewhere},
    }
    with enter(cast.national):
        for who, months in seen.items():
            user = getattr(cast, who)
            assert set(Period.objects.visible_to(user)) == months
            managed = months if who in {"admin", "stranger"} else set()
            assert set(Period.objects.editable_by(user)) == managed


def test_months_to_pick_have_begun_or_are_opened(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        july, august = (
            lay_out(tenant=cast.province, year=2024, month=month, by=DECREE_09) for month in (7, 8)
        )
        july.save()
        august.save()
        assert list(Period.objects.to_pick(date(2024, 5, 15))) == [cast.june]
        # Whoever opens a month early means it to be filled in: without this nobody could reach it.
        open_period(period=july, actor=cast.admin)
        assert list(Period.objects.to_pick(date(2024, 5, 15))) == [july, cast.june]
        assert list(Period.objects.to_pick(date(2024, 7, 15))) == [august, july, cast.june]


@pytest.mark.parametrize(
    ("sent_at", "days"),
    [
        (None, 0),
        ("2024-05-15 08:00", 0),
        ("2024-06-09 23:59", 0),
        ("2024-06-10 00:00", 1),
        ("2024-06-12 06:59", 3),
        ("2024-07-09 12:00", 30),
    ],
)
def test_days_late_are_counted_from_the_deadline_of_the_teams(
    sent_at: str | None, days: int, cast: Cast
) -> None:
    moment = sent_at and datetime.fromisoformat(sent_at).replace(
        tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")
    )
    assert days_late(moment, cast.june, own_due_on=None) == days
