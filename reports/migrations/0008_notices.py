import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from units.walls import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0007_evidence"),
        ("units", "0003_history_context"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
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
                        choices=[("returned", "report returned"), ("reminder", "reminder")],
                        max_length=10,
                    ),
                ),
                ("on", models.DateField()),
                ("content", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                ("mail_from", models.DateTimeField(null=True)),
                ("mail_tries", models.PositiveSmallIntegerField(default=0)),
                ("mailed_at", models.DateTimeField(null=True)),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="reports.period",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="reports.report",
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
                (
                    "to",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
                "indexes": [
                    models.Index(fields=["to", "-made_at"], name="notices_of_a_person"),
                    models.Index(
                        condition=models.Q(("read_at", None)), fields=["to"], name="unread_notices"
                    ),
                    models.Index(
                        condition=models.Q(("mail_from__isnull", False)),
                        fields=["tenant", "mail_from"],
                        name="notices_to_be_mailed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "reminder")),
                        fields=("to", "on"),
                        name="one_reminder_a_person_and_day",
                    )
                ],
            },
        ),
        Wall("reports_notice"),
    ]
