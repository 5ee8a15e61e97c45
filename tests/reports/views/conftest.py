"""Desks for the people who work on one report, and a province after a reform."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import override_settings

from tests.cast import SINCE, Cast, Enter, SignIn
from tests.reports.views.desk import Desk
from tests.reports.views.june import report_june, sweep
from units.models import Level, Placement, Succession, Unit
from units.tree import rebuild_ancestry

# From which the units of `renamed` are others.
DAY = date(2024, 7, 1)


@pytest.fixture
def leader(cast: Cast, client_of: SignIn, enter: Enter) -> Desk:
    return Desk(cast, client_of(cast.leader), enter)


@pytest.fixture
def officer(cast: Cast, client_of: SignIn, enter: Enter) -> Desk:
    return Desk(cast, client_of(cast.officer), enter)


@pytest.fixture
def admin(cast: Cast, client_of: SignIn, enter: Enter) -> Desk:
    return Desk(cast, client_of(cast.admin), enter)


@pytest.fixture
def renamed(cast: Cast, enter: Enter) -> Iterator[Cast]:
    """Hồng Gai has another code since July, and districts are no more."""
    report_june(cast, enter)
    sweep(cast, enter)
    with enter(cast.admin):
        old = cast.units["06691"]
        new = Unit(
            tenant=cast.province, level=Level.COMMUNE, code="99999", name="Phường Tên Mới",
            valid=DateRange(DAY, None),
        )  # fmt: skip
        new.save()
        below = Placement.objects.filter(parent=old)
        moved = list(below.values_list("unit", flat=True))
        districts = Unit.objects.filter(tenant=cast.province, level=Level.DISTRICT)
        lifted = list(
            Unit.objects.filter(placements__parent__in=districts, valid__contains=DAY)
            .exclude(pk=old.pk)
            .values_list("pk", flat=True)
        )
        gone = [old.pk, *districts.values_list("pk", flat=True)]
        Placement.objects.filter(unit__in=[*moved, *lifted, *gone]).update(
            valid=DateRange(SINCE, DAY)
        )
        Unit.objects.filter(pk__in=gone).update(valid=DateRange(SINCE, DAY))
        under = [(pk, new.pk) for pk in moved]
        under += [(pk, cast.units["22"].pk) for pk in [*lifted, new.pk]]
        for unit, parent in under:
            Placement.objects.create(
                tenant=cast.province, unit_id=unit, parent_id=parent, valid=DateRange(DAY, None)
            )
        Succession.objects.create(
            tenant=cast.province, predecessor=old, successor=new, decree="1", effective_on=DAY
        )
        rebuild_ancestry(tenant=cast.province)
        cast.units["new"] = new
    with override_settings(BUSINESS_DATE=date(2024, 7, 5)):
        yield cast
