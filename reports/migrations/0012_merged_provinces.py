"""What the merging of provinces asks of the files of evidence and of the marks of the census."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# As in 0010_census; but while rows move to another province, whose rows nobody may write here,
# `reports.mergers` leaves the marks of both.
MARK = """
create or replace function reports_mark_census_{table}() returns trigger language plpgsql as $$
begin
    {guard}
    insert into reports_censusmark (tenant_id, days)
    select tenant_id, daterange(min(lower(days)), nullif(max(coalesce(upper(days), 'infinity')),
                                                         'infinity'))
    from (select tenant_id, {days} as days from changed) as side
    where not isempty(days)
    group by tenant_id;
    return null;
end $$;
"""
GUARD = """if current_setting('cnscd.moves_to', true) <> '' then
        return null;
    end if;"""

WATCHED = {
    "teams_team": "active",
    "teams_membership": "valid",
    "teams_area": "valid",
    "units_placement": "valid",
    "reports_period": "daterange(ends_on, ends_on, '[]')",
}


def _guard(table: str, days: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        MARK.format(table=table, days=days, guard=GUARD),
        MARK.format(table=table, days=days, guard=""),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0011_kept_deadline"),
        ("units", "0007_dropped_placements"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="evidence",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="evidence",
            name="update_update",
        ),
        migrations.AddField(
            model_name="evidence",
            name="stored_under",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.tenant",
            ),
        ),
        migrations.AddField(
            model_name="evidenceevent",
            name="stored_under",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="units.tenant",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidence",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_evidenceevent" ("at", "by_id", "id", "key", "kind", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "removed_at", "removed_by_id", "report_id", "sha256", "size", "stored_under_id", "tenant_id") SELECT new_values."at", new_values."by_id", new_values."id", new_values."key", new_values."kind", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."removed_at", new_values."removed_by_id", new_values."report_id", new_values."sha256", new_values."size", new_values."stored_under_id", new_values."tenant_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="6aedbcdefde42cbda8d6102eb486be02fc0258ed",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b2ad7",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="reports_evidence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidence",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_evidenceevent" ("at", "by_id", "id", "key", "kind", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "removed_at", "removed_by_id", "report_id", "sha256", "size", "stored_under_id", "tenant_id") SELECT new_values."at", new_values."by_id", new_values."id", new_values."key", new_values."kind", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."removed_at", new_values."removed_by_id", new_values."report_id", new_values."sha256", new_values."size", new_values."stored_under_id", new_values."tenant_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="1d8065cd9a0183523db4c0c3051eaa363cbf8348",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_9bdbc",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="reports_evidence",
                    when="AFTER",
                ),
            ),
        ),
        *(_guard(table, days) for table, days in WATCHED.items()),
    ]
