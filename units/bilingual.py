"""Rows of a catalogue that name themselves in both languages."""

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import get_language


def in_language(row: models.Model, field: str) -> str:
    """`field` in the reader's language; Vietnamese unless they chose English."""
    return getattr(row, f"{field}_{'en' if get_language() == 'en' else 'vi'}")


class CatalogueQuerySet(QuerySet[Any]):
    """The catalogue is the nation's: everybody who signs in reads it, and no page writes it."""

    def visible_to(self, user: Any) -> "CatalogueQuerySet":
        return self if user.is_authenticated else self.none()


class Bilingual(models.Model):
    label_vi = models.CharField(max_length=250)
    label_en = models.CharField(max_length=250)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return in_language(self, "label")
