"""Reasons that were given before there was one for each difference of a column."""

from importlib import import_module
from pathlib import Path

from django.apps import apps

from reports import declared_reasons
from reports.models import DeclaredReason
from tests.cast import Cast, Enter
from tests.reports import declaring
from tests.reports.declaring import SMALL

migration = import_module("reports.migrations.0019_reasons_of_differences")


def test_reasons_are_told_which_difference_they_are_of(
    cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    """The poor households add up, so that theirs was of the portal's figure, which nobody kept."""
    with enter(cast.admin):
        table = declaring.declare(declaring.save(tmp_path, SMALL[1:]), cast.admin, cast, "22")
        seen = {"rows-residents_guided": 0}
        declared_reasons.explain(declaration=table, seen=seen, text="Sót", actor=cast.admin)
        DeclaredReason.objects.update(printed=None, held=None)
        first = DeclaredReason.objects.get()
        first.pk, first.column = None, "other-3"
        first.save()
    migration.tell_figures(apps, None)
    with enter(cast.admin):
        told = DeclaredReason.objects.order_by("pk")
        assert list(told.values_list("column", "against", "printed", "held")) == [
            ("residents_guided", "rows", 12, 10),
            ("other-3", "portal", 7, None),
        ]
