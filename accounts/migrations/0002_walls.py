from django.db import migrations

from units.walls import Wall


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        Wall("accounts_user"),
        # On sign-in the province is not known yet, and a session knows nothing but an id: the
        # connection is opened for that one row, to read and not to write.
        migrations.RunSQL(
            sql="create policy own_account on accounts_user for select using ("
            "id = (select nullif(current_setting('cnscd.account', true), '')::bigint) "
            "or username = (select nullif(current_setting('cnscd.sign_in', true), '')))",
            reverse_sql="drop policy own_account on accounts_user",
        ),
        Wall("accounts_userevent"),
        Wall("accounts_grant"),
        Wall("accounts_grantevent"),
    ]
