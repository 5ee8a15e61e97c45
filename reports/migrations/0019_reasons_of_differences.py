"""To reasons of one for both differences of a column: which of them each is of, and the figures."""

from django.db import migrations

from units.tenancy import scope


def tell_figures(apps, schema_editor):
    """A reason of a column whose printed total is the sum of its rows was of the portal's figure,
    which nobody kept: it has to be signed off anew."""
    tenants = apps.get_model("units", "Tenant").objects.values_list("pk", flat=True)
    reasons = apps.get_model("reports", "DeclaredReason").objects
    rows = apps.get_model("reports", "DeclaredRow").objects
    for tenant in tenants:
        with scope(tenant=tenant):
            for reason in reasons.filter(printed=None).iterator(chunk_size=500):
                printed, cells = None, []
                for row in rows.filter(declaration=reason.declaration_id):
                    figure = row.cells.get(reason.column)
                    if row.is_total:
                        printed = figure
                    elif figure is not None:
                        cells.append(figure)
                reason.printed, reason.held = printed, sum(cells)
                if printed == reason.held:
                    reason.against, reason.held = "portal", None
                reason.save(update_fields=["against", "printed", "held"])


class Migration(migrations.Migration):
    dependencies = [("reports", "0018_declared_spans"), ("units", "0008_no_truncate")]

    operations = [migrations.RunPython(tell_figures, migrations.RunPython.noop)]
