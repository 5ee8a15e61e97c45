"""The life of a file that somebody brings: read, shown, brought in, taken back.

Each stage is a job of a worker, safe to repeat: a worker that dies leaves nothing half done, and
the next one begins the stage anew.
"""

import gc
import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pghistory
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from teams import attempts, clashes, enlistment, plans, registry, standing
from teams.models import Batch, BatchFile, BatchRow
from teams.plans import Digest, Line, Plan, Problem
from teams.stored_files import entries_of, table_of
from teams.subjects import Subject, kept_by, subject_for, subject_of
from units import bulk, clock, reversal
from units.errors import FileRefused, InvalidEntry, NotAllowed, NotPossibleNow
from units.models import Unit
from units.sheets.safety import demand_safe
from units.sheets.tables import address

logger = logging.getLogger(__name__)
State = Batch.State
Outcome = BatchRow.Outcome

STAGED = {
    "number": "integer", "outcome": "text", "title": "text", "changes": "jsonb",
    "problems": "jsonb", "doubts": "jsonb", "notes": "jsonb",
}  # fmt: skip
INSERT_ROWS = """
insert into teams_batchrow (
    tenant_id, batch_id, number, outcome, title, changes, problems, doubts, notes
)
select %s, %s, number, outcome, title, changes, problems, doubts, notes from planned
"""


# Who is called once a batch has something to do; the tasks of this app are.
_listeners: list[Callable[[int, int], None]] = []


def on_work(listener: Callable[[int, int], None]) -> None:
    """Have `listener(batch, tenant)` called, after the commit, when a worker is needed."""
    _listeners.append(listener)


# -- What people ask for ------------------------------------------------------------------------


@transaction.atomic
def receive(
    *,
    path: Path,
    name: str,
    effective_on: date,
    is_complete: bool,
    actor: User,
    subject: Subject,
    unit: Unit | None = None,
    title: str = "",
) -> Batch:
    """Take a file in, to be read by a worker. It changes nothing outside of `unit`; of all that
    the actor keeps, if None. `title` is what a document is called.

    Raises NotAllowed, InvalidEntry for a day that cannot be, and FileRefused for what nobody should
    open: then nothing is stored.
    """
    why = clock.why_to_come(effective_on) or registry.why_too_early(effective_on)
    # What is of a month ends with it, whenever it is brought.
    if why and not subject.fit:
        raise InvalidEntry(why, errors={"effective_on": [why]})
    if unit:
        registry.demand_keeper(actor, unit, subject.right)
    area = unit or registry.area_of(actor, subject.right)
    kind = demand_safe(path, name)
    content = path.read_bytes()
    batch = Batch.objects.create(
        tenant_id=actor.tenant_id,
        unit=area,
        subject=subject.key,
        file_name=Path(name).name[-200:],
        title=title,
        file_format=kind.value,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        effective_on=effective_on,
        is_complete=is_complete,
        language=translation.get_language(),
        uploaded_at=clock.now(),
        uploaded_by=actor,
    )
    BatchFile.objects.create(tenant_id=actor.tenant_id, batch=batch, content=content)
    _call_worker(batch)
    return batch


def correct(*, batch: Batch, number: int, key: str, chosen: str, actor: User) -> None:
    """Read the file again with `chosen`, one of the values that were offered, in place of a cell.

    It stands in every row that was refused with the same sentence. Raises NotPossibleNow.
    """
    demand_keeper(batch, actor)
    rows = list(batch.rows.exclude(problems=[]).values_list("number", "problems"))
    asked = [why for row, told in rows if row == number for why in _offering(told, key, chosen)]
    corrections = dict(batch.corrections)
    for row, told in rows:
        if any(why in asked for why in _offering(told, key, chosen)):
            corrections[str(row)] = {**corrections.get(str(row), {}), key: chosen}
    if not asked:
        raise NotPossibleNow(_("This is not offered any more: look at the import again."))
    _take(batch, (State.PREVIEWED,), State.READING, corrections=corrections)


def _offering(problems: list[list[Any]], key: str, chosen: str) -> list[str]:
    """The sentences of a row's problems that offer a value for a column."""
    return [
        why
        for _cell, of, why, *near in problems
        if of == key and any(chosen in offered for offered in near)
    ]


def match_columns(*, batch: Batch, matched: Mapping[str, str], actor: User) -> None:
    """Read the file again with these columns: {"3": "phone", "5": ""}. Raises NotPossibleNow."""
    demand_keeper(batch, actor)
    _take(batch, (State.PREVIEWED, State.FAILED), State.READING, matched=dict(matched))


