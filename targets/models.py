"""The yearly catalogue of targets that a commune's plan names."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from units.bilingual import Bilingual, in_language


class Target(Bilingual):
    """One target of a year: the rate that measures it and the level it asks for.

    `ratio_code` names a rate of the catalogue of figures, which stands above this app.
    """

    class Measures(models.TextChoices):
        RESULT = "result", _("result")
        ACTIVITY = "activity", _("activity")

    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    text_vi = models.TextField()
    text_en = models.TextField()
    ratio_code = models.CharField(max_length=40)
    at_least_percent = models.DecimalField(max_digits=5, decimal_places=2)
    measures = models.CharField(max_length=10, choices=Measures.choices)
    due_on = models.DateField()

    class Meta:
        ordering = ["year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="target_once_a_year"),
            models.CheckConstraint(
                name="target_asks_for_a_share",
                condition=models.Q(at_least_percent__gt=0, at_least_percent__lte=100),
            ),
        ]

    @property
    def text(self) -> str:
        return in_language(self, "text")
