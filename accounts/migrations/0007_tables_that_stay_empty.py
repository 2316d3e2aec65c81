"""Two of allauth's tables are for what this site does not do. An empty table needs no promise if it cannot be filled."""

from django.db import migrations

# Links that confirm an address (we mail codes), and rights to act at Google's or Facebook's (we keep none).
EMPTY = {"account_emailconfirmation": "confirmed_by_code_only", "socialaccount_socialtoken": "no_token_is_kept"}


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_logins_profiles_and_closing"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK (false)",
            f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        )
        for table, name in EMPTY.items()
    ]
