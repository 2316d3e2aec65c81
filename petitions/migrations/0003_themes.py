"""The thirteen themes of the site."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# slug, French name, English name, hue of its illustrations in degrees
THEMES = [
    ("politique", "Politique", "Politics", 225),
    ("animaux", "Animaux", "Animals", 28),
    ("nature-et-environnement", "Nature et environnement", "Nature and environment", 150),
    ("social", "Social", "Social", 340),
    ("justice", "Justice", "Justice", 255),
    ("sante", "Santé", "Health", 350),
    ("droits-de-l-homme", "Droits de l’Homme", "Human rights", 205),
    ("europe", "Europe", "Europe", 215),
    ("enfants", "Enfants", "Children", 45),
    ("culture", "Culture", "Culture", 285),
    ("medias", "Médias", "Media", 190),
    ("sport", "Sport", "Sport", 95),
    ("autres", "Autres", "Other", 12),
]


def add_themes(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    theme = apps.get_model("petitions", "Theme")
    theme.objects.bulk_create(
        theme(slug=slug, name=name, name_en=name_en, hue=hue, position=position)
        for position, (slug, name, name_en, hue) in enumerate(THEMES, start=1)
    )


class Migration(migrations.Migration):
    dependencies = [("petitions", "0002_rules_in_the_database")]
    operations = [migrations.RunPython(add_themes, migrations.RunPython.noop)]
