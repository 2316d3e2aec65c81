"""The index that the list of refused petitions reads, and the rule of the purge that ends it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("petitions", "0017_ends_within_thirty_months")]
    operations = [
        AddIndexConcurrently(
            model_name="petition",
            index=models.Index(
                F("refused_at").desc(),
                F("id").desc(),
                condition=Q(refused_at__isnull=False),
                name="petition_refused",
            ),
        ),
    ]