def commit(*, batch: Batch, digest: str, leaves_out_refused: bool, actor: User) -> None:
    """Have the plan that was shown carried out: the one of this digest.

    Raises NotAllowed, and NotPossibleNow where another plan has taken its place since, or where
    rows are refused and shall not be left out.
    """
    demand_keeper(batch, actor)
    if digest != batch.digest:
        raise NotPossibleNow(_("The preview has changed since you saw it: look at it again."))
    if not would_change(batch):
        raise NotPossibleNow(_("There is nothing to import: the register says all of it already."))
    if batch.counts.get(Outcome.REFUSED) and subject_of(batch.subject).is_document:
        raise NotPossibleNow(_("Some rows are refused, and a table is kept whole: mend them."))
    if batch.counts.get(Outcome.REFUSED) and not leaves_out_refused:
        raise NotPossibleNow(_("Some rows are refused: mend the file, or leave them out."))
    _take(
        batch,
        (State.PREVIEWED,),
        State.COMMITTING,
        leaves_out_refused=leaves_out_refused,
        committed_by=actor,
    )


def would_change(batch: Batch) -> int:
    """How many rows of the plan change anything."""
    idle = (Outcome.REFUSED, Outcome.UNCHANGED)
    return sum(count for outcome, count in batch.counts.items() if outcome not in idle)


def undo(*, batch: Batch, actor: User) -> None:
    """Have everything that the import did taken back. Raises NotAllowed and NotPossibleNow."""
    demand_keeper(batch, actor)
    _take(batch, (State.COMMITTED,), State.UNDOING, undone_by=actor)


@transaction.atomic
def discard(*, batch: Batch, actor: User) -> None:
    """Delete the file and its rows, of which nothing was imported; who brought which file, and who
    threw it away, stays. Whoever is reading it gives up. Raises NotAllowed and NotPossibleNow."""
    demand_keeper(batch, actor)
    _turn(
        batch,
        (State.READING, State.PREVIEWED, State.FAILED),
        State.DISCARDED,
        discarded_by=actor,
        discarded_at=clock.now(),
        # They quote the file.
        headings=[],
        corrections={},
        counts={},
    )
    BatchFile.objects.filter(batch=batch).delete()
    batch.rows.all().delete()


def demand_keeper(batch: Batch, actor: User) -> None:
    """Raises NotAllowed where the actor may not look into the batch, see `kept_by`."""
    if not kept_by(actor, Batch.objects.filter(pk=batch.pk)).exists():
        raise NotAllowed(_("You do not keep what this import is about."))


@transaction.atomic
def _take(batch: Batch, before: tuple[State, ...], to: State, **changes: Any) -> None:
    _turn(batch, before, to, **changes)
    _call_worker(batch)


def _turn(batch: Batch, before: tuple[State, ...], to: State, **changes: Any) -> None:
    rows = Batch.objects.filter(pk=batch.pk, state__in=before, digest=batch.digest)
    if not rows.update(state=to, said="", attempts=0, **changes):
        raise NotPossibleNow(_("Somebody else was faster: look at the import again."))


def _call_worker(batch: Batch) -> None:
    def call() -> None:
        for listener in _listeners:
            listener(batch.pk, batch.tenant_id)

    transaction.on_commit(call)


# -- What a worker does -------------------------------------------------------------------------


def work(pk: int) -> None:
    """Take the next stage of a batch, unless another worker is at it; safe to repeat."""
    try:
        attempts.begin(pk)
        with _uncollected(), transaction.atomic():
            if not attempts.is_free(pk):
                return
            batch = Batch.objects.select_related("unit").get(pk=pk)
            with translation.override(batch.language):
                _stage_of(batch)(batch)
    except attempts.Abandoned:
        return
    except FileRefused as refusal:
        _end(pk, State.FAILED, refusal.message)
    except NotPossibleNow as refusal:
        _give_back(pk, refusal.message)
    except Exception:
        logger.exception("The import %s broke off; nothing of it was written.", pk)
        _give_up(pk)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for garbage: a plan is millions of small things that refer to each other one
    way, and looking through them for circles takes a sixth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _stage_of(batch: Batch) -> Callable[[Batch], None]:
    stages = {
        State.READING: _preview,
        State.COMMITTING: _commit,
        State.UNDOING: _undo,
    }
    # A job that is told twice finds its work done.
    return stages.get(State(batch.state), lambda batch: None)


