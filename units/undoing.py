"""Taking a decree back, from the history, until the new tree is built upon."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from units import clock, outlook, reform, reversal, tree
from units.errors import NotPossibleNow
from units.models import Ancestry, Decree, Placement, Succession, Unit
from units.outlook import Hindrance
from units.reversal import Later, Model

# Whatever refers to others stands before them.
TRACKED: tuple[Model, ...] = (Succession, Placement, Unit)


def why_not_undone(decree: Decree, actor: Any) -> Hindrance | None:
    """What speaks against this person's undoing it; None where nothing does."""
    after = Decree.objects.filter(
        tenant_id=decree.tenant_id,
        state=Decree.State.APPLIED,
        effective_on__gt=decree.effective_on,
    ).first()
    if after:
        said = _("Undo %(decree)s first: it came later.") % {"decree": after}
        return Hindrance(said, "decree", (after.pk,))
    begun = _begun(decree)
    for mover in outlook.movers:
        if why := mover.why_not_undone(decree, begun, actor):
            return why
    if later := sum(len(each.ids) for each in _later(decree)):
        said = ngettext(
            "%(count)s later change stands on it.", "%(count)s later changes stand on it.", later
        )
        return Hindrance(said % {"count": later})
    return None


@transaction.atomic
def undo(*, decree: Decree, actor: Any) -> Decree:
    """Have tree, roles, teams and reports be what they were before the decree.

    Raises NotAllowed for another province's, and NotPossibleNow where it is not applied or
    `why_not_undone` says something.
    """
    decree = reform.alone(decree, actor)
    reform.demand(decree, Decree.State.APPLIED)
    reversal.hold(_tracked(), _context(decree))
    if why := why_not_undone(decree, actor):
        raise NotPossibleNow(why.says)
    begun = _begun(decree)
    said = {"undoes_decree": decree.pk, "user": actor.pk, "at": clock.now().isoformat()}
    with pghistory.context(**said):
        Ancestry.objects.filter(tenant_id=decree.tenant_id).delete()
        reversal.take_back(_tracked(), _context(decree))
    for mover in outlook.movers:
        mover.forget(decree, begun)
    tree.rebuild_ancestry(tenant=decree.tenant)
    # A draft once more, with all that was decided: what was undone can be mended and applied.
    decree.state, decree.record = Decree.State.DRAFT, None
    decree.undone_at, decree.undone_by = clock.now(), str(actor)
    decree.save(update_fields=["state", "record", "undone_at", "undone_by"])
    return decree


def _context(decree: Decree) -> UUID:
    # Whatever is applied has one.
    return cast(UUID, decree.context)


def _tracked() -> Sequence[Model]:
    return [*(model for mover in reversed(outlook.movers) for model in mover.tracked), *TRACKED]


def _begun(decree: Decree) -> list[int]:
    """The units that came to be with it."""
    history: Any = Unit._meta.get_field("events").related_model
    ours = history.objects.filter(pgh_context_id=decree.context, pgh_label="insert")
    return list(ours.values_list("pgh_obj_id", flat=True))


def _later(decree: Decree) -> list[Later]:
    derived = {Ancestry, *(model for mover in outlook.movers for model in mover.derived)}
    found = reversal.standing_on(_tracked(), _context(decree))
    return [each for each in found if each.model not in derived]
