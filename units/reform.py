"""A decree on boundaries is decided, and applied for its day in one transaction."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import pghistory
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from units import clock, outcome, outlook, tree
from units.errors import DomainError, NotAllowed, NotPossibleNow
from units.fates import Fate
from units.models import Decree, Placement, Succession, Tenant, Unit
from units.objections import why_not_applied
from units.outlook import Outlook, Question, Reform, foresee


@transaction.atomic
def decide(
    *, decree: Decree, answers: dict[str, str], seen: int | None, is_example: bool, actor: Any
) -> Outlook:
    """Keep what was changed of the answers; whatever is no question or no option is left out.

    `seen` is the version of the decree that the person had before them, None for that of now. What
    somebody else has answered since stays; raises NotPossibleNow where it is the same question that
    was changed, or where the decree is applied, and NotAllowed for another province's.
    """
    decree = held(decree, actor)
    demand(decree, Decree.State.DRAFT)
    asked = {each.key: each for each in foresee(decree).questions}
    known, now = _answers_of(decree, seen), decree.decisions
    changed = {
        key: answers[key]
        for key, each in asked.items()
        if key in answers
        and answers[key] != known.get(key, "")
        and (not answers[key] or answers[key] in dict(each.options))
    }
    clashes = [
        asked[key]
        for key, answer in changed.items()
        if now.get(key, "") not in (known.get(key, ""), answer)
    ]
    if clashes:
        raise NotPossibleNow(_clash(clashes, now))
    decree.decisions = {key: answer for key, answer in {**now, **changed}.items() if answer}
    decree.is_example, decree.version = is_example, decree.version + 1
    with pghistory.context(user=actor.pk):
        decree.save(update_fields=["decisions", "is_example", "version"])
    return foresee(decree)


def _answers_of(decree: Decree, version: int | None) -> dict[str, str]:
    """As they were in a version; those of now for one that there was not."""
    history: Any = Decree._meta.get_field("events").related_model
    rows = history.objects.filter(pgh_obj_id=decree.pk, version=version).order_by("-pgh_id")
    found = rows.values_list("decisions", flat=True).first()
    return decree.decisions if found is None else cast("dict[str, str]", found)


def _clash(questions: Sequence[Question], now: dict[str, str]) -> str:
    none = _("not decided")
    said = "; ".join(
        f"{each.says}: {dict(each.options).get(now.get(each.key, ''), none)}" for each in questions
    )
    return _(
        "Somebody else has answered the same meanwhile (%(answers)s). Nothing of yours is saved "
        "yet: look at it again and save what should hold."
    ) % {"answers": said}


def held(decree: Decree, actor: Any) -> Decree:
    """The decree as it stands, held against others until the transaction ends."""
    if actor.tenant_id != decree.tenant_id:
        raise NotAllowed(_("This decree is about another province."))
    # As a rebuild of the ancestry does: one change of the tree at a time.
    Tenant.objects.select_for_update(no_key=True).get(pk=decree.tenant_id)
    return Decree.objects.select_for_update().get(pk=decree.pk)


def alone(decree: Decree, actor: Any) -> Decree:
    """The same, and nobody works on what hangs on the units until the transaction ends."""
    decree = held(decree, actor)
    for mover in outlook.movers:
        mover.hold(decree)
    return decree


def demand(decree: Decree, state: str) -> None:
    if decree.state != state:
        raise NotPossibleNow(
            _("This decree is no longer where you saw it: it is %(state)s.")
            % {"state": decree.get_state_display()}
        )


# -- Doing it -------------------------------------------------------------------------------------


@transaction.atomic
def apply(*, decree: Decree, actor: Any, agreed: str | None = None) -> Decree:
    """Change the tree from the decree's day on, and have everything that hangs on it follow.

    `agreed` is the `outcome.digest` of what the person saw, None where nobody looked. Raises
    NotAllowed for another province's, and NotPossibleNow where it is not a draft any more, where
    `why_not_applied` says something, or where it would do something else by now.
    """
    decree = alone(decree, actor)
    demand(decree, Decree.State.DRAFT)
    seen = foresee(decree)
    if why := why_not_applied(seen, actor):
        raise NotPossibleNow(why)
    # As long as everything stands where it stood.
    told = outcome.foreseen(seen)
    if agreed is not None and agreed != outcome.digest(decree, told):
        raise NotPossibleNow(
            _("What follows from the decree has changed since you looked: look at it again.")
        )
    decree.record = told.as_json()
    said = {"decree": decree.pk, "user": actor.pk, "at": clock.now().isoformat()}
    with pghistory.context(**said) as context:
        reform = _change(seen)
        tree.rebuild_ancestry(tenant=decree.tenant)
        for mover in outlook.movers:
            mover.move(reform)
        decree.state, decree.context = Decree.State.APPLIED, context.id
        decree.applied_at, decree.applied_by = clock.now(), str(actor)
        decree.undone_at, decree.undone_by = None, ""
        decree.save(
            update_fields=[
                "state", "record", "context", "applied_at", "applied_by", "undone_at", "undone_by"
            ]
        )  # fmt: skip
    return decree


def _change(seen: Outlook) -> Reform:
    day, tenant = seen.decree.effective_on, seen.decree.tenant_id
    ended = [lot.unit for lot in seen.ending]
    for unit in ended:
        unit.valid = DateRange(unit.valid.lower, day)
    Unit.objects.bulk_update(ended, ["valid"], batch_size=2000)
    begun = [
        Unit(
            tenant_id=tenant,
            level=each.level,
            code=each.code,
            name=each.name,
            valid=DateRange(day, None),
        )
        for each in seen.begins
    ]
    for unit in begun:
        unit.clean_text()
    Unit.objects.bulk_create(begun, batch_size=2000)
    there = [seen.province, *(lot.unit for lot in seen.lots if not lot.ends), *begun]
    reform = Reform(seen, {}, {unit.code: unit for unit in there})
    for lot in seen.ending:
        code = seen.main_heir(lot)
        reform.heirs[lot.unit.pk] = reform.by_code.get(code, seen.province)
    _place(reform, begun)
    _succeed(reform)
    return reform


def _place(reform: Reform, begun: Sequence[Unit]) -> None:
    """Everything that stands elsewhere from the day on: at once, in a few statements."""
    seen = reform.outlook
    parents = {code: parent for _level, code, _name, parent in seen.decree.plan["units"]}
    under = {lot.unit.pk: parents[lot.unit.code] for lot in seen.lots if lot.fate is Fate.PLACED}
    new = {pk: reform.by_code[code] for pk, code in under.items()} | _parents_of_hamlets(reform)
    gone = {lot.unit.pk for lot in seen.ending}
    # Where a merger of provinces placed for the same day what now ends.
    Placement.objects.filter(unit__in=gone, valid__startswith__gte=reform.day).delete()
    rows = Placement.objects.filter(unit__in=[*new, *gone], valid__overlap=_from(reform.day))
    kept, moved, added = [], [], []
    for row in rows:
        if cast(date, row.valid.lower) >= reform.day:
            row.parent = new[row.unit_id]
            moved.append(row)
            continue
        if row.unit_id in new:
            valid = DateRange(reform.day, row.valid.upper)
            added.append(_placement(row.tenant_id, row.unit_id, new[row.unit_id], valid))
        row.valid = DateRange(row.valid.lower, reform.day)
        kept.append(row)
    added += [
        _placement(unit.tenant_id, unit.pk, reform.by_code[parents[unit.code]], unit.valid)
        for unit in begun
    ]
    Placement.objects.bulk_update(kept, ["valid"], batch_size=2000)
    Placement.objects.bulk_update(moved, ["parent"], batch_size=2000)
    Placement.objects.bulk_create(added, batch_size=2000)


def _parents_of_hamlets(reform: Reform) -> dict[int, Unit]:
    seen = reform.outlook
    return {
        hamlet.pk: reform.by_code[seen.heir_of(hamlet, lot)]
        for lot in seen.ending
        for hamlet in seen.hamlets.get(lot.unit.pk, ())
    }


def _from(day: date) -> DateRange:
    return DateRange(day, None)


def _placement(tenant: int, unit: int, parent: Unit, valid: DateRange) -> Placement:
    return Placement(tenant_id=tenant, unit_id=unit, parent=parent, valid=valid)


def _succeed(reform: Reform) -> None:
    decree = reform.outlook.decree
    Succession.objects.bulk_create(
        [
            Succession(
                tenant_id=decree.tenant_id,
                predecessor=lot.unit,
                successor=reform.by_code[code],
                partial=lot.fate is Fate.SPLIT,
                decree=decree.name,
                effective_on=decree.effective_on,
            )
            for lot in reform.outlook.ending
            for code in lot.heirs
        ],
        batch_size=2000,
    )


@transaction.atomic
def discard(*, decree: Decree, actor: Any) -> None:
    """Throw a draft away. Raises as `decide` does."""
    decree = held(decree, actor)
    demand(decree, Decree.State.DRAFT)
    decree.delete()


def demand_decided(*provinces: Tenant) -> None:
    """Raises DomainError where a decree is still being decided: it speaks of one province as it
    stood, and would speak of both. Both provinces can be read."""
    drafts = Decree.objects.filter(tenant__in=provinces, state=Decree.State.DRAFT)
    if draft := drafts.select_related("tenant").first():
        raise DomainError(
            _("%(decree)s of %(province)s is still being decided: apply it first, or discard it.")
            % {"decree": draft, "province": draft.tenant}
        )
