"""Give each province the calendar by which its newest month was laid out.

Until now a command laid out every year by one of two calendars, and nothing said by which.
"""

from datetime import date

from django.db import migrations
from django.utils import timezone

from units.tenancy import scope

# As `reports.periods` has them.
DECREE_09 = {
    "starts_day": 15, "team_due": 9, "commune_due": 13, "district_due": 18, "province_due": 25,
}  # fmt: skip
STATISTICS = {
    "starts_day": 1, "team_due": 3, "commune_due": 5, "district_due": 8, "province_due": 15,
}  # fmt: skip


def write_down(apps, schema_editor):
    """Province by province, for the walls stand before migrations, too."""
    Tenant, Period = apps.get_model("units", "Tenant"), apps.get_model("reports", "Period")
    Calendar = apps.get_model("reports", "ReportingCalendar")
    for tenant in Tenant.objects.values_list("pk", flat=True):
        with scope(tenant=tenant):
            months = Period.objects.filter(tenant=tenant).order_by("year", "month")
            if not (oldest := months.first()):
                continue
            days = STATISTICS if months.last().starts_on.day == 1 else DECREE_09
            Calendar.objects.create(
                tenant_id=tenant,
                since=date(oldest.year, oldest.month, 1),
                set_at=timezone.now(),
                **days,
            )


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0005_clock"),
        ("units", "0003_history_context"),
    ]

    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]
