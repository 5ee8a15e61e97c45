"""How accounts and grants are asked for."""

from typing import Any

from django.contrib.auth.models import UserManager
from django.db.models import Exists, OuterRef, QuerySet

from accounts.roles import Right, roles_with
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
