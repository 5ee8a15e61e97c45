"""Steering committees and who sits in them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from teams.models.history import recorded
from teams.querysets import CommitteeQuerySet, SeatQuerySet
from units.models import TenantModel, Unit
from units.text import fold, name_key, normalise


class SteeringPost(models.TextChoices):
    HEAD = "head", _("head")
    STANDING_DEPUTY = "standing_deputy", _("standing deputy head")
    DEPUTY = "deputy", _("deputy head")
    MEMBER = "member", _("member")


@recorded
class Committee(TenantModel):
    """The steering committee (tổ chỉ đạo) of a province, district or commune."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    decision_number = models.CharField(max_length=50, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    valid = DateRangeField()

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            ExclusionConstraint(
                name="unit_has_one_committee_at_a_time",
                expressions=[("unit", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return self.name


@recorded
class Seat(TenantModel):
    """A person's seat in a committee, with the office that the person holds, and when."""

    committee = models.ForeignKey(Committee, on_delete=models.CASCADE, related_name="seats")
    full_name = models.CharField(max_length=100)
    # Of the name and of the office: see `clean_text`.
    search = models.CharField(max_length=260, editable=False)
    sort_key = models.CharField(max_length=800, db_collation="C", editable=False)
    post = models.CharField(
        max_length=20, choices=SteeringPost.choices, default=SteeringPost.MEMBER
    )
    office = models.CharField(max_length=150, blank=True)
    phone = models.CharField(max_length=16, blank=True)
    valid = DateRangeField()

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        constraints = [
            ExclusionConstraint(
                name="committee_has_one_head_at_a_time",
                expressions=[
                    ("committee", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(post=SteeringPost.HEAD),
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    def clean_text(self) -> None:
        """Bring name and office into the form in which they are stored, searched and sorted."""
        self.full_name, self.office = normalise(self.full_name), normalise(self.office)
        self.search = fold(f"{self.full_name} | {self.office}")
        self.sort_key = name_key(self.full_name)
