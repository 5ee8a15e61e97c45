"""A decree that was undone is a draft again, with its answers."""

from django.db import migrations

from units.tenancy import scope


def reopen(apps, editor):
    """Province by province, for the walls stand before migrations, too; each has a handful."""
    Tenant, Decree = apps.get_model("units", "Tenant"), apps.get_model("units", "Decree")
    for tenant in Tenant.objects.values_list("pk", flat=True):
        with scope(tenant=tenant):
            Decree.objects.filter(tenant=tenant, state="undone").update(state="draft")


class Migration(migrations.Migration):
    dependencies = [("units", "0009_decree_record")]
    operations = [migrations.RunPython(reopen, migrations.RunPython.noop)]
