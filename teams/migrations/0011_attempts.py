"""How often a worker began the present stage of an import."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("teams", "0010_doubts")]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="attempts",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
