from django.db import migrations

from units.walls import Wall


class Migration(migrations.Migration):
    dependencies = [("teams", "0003_registry")]

    operations = [
        Wall("teams_committee"),
        Wall("teams_committeeevent"),
        Wall("teams_seat"),
        Wall("teams_seatevent"),
        Wall("teams_batch"),
        Wall("teams_batchfile"),
        Wall("teams_batchrow"),
        Wall("teams_export"),
    ]
