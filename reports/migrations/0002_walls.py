from django.db import migrations

from units.walls import Wall


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [
        Wall("reports_period"),
        Wall("reports_periodevent"),
        Wall("reports_report"),
        Wall("reports_reportevent"),
        Wall("reports_reportstep"),
        Wall("reports_total"),
        Wall("reports_dirtytotal"),
        Wall("reports_servicefigure"),
        Wall("reports_servicefigureevent"),
    ]
