"""Have the database keep by what the names of teams are sorted.

It writes the table of teams anew, under a lock: seconds for the 74,000 of the nation.
"""

import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0011_attempts"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="team",
            options={"ordering": ["sort_key", "pk"]},
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="team",
            name="update_update",
        ),
        migrations.AddField(
            model_name="team",
            name="sort_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Lower(
                    django.db.models.functions.text.Replace(
                        models.Func(
                            models.Func(
                                models.Func(
                                    models.Func(
                                        models.Func(
                                            models.F("name"),
                                            function="normalize",
                                            output_field=models.CharField(),
                                            template="%(function)s(%(expressions)s, NFD)",
                                        ),
                                        models.Value("([0-9]+)"),
                                        models.Value("000000000\\1"),
                                        models.Value("g"),
                                        function="regexp_replace",
                                        output_field=models.CharField(),
                                    ),
                                    models.Value("[0-9]*([0-9]{10})"),
                                    models.Value("\\1"),
                                    models.Value("g"),
                                    function="regexp_replace",
                                    output_field=models.CharField(),
                                ),
                                models.Value("([\u0300\u0309\u0303\u0301\u0323])(\\S*)"),
                                models.Value("\\2\\1"),
                                models.Value("g"),
                                function="regexp_replace",
                                output_field=models.CharField(),
                            ),
                            models.Value("\u0300\u0309\u0303\u0301\u0323\u0306\u0302\u031bĐ"),
                            models.Value('!"#$&{|}đ'),
                            function="translate",
                            output_field=models.CharField(),
                        ),
                        models.Value("đ"),
                        models.Value("d~"),
                    )
                ),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="team",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "teams_teamevent" ("active", "decided_on", "decision_number", "ending", "funds_in_dong", "has_wifi", "id", "kind", "members_with_free_data", "merged_into_id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phones_given", "tenant_id", "unit_id", "zalo_followers", "zalo_link") SELECT new_values."active", new_values."decided_on", new_values."decision_number", new_values."ending", new_values."funds_in_dong", new_values."has_wifi", new_values."id", new_values."kind", new_values."members_with_free_data", new_values."merged_into_id", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."phones_given", new_values."tenant_id", new_values."unit_id", new_values."zalo_followers", new_values."zalo_link" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."active" IS DISTINCT FROM (new_values."active") OR old_values."decided_on" IS DISTINCT FROM (new_values."decided_on") OR old_values."decision_number" IS DISTINCT FROM (new_values."decision_number") OR old_values."ending" IS DISTINCT FROM (new_values."ending") OR old_values."funds_in_dong" IS DISTINCT FROM (new_values."funds_in_dong") OR old_values."has_wifi" IS DISTINCT FROM (new_values."has_wifi") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."kind" IS DISTINCT FROM (new_values."kind") OR old_values."members_with_free_data" IS DISTINCT FROM (new_values."members_with_free_data") OR old_values."merged_into_id" IS DISTINCT FROM (new_values."merged_into_id") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."phones_given" IS DISTINCT FROM (new_values."phones_given") OR old_values."tenant_id" IS DISTINCT FROM (new_values."tenant_id") OR old_values."unit_id" IS DISTINCT FROM (new_values."unit_id") OR old_values."zalo_followers" IS DISTINCT FROM (new_values."zalo_followers") OR old_values."zalo_link" IS DISTINCT FROM (new_values."zalo_link")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="fb459869f58f477a1f5ebbe7c7894bfdf33f2833",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_17c2b",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="teams_team",
                    when="AFTER",
                ),
            ),
        ),
    ]
