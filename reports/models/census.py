"""The census as it is kept, so that the nation's overview need not count half a million people."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models

from reports.querysets import KeptCensusQuerySet
from units.models import TenantModel, Unit
from units.querysets import TenantQuerySet


class KeptCensus(TenantModel):
    """What `teams.census` counted of a province on the day of one of its months.

    It holds as long as no mark of the province covers the day.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    counts = models.JSONField()

    objects = KeptCensusQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "on"], name="census_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.on}"


class CensusMark(TenantModel):
    """That teams, people, areas or units of a province changed, and on which days it can be seen.

    Left by triggers of the database, one a statement; added and swept, never updated: whoever
    changes a roster must not wait for another who does.
    """

    days = DateRangeField()

    objects = TenantQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.days}"
