"""The catalogue of figures, the months, the reports, and the totals derived from them."""

from datetime import date, datetime

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.querysets import (
    PeriodQuerySet,
    ReportPartQuerySet,
    ReportQuerySet,
    TotalQuerySet,
)
from teams.models import Team
from units import clock
from units.bilingual import Bilingual, in_language
from units.models import Level, TenantModel, Unit
from units.querysets import TenantQuerySet


class Form(Bilingual):
    """A list of indicators for one kind of reporter, as it stood in one year."""

    code = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "year"], name="form_once_a_year"),
        ]


class Section(Bilingual):
    """A group of indicators under one heading of a form."""

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="sections")
    code = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField()
    # Whether its figures are the parts of the year's targets, so that rates say more than sums.
    shows_targets = models.BooleanField(default=False)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["form", "code"], name="section_once_a_form"),
        ]


class Indicator(Bilingual):
    """One figure: declared here once, read by the form, the API, the roll-up and the pages."""

    class Kind(models.TextChoices):
        FLOW = "flow", _("counted in the month")
        STOCK = "stock", _("as of the end of the month")

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="indicators")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="indicators")
    code = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=5, choices=Kind.choices)
    unit_vi = models.CharField(max_length=30)
    unit_en = models.CharField(max_length=30)
    help_vi = models.CharField(max_length=250, blank=True)
    help_en = models.CharField(max_length=250, blank=True)
    maximum = models.PositiveIntegerField()
    # What others print above it, besides its label.
    headings = models.JSONField(default=list, db_default=[])
    # Whether it stands beside each team where teams are listed; the first of these leads the year.
    is_headline = models.BooleanField(default=False)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["form", "code"], name="indicator_once_a_form"),
        ]

    @property
    def unit_of_measure(self) -> str:
        return in_language(self, "unit")

    @property
    def help(self) -> str:
        return in_language(self, "help")


class Ratio(Bilingual):
    """A rate that always travels with its two parts; the numerator is a part of the denominator."""

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="ratios")
    code = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField()
    numerator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="+")
    denominator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["form", "code"], name="ratio_once_a_form"),
        ]


# -- Months -------------------------------------------------------------------------------------


@pghistory.track(level=pghistory.Statement)
class Period(TenantModel):
    """One month of one province: its window, its deadlines, its form, and who may still write."""

    class State(models.TextChoices):
        UNOPENED = "unopened", _("not opened yet")
        OPEN = "open", _("open")
        LOCKED = "locked", _("locked")

    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    team_due_on = models.DateField()
    commune_due_on = models.DateField()
    district_due_on = models.DateField()
    province_due_on = models.DateField()
    # The days on which it opens and locks by itself; None where somebody has to.
    opens_on = models.DateField(null=True)
    locks_on = models.DateField(null=True)
    # An administrator has stopped that for now.
    is_held = models.BooleanField(default=False)
    form = models.ForeignKey(Form, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.UNOPENED)
    state_reason = models.CharField(max_length=250, blank=True)
    state_at = models.DateTimeField(null=True)
    state_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-month"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "year", "month"], name="month_once_a_tenant"),
            models.CheckConstraint(
                name="window_before_deadlines_in_order",
                condition=models.Q(starts_on__lte=models.F("ends_on"))
                & models.Q(team_due_on__lte=models.F("commune_due_on"))
                & models.Q(commune_due_on__lte=models.F("district_due_on"))
                & models.Q(district_due_on__lte=models.F("province_due_on")),
            ),
            models.CheckConstraint(
                name="open_month_has_a_form",
                condition=~models.Q(state="open") | models.Q(form__isnull=False),
            ),
            models.CheckConstraint(
                name="month_of_the_year", condition=models.Q(month__gte=1, month__lte=12)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:02}/{self.year}"

    @property
    def key(self) -> str:
        """How the month is written in an address."""
        return f"{self.year}-{self.month:02}"

    @property
    def before(self) -> tuple[int, int]:
        """Year and month of the month before."""
        return (self.year, self.month - 1) if self.month > 1 else (self.year - 1, 12)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def has_begun(self) -> bool:
        """Whether the first day of its window is here; until then nothing can be submitted."""
        return self.starts_on <= clock.today()

    def due_on(self, level: Level) -> date:
        """The day by which a unit of the level sends the month on; below a commune, the teams.

        The nation gets what the provinces send, so that its day is theirs.
        """
        days = {
            Level.COMMUNE: self.commune_due_on,
            Level.DISTRICT: self.district_due_on,
            Level.HAMLET: self.team_due_on,
        }
        return days.get(level, self.province_due_on)

    @property
    def tree_on(self) -> date:
        """The day whose tree its totals use."""
        return self.ends_on


