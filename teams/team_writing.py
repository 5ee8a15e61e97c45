"""Writing the plan of a sheet of teams: a handful of statements, whatever its size."""

from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from teams.directory import PARTICULARS
from teams.models import Kind, Team
from teams.serving import serve
from teams.team_differences import Directory, Founding
from units import bulk
from units.text import normalise

TEAM = {
    "id": "bigint", "unit": "bigint", "kind": "text", "since": "date", "name": "text",
    "decision_number": "text", "decided_on": "date", "zalo_link": "text",
    "zalo_followers": "integer", "phones_given": "smallint", "members_with_free_data": "smallint",
    "has_wifi": "boolean", "funds_in_dong": "bigint",
}  # fmt: skip
AREA = {"team": "bigint", "hamlet": "bigint", "since": "date"}

INSERT_TEAMS = """
insert into teams_team (id, tenant_id, unit_id, kind, active, name, decision_number, decided_on,
                        zalo_link, zalo_followers, phones_given, members_with_free_data, has_wifi,
                        funds_in_dong)
select id, %s, unit, kind, daterange(since, null), name, decision_number, decided_on,
       zalo_link, zalo_followers, phones_given, members_with_free_data, has_wifi, funds_in_dong
from founded
"""
INSERT_AREAS = """
insert into teams_area (tenant_id, team_id, hamlet_id, valid)
select %s, team, hamlet, daterange(since, null)
from founded_areas
"""
UPDATE_TEAMS = """
update teams_team team
set name = staged.name, decision_number = staged.decision_number, decided_on = staged.decided_on,
    zalo_link = staged.zalo_link, zalo_followers = staged.zalo_followers,
    phones_given = staged.phones_given, members_with_free_data = staged.members_with_free_data,
    has_wifi = staged.has_wifi, funds_in_dong = staged.funds_in_dong
from amended staged where team.id = staged.id
"""


def write(plan: Directory, *, tenant: int, on: date) -> None:
    """Bring the teams to what the plan says, as of `on`; in the caller's transaction."""
    _establish(plan.foundings, tenant)
    for amendment in plan.amendments:
        for key, value in amendment.values.items():
            setattr(amendment.team, key, value)
    rows = [_row(each.team) for each in plan.amendments if each.values]
    bulk.run(UPDATE_TEAMS, "amended", TEAM, rows)
    serve(((each.team, each.hamlets) for each in plan.amendments if each.hamlets), on)


def _establish(foundings: list[Founding], tenant: int) -> None:
    keys = bulk.next_ids(Team, len(foundings))
    rows = [_new_row(pk, each) for pk, each in zip(keys, foundings, strict=True)]
    bulk.run(INSERT_TEAMS, "founded", TEAM, rows, tenant)
    areas = [
        (pk, hamlet.pk, each.since)
        for pk, each in zip(keys, foundings, strict=True)
        if each.new.kind == Kind.LOCAL
        for hamlet in each.new.hamlets
    ]
    bulk.run(INSERT_AREAS, "founded_areas", AREA, areas, tenant)


def _new_row(pk: int, founding: Founding) -> list[Any]:
    new = founding.new
    team = Team(
        pk=pk,
        unit=new.unit,
        kind=new.kind,
        name=normalise(new.name),
        decision_number=new.decision_number,
        decided_on=new.decided_on,
        active=DateRange(founding.since, None),
        **founding.particulars,
    )
    return _row(team)


def _row(team: Team) -> list[Any]:
    told = [getattr(team, key) for key in PARTICULARS]
    return [team.pk, team.unit_id, str(team.kind), team.active.lower, *told]
