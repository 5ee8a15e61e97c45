"""How accounts and grants are asked for."""

from typing import Any

from django.contrib.auth.models import UserManager
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.roles import Right, roles_with
from units import clock
from units.models import Unit
from units.querysets import TenantQuerySet


class UserQuerySet(QuerySet):
    def visible_to(self, user: Any) -> "UserQuerySet":
        """Accounts that hold a role within the caller's area, if the caller manages accounts."""
        from accounts.models import Grant

        roots = user.unit_ids_with(Right.ACCOUNTS)
        grants = Grant.objects.filter(user=OuterRef("pk"), unit__in=Unit.objects.within(roots))
        return self.filter(Exists(grants), tenant_id=user.tenant_id)

    def editable_by(self, user: Any) -> "UserQuerySet":
        return self.visible_to(user).exclude(pk=user.pk)


class AccountManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's manager knows how to make accounts; ours knows who may see them."""

    use_in_migrations = False


class GrantQuerySet(TenantQuerySet):
    def with_right(self, right: Right) -> "GrantQuerySet":
        return self.filter(role__in=roles_with(right))


class DelegationQuerySet(QuerySet):
    def visible_to(self, user: Any) -> "DelegationQuerySet":
        """Those that the user gave or holds, and those of the area whose accounts they manage."""
        managed = Unit.objects.within(user.unit_ids_with(Right.ACCOUNTS))
        reached = Q(giver=user) | Q(holder=user) | Q(unit__in=managed)
        return self.filter(reached, tenant_id=user.tenant_id)

    def editable_by(self, user: Any) -> "DelegationQuerySet":
        """Those that the user may end: what they gave, and what they hold."""
        return self.filter(Q(giver=user) | Q(holder=user), tenant_id=user.tenant_id)

    def lent_to(self, user: Any) -> "DelegationQuerySet":
        """Those by which the user holds a right today, the widest area first."""
        running = self.in_force().filter(holder=user)
        return running.select_related("unit").order_by("unit__level", "pk")

    def in_force(self) -> "DelegationQuerySet":
        """Those by which somebody stands in today, on a unit that stands."""
        today = clock.today()
        running = self.filter(ended_at=None, days__contains=today, unit__valid__contains=today)
        return running.filter(self._backed())

    def with_standing(self) -> "DelegationQuerySet":
        """Each with `is_backed`, and with those whom its line in a list names."""
        people = ("giver", "holder", "unit", "ended_by")
        return self.annotate(is_backed=self._backed()).select_related(*people)

    def not_over(self) -> "DelegationQuerySet":
        """Those that run today or are still to come."""
        return self.filter(ended_at=None, days__overlap=DateRange(clock.today(), None))

    def _backed(self) -> Exists:
        """Whether the giver still holds the role, and can still sign in."""
        from accounts.models import Grant

        return Exists(
            Grant.objects.filter(
                user=OuterRef("giver"),
                unit=OuterRef("unit"),
                role=OuterRef("role"),
                user__is_active=True,
            )
        )
