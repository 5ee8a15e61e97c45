import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from units.walls import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_name_once_in_small_letters"),
        ("units", "0003_history_context"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delegation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("team_leader", "team leader"),
                            ("commune_officer", "commune officer"),
                            ("district_officer", "district officer"),
                            ("province_staff", "provincial staff"),
                            ("province_admin", "provincial administrator"),
                            ("nation_staff", "national staff"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "rights",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("fill", "enter and submit figures"),
                                ("review", "approve and return reports"),
                                ("correct", "correct approved figures"),
                                ("overview", "see the figures of an area"),
                                ("periods", "open and lock periods"),
                                ("accounts", "manage accounts"),
                                ("roster", "keep the roster of teams and members"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("days", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("reason", models.CharField(max_length=250)),
                ("handed_over_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.tenant",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["-days", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="DelegationEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("team_leader", "team leader"),
                            ("commune_officer", "commune officer"),
                            ("district_officer", "district officer"),
                            ("province_staff", "provincial staff"),
                            ("province_admin", "provincial administrator"),
                            ("nation_staff", "national staff"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "rights",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("fill", "enter and submit figures"),
                                ("review", "approve and return reports"),
                                ("correct", "correct approved figures"),
                                ("overview", "see the figures of an area"),
                                ("periods", "open and lock periods"),
                                ("accounts", "manage accounts"),
                                ("roster", "keep the roster of teams and members"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("days", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("reason", models.CharField(max_length=250)),
                ("handed_over_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="accounts.delegation",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="units.tenant",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="units.unit",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("ended_at", None)),
                expressions=[("giver", "="), ("unit", "="), ("role", "="), ("days", "&&")],
                name="role_is_lent_to_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(("giver", models.F("holder")), _negated=True),
                name="role_is_lent_to_somebody_else",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="delegation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_delegationevent" ("days", "ended_at", "ended_by_id", "giver_id", "handed_over_at", "holder_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rights", "role", "tenant_id", "unit_id") SELECT new_values."days", new_values."ended_at", new_values."ended_by_id", new_values."giver_id", new_values."handed_over_at", new_values."holder_id", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."reason", new_values."rights", new_values."role", new_values."tenant_id", new_values."unit_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="c2b0ad267773cb1f7f2b10750c312d64d9d7a6ea",
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
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_delegationevent" ("days", "ended_at", "ended_by_id", "giver_id", "handed_over_at", "holder_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rights", "role", "tenant_id", "unit_id") SELECT new_values."days", new_values."ended_at", new_values."ended_by_id", new_values."giver_id", new_values."handed_over_at", new_values."holder_id", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."reason", new_values."rights", new_values."role", new_values."tenant_id", new_values."unit_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="794594afcd93fd228e5f423f12fd7343853cd9c3",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_0bc20",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="accounts_delegation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="delegationevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="82c14c2c0d1fcb979c91ad026368c94dc03df7e7",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_48735",
                    table="accounts_delegationevent",
                    when="BEFORE",
                ),
            ),
        ),
        Wall("accounts_delegation"),
        Wall("accounts_delegationevent"),
    ]
