"""The statement that sums reports to communes, and children to parents, for `reports.rollup`."""

# A reporter's figures are counted first at its `home`: the commune of a hamlet, and the unit itself
# of an enterprise's team; under the tree of another day, where `units.lineage` finds them. Who is
# expected is asked of the month's own day under every tree. jsonb_each_text turns "not applicable"
# into NULL, which sum() leaves out; a code that nobody sent has no row, so it stays missing.
#
# Behind row-level security the planner may not look into the statistics of a range: it takes
# `valid @> day` to hold for one row in 200, and a nested loop over so "few" rows to be cheap.
# So that test stands where an index has found the rows before, or in a FILTER; and "offset 0" keeps
# the search for children apart, which would else read the placements of the whole nation.
REBUILD = """
with target as (
    select unnest(%(units)s::bigint[]) as unit_id
),
child as (
    select target.unit_id as parent_id, placement.unit_id
    from target
    cross join lateral (
        select unit_id from units_placement
        where parent_id = target.unit_id and valid @> %(on)s::date
        offset 0
    ) placement
),
home as (
    select unit_id as reporter_id, unit_id as home_id from target where not %(is_restated)s
    union all
    select unit_id, parent_id from child where %(of_hamlets)s and not %(is_restated)s
    union all
    select brought.reporter_id, brought.home_id
    from unnest(%(reporters)s::bigint[], %(homes)s::bigint[]) brought (reporter_id, home_id)
    join target on target.unit_id = brought.home_id
),
own as (
    select home.home_id as unit_id, report.team_id, report.status, report.values
    from home
    join reports_report report
      on report.unit_id = home.reporter_id and report.period_id = %(period)s
),
child_of as (
    select child.parent_id, total.values, total.gave, total.not_applicable,
           total.expected, total.submitted, total.approved
    from child
    join reports_total total
      on total.unit_id = child.unit_id
     and total.period_id = %(period)s and total.tree_on = %(on)s
    where not %(of_hamlets)s
),
figure as (
    select own.unit_id, part.key as code, part.value::bigint as amount,
           (part.value is not null)::int as gave, (part.value is null)::int as not_applicable
    from own, jsonb_each_text(own.values) part
    where own.status in %(counted)s
    union all
    select child_of.parent_id, part.key, part.value::bigint,
           coalesce((child_of.gave ->> part.key)::int, 0),
           coalesce((child_of.not_applicable ->> part.key)::int, 0)
    from child_of, jsonb_each_text(child_of.values) part
),
summed as (
    select unit_id, code, sum(amount) as amount, sum(gave) as gave,
           sum(not_applicable) as not_applicable
    from figure
    group by unit_id, code
),
packed as (
    select unit_id,
           jsonb_object_agg(code, amount) as values,
           jsonb_object_agg(code, gave) filter (where gave > 0) as gave,
           jsonb_object_agg(code, not_applicable) filter (where not_applicable > 0)
               as not_applicable
    from summed
    group by unit_id
),
reporters as (
    -- Expected is who is active, and who has submitted all the same: never more than all of them.
    -- A draft does not count, for it leaves no mark. Wherever the report stands: a team may have
    -- gone from there since, and whoever is summed beside it must not matter.
    select home.home_id as unit_id,
           count(*) filter (where team.active @> %(counted_on)s::date
                            or exists (select from reports_report sent
                                       where sent.team_id = team.id
                                         and sent.period_id = %(period)s
                                         and sent.status not in %(held_back)s
                                       offset 0)) as expected,
           0 as submitted, 0 as approved
    from home
    join teams_team team on team.unit_id = home.reporter_id and team.tenant_id = %(tenant)s
    group by home.home_id
    union all
    select unit_id, 0, count(*) filter (where status not in %(held_back)s),
           count(*) filter (where status in %(counted)s)
    from own
    group by unit_id
    union all
    select parent_id, expected, submitted, approved from child_of
),
counted as (
    select unit_id, sum(expected) as expected, sum(submitted) as submitted,
           sum(approved) as approved
    from reporters
    group by unit_id
)
insert into reports_total (tenant_id, unit_id, period_id, tree_on, values, gave, not_applicable,
                           expected, submitted, approved, computed_at)
select %(tenant)s, target.unit_id, %(period)s, %(on)s,
       coalesce(packed.values, '{}'), coalesce(packed.gave, '{}'),
       coalesce(packed.not_applicable, '{}'),
       coalesce(counted.expected, 0), coalesce(counted.submitted, 0),
       coalesce(counted.approved, 0), %(now)s
from target
left join packed using (unit_id)
left join counted using (unit_id)
on conflict (period_id, unit_id, tree_on) do update
set values = excluded.values, gave = excluded.gave, not_applicable = excluded.not_applicable,
    expected = excluded.expected, submitted = excluded.submitted, approved = excluded.approved,
    computed_at = excluded.computed_at
"""
