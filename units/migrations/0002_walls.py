from django.db import migrations

from units.walls import Wall


class Migration(migrations.Migration):
    dependencies = [("units", "0001_initial")]

    operations = [
        Wall("units_unit"),
        Wall("units_unitevent"),
        Wall("units_placement"),
        Wall("units_placementevent"),
        Wall("units_ancestry"),
        Wall("units_succession"),
        Wall("units_successionevent"),
    ]
