"""Write the search entries of the petitions that are there, a thousand a transaction, while the site serves."""

from django.db import migrations

BATCH = 1_000


def index_all(apps, schema_editor):
    petitions = apps.get_model("petitions", "Petition").objects.filter(status__in=["published", "closed"])
    last = 0
    with schema_editor.connection.cursor() as cursor:
        while ids := list(petitions.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
            cursor.execute("SELECT petitions_index(id) FROM unnest(%s::bigint[]) AS id", [ids])
            last = ids[-1]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("petitions", "0005_search_entries")]
    operations = [migrations.RunPython(index_all, migrations.RunPython.noop)]