# -- Reports ------------------------------------------------------------------------------------


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")
    LOCKED = "locked", _("locked")

    @classmethod
    def counted(cls) -> list["Status"]:
        """Whose figures stand in the totals."""
        return [cls.APPROVED, cls.LOCKED]

    @classmethod
    def editable(cls) -> list["Status"]:
        return [cls.DRAFT, cls.RETURNED]


@pghistory.track(level=pghistory.Statement)
class Report(TenantModel):
    """One document: what one reporter says of one month.

    `values` maps an indicator's code to an integer. A missing key is not reported, null is not
    applicable, 0 is zero; the three never mix. `unit` is where the team sat at its first draft.
    """

    # The indexes below begin with these, and a report is written more often than it is looked for.
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+", db_index=False)
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="reports", db_index=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(
        Team, null=True, on_delete=models.PROTECT, related_name="reports", db_index=False
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    values = models.JSONField(default=dict)
    difficulties = models.TextField(blank=True, max_length=2000)
    proposals = models.TextField(blank=True, max_length=2000)
    # What was said of what a check found, by the check's code.
    explanations = models.JSONField(
        default=dict, db_default=models.Value({}, output_field=models.JSONField())
    )
    version = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField(null=True)
    # The deadline by which it was sent, where that of its month is another by now: it was sent in
    # a province that has become part of this one, see `reports.mergers`.
    due_on = models.DateField(null=True)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    # Told by `with_readable` of somebody, by `with_sent_at` and by `with_was_locked`.
    is_readable: bool
    sent_at: datetime | None
    was_ever_locked: bool

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "period"], name="team_reports_a_month_once"),
            models.UniqueConstraint(
                fields=["unit", "period", "form"],
                condition=models.Q(team=None),
                name="unit_reports_a_month_once",
            ),
        ]
        indexes = [models.Index(fields=["period", "unit"])]

    def __str__(self) -> str:
        return f"{self.team or self.unit} {self.period}"

    @property
    def is_editable(self) -> bool:
        return self.status in Status.editable()

    @property
    def is_submitted(self) -> bool:
        return not self.is_editable


class ReportStep(TenantModel):
    """A step that was taken: who, when, why. Written by `reports.workflow` alone, and never again:
    no row is changed or deleted."""

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="steps", db_index=False
    )
    name = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=Status.choices)
    version = models.PositiveIntegerField()
    reason = models.TextField(blank=True, max_length=1000)
    # By the code of the figure, see `reports.remarks`.
    remarks = models.JSONField(default=dict)
    # A retried request carries the key of the first: the database lets one of them in.
    key = models.UUIDField(null=True)
    at = models.DateTimeField()
    # None where the schedule took the step.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ReportPartQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "key"], name="request_steps_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.report_id}"


# -- Totals -------------------------------------------------------------------------------------


class Total(TenantModel):
    """What the reports under a unit add up to in a month, and how complete that is.

    `values` has a code only if somebody gave the figure or said it does not apply; it is null
    where all who answered said so. `gave` and `not_applicable` count the reporters behind each.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="totals")
    # The constraint's index begins with it, and every index is written at each roll-up.
    period = models.ForeignKey(
        Period, on_delete=models.CASCADE, related_name="totals", db_index=False
    )
    tree_on = models.DateField()
    values = models.JSONField(default=dict)
    gave = models.JSONField(default=dict)
    not_applicable = models.JSONField(default=dict)
    expected = models.PositiveIntegerField(default=0)
    submitted = models.PositiveIntegerField(default=0)
    approved = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField()

    objects = TotalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "unit", "tree_on"], name="total_once"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period_id}"


class DirtyTotal(TenantModel):
    """A mark that a total no longer holds. Marks are added and swept, never updated: an approval
    must not wait for the sweep of the one before."""

    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    marked_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period_id}"
