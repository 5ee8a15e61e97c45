"""What was done to keep the totals, for those who look after the portal."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.querysets import RunQuerySet
from units.models import TenantModel


class RollupRun(TenantModel):
    """One run of the roll-up in a province: a sweep, a nightly comparison, a rebuild that somebody
    asked for, or months that somebody asked for under other units than their own.

    What runs by itself is written down once it has ended. A rebuild is written down when it is
    asked for, and says month by month how far it is.
    """

    class Kind(models.TextChoices):
        SWEEP = "sweep", gettext_lazy("sweep of marks")
        NIGHTLY = "nightly", gettext_lazy("nightly comparison")
        REBUILD = "rebuild", gettext_lazy("rebuild")
        RESTATING = "restating", gettext_lazy("months under today's units")

    class State(models.TextChoices):
        WAITING = "waiting", gettext_lazy("waits for a worker")
        RUNNING = "running", gettext_lazy("running")
        INTERRUPTED = "interrupted", gettext_lazy("interrupted")
        FAILED = "failed", gettext_lazy("failed")
        DIFFERED = "differed", gettext_lazy("differences found")
        DONE = "done", gettext_lazy("done")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    # What a rebuild is of: a month, a year, or all months where both are None.
    year = models.PositiveSmallIntegerField(null=True)
    month = models.PositiveSmallIntegerField(null=True)
    asked_at = models.DateTimeField()
    # None is the clock, or whoever runs the server.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Marks of a sweep; months of all others, of so many.
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    # How many totals came out differently, and the first figures of them, see `reports.runs`.
    differences = models.PositiveIntegerField(default=0)
    examples = models.JSONField(default=list)
    # Why it broke off.
    failure = models.CharField(max_length=250, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(kind="rebuild", ended_at=None),
                name="one_rebuild_a_province_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "kind", "-asked_at"], name="runs_of_a_kind"),
            models.Index(
                fields=["tenant", "-asked_at"],
                condition=models.Q(differences__gt=0),
                name="runs_that_differed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.asked_at}"

    @property
    def about(self) -> str:
        """What a rebuild is of, in words."""
        if self.month:
            return _("month %(month)s") % {"month": f"{self.month:02}/{self.year}"}
        return _("the year %(year)s") % {"year": self.year} if self.year else _("all months")

    @property
    def duration(self) -> timedelta | None:
        """None where it has not ended, or never began."""
        return self.ended_at - self.started_at if self.ended_at and self.started_at else None

    def state(self, *, is_at_work: bool) -> State:
        """Where it stands; `is_at_work` is whether a worker is rebuilding the province now."""
        if self.ended_at is None:
            if self.started_at is None:
                return self.State.WAITING
            return self.State.RUNNING if is_at_work else self.State.INTERRUPTED
        if self.failure:
            return self.State.FAILED
        if self.done < self.of:
            return self.State.INTERRUPTED
        return self.State.DIFFERED if self.differences else self.State.DONE
