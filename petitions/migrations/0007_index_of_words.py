"""The index that the search reads. Without a list of pending entries, because reading that list slows every search."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("petitions", "0006_index_petitions")]
    operations = [
        AddIndexConcurrently(
            model_name="searchentry",
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["words"], name="search_words"),
        ),
    ]
