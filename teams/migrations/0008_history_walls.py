from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0007_seats_by_office"),
        ("units", "0003_history_context"),
    ]

    operations = [
        # The table has no tenant by which a wall could part it, and nothing reads it: each event
        # carries its own context. So it is shut, and what an earlier version left in it is dropped.
        # Should an upgrade of django-pghistory fill it again, the first write says so.
        migrations.RunSQL(
            sql=[
                "delete from pghistory_context",
                "alter table pghistory_context enable row level security",
                "alter table pghistory_context force row level security",
            ],
            reverse_sql=[
                "alter table pghistory_context no force row level security",
                "alter table pghistory_context disable row level security",
            ],
        ),
    ]