def _preview(batch: Batch) -> None:
    """Nothing is held for so long as a file may take to be read."""
    subject_for(batch).demand(hold=False)
    plan = _plan(batch)
    if not plan.lines and not batch.said:
        raise FileRefused(_("The table has no rows below its headings."))
    _show(batch, plan)


def _commit(batch: Batch) -> None:
    """Carry the plan out, if it is still the one that was shown."""
    enlistment.lock_register(batch.tenant_id)
    subject_for(batch).demand()
    plan = _plan(batch)
    if Digest.of(plan) != batch.digest:
        batch.said = _("The register has changed since this preview was made: look at it again.")
        _show(batch, plan)
        return
    who = batch.committed_by_id
    with pghistory.context(batch=batch.pk, user=who) as context:
        subject_for(batch).write(
            plan.without_refused(), tenant=batch.tenant_id, on=batch.effective_on
        )
    _end(batch.pk, State.COMMITTED, context=context.id, committed_at=clock.now())


def _undo(batch: Batch) -> None:
    enlistment.lock_register(batch.tenant_id)
    # Whatever was committed has one.
    context = cast(UUID, batch.context)
    subject = subject_for(batch)
    subject.demand()
    reversal.hold(subject.tracked, context)
    said = {"undoes_batch": batch.pk, "user": batch.undone_by_id}
    if later := clashes.take_back(subject.tracked, context, since=batch.effective_on, **said):
        _end(batch.pk, State.COMMITTED, standing.why_not_undone(later, batch.undone_by))
        return
    _end(batch.pk, State.UNDONE, undone_at=clock.now())


def _plan(batch: Batch) -> Plan:
    subject = subject_for(batch)
    with table_of(batch) as table:
        if table.missing:
            names = ", ".join(str(column.label) for column in table.missing)
            batch.said = _("Choose the column of: %(names)s.") % {"names": names}
            return Plan()
        if why := subject.why_not(table.above):
            raise FileRefused(why)
        if subject.is_document:
            # Its columns are those that it was found to have.
            subject = subject_for(batch)
        return subject.compare(
            entries_of(batch, subject, table),
            batch.unit,
            on=batch.effective_on,
            is_complete=batch.is_complete,
        )


def _show(batch: Batch, plan: Plan) -> None:
    """Keep the plan row by row, in place of an earlier one."""
    attempts.demand_wanted(batch, hold=True)
    batch.rows.all().delete()
    places, digest = batch.places, Digest()
    bulk.stage("planned", STAGED, (_staged(line, places, digest) for line in plan.lines))
    with connection.cursor() as cursor:
        cursor.execute(INSERT_ROWS, [batch.tenant_id, batch.pk])
    batch.state, batch.counts, batch.digest = State.PREVIEWED, plan.counts, str(digest)
    batch.save(update_fields=["state", "counts", "digest", "headings", "sheet_name", "said"])


def _staged(line: Line, places: Mapping[str, int], digest: Digest) -> list[Any]:
    return [
        line.number,
        str(line.outcome),
        line.title[:250],
        digest.take(line),
        plans.encode([[_cell(line, each, places), *each] for each in line.problems]),
        plans.encode(line.doubts),
        plans.encode(line.notes),
    ]


def _cell(line: Line, problem: Problem, places: Mapping[str, int]) -> str:
    """The address of the cell, "" where the file has none."""
    if line.number is None or problem.key not in places:
        return ""
    return address(line.number, places[problem.key])


def _end(pk: int, state: State, said: str = "", **changes: Any) -> None:
    # What was thrown away meanwhile stays so.
    Batch.objects.filter(pk=pk, state__in=State.at_work()).update(state=state, said=said, **changes)


def _give_up(pk: int) -> None:
    """The log says why."""
    with translation.override(Batch.objects.get(pk=pk).language):
        said = _("Something went wrong and was recorded for the operators; nothing was changed.")
    _give_back(pk, said)


def _give_back(pk: int, said: str) -> None:
    """Back to where the person can go on from."""
    batch = Batch.objects.get(pk=pk)
    before = {State.READING: State.FAILED, State.COMMITTING: State.PREVIEWED,
              State.UNDOING: State.COMMITTED}  # fmt: skip
    _end(pk, before.get(State(batch.state), State(batch.state)), said)


def forgotten() -> list[tuple[int, int]]:
    """(batch, tenant) of what waits for a worker: told again, in case the first one died."""
    return list(Batch.objects.filter(state__in=State.at_work()).values_list("pk", "tenant_id"))
