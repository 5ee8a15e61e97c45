"""Photos and files that show what a month's figures stand on."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.reporting import Report
from reports.querysets import EvidenceQuerySet
from units.models import Tenant, TenantModel


@pghistory.track(level=pghistory.Statement)
class Evidence(TenantModel):
    """One file beside a report. What was removed can be put back while the report can be written
    and the file is kept, see `reports.evidence`."""

    class Kind(models.TextChoices):
        """By the ending under which we store it."""

        PHOTO = "jpg", _("Photo")
        PDF = "pdf", _("PDF")
        WORKBOOK = "xlsx", _("Excel")
        DOCUMENT = "docx", _("Word")

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="evidence", db_index=False
    )
    # What its owner calls it, with the ending of what it is. The storage knows it by `key` alone.
    name = models.CharField(max_length=120)
    key = models.UUIDField(unique=True)
    # The province in whose folder the storage has it, where that has become part of this one.
    stored_under = models.ForeignKey(
        Tenant, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=4, choices=Kind.choices)
    # In bytes, as it is stored; so is the digest.
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["report"])]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "sha256"],
                condition=models.Q(removed_at=None),
                name="same_file_once_a_report",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> str:
        return folder_of(self.stored_under_id or self.tenant_id)

    @property
    def path(self) -> str:
        """Where the storage has it."""
        return f"{self.folder}/{self.key}.{self.kind}"

    @property
    def small_path(self) -> str:
        """Where the storage has the small picture of a photo; other kinds have none."""
        return f"{self.folder}/{self.key}-small.jpg"

    @property
    def is_photo(self) -> bool:
        return self.kind == self.Kind.PHOTO


def folder_of(tenant_id: int) -> str:
    """The folder of a province in the storage."""
    return f"evidence/{tenant_id}"
