"""From a day on, which hamlets do teams serve? Written for many at once."""

from collections.abc import Iterable
from datetime import date

from django.db import connection

from teams.models import Team
from units import bulk
from units.models import Unit

SERVED = {"team": "bigint", "hamlet": "bigint"}

# What began on the very day is put right; what began before is ended.
DELETE = """
delete from teams_area area
where team_id in (select team from served) and lower(valid) = %(since)s
and not exists (select from served where team = area.team_id and hamlet = area.hamlet_id)
"""
END = """
update teams_area area
set valid = daterange(lower(valid), %(since)s)
where team_id in (select team from served) and valid @> %(since)s::date
and not exists (select from served where team = area.team_id and hamlet = area.hamlet_id)
"""
BEGIN = """
insert into teams_area (tenant_id, team_id, hamlet_id, valid)
select team.tenant_id, team.id, served.hamlet, daterange(%(since)s, null)
from served join teams_team team on team.id = served.team
where not exists (select from teams_area area where area.team_id = served.team
                  and area.hamlet_id = served.hamlet and area.valid @> %(since)s::date)
"""


def serve(hamlets: Iterable[tuple[Team, Iterable[Unit]]], since: date) -> None:
    """Have each team serve its hamlets, at least one, and no others, from `since` on; whatever
    changed after that day may not be among them."""
    rows = [(team.pk, hamlet.pk) for team, served in hamlets for hamlet in served]
    if not rows:
        return
    bulk.stage("served", SERVED, rows)
    with connection.cursor() as cursor:
        for statement in (DELETE, END, BEGIN):
            cursor.execute(statement, {"since": since})
