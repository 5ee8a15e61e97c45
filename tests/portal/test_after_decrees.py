"""Quảng Ninh after both decrees, applied once for all: that takes longer than to look at it."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction
from django.test import override_settings

from accounts.models import Grant, User
from accounts.roles import Role
from cnscd_portal.demo.provinces import QUANG_NINH
from reports import restating, rollup
from reports.models import Period, Total
from teams import census
from teams.census import Census
from teams.models import Team
from tests.portal.conftest import inside
from tests.portal.decreeing import (
    EVE_OF_FIRST,
    EVE_OF_SECOND,
    FIRST,
    SECOND,
    TODAY,
    Scene,
    count_on,
    kinds_on,
)
from units import lineage, tree
from units.models import Level, Placement, Succession, Unit

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def applied(demo: list[str]) -> Iterator[tuple[Scene, Census]]:
    """After both decrees, and the census of the eve of the first, as it was taken before them."""
    with (
        inside(QUANG_NINH) as province,
        transaction.atomic(),
        override_settings(BUSINESS_DATE=TODAY),
    ):
        scene = Scene(province, User.objects.get(username="qn.admin"))
        before = census.take([province], on=EVE_OF_FIRST)[province.pk]
        scene.apply("2024-11-01")
        scene.apply("2025-07-01")
        yield scene, before
        transaction.set_rollback(True)


@pytest.fixture
def scene(applied: tuple[Scene, Census]) -> Iterator[Scene]:
    with transaction.atomic():
        yield applied[0]
        transaction.set_rollback(True)


@pytest.fixture
def before(applied: tuple[Scene, Census]) -> Census:
    return applied[1]


def test_second_decree_makes_54_communes_under_the_province(scene: Scene) -> None:
    assert count_on(EVE_OF_FIRST) == {1: 1, 2: 13, 3: 177}
    assert count_on(EVE_OF_SECOND) == {1: 1, 2: 13, 3: 171}
    assert count_on(SECOND) == {1: 1, 3: 54}
    assert kinds_on(SECOND) == {"Xã": 22, "Phường": 30, "Đặc": 2}
    assert Unit.objects.children_of(scene.province, on=SECOND).count() == 54
    assert tree.count_differences(tenant=scene.province.tenant) == 0
    # A code that was another's the day before.
    names = {
        day: Unit.objects.get(level=Level.COMMUNE, code="06685", valid__contains=day).name
        for day in (EVE_OF_SECOND, SECOND)
    }
    assert names == {EVE_OF_SECOND: "Phường Trần Hưng Đạo", SECOND: "Phường Hồng Gai"}


def test_no_hamlet_team_or_member_is_lost(scene: Scene, before: Census) -> None:
    for day, communes in ((EVE_OF_FIRST, 177), (EVE_OF_SECOND, 171), (SECOND, 54)):
        counted = census.take([scene.province], on=day)[scene.province.pk]
        assert (
            (counted.local, counted.enterprise) == (before.local, before.enterprise) == (1462, 11)
        )
        assert (counted.members, counted.hamlets) == (before.members, 1452)
        assert (counted.communes, counted.communes_covered) == (communes, communes)
        children = list(Unit.objects.children_of(scene.province, on=day))
        under = census.take(children, on=day)
        own = Team.objects.filter(unit=scene.province, active__contains=day).count()
        assert sum(each.teams for each in under.values()) + own == counted.teams
        parents = Placement.objects.filter(unit__level=Level.HAMLET, valid__contains=day)
        assert parents.filter(parent__valid__contains=day).count() == 1452


def test_every_unit_that_ends_says_what_became_of_it(scene: Scene) -> None:
    ended = Unit.objects.filter(level=Level.COMMUNE, valid__endswith__isnull=False)
    assert not ended.filter(successions=None).exists()
    assert not Unit.objects.filter(
        level=Level.COMMUNE, valid__startswith__gte=FIRST, origins=None
    ).exists()
    split = Succession.objects.filter(effective_on=SECOND, partial=True)
    assert split.values("predecessor").distinct().count() == 12


def test_june_by_the_districts_of_its_day_and_by_todays_communes(scene: Scene) -> None:
    tenant = scene.province.tenant_id
    june = Period.objects.get(tenant=tenant, year=2024, month=6)
    rollup.sweep(tenant)
    restating.restate(tenant, on=date(2025, 7, 5), period_ids=[june.pk])
    levels = {
        on: Counter(
            Total.objects.filter(period=june, tree_on=on).values_list("unit__level", flat=True)
        )
        for on in (june.tree_on, SECOND)
    }
    assert levels == {june.tree_on: {1: 1, 2: 13, 3: 177}, SECOND: {1: 1, 3: 54}}
    then, now = (
        Total.objects.get(period=june, unit=scene.province, tree_on=on)
        for on in (june.tree_on, SECOND)
    )
    assert then.values
    for told in ("values", "gave", "not_applicable", "expected", "submitted", "approved"):
        assert getattr(then, told) == getattr(now, told)
    # What is not under a commune of today stands at the province by name.
    below = sum(
        total.expected
        for total in Total.objects.filter(period=june, tree_on=SECOND, unit__level=Level.COMMUNE)
    )
    found = lineage.homes(tenant, counted_on=june.tree_on, on=SECOND)
    seats = [pk for pk, home in found.items() if home.unit_id == scene.province.pk]
    assert below + Team.objects.filter(unit__in=seats).active_on(june.tree_on).count() == 1473
    hamlets = Unit.objects.filter(pk__in=seats, level=Level.HAMLET)
    assert not hamlets.exists()


def test_roles_follow_their_units(scene: Scene) -> None:
    held = {
        grant.user.username: (grant.role, grant.unit.name)
        for grant in Grant.objects.select_related("user", "unit")
    }
    assert held["qn.hong-gai"] == (Role.COMMUNE_OFFICER, "Phường Hồng Gai")
    assert held["qn.bach-dang"][0] == Role.COMMUNE_OFFICER
    # The first of the communes in the place of the district: a person has to choose.
    assert held["qn.ha-long"][0] == Role.COMMUNE_OFFICER
    assert held["qn.admin"] == (Role.PROVINCE_ADMIN, "Tỉnh Quảng Ninh")
    officer = User.objects.get(username="qn.hong-gai")
    kept = Team.objects.kept_by(officer)
    assert kept.filter(name="Tổ CNSCĐ Khu 1, phường Hồng Gai").exists()
