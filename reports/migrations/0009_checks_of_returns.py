from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0008_notices"),
    ]

    operations = [
        # Names of kinds alone: the database changes nothing.
        migrations.AlterField(
            model_name="check",
            name="kind",
            field=models.CharField(
                choices=[
                    ("within-team", "Within Team"),
                    ("fallen", "Fallen"),
                    ("tenfold", "Tenfold"),
                    ("more-than", "More Than"),
                    ("all-same", "All Same"),
                    ("almost-empty", "Almost Empty"),
                    ("untouched", "Untouched"),
                ],
                max_length=12,
            ),
        ),
    ]
