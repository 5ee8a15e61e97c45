"""Tables that others have added up, as they are printed: held against their own rows and against
the portal's figures, and replaced by neither."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.querysets import DeclarationQuerySet, DeclaredPartQuerySet
from teams.models import Batch
from teams.models.history import recorded
from units.models import TenantModel, Unit


@recorded
class Declaration(TenantModel):
    """A consolidated table of a unit: of a month, or of several in a row within a year. It never
    changes: a table that was mended stands beside the first."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    # The last one; None for a table of the whole year.
    month = models.PositiveSmallIntegerField(null=True)
    # Of a quarter, half-year or nine months; None for a table of one month, or of the whole year.
    first_month = models.PositiveSmallIntegerField(null=True)
    title = models.CharField(max_length=250)
    # In the order of the print, each {"key": …, "heading": …}; the key is an indicator's code where
    # one is known.
    columns = models.JSONField()
    # The file that brought it, and who, and when.
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        ordering = ["-year", models.F("month").desc(nulls_first=True), "-pk"]
        indexes = [models.Index(fields=["unit", "year"])]
        constraints = [
            models.CheckConstraint(
                name="declared_month_of_the_year",
                condition=models.Q(month=None) | models.Q(month__gte=1, month__lte=12),
            ),
            models.CheckConstraint(
                name="declared_months_in_a_row",
                condition=models.Q(first_month=None)
                | models.Q(first_month__gte=1, first_month__lt=models.F("month")),
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept_as_printed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.title} ({self.year})"

    @property
    def keys(self) -> list[str]:
        return [column["key"] for column in self.columns]


@recorded
class DeclaredRow(TenantModel):
    """One row as it is printed, or the printed total. `unit` is None where the name is of none.

    `cells` maps a column's key to its figure; a blank cell has no key, and is not 0.
    """

    declaration = models.ForeignKey(
        Declaration, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    # As Excel numbers it in the file.
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=150)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    cells = models.JSONField(default=dict)
    is_total = models.BooleanField(default=False)

    objects = DeclaredPartQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "number"], name="declared_row_once"),
            models.UniqueConstraint(
                fields=["declaration"],
                condition=models.Q(is_total=True),
                name="one_declared_total_a_table",
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept_as_printed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.name


@recorded
class DeclaredReason(TenantModel):
    """Why a column's printed total is not what it is held against: said by one, signed off by
    another."""

    class Against(models.TextChoices):
        ROWS = "rows", _("the sum of the rows")
        PORTAL = "portal", _("the portal")

    declaration = models.ForeignKey(
        Declaration, on_delete=models.CASCADE, related_name="reasons", db_index=False
    )
    # The column's key.
    column = models.CharField(max_length=40)
    against = models.CharField(max_length=6, choices=Against.choices, db_default=Against.ROWS)
    # The two figures that were seen when it was given or, later, signed off: the portal's may be
    # another by now. None where they were not kept yet.
    printed = models.BigIntegerField(null=True)
    held = models.BigIntegerField(null=True)
    text = models.TextField(max_length=1000)
    # Whoever signs has seen this one.
    version = models.PositiveIntegerField(default=1)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DeclaredPartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "column", "against"], name="one_reason_a_difference"
            ),
            models.CheckConstraint(
                name="nobody_signs_their_own_reason",
                condition=models.Q(signed_by=None) | ~models.Q(signed_by=models.F("given_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.column}"
