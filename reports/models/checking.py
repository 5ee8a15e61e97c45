"""What is checked of a month before it is handed in."""

from django.db import models

from reports.models.reporting import Form, Indicator
from units.bilingual import Bilingual, in_language


class Check(Bilingual):
    """One question that a month has to pass: of one figure, or of all of them where `indicator` is
    None. The sentence may hold `%(value)s` and `%(other)s`."""

    class Kind(models.TextChoices):
        WITHIN_TEAM = "within-team"
        FALLEN = "fallen"
        TENFOLD = "tenfold"
        MORE_THAN = "more-than"
        ALL_SAME = "all-same"
        ALMOST_EMPTY = "almost-empty"
        UNTOUCHED = "untouched"

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="checks")
    code = models.CharField(max_length=90)
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    indicator = models.ForeignKey(
        Indicator, null=True, on_delete=models.CASCADE, related_name="checks"
    )
    other = models.ForeignKey(Indicator, null=True, on_delete=models.CASCADE, related_name="+")
    # What is less is not judged: a figure, or how many are given.
    at_least = models.PositiveIntegerField(default=0)
    sentence_vi = models.CharField(max_length=250)
    sentence_en = models.CharField(max_length=250)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["form", "code"], name="check_once_a_form"),
        ]

    @property
    def is_hard(self) -> bool:
        """Whether nothing can explain it, so that it forbids to submit."""
        return self.kind == self.Kind.WITHIN_TEAM

    @property
    def sentence(self) -> str:
        return in_language(self, "sentence")

    @property
    def title(self) -> str:
        return f"{self.label} ({self.indicator.label})" if self.indicator else self.label
