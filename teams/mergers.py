"""What becomes of the register where a province becomes part of another one."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import DateField, Func, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.utils.translation import ngettext

from teams import enlistment
from teams.models import Committee, Person, Seat, Team
from units import mergers
from units.models import Merger, Tenant


class Part(mergers.Part):
    """Teams and people come along as they are. What sat at the province that ends sits at the other
    one; its steering committee ends with it."""

    tracked = (Seat, Committee, Team)

    def hold(self, province: Tenant) -> None:
        enlistment.lock_register(province.pk)

    def faults(self, source: Tenant, into: Tenant, carried: Collection[int]) -> Iterable[str]:
        known = Person.objects.filter(tenant=into).exclude(id_number="")
        count = Person.objects.filter(
            tenant=source, id_number__in=known.values("id_number")
        ).count()
        if count:
            yield ngettext(
                "%(count)s person of the former province has an ID number that is in the other "
                "register, too: take it out of one of both.",
                "%(count)s people of the former province have ID numbers that are in the other "
                "register, too: take each out of one of both.",
                count,
            ) % {"count": count}

    def settle(self, merger: Merger) -> None:
        ended, on = merger.ended, merger.effective_on
        active = Q(active__endswith__isnull=True) | Q(active__endswith__gt=on)
        Team.objects.filter(active, unit=ended).update(unit=merger.successor)
        committees = Committee.objects.filter(unit=ended, valid__contains=on)
        _end(Seat.objects.filter(committee__in=committees, valid__contains=on), merger)
        _end(committees, merger)


def _end(rows: "QuerySet[Any]", merger: Merger) -> None:
    """Whatever begins on the day itself stays as it is: no row can end before it has begun."""
    day = Value(merger.effective_on, output_field=DateField())
    begun = rows.filter(valid__startswith__lt=merger.effective_on)
    begun.update(valid=Func(Lower("valid"), day, function="daterange"))
