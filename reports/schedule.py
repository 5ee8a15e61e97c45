"""The calendar of a province, the months laid out by it, and what the clock does by itself."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date
from itertools import pairwise

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from reports import batches, periods, working_days
from reports.models import Extension, Holiday, OwnHoliday, Period, ReportingCalendar, Status
from reports.periods import DECREE_09, Calendar, lay_out, month_before
from units import clock
from units.errors import DomainError, InvalidEntry, NotAllowed, NotPossibleNow
from units.models import Tenant
from units.text import normalise

MONTHS = range(1, 13)


# -- Calendars ----------------------------------------------------------------------------------


class Calendars:
    """The calendars that a province has had, read once."""

    def __init__(self, tenant: Tenant) -> None:
        rows = ReportingCalendar.objects.filter(tenant=tenant).order_by("-since")
        self.rows = [(row.since, _calendar(row)) for row in rows]
        # The first choice holds for all that came before, unless that was laid out without it.
        self.oldest = DECREE_09
        if self.rows and not _laid_out_before(tenant, self.rows[-1][0]):
            self.oldest = self.rows[-1][1]

    @property
    def newest(self) -> Calendar:
        return self.rows[0][1] if self.rows else DECREE_09

    def of(self, year: int, month: int) -> Calendar:
        """The one that lays out a month; that of the decree before a province chose any."""
        first = date(year, month, 1)
        return next((each for since, each in self.rows if since <= first), self.oldest)


def _laid_out_before(tenant: Tenant, first: date) -> bool:
    earlier = Q(year__lt=first.year) | Q(year=first.year, month__lt=first.month)
    return Period.objects.filter(earlier, tenant=tenant).exists()


def calendars_of(tenant: Tenant) -> list[ReportingCalendar]:
    """The calendars that a province has chosen, the newest first."""
    return list(ReportingCalendar.objects.filter(tenant=tenant).select_related("set_by"))


def months_to_choose(tenant: Tenant) -> list[date]:
    """The first days of the months from which another calendar can hold: a year and a half."""
    opened = Period.objects.filter(tenant=tenant).exclude(state=Period.State.UNOPENED)
    newest = opened.order_by("year", "month").last()
    today = clock.today()
    at = newest.year * 12 + newest.month if newest else today.year * 12 + today.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(at, at + 18)]


def _calendar(row: ReportingCalendar) -> Calendar:
    return Calendar(**{each.name: getattr(row, each.name) for each in fields(Calendar)})


@transaction.atomic
def choose_calendar(
    *, tenant: Tenant, since: date, calendar: Calendar, actor: User | None
) -> ReportingCalendar:
    """Lay out the months from one on by another calendar; those never opened are laid out anew.

    `since` is any day of that month. `actor` None is whoever runs the server. Raises NotAllowed,
    and InvalidEntry for a calendar that cannot be, or a month that was opened already: a deadline
    that people have been told stays.
    """
    if actor and not (actor.holds(Right.PERIODS) and actor.tenant_id == tenant.pk):
        raise NotAllowed(_("Only the provincial administrator sets the calendar."))
    first = since.replace(day=1)
    if errors := _why_no_calendar(calendar) | _why_not_since(tenant, first):
        raise InvalidEntry(_("Months cannot be laid out like this."), errors=errors)
    row, _created = ReportingCalendar.objects.update_or_create(
        tenant=tenant,
        since=first,
        defaults={**asdict(calendar), "set_at": clock.now(), "set_by": actor},
    )
    lay_out_anew(tenant)
    return row


def _why_no_calendar(calendar: Calendar) -> dict[str, list[str]]:
    names = ("starts_day", "team_due", "commune_due", "district_due", "province_due")
    errors = {
        name: [_("Choose a day from 1 to 28, which every month has.")]
        for name in names
        if not 1 <= getattr(calendar, name) <= 28
    }
    for earlier, later in pairwise(names[1:]):
        if getattr(calendar, earlier) > getattr(calendar, later):
            errors.setdefault(later, []).append(
                _("This deadline lies before that of the level below.")
            )
    if calendar.locks_after is not None and not 1 <= calendar.locks_after <= 365:
        errors["locks_after"] = [_("Choose 1 to 365 days, or leave it empty.")]
    return errors


def _why_not_since(tenant: Tenant, first: date) -> dict[str, list[str]]:
    opened = Period.objects.filter(tenant=tenant).exclude(state=Period.State.UNOPENED)
    newest = opened.order_by("year", "month").last()
    if newest is None or (newest.year, newest.month) < (first.year, first.month):
        return {}
    said = _("Month %(month)s has been opened: choose a later one.") % {"month": newest}
    return {"since": [said]}


# -- Months -------------------------------------------------------------------------------------


def lay_out_year(*, tenant: Tenant, year: int) -> list[Period]:
    """Make the months of a year, none of them open. Raises NotPossibleNow where one is there."""
    if Period.objects.filter(tenant=tenant, year=year).exists():
        raise NotPossibleNow(_("Months of %(year)s are laid out already.") % {"year": year})
    return Period.objects.bulk_create(_laid_out(tenant, [(year, month) for month in MONTHS]))


@transaction.atomic
def lay_out_anew(tenant: Tenant) -> None:
    """Bring the months that were never opened in line with the calendars and the days off."""
    rows = {
        (row.year, row.month): row
        for row in Period.objects.select_for_update().filter(
            tenant=tenant, state=Period.State.UNOPENED
        )
    }
    days = [name for name in LAID_OUT if name not in ("year", "month")]
    for drawn in _laid_out(tenant, rows):
        row = rows[drawn.year, drawn.month]
        for name in days:
            setattr(row, name, getattr(drawn, name))
    Period.objects.bulk_update(rows.values(), days)


LAID_OUT = (
    "year", "month", "starts_on", "ends_on", "team_due_on", "commune_due_on", "district_due_on",
    "province_due_on", "opens_on", "locks_on",
)  # fmt: skip


def _laid_out(tenant: Tenant, months: Iterable[tuple[int, int]]) -> list[Period]:
    calendars, days = Calendars(tenant), working_days.of(tenant)
    return [
        lay_out(
            tenant=tenant,
            year=year,
            month=month,
            by=calendars.of(year, month),
            before=calendars.of(*month_before(year, month)),
            days=days,
        )
        for year, month in months
    ]


# -- Days off of a province ---------------------------------------------------------------------


@transaction.atomic
def set_day(*, tenant: Tenant, on: date, is_worked: bool, label: str, actor: User) -> OwnHoliday:
    """Say of a day that it is off in the province, or worked; deadlines of months to come follow.

    Raises NotAllowed, and InvalidEntry without a name, or for a day that nobody has to be told of.
    """
    _demand_setter(tenant, actor)
    label = normalise(label)
    if not label:
        raise InvalidEntry(_("Name the day."), errors={"label": [_("Name the day.")]})
    day, _created = OwnHoliday.objects.update_or_create(
        tenant=tenant,
        on=on,
        defaults={
            "is_worked": is_worked, "label": label, "set_at": clock.now(), "set_by": actor,
        },
    )  # fmt: skip
    lay_out_anew(tenant)
    return day


@transaction.atomic
def forget_day(*, day: OwnHoliday, actor: User) -> None:
    """Take back what was said of a day."""
    _demand_setter(day.tenant, actor)
    day.delete()
    lay_out_anew(day.tenant)


def _demand_setter(tenant: Tenant, actor: User) -> None:
    if not (actor.holds(Right.PERIODS) and actor.tenant_id == tenant.pk):
        raise NotAllowed(_("Only the provincial administrator sets days off."))


def settled_until() -> date | None:
    """The last day that the catalogue knows to be off or worked; after it nothing is told."""
    return Holiday.objects.order_by("on").values_list("on", flat=True).last()


# -- What the clock does by itself ---------------------------------------------------------------


@transaction.atomic
def hold(*, period: Period, is_held: bool, actor: User) -> None:
    """Keep a month from opening and locking by itself, or let it again."""
    periods.demand_keeper(period, actor)
    Period.objects.filter(pk=period.pk).update(is_held=is_held)
    period.is_held = is_held


def run(tenant: Tenant) -> list[str]:
    """Open and lock what is due today, safe to repeat; returns why each other could not be.

    A month that was locked and opened again by hand is not locked again, and one whose day of
    locking is past before it was ever opened is left to the administrator.
    """
    today = clock.today()
    due = Period.objects.filter(tenant=tenant, is_held=False).order_by("year", "month")
    unopened, opened = (due.filter(state=each) for each in (Period.State.UNOPENED, "open"))
    failures = []
    for period in unopened.filter(opens_on__lte=today).exclude(locks_on__lte=today):
        failures += _attempt(period, Period.State.OPEN)
    for period in opened.filter(locks_on__lte=today):
        failures += _attempt(period, Period.State.LOCKED)
    for period in Period.objects.filter(tenant=tenant, state=Period.State.LOCKED):
        lock_late_comers(period)
    return failures


def _attempt(period: Period, state: Period.State) -> list[str]:
    try:
        # What is written down is read by many: in the language of the province.
        with translation.override(settings.LANGUAGE_CODE):
            if state == Period.State.OPEN:
                periods.open_period(period=period, actor=None, reason=_opening(period))
            else:
                periods.lock_period(period=period, actor=None, reason=_locking(period))
    except DomainError as refusal:
        return [f"{period}: {refusal.message}"]
    return []


def _opening(period: Period) -> str:
    return _("opened as scheduled on %(day)s") % {
        "day": clock.written(period.opens_on or clock.today())
    }


def _locking(period: Period) -> str:
    locks_on = period.locks_on or clock.today()
    return _("locked as scheduled, %(days)s days after the province's deadline of %(due)s") % {
        "days": (locks_on - period.province_due_on).days,
        "due": clock.written(period.province_due_on),
    }


def lock_late_comers(period: Period) -> int:
    """Lock what was approved in a locked month while a team had more time, once that has ended."""
    approved = period.reports.filter(status=Status.APPROVED).select_related("team")
    if not Extension.objects.filter(period=period).exists() or not approved.exists():
        return 0
    ended = [each for each in approved if not periods.is_writable(period, each.team)]
    return batches.lock_reports(period=period, actor=None, only=ended)
