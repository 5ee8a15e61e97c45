"""The yearly catalogue of targets."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from reports.catalogue import Catalogue
from targets.models import Target


def target(**changes: object) -> Target:
    fields = {
        "year": 2025, "number": 1, "label_vi": "một", "label_en": "one", "text_vi": "một",
        "text_en": "one", "ratio_code": "adults_paying", "at_least_percent": 90,
        "measures": Target.Measures.RESULT, "due_on": date(2025, 12, 31),
    }  # fmt: skip
    return Target(**fields | changes)


@pytest.mark.django_db
@pytest.mark.parametrize("percent", [0, -1, 100.01])
def test_target_asks_for_a_share(percent: float) -> None:
    with pytest.raises(IntegrityError, match="target_asks_for_a_share"):
        target(at_least_percent=percent).save()


def test_target_is_declared_once_a_year(forms: Catalogue) -> None:
    target().save()
    target(number=2).save()
    with pytest.raises(IntegrityError, match="target_once_a_year"), transaction.atomic():
        target(year=2024).save()


def test_target_is_worded_in_the_readers_language() -> None:
    fifth = target(text_vi="Tối thiểu 90%", text_en="At least 90%")
    with translation.override("en"):
        assert fifth.text == "At least 90%"
    with translation.override("vi"):
        assert fifth.text == "Tối thiểu 90%"
