"""The index that the page of victories reads."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("petitions", "0011_updates_and_outcomes")]
    operations = [
        AddIndexConcurrently(
            model_name="petition",
            index=models.Index(
                F("outcome_on").desc(),
                F("id").desc(),
                condition=Q(status__in=["published", "closed"], outcome__in=["victory", "answered"]),
                name="petition_won",
            ),
        ),
    ]
