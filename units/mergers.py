"""How a province becomes part of another one with all that it has, and the way back.

Its rows change their tenant, table by table, and keep their keys; so whatever refers to them still
does. Where both provinces have something that can be there once, the app that keeps it says what
becomes of it. What goes wrong is told to whoever applies the decree.

No role reaches over two provinces, so none is asked for here: see decision 024.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import date, timedelta
from typing import Any

import pghistory
import pgtrigger
from django.apps import apps
from django.db import connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from units import clock, reform, reversal
from units.errors import DomainError, NotPossibleNow
from units.models import Ancestry, Arrival, Level, Merger, Placement, Succession, Tenant, Unit
from units.tenancy import scope
from units.tree import rebuild_ancestry

Model = type[models.Model]

NAMED = re.compile(r"%\((\w+)\)s")

# Derived anew in both provinces, and the record of mergers, which stays where it was written.
STAYING_WHOLE: tuple[Model, ...] = (Ancestry, Merger, Arrival)


class Part:
    """What one app has to say of a merger; each may leave out what does not concern it."""

    # What `settle` writes, whatever refers to others before them: it is taken back by the history.
    tracked: tuple[Model, ...] = ()
    # Computed from other rows: new ones that hang on what came are not in the way of going back.
    derived: tuple[Model, ...] = ()

    def hold(self, province: Tenant) -> None:
        """Wait for whoever works on what moves, and let nobody until the transaction ends. Called
        for each of both, which alone is open, before anything is judged."""

    def faults(self, source: Tenant, into: Tenant, carried: Collection[int]) -> Iterable[str]:
        """What makes the merger impossible, a sentence each. Both provinces can be read."""
        return ()

    def staying(self, source: Tenant, into: Tenant) -> dict[Model, list[int]]:
        """The keys of rows that stay with the former province. Both provinces can be read."""
        return {}

    def repoint(self, merger: Merger) -> None:
        """Let what came refer to rows of the province that it came to, where its own stayed. Both
        provinces can be read. It is for the part to be `silent`: nobody changed these rows."""

    def settle(self, merger: Merger) -> None:
        """Write what follows for rows on the unit of the province that ends; history records it."""

    def point_back(self, merger: Merger) -> None:
        """Take `repoint` back, before the rows leave. What is derived can be brought up to date
        here: `Arrival` says which of its rows leave."""


_parts: list[Part] = []


def declare(part: Part) -> None:
    """Have an app's part asked and told of every merger; those to the left come first."""
    _parts.append(part)


@transaction.atomic
def merge(
    *,
    source: Tenant,
    into: Tenant,
    on: date,
    decree: str,
    carried: Collection[int],
    actor: Any,
) -> Merger:
    """Make a province part of another one: from `on` its units stand under the other's.

    All rows of `source` become rows of `into`. `carried` are the grants on the province that ends
    whose holders get the same role on the other one; nobody else of its provincial staff has a role
    from that day on. `actor` is None where nobody is signed in.
    Raises DomainError with all that stands in the way, NotPossibleNow where one has merged before.
    """
    _lock(source, into)
    _demand_standing(source, into)
    with scope(tenant=source.pk, moves_to=into.pk):
        ended, successor = _unit_of(source, on), _unit_of(into, on)
        _demand_still(ended, on)
        reform.demand_decided(source, into)
        if faults := [said for part in _parts for said in part.faults(source, into, carried)]:
            raise DomainError(" ".join(faults))
        staying = _all_staying(source, into)
        moved = {model: _move(model, source, into, staying) for model in _moving()}
        rebuild_ancestry(tenant=source)
    # The former province is read for what stayed there.
    with scope(tenant=into.pk, moves_to=source.pk):
        by = {"user": actor.pk} if actor else {}
        with pghistory.context(merges=source.pk, **by) as context:
            merger = Merger.objects.create(
                tenant=into,
                source=source,
                ended=ended,
                successor=successor,
                effective_on=on,
                decree=decree,
                carried=sorted(carried),
                context=context.id,
                merged_at=clock.now(),
            )
            _record(merger, moved)
            for part in _parts:
                part.repoint(merger)
            _join(merger)
            for part in _parts:
                part.settle(merger)
        rebuild_ancestry(tenant=into)
    source.merged_into, source.merged_on = into, on
    source.save(update_fields=["merged_into", "merged_on"])
    return merger


