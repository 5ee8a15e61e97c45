"""Two provinces that have everything, before they become one."""

import pytest

from accounts.enrolment import open_account
from accounts.models import User
from accounts.roles import Role
from reports import rollup
from reports.catalogue import Catalogue
from reports.models import Status
from teams.models import Committee, Membership, Post
from teams.registry import give_account
from tests.cast import SINCE, Cast, Enter, lead_report
from tests.matrix.test_walls import fill
from units.tenancy import scope


@pytest.fixture
def peopled(cast: Cast, forms: Catalogue) -> Cast:
    """Both have rows in every table, and reports in several states."""
    for tenant, actor, month, team, unit in [
        (cast.province, cast.admin, cast.june, cast.teams["hg-2"], cast.units["06691"]),
        (cast.other, cast.stranger, cast.june_elsewhere, cast.teams["pl-1"], cast.units["10507"]),
    ]:
        with scope(tenant=tenant.pk):
            fill(tenant, actor, month, team, unit, forms)
            rollup.sweep(tenant.pk)
    with scope(tenant=cast.province.pk):
        lead_report(cast, Status.APPROVED, cast.teams["hg-1a"], {"residents_guided": 7})
        rollup.sweep(cast.province.pk)
    with scope(tenant=cast.other.pk):
        lead_report(cast, Status.APPROVED, cast.teams["pl-2"], {"residents_guided": 5})
        lead_report(cast, Status.DRAFT, cast.teams["mobifone"], {"residents_guided": 3})
        rollup.sweep(cast.other.pk)
        Committee.objects.create(
            tenant=cast.other, unit=cast.units["30"], name="Tổ chỉ đạo tỉnh", valid=(SINCE, None)
        )
    return cast


@pytest.fixture
def officer(peopled: Cast, enter: Enter) -> User:
    """Of the commune of Hải Dương."""
    with enter(peopled.stranger):
        user, _ = open_account(
            username="hd.pha-lai",
            full_name="Cán bộ Phả Lại",
            role=Role.COMMUNE_OFFICER,
            unit=peopled.units["10507"],
            actor=peopled.stranger,
        )
        user.must_change_password = False
        user.save()
    return user


@pytest.fixture
def leader(peopled: Cast, enter: Enter) -> User:
    with enter(peopled.stranger):
        chair = Membership.objects.get(team=peopled.teams["pl-1"], post=Post.LEADER)
        user, _ = give_account(membership=chair, username="hd.pl-1", actor=peopled.stranger)
    return user
