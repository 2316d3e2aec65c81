"""A petition's score of the last days, and a sentence about each theme."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("petitions", "0007_index_of_words")]
    operations = [
        migrations.AddField(
            model_name="petition",
            name="trend",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False, verbose_name="élan"),
        ),
        migrations.AddField(
            model_name="theme",
            name="about",
            field=models.CharField(blank=True, db_default="", max_length=200, verbose_name="présentation"),
        ),
        migrations.AddField(
            model_name="theme",
            name="about_en",
            field=models.CharField(blank=True, db_default="", max_length=200, verbose_name="présentation en anglais"),
        ),
    ]