@transaction.atomic
def unmerge(*, merger: Merger, actor: Any) -> None:
    """Give a province all back that it brought, as it is today, and let it stand again.

    Raises NotPossibleNow where either has merged since, or somebody has built on the merger, with
    what they wrote: it is for them to take that back first.
    """
    source, into = merger.source, merger.tenant
    _lock(source, into)
    _demand_standing(into)
    with scope(tenant=into.pk, moves_to=source.pk):
        merger = Merger.objects.select_for_update().get(pk=merger.pk)
        if merger.undone_at:
            raise NotPossibleNow(_("This merger is taken back already."))
        _demand_untouched(reversal.standing_on(_tracked(), merger.context))
        by = {"user": actor.pk} if actor else {}
        with pghistory.context(takes_back_merger=merger.pk, **by):
            reversal.take_back(_tracked(), merger.context)
            merger.undone_at = clock.now()
            merger.save(update_fields=["undone_at"])
        for part in _parts:
            part.point_back(merger)
        _demand_untouched(_tied(merger))
        for model in _moving():
            _move_back(model, merger)
        merger.arrivals.all().delete()
        rebuild_ancestry(tenant=into)
    with scope(tenant=source.pk):
        rebuild_ancestry(tenant=source)
    source.merged_into, source.merged_on = None, None
    source.save(update_fields=["merged_into", "merged_on"])


def _lock(source: Tenant, into: Tenant) -> None:
    """Let nobody write a row of either meanwhile: a new row locks its tenant's against this lock.
    Raises NotPossibleNow where one of them does not stand, and DomainError for one and the same."""
    if source.pk == into.pk:
        raise DomainError(_("A province cannot become part of itself."))
    both = Tenant.objects.filter(pk__in=[source.pk, into.pk]).order_by("pk")
    # As a decree does, and in its order: whoever writes already does not wait for it.
    for each in both.select_for_update(no_key=True):
        if each.is_nation:
            raise DomainError(_("Only provinces can be merged."))
        with scope(tenant=each.pk):
            for part in _parts:
                part.hold(each)
    list(both.select_for_update())
    for each in (source, into):
        each.refresh_from_db()


def _demand_standing(*provinces: Tenant) -> None:
    for each in provinces:
        if each.merged_into_id:
            raise NotPossibleNow(
                _("%(province)s has become part of another province.") % {"province": each}
            )


def _unit_of(tenant: Tenant, on: date) -> Unit:
    """The unit of the province itself. Raises DomainError where it does not stand on the day and on
    the one before."""
    days = DateRange(on - timedelta(days=1), on, "[]")
    unit = Unit.objects.filter(tenant=tenant, level=Level.PROVINCE, valid__contains=days).first()
    if unit is None:
        raise DomainError(
            _("%(province)s has no unit of its own on %(day)s.")
            % {"province": tenant, "day": clock.written(on)}
        )
    return unit


def _demand_still(unit: Unit, on: date) -> None:
    """Raises DomainError where something begins to stand under the unit on a day, or later."""
    if Placement.objects.filter(parent=unit, valid__startswith__gte=on).exists():
        raise DomainError(
            _("Something comes to stand under %(unit)s on %(day)s or later: take that back first.")
            % {"unit": unit, "day": clock.written(on)}
        )


# -- Rows and their tenant ------------------------------------------------------------------------


