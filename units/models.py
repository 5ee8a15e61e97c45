"""Administrative units: a tree that knows its own history, and the tenants that own parts of it."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from units.querysets import UnitQuerySet
from units.text import fold, normalise


class Tenant(models.Model):
    """A province, or the nation's own office. Not fenced: a list of provinces is no secret."""

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=150)
    is_nation = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class TenantModel(models.Model):
    """What belongs to one province. The same column stands before row-level security."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True


class Level(models.IntegerChoices):
    NATION = 0, _("nation")
    PROVINCE = 1, _("province")
    DISTRICT = 2, _("district")
    COMMUNE = 3, _("commune")
    HAMLET = 4, _("hamlet")


@pghistory.track(level=pghistory.Statement)
class Unit(TenantModel):
    """One unit. Codes are reused for others, so `code` names it only on the days of `valid`."""

    level = models.SmallIntegerField(choices=Level.choices)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=150)
    search = models.CharField(max_length=150, editable=False)
    valid = DateRangeField()

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            ExclusionConstraint(
                name="unit_code_names_one_unit_at_a_time",
                expressions=[
                    ("level", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]
        indexes = [models.Index(fields=["tenant", "level"])]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.clean_text()
        super().save(*args, **kwargs)

    @property
    def is_commune(self) -> bool:
        return self.level == Level.COMMUNE

    @property
    def is_hamlet(self) -> bool:
        return self.level == Level.HAMLET

    def clean_text(self) -> None:
        """Bring the name into the one form in which it is stored and searched."""
        self.name = normalise(self.name)
        self.search = fold(self.name)


@pghistory.track(level=pghistory.Statement)
class Placement(TenantModel):
    """Under which parent a unit stands, and when: one parent on any day."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="placements")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    valid = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="unit_has_one_parent_at_a_time",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} under {self.parent_id}"


class Ancestry(TenantModel):
    """Who stands above whom, and when: derived from placements by `units.tree`, never edited."""

    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="ancestries", db_index=False
    )
    ancestor = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+", db_index=False)
    depth = models.SmallIntegerField()
    valid = DateRangeField()

    class Meta:
        indexes = [
            models.Index(fields=["unit", "ancestor"]),
            models.Index(fields=["ancestor", "unit"]),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} below {self.ancestor_id}"


@pghistory.track(level=pghistory.Statement)
class Succession(TenantModel):
    """What became of what by a decree; `partial` where the predecessor was split."""

    predecessor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="origins")
    partial = models.BooleanField(default=False)
    decree = models.CharField(max_length=100)
    effective_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor", "effective_on"],
                name="succession_is_said_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} became {self.successor_id}"
