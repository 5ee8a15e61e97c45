"""The people and the places of the table."""

from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.enrolment import open_account
from accounts.models import Delegation, User
from accounts.roles import Role
from reports.catalogue import Catalogue
from teams.models import Batch, Membership, Post, Seat, Team
from tests.accounts import lending
from tests.cast import PASSWORD, Cast, Enter, ReportIn, SignIn
from tests.matrix.asking import BrowserOf, SceneOf
from tests.matrix.scenes import PLACES, Scene
from tests.matrix.table import Row
from tests.matrix.test_walls import FENCED, fill, rows_by_tenant
from tests.teams import bringing, sitting
from units.models import Unit
from units.tenancy import scope


@pytest.fixture
def browser_of(cast: Cast, client_of: SignIn, enter: Enter) -> BrowserOf:
    """`browser_of("admin")` for everybody of PEOPLE."""

    def newcomer() -> User:
        user, _ = open_account(
            username="qn.newcomer",
            full_name="Nguyễn Văn Mới",
            role=Role.COMMUNE_OFFICER,
            unit=cast.units["06691"],
            actor=cast.admin,
        )
        user.set_password(PASSWORD)
        user.save()
        return user

    def roleless() -> User:
        return User.objects.create_user("qn.ai", password=PASSWORD, tenant=cast.province)

    def open_browser(who: str) -> Client:
        if who == "anonymous":
            return Client()
        if maker := {"newcomer": newcomer, "roleless": roleless}.get(who):
            with enter(cast.admin):
                return client_of(maker())
        return client_of(getattr(cast, who))

    return open_browser


@pytest.fixture
def scene_of(cast: Cast, enter: Enter, report_in: ReportIn) -> SceneOf:
    """`scene_of(row)` is phường Hồng Gai; `officer`, `neighbour` and `stranger` have their own."""

    def build(row: Row, whose: str = "officer") -> Scene:
        commune, province, team, period = PLACES[whose]
        with enter(cast.national):
            deputy = Membership.objects.get(team=cast.teams[team], post=Post.DEPUTY)
        return Scene(
            commune=cast.units[commune],
            province=cast.units[province],
            team=cast.teams[team],
            period=getattr(cast, period),
            account=getattr(cast, whose),
            deputy=deputy,
            report=report_in(row.report, team=team) if row.report else None,
            batch=_batch(getattr(cast, whose), cast.teams[team]) if row.needs[1] else None,
            seat=_seat(getattr(cast, whose), cast.units[commune]) if row.needs[2] else None,
            delegation=_delegation(getattr(cast, whose)) if row.needs[3] else None,
        )

    def _batch(actor: User, team: Team) -> Batch:
        with enter(actor):
            return bringing.bring(actor, ["", "", team.name, "Lê Thị Mới", "TV", 1990, ""])

    def _seat(actor: User, unit: Unit) -> Seat:
        with enter(actor):
            return sitting.set_up(actor, unit).seats.latest("pk")

    def _delegation(giver: User) -> Delegation:
        with enter(giver):
            holder = User.objects.create_user("nguoi-thay", tenant=giver.tenant)
            return lending.lend(giver, holder)

    return build


@pytest.fixture
def peopled(cast: Cast, forms: Catalogue) -> Iterator[Cast]:
    """Both provinces have rows in every table that a wall stands before."""
    for tenant, actor, month, team, unit in [
        (cast.province, cast.admin, cast.june, cast.teams["hg-2"], cast.units["06691"]),
        (cast.other, cast.stranger, cast.june_elsewhere, cast.teams["pl-1"], cast.units["10507"]),
    ]:
        with scope(tenant=tenant.pk):
            fill(tenant, actor, month, team, unit, forms)
    counts = rows_by_tenant()
    assert set(counts) == set(FENCED)
    without = [
        table
        for table in FENCED
        if not (counts[table][cast.province.pk] and counts[table][cast.other.pk])
    ]
    assert without == []
    yield cast
    # Whatever a test tried, every row stands where it stood.
    assert rows_by_tenant() == counts
