"""Write the addresses of accounts in lower case, as allauth compares them, and tell allauth which are confirmed."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Lower


def copy_addresses(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    user_model = apps.get_model("accounts", "User")
    address_model = apps.get_model("account", "EmailAddress")
    user_model.objects.exclude(email=Lower("email")).update(email=Lower("email"))
    known = address_model.objects.values("user_id")
    address_model.objects.bulk_create(
        address_model(user_id=pk, email=email, primary=True, verified=confirmed_at is not None)
        for pk, email, confirmed_at in user_model.objects.exclude(pk__in=known)
        .values_list("pk", "email", "email_confirmed_at")
        .iterator()
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_notices_of_inactivity"), ("account", "0009_emailaddress_unique_primary_email")]
    operations = [migrations.RunPython(copy_addresses, migrations.RunPython.noop)]
