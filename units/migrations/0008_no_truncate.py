from django.db import migrations, transaction

from units.walls import REFUSE_TRUNCATE, keep

# Tables that were walled before walls kept them from being emptied; by now every wall does.
NOT_KEPT = """
select relname from pg_policy
join pg_class on pg_class.oid = polrelid
where polname = 'own_tenant' and relnamespace = current_schema()::regnamespace
  and not exists (select from pg_trigger where tgrelid = polrelid and tgname = 'never_truncated')
order by relname
"""


def keep_all(apps, editor):
    with editor.connection.cursor() as cursor:
        cursor.execute(REFUSE_TRUNCATE)
        cursor.execute(NOT_KEPT)
        tables = [table for (table,) in cursor.fetchall()]
    for table in tables:
        # One table at a time: a trigger locks its table, for as long as its transaction lasts.
        with transaction.atomic(), editor.connection.cursor() as cursor:
            cursor.execute(keep(table))


class Migration(migrations.Migration):
    """No table with rows of tenants can be emptied at once."""

    atomic = False
    dependencies = [("units", "0007_dropped_placements")]
    # On the way back each wall takes its trigger down.
    operations = [migrations.RunPython(keep_all, migrations.RunPython.noop)]
