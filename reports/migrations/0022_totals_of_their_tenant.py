"""A total has the tenant of its unit. What was written beside a merger and has another is dropped:
it is computed anew where somebody asks for it."""

from typing import Any

from django.db import migrations

from units.tenancy import scope
from units.walls import SameTenant

# Each wall lets its own tenant alone be written.
ASTRAY = """
delete from reports_total total using units_unit unit
where unit.id = total.unit_id and unit.tenant_id <> total.tenant_id and total.tenant_id = %s
"""


def drop_astray(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    for tenant in apps.get_model("units", "Tenant").objects.values_list("pk", flat=True):
        with scope(tenant=tenant, reads_all=True), connection.cursor() as cursor:
            cursor.execute(ASTRAY, [tenant])


class Migration(migrations.Migration):
    # An index is built, and rows checked, while the portal is in use.
    atomic = False
    dependencies = [("reports", "0021_kept_time"), ("units", "0008_no_truncate")]

    operations = [
        migrations.RunPython(drop_astray, migrations.RunPython.noop),
        SameTenant("units_unit", {"reports_total": "unit_id"}),
    ]
