"""Figures of many months under one tree, such as today's: a line that runs across a reform.

A month whose own tree is the one that is asked for has such totals anyhow. Those of any other month
are computed by a worker when somebody asks for them first, and follow from then on.
"""

from collections.abc import Callable, Iterable
from datetime import date

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from reports import rollup
from reports.models import Period, Total
from units import clock, lineage
from units.lineage import Spell
from units.models import Level, Succession, Unit


class Tree(TextChoices):
    """Whose units are shown."""

    MONTH = "month", _("units of the month")
    TODAY = "today", _("today's units")


def spell_of(unit: Unit, tree: str, *, on: date) -> Spell | None:
    """The spell of the tree that is asked for; None for each month's own. Where none is asked for,
    today's, if it has the unit and that of the month, of the day `on`, has not. The nation has no
    tree of its own, for every province is reformed on its own days."""
    if unit.level == Level.NATION:
        return None
    is_later = not tree and lineage.shown_on(unit, on=on) not in (None, on)
    if tree != Tree.TODAY and not is_later:
        return None
    return lineage.spell_of(unit.tenant_id, on=clock.today())


def has_trees(unit: Unit) -> bool:
    """Whether there are units of another time to choose."""
    changes = Succession.objects.filter(tenant_id=unit.tenant_id)
    return unit.level != Level.NATION and changes.exists()


def day_of(period: Period, spell: Spell | None) -> date:
    """The day that names the tree of a month's totals."""
    if spell is None or spell.holds(period.tree_on):
        return period.tree_on
    return spell.since


_listeners: list[Callable[[int, date, list[int]], None]] = []


def subscribe(listener: Callable[[int, date, list[int]], None]) -> None:
    """Have `listener(tenant_id, day, period_ids)` called where months are asked for that are not
    kept yet; it sees to it that they are given to `restate`."""
    _listeners.append(listener)


def ask(periods: Iterable[Period], spell: Spell) -> list[Period]:
    """Have months of one province computed that are not kept under this tree yet; returns them."""
    wanted = lacking(periods, spell)
    if wanted:
        for listener in _listeners:
            listener(wanted[0].tenant_id, spell.since, [period.pk for period in wanted])
    return wanted


def lacking(periods: Iterable[Period], spell: Spell) -> list[Period]:
    """Those of the months that are not kept under this tree yet. A month that was never rolled up
    has nothing that could be found elsewhere."""
    others = [period for period in periods if not spell.holds(period.tree_on)]
    totals = Total.objects.filter(period__in=others, unit__level=Level.PROVINCE)
    kept = set(totals.filter(tree_on=spell.since).values_list("period", flat=True))
    begun = set(totals.as_reported().values_list("period", flat=True))
    return [period for period in others if period.pk in begun - kept]


def restate(
    tenant_id: int,
    *,
    on: date,
    period_ids: list[int],
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> None:
    """Compute and keep the totals of these months under the tree of a spell's first day; `tell` is
    called with how many are done, of how many, before the first and after each."""
    spell = lineage.spell_of(tenant_id, on=on)
    if spell is None:
        return
    periods = Period.objects.filter(tenant_id=tenant_id, pk__in=period_ids).order_by("-ends_on")
    wanted = lacking(periods, spell)
    tell(0, len(wanted))
    for done, period in enumerate(wanted, start=1):
        _restate(period, on)
        tell(done, len(wanted))


@transaction.atomic
def _restate(period: Period, on: date) -> None:
    # Judged only now: a decree or a merger that was waited for has made another tree.
    rollup.stand_by(period.tenant_id)
    spell = lineage.spell_of(period.tenant_id, on=on)
    if spell and lacking([period], spell):
        rollup.rebuild(period, on=spell.since)
