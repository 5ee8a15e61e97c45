"""Files of which nothing was imported can be thrown away."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0008_history_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="discarded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="batch",
            name="discarded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="batch",
            name="state",
            field=models.CharField(
                choices=[
                    ("reading", "being read"),
                    ("previewed", "ready to be imported"),
                    ("committing", "being imported"),
                    ("committed", "imported"),
                    ("undoing", "being undone"),
                    ("undone", "undone"),
                    ("failed", "not readable"),
                    ("discarded", "discarded"),
                ],
                default="reading",
                max_length=10,
            ),
        ),
    ]
