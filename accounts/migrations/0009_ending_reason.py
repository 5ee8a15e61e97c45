import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_password_given"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="delegation",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="delegation",
            name="update_update",
        ),
        migrations.AddField(
            model_name="delegation",
            name="ending_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=250),
        ),
        migrations.AddField(
            model_name="delegationevent",
            name="ending_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=250),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="delegation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_delegationevent" ("days", "ended_at", "ended_by_id", "ending_reason", "giver_id", "handed_over_at", "holder_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rights", "role", "tenant_id", "unit_id") SELECT new_values."days", new_values."ended_at", new_values."ended_by_id", new_values."ending_reason", new_values."giver_id", new_values."handed_over_at", new_values."holder_id", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."reason", new_values."rights", new_values."role", new_values."tenant_id", new_values."unit_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="863f7ad07bc9648095e347618d595a16f0a4566f",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_31e89",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="accounts_delegation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="delegation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_delegationevent" ("days", "ended_at", "ended_by_id", "ending_reason", "giver_id", "handed_over_at", "holder_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rights", "role", "tenant_id", "unit_id") SELECT new_values."days", new_values."ended_at", new_values."ended_by_id", new_values."ending_reason", new_values."giver_id", new_values."handed_over_at", new_values."holder_id", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."reason", new_values."rights", new_values."role", new_values."tenant_id", new_values."unit_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="00ede727f9d331ae7868baa5e3ab5b2dbfcc2ca4",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_0bc20",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="accounts_delegation",
                    when="AFTER",
                ),
            ),
        ),
    ]
