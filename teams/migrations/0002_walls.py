from django.db import migrations

from units.walls import Wall


class Migration(migrations.Migration):
    dependencies = [("teams", "0001_initial")]

    operations = [
        Wall("teams_team"),
        Wall("teams_teamevent"),
        Wall("teams_area"),
        Wall("teams_areaevent"),
        Wall("teams_person"),
        Wall("teams_personevent"),
        Wall("teams_membership"),
        Wall("teams_membershipevent"),
    ]