def walled() -> list[Model]:
    """Every model with a row-level wall before it, history included."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if any(field.name == "tenant" for field in model._meta.concrete_fields)
    ]


def subject_of(model: Model) -> Model:
    """The model whose history this one is; any other is its own."""
    return getattr(model, "pgh_tracked_model", model)


def key_of(model: Model) -> str:
    """The column that says which row of `subject_of` is meant."""
    return "pgh_obj_id" if hasattr(model, "pgh_tracked_model") else str(model._meta.pk.column)


def _moving() -> list[Model]:
    return [model for model in walled() if subject_of(model) not in STAYING_WHOLE]


def _all_staying(source: Tenant, into: Tenant) -> dict[Model, list[int]]:
    found: dict[Model, list[int]] = {}
    for part in _parts:
        found |= part.staying(source, into)
    return found


def _move(model: Model, source: Tenant, into: Tenant, staying: dict[Model, list[int]]) -> list[int]:
    """One statement a table, without a word in its history: nobody changed any of these rows."""
    table, pk = model._meta.db_table, model._meta.pk.column
    with silent(model), connection.cursor() as cursor:
        cursor.execute(
            f"""
            with moved as (
                update {table} set tenant_id = %s
                where tenant_id = %s and {key_of(model)} <> all(%s::bigint[])
                returning {pk} as id
            )
            select coalesce(array_agg(id), '{{}}') from moved
            """,
            [into.pk, source.pk, staying.get(subject_of(model), [])],
        )
        return list(cursor.fetchone()[0])


def silent(model: Model) -> AbstractContextManager[None]:
    """Have no history written of a model, or have its history itself written over.

    Of one at a time: the trigger reads the names of all that are silent at every row, and those of
    the whole portal take it a hundred times as long as the row.
    """
    names = [
        f"{each._meta.label}:{trigger.name}"
        for each, trigger in pgtrigger.registered()
        if each._meta.label == model._meta.label
    ]
    # Without a name it would silence all.
    return pgtrigger.ignore(*names) if names else nullcontext()


def _move_back(model: Model, merger: Merger) -> None:
    with silent(model):
        run(
            f"""
            update {model._meta.db_table} set tenant_id = %(source)s
            where tenant_id = %(into)s and {that_came(model)}
            """,
            merger,
        )


def run(query: str, merger: Merger) -> list[tuple[Any, ...]]:
    """What a statement returns that may name `%(merger)s`, `%(source)s` and `%(into)s`: keys."""
    keys = {"merger": merger.pk, "source": merger.source_id, "into": merger.tenant_id}
    with connection.cursor() as cursor:
        # What silences the triggers takes no parameters by name.
        cursor.execute(NAMED.sub("%s", query), [keys[name] for name in NAMED.findall(query)])
        return cursor.fetchall() if cursor.description else []


def that_came(model: Model) -> str:
    """In SQL, whether a row came with `%(merger)s`; in a history, whether what it is of did."""
    came = f"{model._meta.pk.column} in ({_came(model)})"
    subject = subject_of(model)
    return came if subject is model else f"({came} or {key_of(model)} in ({_came(subject)}))"


def _came(model: Model) -> str:
    return (
        "select unnest(ids) from units_arrival "
        f"where merger_id = %(merger)s and table_name = '{model._meta.db_table}'"
    )


def _record(merger: Merger, moved: dict[Model, list[int]]) -> None:
    Arrival.objects.bulk_create(
        Arrival(tenant=merger.tenant, merger=merger, table_name=model._meta.db_table, ids=ids)
        for model, ids in moved.items()
        if ids
    )


# -- The tree -------------------------------------------------------------------------------------


def _join(merger: Merger) -> None:
    """One province ends, and what stood under it stands under the other from that day on."""
    ended, successor, on = merger.ended, merger.successor, merger.effective_on
    below = list(Placement.objects.filter(parent=ended, valid__contains=on))
    above = list(Placement.objects.filter(unit=ended, valid__contains=on))
    new = [
        Placement(
            tenant=merger.tenant,
            unit_id=each.unit_id,
            parent=successor,
            valid=DateRange(on, each.valid.upper),
        )
        for each in below
    ]
    for each in [*below, *above]:
        each.valid = DateRange(each.valid.lower, on)
    Placement.objects.bulk_update([*below, *above], ["valid"], batch_size=2000)
    Placement.objects.bulk_create(new)
    ended.tenant = merger.tenant
    ended.valid = DateRange(ended.valid.lower, on)
    ended.save(update_fields=["valid"])
    Succession.objects.create(
        tenant=merger.tenant,
        predecessor=ended,
        successor=successor,
        decree=merger.decree,
        effective_on=on,
    )


# -- What stands in the way of going back ---------------------------------------------------------


def _tracked() -> list[Model]:
    """What a merger writes beside the tenant; whatever refers to others stands before them."""
    above = [model for part in reversed(_parts) for model in part.tracked]
    return [*above, Succession, Placement, Unit]


def _demand_untouched(later: Iterable[reversal.Later]) -> None:
    found: dict[str, int] = defaultdict(int)
    for each in later:
        found[str(each.model._meta.verbose_name)] += len(each.ids)
    if found:
        said = ", ".join(f"{name}: {count}" for name, count in sorted(found.items()))
        raise NotPossibleNow(
            _("The merger cannot be taken back, for others have built on it (%(what)s).")
            % {"what": said}
        )


def _tied(merger: Merger) -> Iterator[reversal.Later]:
    """Rows that would stand on the other side of the wall than what they refer to."""
    derived = {model for part in _parts for model in part.derived}
    moving = {model for model in _moving() if subject_of(model) is model}
    for model in moving - derived:
        for field in model._meta.concrete_fields:
            other = field.related_model
            if other in moving and (ids := _across(merger, model, str(field.column), other)):
                yield reversal.Later(model, ids)


def _across(merger: Merger, model: Model, column: str, other: Model) -> list[int]:
    rows = run(
        f"""
            select holder.id from {model._meta.db_table} holder
            join {other._meta.db_table} held on held.id = holder.{column}
            where holder.tenant_id = %(into)s and held.tenant_id = %(into)s
            and (holder.id in ({_came(model)})) <> (held.id in ({_came(other)}))
            """,
        merger,
    )
    return [pk for (pk,) in rows]
