"""Accounts, and the roles they hold on units."""

from functools import cached_property

import pghistory
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.querysets import AccountManager, GrantQuerySet
from accounts.roles import RIGHTS, Right, Role
from units import clock
from units.models import Ancestry, Tenant, TenantModel, Unit


@pghistory.track(level=pghistory.Statement, exclude=["password", "last_login"])
class User(AbstractUser):
    """A person who signs in. Rights come from grants on units, never from flags of Django's."""

    first_name = None
    last_name = None
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    full_name = models.CharField(_("full name"), max_length=150)
    must_change_password = models.BooleanField(default=False)
    # Demo accounts have a public password: the backend refuses them outside the demo.
    is_demo = models.BooleanField(default=False, editable=False)

    objects = AccountManager()
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        ordering = ["username"]
        verbose_name = _("account")
        constraints = [
            models.UniqueConstraint(Lower("username"), name="name_once_in_small_letters"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """How a name is kept and looked for: in small letters, whichever way it is typed."""
        return super().normalize_username(username).lower()

    @property
    def reads_all_tenants(self) -> bool:
        return self.tenant.is_nation

    @cached_property
    def held_grants(self) -> list["Grant"]:
        """The grants, the widest area first."""
        return list(self.grants.select_related("unit").order_by("unit__level", "pk"))

    @property
    def area_ids(self) -> list[int]:
        """The units over whose whole area a role is held; to lead a team is no such role."""
        return [grant.unit_id for grant in self.held_grants if grant.role != Role.TEAM_LEADER]

    @property
    def leads_teams(self) -> bool:
        return len(self.area_ids) < len(self.held_grants)

    @property
    def seen_unit_ids(self) -> list[int]:
        """The units on which any role is held; whatever stands under them is visible."""
        return [grant.unit_id for grant in self.held_grants]

    def unit_ids_with(self, right: Right) -> list[int]:
        return [grant.unit_id for grant in self.held_grants if right in RIGHTS[Role(grant.role)]]

    def holds(self, right: Right) -> bool:
        return bool(self.unit_ids_with(right))

    def may(self, right: Right, unit: Unit) -> bool:
        """Whether the right reaches `unit` in today's tree."""
        roots = self.unit_ids_with(right)
        return (
            bool(roots)
            and Ancestry.objects.filter(
                unit=unit, ancestor__in=roots, valid__contains=clock.today()
            ).exists()
        )


@pghistory.track(level=pghistory.Statement)
class Grant(TenantModel):
    """A role that somebody holds on a unit, and so on everything under it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "unit", "role"], name="role_is_granted_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role} on {self.unit_id}"
