"""A decree on boundaries is decided, and applied for its day in one transaction."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import pghistory
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from units import clock, outlook, tree
from units.errors import NotAllowed, NotPossibleNow
from units.models import Decree, Placement, Succession, Tenant, Unit
from units.outlook import Fate, Outlook, Reform, foresee


@transaction.atomic
def decide(*, decree: Decree, answers: dict[str, str], is_example: bool, actor: Any) -> Outlook:
    """Keep the answers; whatever is no question or no option is left out.

    Raises NotAllowed for another province's, and NotPossibleNow where it is applied or undone.
    """
    decree = held(decree, actor)
    demand(decree, Decree.State.DRAFT)
    decree.decisions = {
        each.key: answers[each.key]
        for each in foresee(decree).questions
        if each.key in answers and each.answer(answers)
    }
    decree.is_example = is_example
    with pghistory.context(user=actor.pk):
        decree.save(update_fields=["decisions", "is_example"])
    return foresee(decree)


def held(decree: Decree, actor: Any) -> Decree:
    """The decree as it stands, held against others until the transaction ends."""
    if actor.tenant_id != decree.tenant_id:
        raise NotAllowed(_("This decree is about another province."))
    # As a rebuild of the ancestry does: one change of the tree at a time.
    Tenant.objects.select_for_update(no_key=True).get(pk=decree.tenant_id)
    return Decree.objects.select_for_update().get(pk=decree.pk)


def demand(decree: Decree, state: str) -> None:
    if decree.state != state:
        raise NotPossibleNow(
            _("This decree is no longer where you saw it: it is %(state)s.")
            % {"state": decree.get_state_display()}
        )


# -- Doing it -------------------------------------------------------------------------------------


def why_not_applied(seen: Outlook) -> str:
    """What speaks against applying it today; "" where nothing does."""
    decree = seen.decree
    if decree.effective_on > clock.today():
        # Roles hold today and have no days: on the eve they would reach nothing.
        return _("It can be applied from %(day)s on, for roles move with the units.") % {
            "day": clock.written(decree.effective_on)
        }
    later = Decree.objects.filter(
        tenant_id=decree.tenant_id,
        state=Decree.State.APPLIED,
        effective_on__gte=decree.effective_on,
    ).first()
    if later:
        return _("%(decree)s is applied already, from %(day)s.") % {
            "decree": later, "day": clock.written(later.effective_on)
        }  # fmt: skip
    if count := len(seen.strangers):
        return ngettext(
            "The files name %(count)s commune that does not stand in the province on the eve: "
            "first an earlier decree has to be applied, or another province to become part of it.",
            "The files name %(count)s communes that do not stand in the province on the eve: "
            "first an earlier decree has to be applied, or another province to become part of it.",
            count,
        ) % {"count": count}
    if count := len(seen.undecided):
        return still_open(count)
    return ""


def still_open(count: int) -> str:
    return ngettext(
        "%(count)s question is still open.", "%(count)s questions are still open.", count
    ) % {"count": count}


@transaction.atomic
def apply(*, decree: Decree, actor: Any) -> Decree:
    """Change the tree from the decree's day on, and have everything that hangs on it follow.

    Raises NotAllowed for another province's, and NotPossibleNow where it is not a draft any more or
    `why_not_applied` says something.
    """
    decree = held(decree, actor)
    demand(decree, Decree.State.DRAFT)
    seen = foresee(decree)
    if why := why_not_applied(seen):
        raise NotPossibleNow(why)
    with pghistory.context(decree=decree.pk, user=actor.pk) as context:
        reform = _change(seen)
        tree.rebuild_ancestry(tenant=decree.tenant)
        for mover in outlook.movers:
            mover.move(reform)
    decree.state, decree.context = Decree.State.APPLIED, context.id
    decree.applied_at, decree.applied_by = clock.now(), str(actor)
    decree.save(update_fields=["state", "context", "applied_at", "applied_by"])
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
