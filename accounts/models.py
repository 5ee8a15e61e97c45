"""Accounts, the roles they hold on units, and what of a role is lent for some days."""

from datetime import date, datetime, timedelta
from functools import cached_property

import pghistory
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import AccountManager, DelegationQuerySet, GrantQuerySet
from accounts.roles import RIGHTS, Right, Role
from units import clock, lineage
from units.models import Ancestry, Level, Tenant, TenantModel, Unit


@pghistory.track(level=pghistory.Statement, exclude=["password", "last_login"])
class User(AbstractUser):
    """A person who signs in. Rights come from grants on units, never from flags of Django's."""

    first_name = None
    last_name = None
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    full_name = models.CharField(_("full name"), max_length=150)
    # Whether the portal reminds them of what they hold up, and whether it also writes to `email`.
    wants_reminders = models.BooleanField(default=True, db_default=True)
    wants_mail = models.BooleanField(default=True, db_default=True)
    must_change_password = models.BooleanField(default=False)
    # Since when, and from whom, the account has a password that somebody else has known, see
    # `accounts.known_passwords`. By None is the first account of a tenant.
    password_given_at = models.DateTimeField(null=True, editable=False)
    password_given_by = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
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
        """One's own grants, the widest area first; then those that somebody lends today."""
        # A unit that has ended has nothing under it any more, and no page of its own.
        standing = self.grants.filter(unit__valid__contains=clock.today())
        own = standing.select_related("unit").order_by("unit__level", "pk")
        return [*own, *self._lent_grants()]

    def _lent_grants(self) -> list["Grant"]:
        # Asked at every request, and hardly anybody stands in for somebody: the short question
        # comes first.
        if not Delegation.objects.filter(holder=self, ended_at=None).exists():
            return []
        return [each.as_grant() for each in Delegation.objects.lent_to(self)]

    @property
    def area_ids(self) -> list[int]:
        """The units over whose whole area a role is held; to lead a team is no such role."""
        return [grant.unit_id for grant in self.held_grants if grant.role != Role.TEAM_LEADER]

    @property
    def leads_teams(self) -> bool:
        return len(self.area_ids) < len(self.held_grants)

    @property
    def leaderships(self) -> list["Grant"]:
        """The roles of a team leader, one's own and those lent."""
        return [grant for grant in self.held_grants if grant.role == Role.TEAM_LEADER]

    @property
    def seen_unit_ids(self) -> list[int]:
        """The units on which any role is held; whatever stands under them is visible."""
        return [grant.unit_id for grant in self.held_grants]

    def unit_ids_with(self, right: Right) -> list[int]:
        return [grant.unit_id for grant in self.held_grants if right in grant.rights]

    def with_former_provinces(self, unit_ids: list[int]) -> list[int]:
        """Units of one's roles and, with a province, those provinces that have become part of it:
        whatever ended before that had them above it."""
        ids = set(unit_ids)
        held = [grant.unit for grant in self.held_grants if grant.unit_id in ids]
        is_whole = any(unit.level == Level.PROVINCE for unit in held)
        return [*unit_ids, *self._former_provinces] if is_whole else unit_ids

    def with_joined(self, unit_ids: list[int]) -> list[int]:
        """Units of one's roles and those that have joined them whole, see decision 030."""
        return [*unit_ids, *{old for pk in unit_ids for old in self._joined.get(pk, ())}]

    @cached_property
    def _joined(self) -> dict[int, set[int]]:
        return lineage.joined(self.area_ids)

    @cached_property
    def _former_provinces(self) -> list[int]:
        ended = Unit.objects.filter(level=Level.PROVINCE, valid__endswith__lte=clock.today())
        return list(ended.filter(tenant=self.tenant_id).values_list("pk", flat=True))

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


# What a decree on boundaries takes away is brought back from the history, so that has it, too.
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Grant(TenantModel):
    """A role that somebody holds on a unit, and so on everything under it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)

    # By which it is lent to `user`; None for a role of one's own.
    lent: "Delegation | None" = None

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "unit", "role"], name="role_is_granted_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role} on {self.unit_id}"

    @property
    def rights(self) -> frozenset[Right]:
        held = RIGHTS[Role(self.role)]
        return held if self.lent is None else held & {Right(each) for each in self.lent.rights}


@pghistory.track(level=pghistory.Statement)
class Delegation(TenantModel):
    """What the giver lends of a role to the holder for some days.

    It leans on the giver's own grant of that role on that unit, and lends nothing without it. Rows
    stay on record: from them the history tells on whose behalf somebody acted.
    """

    giver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    rights = ArrayField(models.CharField(max_length=20, choices=Right.choices))
    days = DateRangeField()
    reason = models.CharField(max_length=250)
    handed_over_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    # What was said when it was ended; nobody has to say anything.
    ending_reason = models.CharField(max_length=250, blank=True, default="", db_default="")

    # Told by `with_standing`: whether the giver still holds the role, with an open account.
    is_backed: bool

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["-days", "-pk"]
        constraints = [
            ExclusionConstraint(
                name="role_is_lent_to_one_at_a_time",
                expressions=[
                    ("giver", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("days", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="role_is_lent_to_somebody_else",
                condition=~models.Q(giver=models.F("holder")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} to {self.holder_id}: {self.role} on {self.unit_id}"

    @property
    def since(self) -> date:
        return self.days.lower

    @property
    def until(self) -> date:
        """The last day."""
        return self.days.upper - timedelta(days=1)

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or self.until < clock.today()

    @property
    def has_begun(self) -> bool:
        return self.since <= clock.today()

    @property
    def was_declined(self) -> bool:
        """Whether the holder ended it before its first day."""
        if self.ended_at is None or self.ended_by_id != self.holder_id:
            return False
        return timezone.localdate(self.ended_at) < self.since

    def held_at(self, moment: datetime) -> bool:
        """Whether it was in force at a moment of the past."""
        return (
            timezone.localdate(moment) in self.days
            and self.handed_over_at <= moment
            and (self.ended_at is None or moment <= self.ended_at)
        )

    def as_grant(self) -> Grant:
        """The role as its holder holds it; never stored."""
        grant = Grant(
            tenant_id=self.tenant_id, user_id=self.holder_id, unit=self.unit, role=self.role
        )
        grant.lent = self
        return grant
