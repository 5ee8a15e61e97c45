"""Mark the totals that a change of teams or of the tree makes wrong.

How many teams are expected is part of a total. The database leaves the mark, because teams and tree
know nothing of totals, and because a change without a mark could otherwise be forgotten.
"""

from django.db import migrations

# A side that is not there, before an insertion or after a deletion, is null in every column.
MARK_TEAM = """
create function reports_mark_team() returns trigger language plpgsql as $$
begin
    insert into reports_dirtytotal (tenant_id, period_id, unit_id, marked_at)
    select period.tenant_id, period.id, side.unit_id, statement_timestamp()
    from reports_period period
    cross join lateral (values
        (old.unit_id, coalesce(old.active @> period.ends_on, false)),
        (new.unit_id, coalesce(new.active @> period.ends_on, false))
    ) as side (unit_id, counts)
    where period.tenant_id = coalesce(new.tenant_id, old.tenant_id)
      and period.state <> 'unopened'
      and side.counts
      and (old.unit_id is distinct from new.unit_id
           or coalesce(old.active @> period.ends_on, false)
              <> coalesce(new.active @> period.ends_on, false));
    return null;
end $$;

create trigger mark_totals after insert or delete or update of unit_id, active on teams_team
for each row execute function reports_mark_team();
"""

MARK_PLACEMENT = """
create function reports_mark_placement() returns trigger language plpgsql as $$
begin
    insert into reports_dirtytotal (tenant_id, period_id, unit_id, marked_at)
    select period.tenant_id, period.id, marked.unit_id, statement_timestamp()
    from reports_period period
    cross join lateral (values
        (old.unit_id, old.parent_id, coalesce(old.valid @> period.ends_on, false)),
        (new.unit_id, new.parent_id, coalesce(new.valid @> period.ends_on, false))
    ) as side (unit_id, parent_id, counts)
    cross join lateral (values (side.unit_id), (side.parent_id)) as marked (unit_id)
    where period.tenant_id = coalesce(new.tenant_id, old.tenant_id)
      and period.state <> 'unopened'
      and side.counts
      and (old.parent_id is distinct from new.parent_id
           or coalesce(old.valid @> period.ends_on, false)
              <> coalesce(new.valid @> period.ends_on, false));
    return null;
end $$;

create trigger mark_totals after insert or delete or update of parent_id, valid on units_placement
for each row execute function reports_mark_placement();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_walls"),
        ("teams", "0002_walls"),
        ("units", "0003_history_context"),
    ]

    operations = [
        migrations.RunSQL(
            MARK_TEAM,
            "drop trigger mark_totals on teams_team; drop function reports_mark_team();",
        ),
        migrations.RunSQL(
            MARK_PLACEMENT,
            "drop trigger mark_totals on units_placement; drop function reports_mark_placement();",
        ),
    ]
