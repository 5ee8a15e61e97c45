"""Teams, the hamlets they serve, and the people in them."""

from datetime import date
from typing import cast

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from teams.models.history import recorded
from teams.ordering import in_vietnamese
from teams.querysets import AreaQuerySet, MembershipQuerySet, PersonQuerySet, TeamQuerySet
from units import clock
from units.models import TenantModel, Unit
from units.text import fold, name_key, normalise


class Kind(models.TextChoices):
    LOCAL = "local", _("local team")
    ENTERPRISE = "enterprise", _("enterprise team")


class Post(models.TextChoices):
    LEADER = "leader", _("leader")
    DEPUTY = "deputy", _("deputy")
    MEMBER = "member", _("member")

    @classmethod
    def leading(cls) -> list["Post"]:
        """Of those who enter the team's figures."""
        return [cls.LEADER, cls.DEPUTY]


class Sex(models.TextChoices):
    FEMALE = "f", _("female")
    MALE = "m", _("male")


class Ending(models.TextChoices):
    """Why a team is no longer active."""

    MERGED = "merged", _("merged")
    DISSOLVED = "dissolved", _("dissolved")


@recorded
class Team(TenantModel):
    """A team. A local team sits in a hamlet, an enterprise team at a province or district."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="teams")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.LOCAL)
    name = models.CharField(max_length=200)
    sort_key = models.GeneratedField(
        expression=in_vietnamese("name"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    decision_number = models.CharField(max_length=50, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    active = DateRangeField()
    ending = models.CharField(
        max_length=10, choices=Ending.choices, blank=True, default="", db_default=""
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    zalo_link = models.URLField(blank=True, default="", db_default="")
    zalo_followers = models.PositiveIntegerField(null=True, blank=True)
    # Support given to the team; None means that nobody has said.
    phones_given = models.PositiveSmallIntegerField(null=True, blank=True)
    members_with_free_data = models.PositiveSmallIntegerField(null=True, blank=True)
    has_wifi = models.BooleanField(null=True, blank=True)
    funds_in_dong = models.PositiveBigIntegerField(null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        indexes = [models.Index(fields=["tenant", "unit"])]
        constraints = [
            models.CheckConstraint(
                name="active_team_has_no_ending",
                condition=models.Q(ending="") | models.Q(active__upper_inf=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def active_since(self) -> date:
        """The first day: no team is without one."""
        return cast(date, self.active.lower)


@recorded
class Area(TenantModel):
    """A hamlet that a team serves, and when. Hamlets merge, so both sides may be many."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="areas")
    hamlet = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    valid = DateRangeField()

    objects = AreaQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="team_serves_a_hamlet_once_at_a_time",
                expressions=[
                    ("team", RangeOperators.EQUAL),
                    ("hamlet", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.team_id} serves {self.hamlet_id}"


@recorded
class Person(TenantModel):
    """A volunteer. The number of an ID card is optional, and its picture is never kept."""

    full_name = models.CharField(max_length=100)
    search = models.CharField(max_length=100, editable=False)
    # By the given name, in the order of the Vietnamese alphabet: see `units.text.name_key`.
    sort_key = models.CharField(
        max_length=800, db_collation="C", blank=True, editable=False, default="", db_default=""
    )
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    phone = models.CharField(max_length=16, blank=True)
    id_number = models.CharField(max_length=12, blank=True, default="", db_default="")
    consented_on = models.DateField(null=True, blank=True)
    consent_purpose = models.CharField(max_length=200, blank=True, default="", db_default="")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        indexes = [
            models.Index(fields=["tenant", "search"]),
            models.Index(fields=["tenant", "sort_key"]),
            models.Index(fields=["tenant", "phone"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="id_number_names_one_person",
                fields=["tenant", "id_number"],
                condition=~models.Q(id_number=""),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def clean_text(self) -> None:
        """Bring the name into the form in which it is stored, searched and sorted."""
        self.full_name = normalise(self.full_name)
        self.search, self.sort_key = fold(self.full_name), name_key(self.full_name)


@recorded
class Membership(TenantModel):
    """That a person belongs to a team, as what, and when: nothing of the past is overwritten."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    post = models.CharField(max_length=10, choices=Post.choices, default=Post.MEMBER)
    is_core = models.BooleanField(default=False)
    organisation = models.CharField(max_length=100, blank=True)
    valid = DateRangeField()

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="person_is_in_a_team_once_at_a_time",
                expressions=[
                    ("team", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="team_has_one_leader_at_a_time",
                expressions=[("team", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=models.Q(post=Post.LEADER),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.team_id}"

    @property
    def joined_on(self) -> date:
        """The first day: no membership is without one."""
        return cast(date, self.valid.lower)

    @property
    def ended_on(self) -> date | None:
        """The first day without it, once that has come."""
        until = self.valid.upper
        return until if until and until <= clock.today() else None

    @property
    def leads(self) -> bool:
        """Whether the person enters the team's figures, as leaders and deputies do."""
        return self.post in Post.leading()
