"""What a reviewer says of single figures is called remarks everywhere."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0012_merged_provinces"),
    ]

    operations = [
        migrations.RenameField("reportstep", "field_reasons", "remarks"),
    ]
