"""The census of provinces as it is kept, and the marks that make a kept one doubtful."""

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

from units.walls import Wall

# Old and new rows alike: a change can be seen on every day of either. A statement that changed
# nothing leaves no mark.
MARK = """
create function reports_mark_census_{table}() returns trigger language plpgsql as $$
begin
    insert into reports_censusmark (tenant_id, days)
    select tenant_id, daterange(min(lower(days)), nullif(max(coalesce(upper(days), 'infinity')),
                                                         'infinity'))
    from (select tenant_id, {days} as days from changed) as side
    where not isempty(days)
    group by tenant_id;
    return null;
end $$;
"""

WATCH = """
create trigger mark_census_{name} after {event} on {table} referencing {side} table as changed
for each statement execute function reports_mark_census_{table}();
"""

# What can change the count of a province, and when it can be seen. A month opens a day to count on.
WATCHED = {
    "teams_team": "active",
    "teams_membership": "valid",
    "teams_area": "valid",
    "units_placement": "valid",
    "reports_period": "daterange(ends_on, ends_on, '[]')",
}
SIDES = {
    "insert": ("insert", "new"),
    "delete": ("delete", "old"),
    "update_from": ("update", "old"),
    "update_to": ("update", "new"),
}


def _watch(table: str, days: str) -> migrations.RunSQL:
    forward = [MARK.format(table=table, days=days)]
    for name, (event, side) in SIDES.items():
        forward.append(WATCH.format(name=name, event=event, side=side, table=table))
    dropped = [f"drop trigger mark_census_{name} on {table}" for name in SIDES]
    return migrations.RunSQL(forward, [*dropped, f"drop function reports_mark_census_{table}()"])


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0009_checks_of_returns"),
        ("teams", "0010_doubts"),
        ("units", "0003_history_context"),
    ]

    operations = [
        migrations.CreateModel(
            name="CensusMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("days", django.contrib.postgres.fields.ranges.DateRangeField()),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.tenant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KeptCensus",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("counts", models.JSONField()),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.tenant",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("unit", "on"), name="census_once")],
            },
        ),
        Wall("reports_censusmark"),
        Wall("reports_keptcensus"),
        *(_watch(table, days) for table, days in WATCHED.items()),
    ]
