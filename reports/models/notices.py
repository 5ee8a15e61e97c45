"""What the portal tells one person: a report that came back, what they hold up, and for whom they
stand in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.reporting import Period, Report
from reports.querysets import NoticeQuerySet
from units.models import TenantModel


class Notice(TenantModel):
    """Something to be read by one person, in the portal and, if they want it, by mail.

    `content` has names, days and numbers, see `reports.wording`: the sentences are made of them in
    the language of whoever reads. The row is the letter, too, so that none is lost with a broker.
    """

    class Kind(models.TextChoices):
        RETURNED = "returned", _("report returned")
        REMINDER = "reminder", _("reminder")
        DELEGATION = "delegation", _("standing in")

    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # The newest of the months that it is about; None where it is about none.
    period = models.ForeignKey(Period, null=True, on_delete=models.CASCADE, related_name="+")
    # The report that came back; None for the others, whose content names what they are about.
    report = models.ForeignKey(Report, null=True, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    content = models.JSONField()
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    # From when on it can be mailed; None where it was, or is not to be.
    mail_from = models.DateTimeField(null=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["to", "on"],
                condition=models.Q(kind="reminder"),
                name="one_reminder_a_person_and_day",
            ),
        ]
        indexes = [
            models.Index(fields=["to", "-made_at"], name="notices_of_a_person"),
            # Asked at every page, and each minute; both find few rows among many.
            models.Index(fields=["to"], condition=models.Q(read_at=None), name="unread_notices"),
            models.Index(
                fields=["tenant", "mail_from"],
                condition=models.Q(mail_from__isnull=False),
                name="notices_to_be_mailed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to_id}"
