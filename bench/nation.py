"""The provinces around Quảng Ninh, generated: as many teams as the nation counts.

Districts and communes come from the file of 2022. Hamlets, one for each team, and the teams are
made by the bulk functions of the domain; members and reports by one statement a province, behind
the same walls. Triggers are set aside meanwhile, for neither the roll-up nor the overview reads
history, and the opening of the month marks every total. So are exclusion constraints, until every
row is there.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import connection, transaction
from django.db.models import Model

from bench.province import SINCE, Province, conclude, staff
from cnscd_portal.demo import chance
from reports import catalogue
from reports.models import Period, Report, Status
from teams.models import Area, Kind, Membership, Person, Team
from teams.registry import NewTeam, establish_teams
from units import clock
from units.founding import found_province
from units.models import Level, Placement, Unit
from units.tenancy import scope
from units.tree import Seedling

TEAMS = 74_422
FIGURES_A_REPORT = 20
MEMBERS_A_TEAM = 7


@dataclass(frozen=True)
class Plan:
    """What the file knows of a province, from itself down to its communes."""

    code: str
    name: str
    districts: Sequence[Seedling]
    communes: Sequence[Seedling]

    def grow(self, hamlets: Sequence[int]) -> list[Seedling]:
        """The whole tree, with as many hamlets below each commune as `hamlets` says."""
        return [
            Seedling(Level.PROVINCE, self.code, self.name, ""),
            *self.districts,
            *self.communes,
            *(
                Seedling(
                    Level.HAMLET, f"{commune.code}-{number:02}", f"Thôn {number}", commune.code
                )
                for commune, count in zip(self.communes, hamlets, strict=True)
                for number in range(1, count + 1)
            ),
        ]


def read_plans() -> list[Plan]:
    below: defaultdict[str, list[Seedling]] = defaultdict(list)
    path = settings.FIXTURE_ROOT / "units" / "units-2022.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            seedling = Seedling(
                Level[row["level"].upper()], row["code"], row["name"], row["parent_code"]
            )
            below[f"{row['level']} in {row['parent_code']}"].append(seedling)
    return [_plan(province, below) for province in below["province in "]]


def _plan(province: Seedling, below: dict[str, list[Seedling]]) -> Plan:
    districts = below[f"district in {province.code}"]
    communes = [
        commune for district in districts for commune in below[f"commune in {district.code}"]
    ]
    return Plan(province.code, province.name, districts, communes)


def build(plans: Sequence[Plan], *, teams: int) -> Iterator[Province]:
    """Build province after province, each in a transaction of its own.

    `teams` are those of all together; a commune has at least one.
    """
    communes = sum(len(plan.communes) for plan in plans)
    draw = chance.of("bench", teams)
    counts = iter(chance.share(teams, [draw.uniform(0.4, 1.6) for _ in range(communes)]))
    for plan in plans:
        yield _build(plan, [next(counts) for _ in plan.communes])


FILLED = (Unit, Placement, Team, Area, Person, Membership, Period, Report)


@contextmanager
def bulk_loading() -> Iterator[None]:
    """Fire no trigger meanwhile, and check exclusion constraints at the end, for all at once."""
    exclusions = [
        (model, constraint)
        for model in FILLED
        for constraint in model._meta.constraints
        if isinstance(constraint, ExclusionConstraint)
    ]
    with without_triggers(*FILLED):
        with connection.schema_editor() as editor:
            for model, constraint in exclusions:
                editor.remove_constraint(model, constraint)
        try:
            yield
        finally:
            with connection.schema_editor() as editor:
                for model, constraint in exclusions:
                    editor.add_constraint(model, constraint)


@contextmanager
def without_triggers(*models: type[Model]) -> Iterator[None]:
    _switch_triggers("disable", models)
    try:
        yield
    finally:
        _switch_triggers("enable", models)


def _switch_triggers(switch: str, models: Sequence[type[Model]]) -> None:
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"alter table {model._meta.db_table} {switch} trigger user")


@transaction.atomic
def _build(plan: Plan, hamlets: Sequence[int]) -> Province:
    units = found_province(seedlings=plan.grow(hamlets), since=SINCE)
    tenant = units[0].tenant
    with scope(tenant=tenant.pk):
        teams = establish_teams(
            tenant=tenant,
            teams=[
                NewTeam(f"Tổ CNSCĐ {unit.name}", unit, Kind.LOCAL)
                for unit in units
                if unit.level == Level.HAMLET
            ],
            since=SINCE,
        )
        province = staff(tenant, units)
        with connection.cursor() as cursor:
            for statement in (MEMBERS, REPORTS):
                cursor.execute(statement, _parameters(province, teams))
        conclude(province)
    return province


# Joined by position: of rows this young the planner knows nothing, and would loop.
MEMBERS = """
with enlisted as (
    insert into teams_person (tenant_id, full_name, search, sex, phone)
    select %(tenant)s, 'Thành viên ' || place, 'thanh vien ' || place, '', ''
    from generate_series(1, %(members)s * cardinality(%(teams)s)) place
    returning id
),
lined_up as (
    select id, row_number() over (order by id) - 1 as place from enlisted
)
insert into teams_membership (tenant_id, team_id, person_id, post, is_core, organisation, valid)
select %(tenant)s, (%(teams)s)[1 + place / %(members)s], id,
       case place %% %(members)s when 0 then 'leader' when 1 then 'deputy' else 'member' end,
       place %% %(members)s in (0, 2), '', daterange(%(since)s, null)
from lined_up
"""

# The primes keep figures and gaps apart from team to team and from code to code. A part of a rate
# stays below its whole; about 1 in 97 figures is missing and 1 in 61 does not apply.
REPORTS = """
insert into reports_report (tenant_id, form_id, period_id, unit_id, team_id, status, values,
                            difficulties, proposals, version, submitted_at, updated_at,
                            updated_by_id)
select team.tenant_id, %(form)s, %(period)s, team.unit_id, team.id, %(approved)s, figures.of_team,
       '', '', 3, %(now)s, %(now)s, %(admin)s
from teams_team team
cross join lateral (
    select jsonb_object_agg(code, case when (team.id * 5 + place * 11) %% 61 > 0 then
               (team.id * 7919 + place * 104729) %% 499
               + case when code = any(%(wholes)s) then 500 else 0 end
           end) as of_team
    from unnest(%(codes)s) with ordinality as figure (code, place)
    where (team.id * 7 + place * 13) %% 97 > 0
) figures
where team.tenant_id = %(tenant)s
"""


def _parameters(province: Province, teams: Sequence[Team]) -> dict[str, Any]:
    form = catalogue.of_year(province.month.year)
    wholes = [ratio.denominator.code for ratio in form.ratios]
    rated = [
        code for ratio in form.ratios for code in (ratio.numerator.code, ratio.denominator.code)
    ]
    # The figures behind the targets first, so that the overview has every bar to draw.
    codes = list(dict.fromkeys([*rated, *form.codes]))[:FIGURES_A_REPORT]
    return {
        "tenant": province.tenant.pk,
        "teams": [team.pk for team in teams],
        "members": MEMBERS_A_TEAM,
        "since": SINCE,
        "form": form.form.pk,
        "period": province.month.pk,
        "admin": province.admin.pk,
        "approved": Status.APPROVED,
        "codes": codes,
        "wholes": wholes,
        "now": clock.now(),
    }
