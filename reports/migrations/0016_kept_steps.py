"""A step is on record for good, and what hangs on a report or a month has the same tenant."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from units.walls import SameTenant


class Migration(migrations.Migration):
    # Indexes are built, and rows checked, while the portal is in use.
    atomic = False
    dependencies = [("reports", "0015_declarations")]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="reportstep",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="46c006c4a0891be0dbc76e9c62771c66f787235d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_f4834",
                    table="reports_reportstep",
                    when="BEFORE",
                ),
            ),
        ),
        SameTenant(
            "reports_period",
            {
                "reports_report": "period_id",
                "reports_extension": "period_id",
                "reports_notice": "period_id",
            },
        ),
        SameTenant(
            "reports_report",
            {
                "reports_reportstep": "report_id",
                "reports_correction": "report_id",
                "reports_evidence": "report_id",
                "reports_notice": "report_id",
            },
        ),
    ]
