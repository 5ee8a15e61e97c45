"""More time has a history, so that a decree that brings it along can be undone."""

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import connection, migrations, models

from units.tenancy import scope
from units.walls import Wall

# The first version of what was there before.
WRITE_DOWN = """
insert into reports_extensionevent (
    pgh_created_at, pgh_label, pgh_obj_id, id, tenant_id, period_id, unit_id, team_id, until, reason,
    at, by_id, ended_at, ended_by_id
)
select at, 'insert', id, id, tenant_id, period_id, unit_id, team_id, until, reason,
       at, by_id, ended_at, ended_by_id
from reports_extension
where tenant_id = %s
order by id
"""


def write_down(apps, schema_editor):
    """Province by province, for the walls stand before migrations, too. There are few rows."""
    for tenant in apps.get_model("units", "Tenant").objects.values_list("pk", flat=True):
        with scope(tenant=tenant), connection.cursor() as cursor:
            cursor.execute(WRITE_DOWN, [tenant])


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0020_restating_runs"),
        ("teams", "0011_attempts"),
        ("units", "0008_no_truncate"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExtensionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("until", models.DateField()),
                ("reason", models.CharField(max_length=250)),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extension",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_extensionevent" ("at", "by_id", "ended_at", "ended_by_id", "id", "period_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "team_id", "tenant_id", "unit_id", "until") SELECT new_values."at", new_values."by_id", new_values."ended_at", new_values."ended_by_id", new_values."id", new_values."period_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."reason", new_values."team_id", new_values."tenant_id", new_values."unit_id", new_values."until" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="b92bd7b704b91ee512252b2d2315ec74b3000809",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_c1fd8",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="reports_extension",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extension",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_extensionevent" ("at", "by_id", "ended_at", "ended_by_id", "id", "period_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "team_id", "tenant_id", "unit_id", "until") SELECT new_values."at", new_values."by_id", new_values."ended_at", new_values."ended_by_id", new_values."id", new_values."period_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."reason", new_values."team_id", new_values."tenant_id", new_values."unit_id", new_values."until" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="a1ad4b5044ab685c836d536ed2e951946aae0f6d",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_9447b",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="reports_extension",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extension",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_extensionevent" ("at", "by_id", "ended_at", "ended_by_id", "id", "period_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "team_id", "tenant_id", "unit_id", "until") SELECT old_values."at", old_values."by_id", old_values."ended_at", old_values."ended_by_id", old_values."id", old_values."period_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."reason", old_values."team_id", old_values."tenant_id", old_values."unit_id", old_values."until" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="52ad17d710b8b28bf4d06f1c7a06e24f1fa4eb03",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_2297c",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="reports_extension",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="extensionevent",
            name="by",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="extensionevent",
            name="ended_by",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="extensionevent",
            name="period",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="reports.period",
            ),
        ),
        migrations.AddField(
            model_name="extensionevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="reports.extension",
            ),
        ),
        migrations.AddField(
            model_name="extensionevent",
            name="team",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="teams.team",
            ),
        ),
        migrations.AddField(
            model_name="extensionevent",
            name="tenant",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="units.tenant",
            ),
        ),
        migrations.AddField(
            model_name="extensionevent",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="units.unit",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extensionevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="99dcda3532388b3b85097253bfa0288dc21acb7d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a41c2",
                    table="reports_extensionevent",
                    when="BEFORE",
                ),
            ),
        ),
        Wall("reports_extensionevent"),
        migrations.RunPython(write_down, migrations.RunPython.noop),
    ]
