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
from units.founding import found_province
from units.tenancy import scope

CODE = QUANG_NINH.code


@transaction.atomic
def build(*, counted: Counts = QUANG_NINH) -> Province:
    """13 districts, 177 communes, and by default 1,452 hamlets; all 1,473 teams were approved."""
    seedlings = area.seedlings(counted)
    units = found_province(seedlings=seedlings, since=SINCE)
    tenant = units[0].tenant
    with scope(tenant=tenant.pk):
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
