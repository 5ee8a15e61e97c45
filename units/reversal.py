"""Taking back what one transaction of the history did, and what stands in the way of it.

The history of a tracked model holds every version of every row, with the context in which it came
to be. What a context created is deleted, what it deleted or changed becomes what it was before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import connection, models

Model = type[models.Model]


@dataclass(frozen=True)
class Later:
    """Rows of `model` that somebody changed, built upon, or put in the place of what was before,
    after the context."""

    model: Model
    ids: list[int]


def hold(tracked: Iterable[Model], context: UUID) -> None:
    """Let nobody change what the context touched until the transaction ends."""
    for model in tracked:
        _ask(
            f"""
            select id from {model._meta.db_table}
            where id in (select id from {_events(model)} where pgh_context_id = %s)
            order by id for update
            """,
            context,
        )


def standing_on(tracked: Iterable[Model], context: UUID) -> list[Later]:
    """What would be lost if the context were taken back; empty if nothing would."""
    created = {model: _created(model, context) for model in tracked}
    # Whatever it changed to refer to them refers to what was before once more.
    touched = {model: set(_touched(model, context)) for model in tracked}
    found: dict[Model, set[int]] = defaultdict(set)
    for model in created:
        found[model].update(_changed_since(model, context), _in_the_way(model, context))
    for model, ids in created.items():
        for relation in _relations(model):
            found[relation.related_model].update(_built_on(relation, ids, touched))
    return [Later(model, sorted(ids)) for model, ids in found.items() if ids]


def take_back(tracked: Sequence[Model], context: UUID) -> None:
    """Undo the context; whatever refers to others has to stand before them in `tracked`."""
    for model in tracked:
        ids = _created(model, context)
        with connection.cursor() as cursor:
            cursor.execute(f"delete from {model._meta.db_table} where id = any(%s)", [ids])
    for model in reversed(tracked):
        _bring_back(model, context)
        _restore(model, context)


def _relations(model: Model) -> list[Any]:
    """The foreign keys of others that lead here, with those that have no way back by a name; those
    of the history hold nothing up."""
    return [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if (relation.one_to_many or relation.one_to_one)
        and relation.auto_created
        and not relation.concrete
        and not hasattr(relation.related_model, "pgh_tracked_model")
    ]


def _built_on(relation: Any, ids: list[int], touched: dict[Model, set[int]]) -> set[int]:
    holder = relation.related_model
    rows = holder._base_manager.filter(**{f"{relation.field.name}__in": ids})
    return set(rows.values_list("pk", flat=True)) - touched.get(holder, set())


def _in_the_way(model: Model, context: UUID) -> list[int]:
    """Rows beside which what was before cannot stand again, by the rules of the database."""
    return [pk for rule in _rules(model) for pk in _beside(model, context, *rule)]


def _rules(model: Model) -> Iterator[tuple[Sequence[tuple[Any, str]], models.Q]]:
    """What two rows may not have in common, each (field, operator), among those of a condition."""
    for rule in model._meta.constraints:
        if isinstance(rule, ExclusionConstraint):
            yield rule.expressions, rule.condition or models.Q()
        elif isinstance(rule, models.UniqueConstraint):
            yield [(name, "=") for name in rule.fields], rule.condition or models.Q()


def _beside(
    model: Model, context: UUID, shared: Sequence[tuple[Any, str]], condition: models.Q
) -> list[int]:
    fields: dict[Any, Any] = {each.name: each.column for each in model._meta.concrete_fields}
    alike = " and ".join(f"other.{fields[name]} {operator} before.{fields[name]}"
                         for name, operator in shared)  # fmt: skip
    now, of_now = _sql(model._base_manager.filter(condition).values("pk"))
    then, of_then = _versions(model, condition)
    return _ask(
        f"""
        select distinct other.id
        from {_before(model)}
        join {model._meta.db_table} other
        on {alike}
        where other.id in ({now}) and before.pgh_id in ({then})
        and not exists (
            select from {_events(model)} ours where ours.id = other.id and pgh_context_id = %s
        )
        """,
        context, *of_now, *of_then, context,
    )  # fmt: skip


def _versions(model: Model, condition: models.Q) -> tuple[str, tuple[Any, ...]]:
    """Those in the history of which a condition holds, to be asked for in SQL."""
    history: Any = model._meta.get_field("events").related_model
    return _sql(history._base_manager.filter(condition).values("pgh_id"))


def _sql(rows: Any) -> tuple[str, tuple[Any, ...]]:
    query: tuple[str, tuple[Any, ...]] = rows.query.sql_with_params()
    return query


def _kept(model: Model) -> list[Any]:
    """The fields of which the history holds every version; others follow from them."""
    return [each for each in model._meta.concrete_fields if not each.generated]


def _events(model: Model) -> str:
    events: Any = model._meta.get_field("events")
    return str(events.related_model._meta.db_table)


def _touched(model: Model, context: UUID) -> list[int]:
    return _ask(f"select id from {_events(model)} where pgh_context_id = %s", context)


def _created(model: Model, context: UUID) -> list[int]:
    return _ask(
        f"select id from {_events(model)} where pgh_context_id = %s and pgh_label = 'insert'",
        context,
    )


def _changed_since(model: Model, context: UUID) -> list[int]:
    """What is no longer as the context left it. Where a later change was taken back itself, nothing
    of it would be lost."""
    columns = [str(each.column) for each in _kept(model)]
    return _ask(
        f"""
        select ours.id
        from (
            select id, max(pgh_id) as last from {_events(model)}
            where pgh_context_id = %s group by id
        ) touched
        join {_events(model)} ours on ours.pgh_id = touched.last
        cross join lateral (
            select * from {_events(model)} event
            where event.pgh_obj_id = touched.id
            order by event.pgh_id desc
            limit 1
        ) newest
        where ({_version("newest", columns)}) is distinct from ({_version("ours", columns)})
        """,
        context,
    )


def _version(name: str, columns: Sequence[str]) -> str:
    """What a version of the history says: whether the row is there, and what stands in it."""
    said = (f"{name}.{column}" for column in columns)
    return ", ".join([f"{name}.pgh_label = 'delete'", *said])


def _bring_back(model: Model, context: UUID) -> None:
    """What it deleted stands again under its old key."""
    columns = [str(each.column) for each in _kept(model)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            insert into {model._meta.db_table} ({", ".join(columns)})
            select {", ".join(f"before.{column}" for column in columns)}
            from {_before(model)}
            where not exists (select from {model._meta.db_table} ours where ours.id = before.id)
            """,
            [context],
        )


