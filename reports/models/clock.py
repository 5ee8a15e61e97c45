"""The legal clock: how months are laid out, days off, longer deadlines, and late corrections."""

from datetime import date

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.reporting import Period, Report
from reports.querysets import ClockQuerySet, ExtensionQuerySet, ReportPartQuerySet
from teams.models import Team
from teams.models.history import recorded
from units.bilingual import CatalogueQuerySet, in_language
from units.models import TenantModel, Unit

# Every month has it, so that a window or a deadline never has to be cut.
LAST_SAFE_DAY = 28


class Shift(models.TextChoices):
    """What becomes of a deadline on a weekend or a holiday."""

    NONE = "none", _("it stays where it is")
    LATER = "later", _("it moves to the next working day")
    EARLIER = "earlier", _("it moves to the last working day before")


@pghistory.track(level=pghistory.Statement)
class ReportingCalendar(TenantModel):
    """How a province lays out its months from one on, see `reports.periods.Calendar`."""

    since = models.DateField()
    starts_day = models.PositiveSmallIntegerField()
    team_due = models.PositiveSmallIntegerField()
    commune_due = models.PositiveSmallIntegerField()
    district_due = models.PositiveSmallIntegerField()
    province_due = models.PositiveSmallIntegerField()
    shift = models.CharField(max_length=7, choices=Shift.choices, default=Shift.NONE)
    # The decree fixes no report of nine months: only who asks for one has it.
    has_nine_months = models.BooleanField(default=False)
    opens_by_itself = models.BooleanField(default=False)
    # Days after the province's deadline; None where months are locked by hand.
    locks_after = models.PositiveSmallIntegerField(null=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "since"], name="calendar_once_from_a_month"),
            models.CheckConstraint(
                name="calendar_since_the_first_of_a_month",
                condition=models.Q(since__day=1),
            ),
            models.CheckConstraint(
                name="calendar_days_in_every_month",
                condition=models.Q(starts_day__gte=1, starts_day__lte=LAST_SAFE_DAY)
                & models.Q(team_due__gte=1, province_due__lte=LAST_SAFE_DAY),
            ),
            models.CheckConstraint(
                name="calendar_deadlines_in_order",
                condition=models.Q(team_due__lte=models.F("commune_due"))
                & models.Q(commune_due__lte=models.F("district_due"))
                & models.Q(district_due__lte=models.F("province_due")),
            ),
            models.CheckConstraint(
                name="calendar_locks_after_the_deadline",
                condition=models.Q(locks_after__isnull=True) | models.Q(locks_after__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.since:%m/%Y}"


# -- Days off -----------------------------------------------------------------------------------


class Holiday(models.Model):
    """A day of the whole country: off, or a Saturday that is worked. Part of the catalogue."""

    on = models.DateField(unique=True)
    is_worked = models.BooleanField(default=False)
    label_vi = models.CharField(max_length=100)
    label_en = models.CharField(max_length=100)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.on} {self.label}"

    @property
    def label(self) -> str:
        return in_language(self, "label")


class OwnHoliday(TenantModel):
    """The same of one province, which adds to the days of the country and overrules them."""

    on = models.DateField()
    is_worked = models.BooleanField(default=False)
    label = models.CharField(max_length=100)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "on"], name="own_holiday_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.label}"


# -- More time, and what is too late -------------------------------------------------------------


@recorded
class Extension(TenantModel):
    """More time for the teams of one unit, or for one of them, until the end of a day.

    It moves the deadline, and keeps a month writable for them that is locked for everybody else.
    """

    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="extensions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    until = models.DateField()
    reason = models.CharField(max_length=250)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    # Told by `with_last_on` and `with_tree_on` of those asked for so.
    last_on: date
    tree_on: date

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["-until", "-pk"]

    def __str__(self) -> str:
        return f"{self.team or self.unit} {self.until:%d/%m/%Y}"


class Correction(TenantModel):
    """Other figures for a locked report: proposed by one person, confirmed by another."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("rejected")

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="corrections")
    # What the report said when the correction was proposed: it replaces nothing else.
    old_values = models.JSONField()
    values = models.JSONField()
    reason = models.TextField(max_length=1000)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ReportPartQuerySet.as_manager()

    class Meta:
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report"],
                condition=models.Q(state="waiting"),
                name="one_correction_waits_a_report",
            ),
            models.CheckConstraint(
                name="nobody_confirms_their_own_correction",
                condition=~models.Q(state="confirmed")
                | ~models.Q(decided_by=models.F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.state}"
