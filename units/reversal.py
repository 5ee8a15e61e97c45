"""Taking back what one transaction of the history did, and what stands in the way of it.

The history of a tracked model holds every version of every row, with the context in which it came
to be. What a context created is deleted, what it changed becomes what it was before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, models

Model = type[models.Model]


@dataclass(frozen=True)
class Later:
    """Rows of `model` that somebody changed, or built upon, after the context."""

    model: Model
    ids: list[int]


def standing_on(tracked: Iterable[Model], context: UUID) -> list[Later]:
    """What would be lost if the context were taken back; empty if nothing would."""
    created = {model: _created(model, context) for model in tracked}
    found = [Later(model, _changed_since(model, context)) for model in created]
    for model, ids in created.items():
        found += [_built_on(relation, ids, created) for relation in _relations(model)]
    return [each for each in found if each.ids]


def take_back(tracked: Sequence[Model], context: UUID) -> None:
    """Undo the context; whatever refers to others has to stand before them in `tracked`."""
    for model in tracked:
        ids = _created(model, context)
        with connection.cursor() as cursor:
            cursor.execute(f"delete from {model._meta.db_table} where id = any(%s)", [ids])
    for model in reversed(tracked):
        _restore(model, context)


def _relations(model: Model) -> list[Any]:
    """The foreign keys of others that lead here; those of the history hold nothing up."""
    return [
        relation
        for relation in model._meta.related_objects
        if not hasattr(relation.related_model, "pgh_tracked_model")
    ]


def _built_on(relation: Any, ids: list[int], created: dict[Model, list[int]]) -> Later:
    holder = relation.related_model
    rows = holder._base_manager.filter(**{f"{relation.field.name}__in": ids})
    own = set(created.get(holder, []))
    return Later(holder, [pk for pk in rows.values_list("pk", flat=True) if pk not in own])


def _events(model: Model) -> str:
    events: Any = model._meta.get_field("events")
    return str(events.related_model._meta.db_table)


def _created(model: Model, context: UUID) -> list[int]:
    return _ask(
        f"select id from {_events(model)} where pgh_context_id = %s and pgh_label = 'insert'",
        context,
    )


def _changed_since(model: Model, context: UUID) -> list[int]:
    return _ask(
        f"""
        select distinct later.id
        from {_events(model)} later
        join (
            select id, max(pgh_id) as last from {_events(model)}
            where pgh_context_id = %s group by id
        ) ours on later.pgh_obj_id = ours.id and later.pgh_id > ours.last
        """,
        context,
    )


def _restore(model: Model, context: UUID) -> None:
    columns = [each.column for each in model._meta.concrete_fields if not each.primary_key]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            update {model._meta.db_table} as ours
            set {", ".join(f"{column} = before.{column}" for column in columns)}
            from (
                select id, min(pgh_id) as first from {_events(model)}
                where pgh_context_id = %s group by id
            ) touched
            cross join lateral (
                select * from {_events(model)} event
                where event.pgh_obj_id = touched.id and event.pgh_id < touched.first
                order by event.pgh_id desc
                limit 1
            ) before
            where ours.id = touched.id
            """,
            [context],
        )


def _ask(query: str, context: UUID) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, [context])
        return [pk for (pk,) in cursor.fetchall()]
