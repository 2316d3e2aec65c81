"""The indexes that lists by trend and by author read, and the days of the ledger that a trend is made of."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("petitions", "0009_words_of_themes")]
    operations = [
        AddIndexConcurrently(
            model_name="dailytally",
            index=models.Index(F("day").desc(), F("id").desc(), name="tally_by_day"),
        ),
        AddIndexConcurrently(
            model_name="petition",
            index=models.Index(
                F("trend").desc(),
                F("id").desc(),
                condition=Q(status__in=["published", "closed"]),
                name="petition_trending",
            ),
        ),
        AddIndexConcurrently(
            model_name="petition",
            index=models.Index(
                F("author_id"),
                F("published_at").desc(),
                F("id").desc(),
                condition=Q(status__in=["published", "closed"], author__isnull=False),
                name="petition_of_author",
            ),
        ),
    ]
