"""Give the people who are enrolled already the key by which lists sort them."""

from django.db import migrations

from units.tenancy import scope
from units.text import name_key

AT_ONCE = 2000


def fill(apps, schema_editor):
    """Province by province, for the walls stand before migrations, too."""
    Tenant, Person = apps.get_model("units", "Tenant"), apps.get_model("teams", "Person")
    for tenant in Tenant.objects.values_list("pk", flat=True):
        with scope(tenant=tenant):
            _fill_tenant(Person, tenant)


def _fill_tenant(Person, tenant):
    people = list(Person.objects.filter(tenant=tenant, sort_key="").only("full_name"))
    for person in people:
        person.sort_key = name_key(person.full_name)
    Person.objects.bulk_update(people, ["sort_key"], batch_size=AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0004_registry_walls"),
        ("units", "0003_history_context"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
