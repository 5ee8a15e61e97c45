import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0010_census"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="report",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="report",
            name="update_update",
        ),
        migrations.AddField(
            model_name="report",
            name="due_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="reportevent",
            name="due_on",
            field=models.DateField(null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="report",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_reportevent" ("difficulties", "due_on", "explanations", "form_id", "id", "period_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposals", "status", "submitted_at", "team_id", "tenant_id", "unit_id", "updated_at", "updated_by_id", "values", "version") SELECT new_values."difficulties", new_values."due_on", new_values."explanations", new_values."form_id", new_values."id", new_values."period_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."proposals", new_values."status", new_values."submitted_at", new_values."team_id", new_values."tenant_id", new_values."unit_id", new_values."updated_at", new_values."updated_by_id", new_values."values", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="8445b911c40538aa393634304dc6cad85eba8484",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_84ceb",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="reports_report",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="report",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_reportevent" ("difficulties", "due_on", "explanations", "form_id", "id", "period_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposals", "status", "submitted_at", "team_id", "tenant_id", "unit_id", "updated_at", "updated_by_id", "values", "version") SELECT new_values."difficulties", new_values."due_on", new_values."explanations", new_values."form_id", new_values."id", new_values."period_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."proposals", new_values."status", new_values."submitted_at", new_values."team_id", new_values."tenant_id", new_values."unit_id", new_values."updated_at", new_values."updated_by_id", new_values."values", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="12497909bb73b0fee9c88926a43a473af0e229b8",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_234a9",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="reports_report",
                    when="AFTER",
                ),
            ),
        ),
    ]
