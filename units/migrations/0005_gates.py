from django.db import migrations, transaction

from units.walls import gate

# Tables that were walled before walls had a gate; by now every wall is built with one.
WITHOUT_GATE = """
select tablename from pg_policies p
where policyname = 'own_tenant' and schemaname = current_schema()
  and not exists (
      select from pg_policies gate
      where gate.schemaname = p.schemaname and gate.tablename = p.tablename
        and gate.policyname = 'moves_away'
  )
order by tablename
"""


def open_gates(apps, editor):
    with editor.connection.cursor() as cursor:
        cursor.execute(WITHOUT_GATE)
        tables = [table for (table,) in cursor.fetchall()]
    for table in tables:
        # One table at a time: a policy locks its table, for as long as its transaction lasts.
        with transaction.atomic(), editor.connection.cursor() as cursor:
            for statement in gate(table):
                cursor.execute(statement)


class Migration(migrations.Migration):
    """Rows of a tenant may move to another one while a setting of the connection says so."""

    atomic = False
    dependencies = [("units", "0004_decree")]
    # On the way back each wall takes its gate down.
    operations = [migrations.RunPython(open_gates, migrations.RunPython.noop)]
