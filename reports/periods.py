"""The months: their windows and deadlines, and who opens and locks them."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from reports import catalogue, extensions, rollup, working_days
from reports.models import Period, Shift
from reports.working_days import NO_DAYS_OFF, DaysOff
from teams.models import Team
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
    shift: Shift = Shift.NONE
    has_nine_months: bool = False
    opens_by_itself: bool = False
    # How many days after the province's deadline a month locks by itself; None for never.
    locks_after: int | None = None

    def end_of(self, year: int, month: int) -> date:
        """The last day of the month's window."""
        if self.starts_day == 1:
            return last_day(year, month)
        return date(year, month, self.starts_day - 1)

    def due_in(self, year: int, month: int) -> date:
        """The first day of the calendar month in which the deadlines of a month fall."""
        if self.starts_day == 1:
            return last_day(year, month) + timedelta(days=1)
        return date(year, month, 1)


# Điều 12 Nghị định 09/2019; the plan of phường Hồng Gai asks for reports *before* the 14th,
# and Điều 13 has the province send its own by the 25th.
DECREE_09 = Calendar(starts_day=15, team_due=9, commune_due=13, district_due=18, province_due=25)
STATISTICS = Calendar(starts_day=1, team_due=3, commune_due=5, district_due=8, province_due=15)


CALENDARS = {"decree-09": DECREE_09, "statistics": STATISTICS}


def last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def month_before(year: int, month: int) -> tuple[int, int]:
    return (year, month - 1) if month > 1 else (year - 1, 12)


def lay_out(
    *,
    tenant: Tenant,
    year: int,
    month: int,
    by: Calendar,
    before: Calendar | None = None,
    days: DaysOff = NO_DAYS_OFF,
) -> Period:
    """Make a month, not yet opened, with its window and deadlines. Not saved.

    `before` is the calendar of the month before, if another: where that ended, this one begins, so
    that a change leaves no day out and counts none twice. `days` are those that deadlines avoid.
    """
    ended_on = (before or by).end_of(*month_before(year, month))
    first = by.due_in(year, month)

    def due(day: int) -> date:
        return working_days.shifted(first.replace(day=day), by.shift, days)

    province_due_on = due(by.province_due)
    starts_on = ended_on + timedelta(days=1)
    return Period(
        tenant=tenant,
        year=year,
        month=month,
        starts_on=starts_on,
        ends_on=by.end_of(year, month),
        team_due_on=due(by.team_due),
        commune_due_on=due(by.commune_due),
        district_due_on=due(by.district_due),
        province_due_on=province_due_on,
        opens_on=starts_on if by.opens_by_itself else None,
        locks_on=province_due_on + timedelta(days=by.locks_after) if by.locks_after else None,
    )


@transaction.atomic
def open_period(
    *, period: Period, actor: User | None, reason: str = "", at: datetime | None = None
) -> None:
    """Let reports of the month be written. A locked month is opened again with a reason, and with
    it the reports that were locked; from then on it stays open until somebody locks it.

    `actor` None is the schedule. `at` dates the opening; now, if None.
    """
    was_locked = period.state == Period.State.LOCKED
    if was_locked and not reason.strip():
        raise NotPossibleNow(_("Say why the locked month is opened again."))
    # Once reports are made of a form, a newer one must not take its place.
    changes: dict[str, Any] = {"form": period.form or catalogue.of_year(period.year).form}
    if was_locked:
        changes["locks_on"] = None
    _change_state(period, Period.State.OPEN, actor, reason, at, **changes)
    if was_locked:
        from reports.batches import unlock_reports

        unlock_reports(period=period, actor=actor, at=at)
    rollup.mark_month(period)


@transaction.atomic
def lock_period(
    *, period: Period, actor: User | None, reason: str, at: datetime | None = None
) -> None:
    """Close the month for writing, and lock every approved report with it.

    `actor` None is the schedule. `at` dates the locking; now, if None.
    """
    if not reason.strip():
        raise NotPossibleNow(_("Say why the month is locked."))
    from reports.batches import lock_reports

    _change_state(period, Period.State.LOCKED, actor, reason, at)
    lock_reports(period=period, actor=actor, at=at)


