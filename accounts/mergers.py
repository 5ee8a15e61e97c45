"""What becomes of accounts and roles where a province becomes part of another one."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Grant
from units import mergers
from units.models import Level, Merger, Tenant


class Part(mergers.Part):
    """Accounts and roles come along as they are. A role on the province that ends says nothing any
    more; somebody has to decide who has it on the other one."""

    tracked = (Grant,)

    def faults(self, source: Tenant, into: Tenant, carried: Collection[int]) -> Iterable[str]:
        known = to_decide(source).filter(pk__in=carried).count()
        if known != len(set(carried)):
            yield _("Only roles on the province that ends can be carried to the other one.")

    def settle(self, merger: Merger) -> None:
        Grant.objects.bulk_create(
            Grant(tenant=merger.tenant, user_id=each.user_id, unit=merger.successor, role=each.role)
            for each in Grant.objects.filter(pk__in=merger.carried)
        )


def to_decide(source: Tenant) -> "QuerySet[Grant]":
    """The roles on the province itself, each of which is carried to the other province or ends."""
    rows = Grant.objects.filter(tenant=source, unit__level=Level.PROVINCE)
    return rows.select_related("user").order_by("user__username", "pk")
