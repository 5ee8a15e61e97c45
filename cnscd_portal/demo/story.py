"""The demo, built once by calling the domain functions in the order of the years."""

from collections.abc import Callable, Sequence
from functools import partial

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from accounts.models import User
from cnscd_portal.demo import (
    accounts,
    appendix,
    area,
    committees,
    establishment,
    figures,
    meanwhile,
    members,
    months,
    services,
    waiting,
)
from cnscd_portal.demo.establishment import Crew
from cnscd_portal.demo.provinces import (
    BACH_DANG,
    HONG_GAI,
    PROVINCES,
    QUANG_NINH,
    UNITS_SINCE,
    Province,
)
from reports import reminders, rollup
from reports.models import Form, Notice, Status
from teams.models import Membership, Person
from units import clock
from units.errors import DomainError
from units.founding import found_nation, found_province
from units.models import Tenant, Unit
from units.tenancy import scope
from units.tree import Seedling

BIG_TABLES = (
    "teams_team",
    "teams_area",
    "teams_membership",
    "reports_report",
    "reports_reportstep",
    "reports_total",
    "reports_dirtytotal",
)

Say = Callable[[str], None]
Months = Sequence[tuple[int, int]]


class DemoRefused(DomainError):
    """The demo cannot be loaded here; the message says why."""


def load(*, say: Say, only: Months = months.MONTHS) -> bool:
    """Load whatever of the demo is not there; False where all of it was.

    Each province is one transaction, so an interrupted load leaves nothing half there. `only` names
    the months to play, for tests. Raises DemoRefused outside the demo and without a catalogue, and
    MeanwhileFailed where the province that loads in a second process does not come through.
    """
    demand_demo()
    there = set(Tenant.objects.values_list("code", flat=True))
    missing = [province for province in PROVINCES if province.code not in there]
    if accounts.NATION in there and not missing:
        return False
    if not Form.objects.exists():
        raise DemoRefused("The catalogue is empty: run load_catalogue first.")
    if accounts.NATION not in there:
        _load_nation()
    _load_provinces(missing, say, only)
    return True


def _load_provinces(missing: Sequence[Province], say: Say, only: Months) -> None:
    if len(missing) > 1 and meanwhile.is_possible():
        first, *others = missing
        with meanwhile.meanwhile(partial(_load_provinces, others, say, only)):
            _load_province(first, say, only)
    else:
        for province in missing:
            _load_province(province, say, only)


def demand_demo() -> None:
    """Raises DemoRefused where accounts with a public password must not exist."""
    if not settings.DEMO:
        raise DemoRefused("Demo data is only for the demo: set CNSCD_DEMO=1 on this machine.")


@transaction.atomic
def _load_nation() -> None:
    root = found_nation(code=accounts.NATION, since=UNITS_SINCE)
    with scope(tenant=root.tenant_id):
        accounts.open_for(root.tenant, [root])


@transaction.atomic
def _load_province(province: Province, say: Say, only: Months) -> None:
    seedlings = area.seedlings(province)
    units = found_province(seedlings=seedlings, since=UNITS_SINCE)
    say(f"{province.name}: {len(units)} units")
    tenant = units[0].tenant
    with scope(tenant=tenant.pk), rollup.unannounced():
        company = _gather(province, tenant, list(zip(seedlings, units, strict=True)), say)
        *played, _unopened = months.lay_out(company, only)
        for number, period in enumerate(played, start=1):
            count = months.play(company, period)
            say(f"{province.name}: {count} reports of {period}")
            if number in {1, 4, len(played)}:
                _renew_statistics()
        if province is QUANG_NINH:
            waiting.leave()
        _tell(tenant)


def _tell(tenant: Tenant) -> None:
    """What people were told in months gone by they have read; what waits now they are told."""
    told = Notice.objects.filter(tenant=tenant)
    waits = Q(report__status=Status.RETURNED) | Q(kind=Notice.Kind.DELEGATION)
    told.exclude(waits).update(read_at=clock.now())
    # Letters of the past would all go out at the first start.
    told.update(mail_from=None)
    reminders.remind(tenant)


def _gather(
    province: Province, tenant: Tenant, planted: Sequence[tuple[Seedling, Unit]], say: Say
) -> months.Company:
    """Everything but the months: accounts, teams, their people and committees, services."""
    units = [unit for _, unit in planted]
    users = accounts.open_for(tenant, units)
    crews = establishment.establish(province, tenant, planted)
    people = members.enrol(province, tenant, crews)
    say(f"{province.name}: {len(crews)} teams with {len(people)} members")
    cast = _cast(province, users)
    steered = committees.set_up(province, planted, cast.admin)
    say(f"{province.name}: {len(steered)} steering committees")
    if province is QUANG_NINH:
        _link_leader(crews, people, users)
        services.record(tenant, units[0])
    else:
        appendix.bring(units[0], actor=cast.admin, second=users["hd.admin-2"])
    return months.Company(
        province=province,
        tenant=tenant,
        cast=cast,
        crews=crews,
        portraits={crew.spot.key: figures.portray(crew.spot) for crew in crews},
    )


LEADER_OF_TEAM_1 = "qn.hong-gai.to-1"
TEAM_1 = f"{HONG_GAI}-01/1"


def _link_leader(
    crews: Sequence[Crew], people: Sequence[Membership], users: dict[str, User]
) -> None:
    """The account of a leader belongs to the person who leads the team."""
    (team,) = [crew.team for crew in crews if crew.spot.key == TEAM_1]
    leader = next(each for each in people if each.team_id == team.pk)
    Person.objects.filter(pk=leader.person_id).update(user=users[LEADER_OF_TEAM_1])


def _cast(province: Province, users: dict[str, User]) -> months.Cast:
    if province is not QUANG_NINH:
        return months.Cast(admin=users["hd.admin"], writers={}, reviewers={})
    wards = {HONG_GAI: users["qn.hong-gai"], BACH_DANG: users["qn.bach-dang"]}
    return months.Cast(
        admin=users["qn.admin"],
        writers={**wards, TEAM_1: users[LEADER_OF_TEAM_1]},
        reviewers={**wards, "193": users["qn.ha-long"]},
    )


def _renew_statistics() -> None:
    """Rows of an open transaction are unknown to the planner, which would loop over all of them."""
    with connection.cursor() as cursor:
        cursor.execute(f"analyze (skip_locked) {', '.join(BIG_TABLES)}")
