"""The calendar of a province, days off, more time, and corrections that wait."""

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from units.walls import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0004_explanations"),
        ("teams", "0009_discarded"),
        ("units", "0003_history_context"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("old_values", models.JSONField()),
                ("values", models.JSONField()),
                ("reason", models.TextField(max_length=1000)),
                ("proposed_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("confirmed", "confirmed"),
                            ("rejected", "rejected"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["proposed_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until", models.DateField()),
                ("reason", models.CharField(max_length=250)),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-until", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(unique=True)),
                ("is_worked", models.BooleanField(default=False)),
                ("label_vi", models.CharField(max_length=100)),
                ("label_en", models.CharField(max_length=100)),
            ],
            options={
                "ordering": ["on"],
            },
        ),
        migrations.CreateModel(
            name="OwnHoliday",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("is_worked", models.BooleanField(default=False)),
                ("label", models.CharField(max_length=100)),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["on"],
            },
        ),
        migrations.CreateModel(
            name="ReportingCalendar",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField()),
                ("starts_day", models.PositiveSmallIntegerField()),
                ("team_due", models.PositiveSmallIntegerField()),
                ("commune_due", models.PositiveSmallIntegerField()),
                ("district_due", models.PositiveSmallIntegerField()),
                ("province_due", models.PositiveSmallIntegerField()),
                (
                    "shift",
                    models.CharField(
                        choices=[
                            ("none", "it stays where it is"),
                            ("later", "it moves to the next working day"),
                            ("earlier", "it moves to the last working day before"),
                        ],
                        default="none",
                        max_length=7,
                    ),
                ),
                ("has_nine_months", models.BooleanField(default=False)),
                ("opens_by_itself", models.BooleanField(default=False)),
                ("locks_after", models.PositiveSmallIntegerField(null=True)),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-since"],
            },
        ),
        migrations.CreateModel(
            name="ReportingCalendarEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("since", models.DateField()),
                ("starts_day", models.PositiveSmallIntegerField()),
                ("team_due", models.PositiveSmallIntegerField()),
                ("commune_due", models.PositiveSmallIntegerField()),
                ("district_due", models.PositiveSmallIntegerField()),
                ("province_due", models.PositiveSmallIntegerField()),
                (
                    "shift",
                    models.CharField(
                        choices=[
                            ("none", "it stays where it is"),
                            ("later", "it moves to the next working day"),
                            ("earlier", "it moves to the last working day before"),
                        ],
                        default="none",
                        max_length=7,
                    ),
                ),
                ("has_nine_months", models.BooleanField(default=False)),
                ("opens_by_itself", models.BooleanField(default=False)),
                ("locks_after", models.PositiveSmallIntegerField(null=True)),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="period",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="period",
            name="update_update",
        ),
        migrations.AddField(
            model_name="period",
            name="is_held",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="period",
            name="locks_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="period",
            name="opens_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="periodevent",
            name="is_held",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="periodevent",
            name="locks_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="periodevent",
            name="opens_on",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="reportstep",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="period",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_periodevent" ("commune_due_on", "district_due_on", "ends_on", "form_id", "id", "is_held", "locks_on", "month", "opens_on", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "province_due_on", "starts_on", "state", "state_at", "state_by_id", "state_reason", "team_due_on", "tenant_id", "year") SELECT new_values."commune_due_on", new_values."district_due_on", new_values."ends_on", new_values."form_id", new_values."id", new_values."is_held", new_values."locks_on", new_values."month", new_values."opens_on", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."province_due_on", new_values."starts_on", new_values."state", new_values."state_at", new_values."state_by_id", new_values."state_reason", new_values."team_due_on", new_values."tenant_id", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="590ba908375eaf8aee6666bf22f1b746c3243206",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_97bae",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="reports_period",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="period",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_periodevent" ("commune_due_on", "district_due_on", "ends_on", "form_id", "id", "is_held", "locks_on", "month", "opens_on", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "province_due_on", "starts_on", "state", "state_at", "state_by_id", "state_reason", "team_due_on", "tenant_id", "year") SELECT new_values."commune_due_on", new_values."district_due_on", new_values."ends_on", new_values."form_id", new_values."id", new_values."is_held", new_values."locks_on", new_values."month", new_values."opens_on", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."province_due_on", new_values."starts_on", new_values."state", new_values."state_at", new_values."state_by_id", new_values."state_reason", new_values."team_due_on", new_values."tenant_id", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="154f3aeedf06b3d67e01ead3a579f3e164d5a46c",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d657e",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="reports_period",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="report",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="corrections",
                to="reports.report",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.tenant",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="extensions",
                to="reports.period",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="team",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="teams.team",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.tenant",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
            ),
        ),
        migrations.AddField(
            model_name="ownholiday",
            name="set_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ownholiday",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.tenant",
            ),
        ),
        migrations.AddField(
            model_name="reportingcalendar",
            name="set_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reportingcalendar",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.tenant",
            ),
        ),
        migrations.AddField(
            model_name="reportingcalendarevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="reports.reportingcalendar",
            ),
        ),
        migrations.AddField(
            model_name="reportingcalendarevent",
            name="set_by",
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
            model_name="reportingcalendarevent",
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
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")),
                fields=("report",),
                name="one_correction_waits_a_report",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "confirmed"), _negated=True),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_confirms_their_own_correction",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownholiday",
            constraint=models.UniqueConstraint(
                fields=("tenant", "on"), name="own_holiday_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportingcalendar",
            constraint=models.UniqueConstraint(
                fields=("tenant", "since"), name="calendar_once_from_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportingcalendar",
            constraint=models.CheckConstraint(
                condition=models.Q(("since__day", 1)), name="calendar_since_the_first_of_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportingcalendar",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_day__gte", 1),
                    ("starts_day__lte", 28),
                    ("province_due__lte", 28),
                    ("team_due__gte", 1),
                ),
                name="calendar_days_in_every_month",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportingcalendar",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("team_due__lte", models.F("commune_due")),
                    ("commune_due__lte", models.F("district_due")),
                    ("district_due__lte", models.F("province_due")),
                ),
                name="calendar_deadlines_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportingcalendar",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("locks_after__isnull", True), ("locks_after__gte", 1), _connector="OR"
                ),
                name="calendar_locks_after_the_deadline",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportingcalendar",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_reportingcalendarevent" ("commune_due", "district_due", "has_nine_months", "id", "locks_after", "opens_by_itself", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "province_due", "set_at", "set_by_id", "shift", "since", "starts_day", "team_due", "tenant_id") SELECT new_values."commune_due", new_values."district_due", new_values."has_nine_months", new_values."id", new_values."locks_after", new_values."opens_by_itself", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."province_due", new_values."set_at", new_values."set_by_id", new_values."shift", new_values."since", new_values."starts_day", new_values."team_due", new_values."tenant_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="3b09fde71fa98b316e55a40198fb70f727d52169",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_94cbe",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="reports_reportingcalendar",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportingcalendar",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_reportingcalendarevent" ("commune_due", "district_due", "has_nine_months", "id", "locks_after", "opens_by_itself", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "province_due", "set_at", "set_by_id", "shift", "since", "starts_day", "team_due", "tenant_id") SELECT new_values."commune_due", new_values."district_due", new_values."has_nine_months", new_values."id", new_values."locks_after", new_values."opens_by_itself", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."province_due", new_values."set_at", new_values."set_by_id", new_values."shift", new_values."since", new_values."starts_day", new_values."team_due", new_values."tenant_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="4cc470d7c381ca5430ccc4dcc9cdce71569b405c",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_14fba",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="reports_reportingcalendar",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportingcalendarevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="989ab5b32c0784394e3bd095d7b54cb75f82bb56",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_8a068",
                    table="reports_reportingcalendarevent",
                    when="BEFORE",
                ),
            ),
        ),
        Wall("reports_reportingcalendar"),
        Wall("reports_reportingcalendarevent"),
        Wall("reports_ownholiday"),
        Wall("reports_extension"),
        Wall("reports_correction"),
    ]
