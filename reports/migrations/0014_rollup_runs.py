"""What was done to keep the totals of each province."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from units.walls import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0013_remarks"),
        ("units", "0007_dropped_placements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RollupRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sweep", "sweep of marks"),
                            ("nightly", "nightly comparison"),
                            ("rebuild", "rebuild"),
                        ],
                        max_length=10,
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(null=True)),
                ("month", models.PositiveSmallIntegerField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("of", models.PositiveIntegerField(default=0)),
                ("differences", models.PositiveIntegerField(default=0)),
                ("examples", models.JSONField(default=list)),
                ("failure", models.CharField(blank=True, max_length=250)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
            options={
                "ordering": ["-asked_at", "-pk"],
                "indexes": [
                    models.Index(fields=["tenant", "kind", "-asked_at"], name="runs_of_a_kind"),
                    models.Index(
                        condition=models.Q(("differences__gt", 0)),
                        fields=["tenant", "-asked_at"],
                        name="runs_that_differed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), ("kind", "rebuild")),
                        fields=("tenant",),
                        name="one_rebuild_a_province_at_a_time",
                    )
                ],
            },
        ),
        Wall("reports_rolluprun"),
    ]
