"""Reads begin with what a person may see."""

import ast

import pytest
from django.apps import apps
from django.db import models

from tests.architecture.source import APPS, Source, faults, in_apps
from units.models import Unit

SHAPE = "the shape of the tree, asked through Unit.objects, which knows who asks"
MERGED = "the record of a merger, read by who merges provinces and takes it back"
# Why a model that leads to a unit hands out rows without asking who wants them.
NO_READER = {
    "units.Placement": SHAPE,
    "units.Ancestry": SHAPE,
    "units.Succession": SHAPE,
    "units.Merger": MERGED,
    "units.Arrival": MERGED,
}
BACK_DOORS = {"all", "get", "first", "last", "count", "exists", "values", "values_list"}


def views_and_api() -> list[Source]:
    return [
        source
        for source in in_apps()
        if source.path.name in {"api.py", "exports.py", "forms.py", "serializers.py", "views.py"}
        or "views" in source.path.parts
    ]


def leads_to_a_unit(model: type[models.Model], seen: frozenset[type] = frozenset()) -> bool:
    """Whether foreign keys lead from the model to a unit, over however many others."""
    if model is Unit:
        return True
    return any(
        leads_to_a_unit(field.related_model, seen | {model})
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model not in seen
    )


def models_of_units() -> list[type[models.Model]]:
    return [
        model
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if leads_to_a_unit(model) or any(f.name == "tenant" for f in model._meta.fields)
    ]


def is_history(model: type[models.Model]) -> bool:
    """History is read through the row it belongs to, and that row knows who asks."""
    return hasattr(model, "pgh_tracked_model")


@pytest.mark.parametrize("model", models_of_units(), ids=lambda model: model._meta.label)
def test_model_that_leads_to_a_unit_knows_who_asks(model: type[models.Model]) -> None:
    knows = hasattr(model._default_manager.all(), "visible_to")
    excused = is_history(model) or model._meta.label in NO_READER
    assert knows != excused


def test_every_excuse_names_a_model() -> None:
    labels = {model._meta.label for model in models_of_units()}
    assert set(NO_READER) <= labels
    assert {"teams.Team", "reports.Report", "reports.ReportStep", "accounts.User"} <= labels


def test_page_and_api_take_no_rows_without_asking_for_whom() -> None:
    """`Model.objects` is followed by `visible_to` or a narrower question, never by `all`."""

    def taken(source: Source) -> list[str]:
        return [
            f"line {node.lineno}: {ast.unparse(node)}"
            for node in source.nodes()
            if isinstance(node, ast.Attribute)
            and node.attr in BACK_DOORS
            and isinstance(node.value, ast.Attribute)
            and node.value.attr in {"objects", "_default_manager", "_base_manager"}
        ]

    assert faults(views_and_api(), taken) == {}
