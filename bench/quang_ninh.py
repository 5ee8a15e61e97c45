"""Quảng Ninh as its own reports count it: every step by the functions of the domain."""

from collections.abc import Sequence

from django.db import transaction

from bench.province import SINCE, Province, conclude, staff
from cnscd_portal.demo import area, establishment, figures, members
from cnscd_portal.demo.establishment import Crew
from cnscd_portal.demo.provinces import QUANG_NINH
from cnscd_portal.demo.provinces import Province as Counts
from reports import batches
from reports.workflow import Draft
from units.models import Tenant, Unit
from units.tenancy import scope
from units.tree import plant

CODE = QUANG_NINH.code


def build(nation: Unit, *, counted: Counts = QUANG_NINH) -> Province:
    """13 districts, 177 communes, and by default 1,452 hamlets; all 1,473 teams were approved."""
    tenant = Tenant.objects.create(code=CODE, name=counted.name)
    with scope(tenant=tenant.pk), transaction.atomic():
        seedlings = area.seedlings(counted)
        units = plant(tenant=tenant, seedlings=seedlings, root=nation, since=SINCE)
        planted = list(zip(seedlings, units, strict=True))
        crews = establishment.establish(counted, tenant, planted)
        members.enrol(counted, tenant, crews)
        province = staff(tenant, units)
        _report(province, crews)
        conclude(province)
    return province


def _report(province: Province, crews: Sequence[Crew]) -> None:
    month, admin = province.month, province.admin
    reports = batches.submit_many(
        period=month,
        documents=[(crew.team, Draft(_values(crew))) for crew in crews],
        actor=admin,
    )
    batches.approve_many(reports=reports, actor=admin)


def _values(crew: Crew) -> figures.Values:
    return figures.of_month(crew.spot, figures.portray(crew.spot), figures.LAST)
