"""Months that are computed under today's units are a kind of run; nothing of the table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0019_reasons_of_differences")]

    operations = [
        migrations.AlterField(
            model_name="rolluprun",
            name="kind",
            field=models.CharField(
                choices=[
                    ("sweep", "sweep of marks"),
                    ("nightly", "nightly comparison"),
                    ("rebuild", "rebuild"),
                    ("restating", "months under today's units"),
                ],
                max_length=10,
            ),
        ),
    ]
