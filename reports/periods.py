"""The months: their windows and deadlines, and who opens and locks them."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from reports import catalogue, rollup
from reports.models import Form, Period
from units import clock
from units.errors import NotAllowed, NotPossibleNow
from units.models import Tenant


@dataclass(frozen=True)
class Calendar:
    """How a province lays out a month; days are days of the month unless said otherwise.

    `starts_day` above 1 lies in the month before: Nghị định 09/2019 counts from the 15th to the
    14th. With `starts_day` 1 the window is the calendar month, as in statistics, and the
    deadlines fall in the month after.
    """

    starts_day: int
    team_due: int
    commune_due: int
    district_due: int
    province_due: int


# Điều 12 Nghị định 09/2019; the plan of phường Hồng Gai asks for reports *before* the 14th,
# and Điều 13 has the province send its own by the 25th.
DECREE_09 = Calendar(starts_day=15, team_due=9, commune_due=13, district_due=18, province_due=25)
STATISTICS = Calendar(starts_day=1, team_due=3, commune_due=5, district_due=8, province_due=15)


CALENDARS = {"decree-09": DECREE_09, "statistics": STATISTICS}


def last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def lay_out(*, tenant: Tenant, year: int, month: int, by: Calendar) -> Period:
    """Make a month, not yet opened, with its window and deadlines. Not saved."""
    first = date(year, month, 1)
    last = last_day(year, month)
    if by.starts_day == 1:
        starts_on, ends_on, due_in = first, last, last + timedelta(days=1)
    else:
        before = first - timedelta(days=1)
        starts_on = before.replace(day=by.starts_day)
        ends_on = first.replace(day=by.starts_day - 1)
        due_in = first
    return Period(
        tenant=tenant,
        year=year,
        month=month,
        starts_on=starts_on,
        ends_on=ends_on,
        team_due_on=due_in.replace(day=by.team_due),
        commune_due_on=due_in.replace(day=by.commune_due),
        district_due_on=due_in.replace(day=by.district_due),
        province_due_on=due_in.replace(day=by.province_due),
    )


def lay_out_year(*, tenant: Tenant, year: int, by: Calendar) -> list[Period]:
    """Make the months of a year, none of them open. Raises NotPossibleNow where one is there."""
    if Period.objects.filter(tenant=tenant, year=year).exists():
        raise NotPossibleNow(_("Months of %(year)s are laid out already.") % {"year": year})
    return Period.objects.bulk_create(
        lay_out(tenant=tenant, year=year, month=month, by=by) for month in range(1, 13)
    )


@transaction.atomic
def open_period(
    *, period: Period, actor: User, reason: str = "", at: datetime | None = None
) -> None:
    """Let reports of the month be written. A locked month is opened again with a reason, and with
    it the reports that were locked.

    `at` dates the opening; now, if None.
    """
    if period.state == Period.State.LOCKED and not reason.strip():
        raise NotPossibleNow(_("Say why the locked month is opened again."))
    # Once reports are made of a form, a newer one must not take its place.
    form = period.form or catalogue.of_year(period.year).form
    was_locked = period.state == Period.State.LOCKED
    _change_state(period, Period.State.OPEN, actor, reason, at, form=form)
    if was_locked:
        from reports.batches import unlock_reports

        unlock_reports(period=period, actor=actor, at=at)
    rollup.mark_month(period)


@transaction.atomic
def lock_period(*, period: Period, actor: User, reason: str, at: datetime | None = None) -> None:
    """Close the month for writing, and lock every approved report with it.

    `at` dates the locking; now, if None.
    """
    if not reason.strip():
        raise NotPossibleNow(_("Say why the month is locked."))
    from reports.batches import lock_reports

    _change_state(period, Period.State.LOCKED, actor, reason, at)
    lock_reports(period=period, actor=actor, at=at)


def _change_state(
    period: Period,
    state: Period.State,
    actor: User,
    reason: str,
    at: datetime | None,
    **changes: Form,
) -> None:
    if period.pk not in set(Period.objects.editable_by(actor).values_list("pk", flat=True)):
        raise NotAllowed(_("Only the provincial administrator opens and locks months."))
    changed = (
        Period.objects.filter(pk=period.pk, state=period.state)
        .exclude(state=state)
        .update(
            state=state,
            state_reason=reason,
            state_at=at or clock.now(),
            state_by=actor,
            **changes,
        )
    )
    if not changed:
        raise NotPossibleNow(_("The month has been changed by somebody else. Look again."))
    period.refresh_from_db()


def current(tenant: Tenant) -> Period | None:
    """The newest open month between its first day and its last deadline; else the newest that was
    ever opened; None where none was."""
    months = Period.objects.filter(tenant=tenant)
    day = clock.today()
    return (
        months.filter(state=Period.State.OPEN, starts_on__lte=day, province_due_on__gte=day)
        .order_by("year", "month")
        .last()
        or months.exclude(state=Period.State.UNOPENED).order_by("year", "month").last()
    )


def why_closed(period: Period) -> str:
    """Why nobody can write in the month now, since when, and who can change that."""
    who = _("the provincial administrator")
    if period.state == Period.State.UNOPENED:
        return _("Month %(month)s is not opened yet. It can be opened by %(who)s.") % {
            "month": period,
            "who": who,
        }
    return _(
        "Month %(month)s has been locked since %(day)s: %(reason)s. It can be opened by %(who)s."
    ) % {
        "month": period,
        "day": timezone.localtime(period.state_at).strftime("%d/%m/%Y"),
        "reason": period.state_reason.rstrip("."),
        "who": who,
    }


def demand_open(period: Period) -> None:
    """Hold the month open until the transaction ends, so that nobody locks it in between.

    Raises NotPossibleNow with the reason where nobody can write in the month now, and NotAllowed
    where the month is not of the connection's province.
    """
    with connection.cursor() as cursor:
        cursor.execute("select state from reports_period where id = %s for share", [period.pk])
        row = cursor.fetchone()
    if row is None:
        raise NotAllowed(_("The month belongs to another province."))
    if row != (period.state,):
        period.refresh_from_db()
    if not period.is_open:
        raise NotPossibleNow(why_closed(period))


def demand_begun(period: Period, *, on: date) -> None:
    """Raises NotPossibleNow before the first day of the month's window, and names that day."""
    if on < period.starts_on:
        raise NotPossibleNow(
            _("Month %(month)s can be submitted from %(day)s on. Save the figures as a draft.")
            % {"month": period, "day": date_format(period.starts_on, "SHORT_DATE_FORMAT")}
        )


def days_late(sent_at: datetime | None, period: Period) -> int:
    """How many days after the deadline of the teams a report was sent; 0 where it was in time, or
    is not sent."""
    if sent_at is None:
        return 0
    return max(0, (timezone.localdate(sent_at) - period.team_due_on).days)