def demand_keeper(period: Period, actor: User) -> None:
    """Raises NotAllowed for whoever does not open and lock this month."""
    if not Period.objects.editable_by(actor).filter(pk=period.pk).exists():
        raise NotAllowed(_("Only the provincial administrator opens and locks months."))


def _change_state(
    period: Period,
    state: Period.State,
    actor: User | None,
    reason: str,
    at: datetime | None,
    **changes: Any,
) -> None:
    if actor:
        demand_keeper(period, actor)
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
    """Why nobody can write in the month now, since when, and who or what can change that."""
    said = {"month": period, "who": _("the provincial administrator")}
    if period.state == Period.State.UNOPENED:
        if period.opens_on and not period.is_held:
            said["day"] = clock.written(period.opens_on)
            return (
                _(
                    "Month %(month)s is not opened yet. It opens by itself on %(day)s, and can be "
                    "opened before by %(who)s."
                )
                % said
            )
        return _("Month %(month)s is not opened yet. It can be opened by %(who)s.") % said
    return _(
        "Month %(month)s has been locked since %(day)s: %(reason)s. It can be opened by %(who)s, "
        "who can also give a commune or a team more time."
    ) % {
        **said,
        "day": clock.written(timezone.localdate(period.state_at)),
        "reason": period.state_reason.rstrip("."),
    }


def is_writable(period: Period, *teams: Team | None) -> bool:
    """Whether reports of the month can change: all of them, or at least those of all `teams`,
    which have more time. None stands for a report that is not of a team."""
    if period.is_open:
        return True
    known = {team for team in teams if team}
    if period.state != Period.State.LOCKED or not known or None in teams:
        return False
    return len(extensions.in_force(period, known)) == len(known)


def demand_open(period: Period, *teams: Team | None, hold: bool = True) -> None:
    """Hold the month open until the transaction ends, so that nobody locks it in between; without
    `hold` it may be locked the moment after.

    Raises what `hold` and `demand_writable` do.
    """
    _look(period, hold=hold)
    demand_writable(period, *teams)


def hold(period: Period) -> None:
    """Let neither whoever locks the month, nor a decree that moves its teams, come in between until
    the transaction ends. Raises NotAllowed where the month is not of the connection's province."""
    _look(period, hold=True)


def _look(period: Period, *, hold: bool) -> None:
    with connection.cursor() as cursor:
        state = "select state from reports_period where id = %s"
        cursor.execute(f"{state} for share" if hold else state, [period.pk])
        row = cursor.fetchone()
    if row is None:
        raise NotAllowed(_("The month belongs to another province."))
    if row != (period.state,):
        period.refresh_from_db()


def hold_all(tenant_id: int) -> None:
    """Wait until nobody writes in any month of a province any more, and let nobody until the
    transaction ends: see `hold`."""
    months = Period.objects.filter(tenant=tenant_id).order_by("pk")
    list(months.select_for_update(no_key=True).values_list("pk"))


def demand_writable(period: Period, *teams: Team | None) -> None:
    """Raises NotPossibleNow, with the reason, where nobody can write in the month as it was seen
    last. A locked month is open to `teams` if each of them has more time."""
    if not is_writable(period, *teams):
        raise NotPossibleNow(why_closed(period))


def demand_begun(period: Period, *, on: date) -> None:
    """Raises NotPossibleNow before the first day of the month's window, and names that day."""
    if on < period.starts_on:
        raise NotPossibleNow(
            _("Month %(month)s can be submitted from %(day)s on. Save the figures as a draft.")
            % {"month": period, "day": date_format(period.starts_on, "SHORT_DATE_FORMAT")}
        )


def days_late(
    sent_at: datetime | None,
    period: Period,
    *,
    own_due_on: date | None,
    more_time_until: date | None = None,
) -> int:
    """How many days after its deadline a report was sent; 0 where it was in time, or is not sent.

    That is the deadline of the teams, or `own_due_on`, see `Report.due_on`, or `more_time_until`,
    see `reports.extensions`.
    """
    if sent_at is None:
        return 0
    of_month = own_due_on or period.team_due_on
    due_on = max(of_month, more_time_until or of_month)
    return max(0, (timezone.localdate(sent_at) - due_on).days)
