"""What teams teach, and with which materials."""

from django.db import models

from units.bilingual import Bilingual


class Skill(Bilingual):
    """One of the five basic digital skills that teams guide residents in."""

    number = models.PositiveSmallIntegerField(unique=True)
    code = models.CharField(max_length=40, unique=True)

    class Meta:
        ordering = ["number"]


class Material(Bilingual):
    """A guidance document that teams hand on, and the skill it serves."""

    number = models.PositiveSmallIntegerField(unique=True)
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="materials")

    class Meta:
        ordering = ["number"]