def _restore(model: Model, context: UUID) -> None:
    """What is not under a rule of the database comes first, and makes room for what is: where two
    changed places, the one who led stops before the other leads again."""
    for _shared, condition in _rules(model):
        if condition:
            under, values = _versions(model, condition)
            _put_back(model, [context, *values], f"before.pgh_id not in ({under})")
    _put_back(model, [context], "true")


def _put_back(model: Model, values: list[Any], which: str) -> None:
    columns = [each.column for each in _kept(model) if not each.primary_key]
    # A number is given to one version alone: whoever saw the one that is taken back is told.
    values_now = {column: f"before.{column}" for column in columns} | (
        {"version": "ours.version + 1"} if "version" in columns else {}
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            update {model._meta.db_table} as ours
            set {", ".join(f"{column} = {value}" for column, value in values_now.items())}
            from {_before(model)}
            where ours.id = before.id and {which}
            """,
            values,
        )


def _before(model: Model) -> str:
    """Of each row that a context touched, the version that stood before it."""
    return f"""(
        select id, min(pgh_id) as first from {_events(model)}
        where pgh_context_id = %s group by id
    ) touched
    cross join lateral (
        select * from {_events(model)} event
        where event.pgh_obj_id = touched.id and event.pgh_id < touched.first
        order by event.pgh_id desc
        limit 1
    ) before"""


def _ask(query: str, *values: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [pk for (pk,) in cursor.fetchall()]
