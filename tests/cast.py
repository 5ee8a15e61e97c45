"""A small cast in a small tree: two provinces, the nation, and one person for each role."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client, override_settings

from accounts.enrolment import open_account, open_first_account
from accounts.models import User
from accounts.roles import Role
from reports import batches, rollup, workflow
from reports.figures import Values
from reports.models import Period, Report, Status
from reports.periods import DECREE_09, lay_out, open_period
from reports.steps import STEPS
from reports.workflow import Draft
from teams.models import Kind, Membership, Post, Team
from teams.registry import NewMember, NewTeam, enrol_members, establish_teams, give_account
from units.founding import found_nation, found_province
from units.models import Level, Placement, Tenant, Unit
from units.tenancy import scope
from units.tree import Seedling, rebuild_ancestry

# What the fixtures of these names hand out.
AtOnce = Callable[..., list[object]]
Enter = Callable[[User], AbstractContextManager[None]]
SignIn = Callable[[User], Client]
ReportIn = Callable[..., Report]
Undone = Callable[[], AbstractContextManager[None]]

PASSWORD = "rừng vàng biển bạc 2024"  # opens nothing outside the tests
SINCE = date(2022, 5, 1)

QUANG_NINH = [
    Seedling(Level.PROVINCE, "22", "Tỉnh Quảng Ninh", ""),
    Seedling(Level.DISTRICT, "193", "Thành phố Hạ Long", "22"),
    Seedling(Level.DISTRICT, "195", "Thành phố Cẩm Phả", "22"),
    Seedling(Level.COMMUNE, "06691", "Phường Hồng Gai", "193"),
    Seedling(Level.COMMUNE, "06688", "Phường Bạch Đằng", "193"),
    Seedling(Level.COMMUNE, "06757", "Phường Cẩm Tây", "195"),
    Seedling(Level.HAMLET, "hg-1", "Khu phố 1", "06691"),
    Seedling(Level.HAMLET, "hg-2", "Khu phố 2", "06691"),
    Seedling(Level.HAMLET, "hg-3", "Khu phố 3", "06691"),
    Seedling(Level.HAMLET, "bd-1", "Khu phố 1", "06688"),
    Seedling(Level.HAMLET, "bd-2", "Khu phố 2", "06688"),
    Seedling(Level.HAMLET, "ct-1", "Khu phố 1", "06757"),
    Seedling(Level.HAMLET, "ct-2", "Khu phố 2", "06757"),
]
HAI_DUONG = [
    Seedling(Level.PROVINCE, "30", "Tỉnh Hải Dương", ""),
    Seedling(Level.DISTRICT, "290", "Thành phố Chí Linh", "30"),
    Seedling(Level.COMMUNE, "10507", "Phường Phả Lại", "290"),
    Seedling(Level.HAMLET, "pl-1", "Khu dân cư 1", "10507"),
    Seedling(Level.HAMLET, "pl-2", "Khu dân cư 2", "10507"),
]
# Two teams share hamlet hg-1, none serves hg-3; two teams are of enterprises.
TEAMS_OF_QUANG_NINH = {
    "hg-1a": "hg-1",
    "hg-1b": "hg-1",
    "hg-2": "hg-2",
    "bd-1": "bd-1",
    "bd-2": "bd-2",
    "ct-1": "ct-1",
    "ct-2": "ct-2",
    "viettel": "193",
    "vnpt": "22",
}
TEAMS_OF_HAI_DUONG = {"pl-1": "pl-1", "pl-2": "pl-2", "mobifone": "30"}


@dataclass
class Cast:
    """Who and what there is. Units go by code, teams by a short name."""

    nation: Tenant
    province: Tenant
    other: Tenant
    units: dict[str, Unit] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    # June 2024 is open in both provinces.
    june: Period = field(init=False)
    june_elsewhere: Period = field(init=False)
    # The people: the nation's, those of Quảng Ninh from the widest area to the smallest, and the
    # administrator of Hải Dương.
    national: User = field(init=False)
    admin: User = field(init=False)
    staff: User = field(init=False)
    district_officer: User = field(init=False)
    officer: User = field(init=False)
    neighbour: User = field(init=False)
    leader: User = field(init=False)
    stranger: User = field(init=False)


PEOPLE_OF_QUANG_NINH = {
    "staff": (Role.PROVINCE_STAFF, "22"),
    "district_officer": (Role.DISTRICT_OFFICER, "193"),
    "officer": (Role.COMMUNE_OFFICER, "06691"),
    "neighbour": (Role.COMMUNE_OFFICER, "06688"),
}


def assemble() -> Cast:
    """Build everything by the functions of the domain, each province under its own scope."""
    roots = [found_nation(code="00", since=SINCE)]
    planted = [found_province(seedlings=each, since=SINCE) for each in (QUANG_NINH, HAI_DUONG)]
    units = [*roots, *planted[0], *planted[1]]
    cast = Cast(
        nation=roots[0].tenant,
        province=planted[0][0].tenant,
        other=planted[1][0].tenant,
        units={unit.code: unit for unit in units},
    )
    with scope(tenant=cast.nation.pk):
        cast.national = _first_account(cast, "quoc-gia", Role.NATION_STAFF, "00")
    with scope(tenant=cast.province.pk):
        _establish(cast, cast.province, TEAMS_OF_QUANG_NINH)
        cast.admin = _first_account(cast, "qn.admin", Role.PROVINCE_ADMIN, "22")
        _enrol_people(cast)
        cast.june = _open_june(cast.province, cast.admin)
    with scope(tenant=cast.other.pk):
        _establish(cast, cast.other, TEAMS_OF_HAI_DUONG)
        cast.stranger = _first_account(cast, "hd.admin", Role.PROVINCE_ADMIN, "30")
        cast.june_elsewhere = _open_june(cast.other, cast.stranger)
    return cast


def _establish(cast: Cast, tenant: Tenant, homes: dict[str, str]) -> None:
    new = [
        NewTeam(
            name=f"Tổ {name}",
            unit=cast.units[code],
            kind=Kind.LOCAL if cast.units[code].level == Level.HAMLET else Kind.ENTERPRISE,
        )
        for name, code in homes.items()
    ]
    teams = dict(zip(homes, establish_teams(tenant=tenant, teams=new, since=SINCE), strict=True))
    cast.teams.update(teams)
    members = [
        (team, NewMember(full_name=f"{post.title()} {name}", post=post))
        for name, team in teams.items()
        for post in (Post.LEADER, Post.DEPUTY, Post.MEMBER)
    ]
    enrol_members(tenant=tenant, members=members, since=SINCE)


# The accounts are older than what the tests do: nobody remembers a first password any more.
@override_settings(BUSINESS_DATE=date(2024, 1, 1))
def _enrol_people(cast: Cast) -> None:
    for name, (role, code) in PEOPLE_OF_QUANG_NINH.items():
        user, _ = open_account(
            username=f"qn.{name}",
            full_name=f"Cán bộ {name}",
            role=role,
            unit=cast.units[code],
            actor=cast.admin,
        )
        setattr(cast, name, _settled(user))
    chair = Membership.objects.get(team=cast.teams["hg-1a"], post=Post.LEADER)
    user, _ = give_account(membership=chair, username="qn.leader", actor=cast.admin)
    user.full_name = "Cán bộ leader"
    cast.leader = _settled(user)


def _settled(user: User) -> User:
    """Somebody who has changed the first password."""
    user.set_password(PASSWORD)
    user.must_change_password = False
    user.save()
    return user


def _first_account(cast: Cast, username: str, role: Role, code: str) -> User:
    user, _password = open_first_account(
        username=username, full_name=username, role=role, unit=cast.units[code]
    )
    return _settled(user)


def _open_june(tenant: Tenant, actor: User) -> Period:
    month = lay_out(tenant=tenant, year=2024, month=6, by=DECREE_09)
    month.save()
    open_period(period=month, actor=actor)
    rollup.sweep(tenant.pk)
    return month


def move(unit: Unit, *, to: Unit, on: date) -> None:
    """What a reform does to one unit: the old placement ends on the day the new one begins."""
    before = Placement.objects.get(unit=unit, valid__contains=on)
    before.valid = DateRange(before.valid.lower, on)
    before.save()
    Placement.objects.create(tenant=unit.tenant, unit=unit, parent=to, valid=DateRange(on, None))
    rebuild_ancestry(tenant=unit.tenant)


# The steps that lead a report from its first draft to each state.
WAYS = {
    Status.DRAFT: [],
    Status.SUBMITTED: ["submit"],
    Status.RETURNED: ["submit", "return"],
    Status.APPROVED: ["submit", "approve"],
    Status.LOCKED: ["submit", "approve"],
}


def lead_report(cast: Cast, status: Status, team: Team, values: Values | None) -> Report:
    """Write a report of June and lead it to `status`, all by the administrator of its province.

    A report is locked by itself: its month stays open, so that nothing but its status protects it.
    """
    ours = team.tenant_id == cast.province.pk
    actor, june = (cast.admin, cast.june) if ours else (cast.stranger, cast.june_elsewhere)
    report = workflow.save_draft(
        team=team,
        period=june,
        draft=Draft({"residents_guided": 12} if values is None else values),
        version=0,
        actor=actor,
    )
    for step in WAYS[status]:
        reason = "vì sao" if STEPS[step].needs_reason else ""
        report = workflow.apply(report, step, actor=actor, version=report.version, reason=reason)
    if status == Status.LOCKED:
        batches.lock_reports(period=june, actor=actor)
        report.refresh_from_db()
    return report


def lead_reports(cast: Cast, wanted: Sequence[tuple[str, Status, Values]]) -> dict[str, Report]:
    """The same of many teams of Quảng Ninh or of Hải Dương, by the name of the team."""
    teams = {name: cast.teams[name] for name, _, _ in wanted}
    ours = all(team.tenant_id == cast.province.pk for team in teams.values())
    actor, june = (cast.admin, cast.june) if ours else (cast.stranger, cast.june_elsewhere)
    sent = [each for each in wanted if each[1] != Status.DRAFT]
    reports = batches.submit_many(
        period=june, documents=[(teams[name], Draft(values)) for name, _, values in sent],
        actor=actor,
    )  # fmt: skip
    by_status: dict[Status, list[Report]] = defaultdict(list)
    for report, (_, status, _) in zip(reports, sent, strict=True):
        by_status[status].append(report)
    batches.approve_many(reports=by_status[Status.APPROVED], actor=actor)
    batches.return_many(reports=by_status[Status.RETURNED], reason="vì sao", actor=actor)
    for name, status, values in wanted:
        if status == Status.DRAFT:
            lead_report(cast, status, teams[name], values)
    stored = {report.team_id: report for report in Report.objects.filter(period=june)}
    return {name: stored[team.pk] for name, team in teams.items()}
