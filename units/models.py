"""Administrative units: a tree that knows its own history, and the tenants that own parts of it."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from units.querysets import DecreeQuerySet, ProvinceQuerySet, UnitQuerySet
from units.text import fold, normalise


class Tenant(models.Model):
    """A province, or the nation's own office. Not fenced: a list of provinces is no secret."""

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=150)
    is_nation = models.BooleanField(default=False)
    # Of a province that has become part of another one: its rows are there, see `units.mergers`.
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    merged_on = models.DateField(null=True)

    objects = ProvinceQuerySet.as_manager()

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


# A decree may drop the one that a merger of provinces gave a district for the same day.
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
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


# Plan and record are written once; the history is of what people decide and do.
@pghistory.track(level=pghistory.Statement, exclude=["plan", "record"])
class Decree(TenantModel):
    """A decree on boundaries: what the files say, what a person decided, and where it stands."""

    class State(models.TextChoices):
        DRAFT = "draft", _("being decided")
        APPLIED = "applied", _("applied")

    name = models.CharField(_("name of the decree"), max_length=100)
    # The first day of the new tree.
    effective_on = models.DateField(_("in effect from"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    # {"units": [[level, code, name, code of the parent]], "successions": [[old, new]]}: of the
    # province alone, as `units.decrees` read them.
    plan = models.JSONField()
    # The answer to each question of `units.reform`, by its key.
    decisions = models.JSONField(default=dict)
    # How often they were saved: whoever saves says what they had seen.
    version = models.PositiveIntegerField(default=0)
    # What it did when it was applied, as `units.outcome` tells it; None of a draft, and of one that
    # was applied before this was kept.
    record = models.JSONField(null=True)
    # Whether the decisions were made up, to show how it works.
    is_example = models.BooleanField(default=False)
    # That of the history's records: the decree is undone from them.
    context = models.UUIDField(null=True)
    # People by name, for units know of no accounts; the history has their keys.
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=150)
    applied_at = models.DateTimeField(null=True)
    applied_by = models.CharField(max_length=150, blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=150, blank=True)

    objects = DecreeQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_on", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_applied(self) -> bool:
        return self.state == self.State.APPLIED


@pghistory.track(level=pghistory.Statement)
class Merger(TenantModel):
    """That another province became part of this one, and what is needed to take that back."""

    source = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    # The unit of the former province, and the one that came in its place.
    ended = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    effective_on = models.DateField()
    decree = models.CharField(max_length=100)
    # The grants on the former province whose holders got the same role on this one.
    carried = ArrayField(models.BigIntegerField())
    # That of the history's records: what changed beside the tenant is taken back from them.
    context = models.UUIDField()
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=models.Q(undone_at=None),
                name="province_merges_into_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_id} into {self.tenant_id}"

    def came(self, model: type[models.Model]) -> models.QuerySet:
        """The keys of the rows of a model that came from the former province."""
        keys = models.Func("ids", function="unnest", output_field=models.BigIntegerField())
        return self.arrivals.filter(table_name=model._meta.db_table).values_list(keys, flat=True)


class Arrival(TenantModel):
    """The keys of the rows of one table that came with a merger."""

    merger = models.ForeignKey(
        Merger, on_delete=models.CASCADE, related_name="arrivals", db_index=False
    )
    table_name = models.CharField(max_length=63)
    ids = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merger", "table_name"], name="table_arrives_once")
        ]

    def __str__(self) -> str:
        return f"{len(self.ids)} of {self.table_name}"
