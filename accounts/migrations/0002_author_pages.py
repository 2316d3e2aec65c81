"""An author's public page: its address, and what authors say of themselves."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="public_bio",
            field=models.CharField(blank=True, db_default="", max_length=600, verbose_name="présentation publique"),
        ),
        migrations.AddField(
            model_name="user",
            name="slug",
            field=models.SlugField(
                blank=True, editable=False, max_length=90, null=True, unique=True, verbose_name="adresse publique"
            ),
        ),
    ]
