"""The mails about one row are found without reading all the others."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("mail", "0003_why_a_block_stands")]
    operations = [
        AddIndexConcurrently(
            model_name="outgoingmail",
            index=models.Index(fields=["about_id"], name="mail_about", condition=Q(about_id__isnull=False)),
        ),
    ]
