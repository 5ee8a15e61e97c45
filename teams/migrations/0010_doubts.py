"""Rows of an import tell what looks wrong in them and wants a word."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("teams", "0009_discarded")]

    operations = [
        migrations.AddField(
            model_name="batchrow",
            name="doubts",
            field=models.JSONField(db_default=[], default=list),
        ),
    ]
