"""Keep the names of accounts in small letters, in which they are looked for from now on."""

from collections import defaultdict

from django.core.management.base import CommandError
from django.db import migrations

from units.tenancy import scope


def write_small(apps, schema_editor):
    """Province by province, for the walls stand before migrations, too."""
    Tenant, User = apps.get_model("units", "Tenant"), apps.get_model("accounts", "User")
    refuse_twins(User)
    for tenant in Tenant.objects.values_list("pk", flat=True):
        with scope(tenant=tenant):
            for user in User.objects.filter(tenant=tenant).only("username"):
                if user.username != user.username.lower():
                    User.objects.filter(pk=user.pk).update(username=user.username.lower())


def refuse_twins(User):
    """Which of two accounts keeps the name, only people can tell; nothing is changed until then."""
    by_name = defaultdict(list)
    with scope(reads_all=True):
        for name in User.objects.order_by("username").values_list("username", flat=True):
            by_name[name.lower()].append(name)
    if twins := [", ".join(names) for names in by_name.values() if len(names) > 1]:
        raise CommandError(
            "These names of accounts differ in capital letters only, which will make no difference "
            f"any more: {'; '.join(twins)}. Nothing has been changed. Rename all but one of each, as "
            "docs/operations.md says, and migrate again."
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_walls"),
        ("units", "0003_history_context"),
    ]

    operations = [migrations.RunPython(write_small, migrations.RunPython.noop)]
