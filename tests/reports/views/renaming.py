"""A province whose commune has another name since July, and that has no districts any more."""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from reports import restating
from tests.cast import SINCE, Cast, Enter
from units.models import Level, Placement, Succession, Unit
from units.tree import rebuild_ancestry

DAY = date(2024, 7, 1)


def rename(cast: Cast) -> None:
    old = cast.units["06691"]
    new = Unit(
        tenant=cast.province, level=Level.COMMUNE, code="99999", name="Phường Tên Mới",
        valid=DateRange(DAY, None),
    )  # fmt: skip
    new.save()
    below = Placement.objects.filter(parent=old)
    moved = list(below.values_list("unit", flat=True))
    districts = Unit.objects.filter(tenant=cast.province, level=Level.DISTRICT)
    lifted = list(
        Unit.objects.filter(placements__parent__in=districts, valid__contains=DAY)
        .exclude(pk=old.pk)
        .values_list("pk", flat=True)
    )
    gone = [old.pk, *districts.values_list("pk", flat=True)]
    Placement.objects.filter(unit__in=[*moved, *lifted, *gone]).update(valid=DateRange(SINCE, DAY))
    Unit.objects.filter(pk__in=gone).update(valid=DateRange(SINCE, DAY))
    under = [(pk, new.pk) for pk in moved]
    under += [(pk, cast.units["22"].pk) for pk in [*lifted, new.pk]]
    for unit, parent in under:
        Placement.objects.create(
            tenant=cast.province, unit_id=unit, parent_id=parent, valid=DateRange(DAY, None)
        )
    Succession.objects.create(
        tenant=cast.province, predecessor=old, successor=new, decree="1", effective_on=DAY
    )
    rebuild_ancestry(tenant=cast.province)
    cast.units["new"] = new


def restate(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        restating.restate(cast.province.pk, on=DAY, period_ids=[cast.june.pk])
