from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("units", "0002_walls"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        # Each event carries its context itself. Tracking whole statements, django-pghistory would
        # write it once more, into a table without a tenant, before which no wall can stand.
        migrations.RunSQL(
            sql="create or replace function _pgh_attach_context() returns uuid "
            "language sql return null::uuid",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
