"""The 25 essential services of Đề án 06, and what a province reports of them."""

from datetime import date, timedelta

import pghistory
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from units.bilingual import Bilingual, CatalogueQuerySet, in_language
from units.models import TenantModel, Unit
from units.querysets import TenantQuerySet


class PublicService(Bilingual):
    """One of the 25 essential services of Đề án 06."""

    number = models.PositiveSmallIntegerField(unique=True)
    family_vi = models.CharField(max_length=100)
    family_en = models.CharField(max_length=100)

    class Meta:
        ordering = ["number"]

    @property
    def family(self) -> str:
        return in_language(self, "family")


class ServiceAgency(models.Model):
    """Which agency answers for a service, and when: two moved to the police by 2025."""

    service = models.ForeignKey(PublicService, on_delete=models.CASCADE, related_name="agencies")
    name_vi = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    valid = DateRangeField()

    objects = CatalogueQuerySet.as_manager()

    def __str__(self) -> str:
        return in_language(self, "name")


@pghistory.track(level=pghistory.Statement)
class ServiceFigure(TenantModel):
    """What a province reports of one service, with the period and the definition of its own."""

    class Measure(models.TextChoices):
        ONLINE = "online", _("online / received")
        ON_TIME = "on_time", _("on time / received")
        RESOLVED = "resolved", _("resolved / received")
        ACHIEVED = "achieved", _("achieved / eligible")
        DOSSIERS = "dossiers", _("dossiers")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(PublicService, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=10, choices=Measure.choices)
    period = DateRangeField()
    numerator = models.PositiveIntegerField()
    denominator = models.PositiveIntegerField(null=True)
    note_vi = models.CharField(max_length=250, blank=True)
    note_en = models.CharField(max_length=250, blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        ordering = ["service__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "service", "measure", "period"], name="service_figure_once"
            ),
            models.CheckConstraint(
                name="service_part_within_whole",
                condition=models.Q(denominator__isnull=True)
                | models.Q(numerator__lte=models.F("denominator")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.period}"

    @property
    def first_on(self) -> date:
        return self.period.lower

    @property
    def last_on(self) -> date:
        return self.period.upper - timedelta(days=1)

    @property
    def note(self) -> str:
        return in_language(self, "note")
