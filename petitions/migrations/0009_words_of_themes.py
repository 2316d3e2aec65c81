"""What each theme is about, in a sentence. Words that staff wrote meanwhile stay."""

from django.db import migrations

# slug → in French, in English
WORDS = {
    "politique": (
        "Institutions, élections, vie des communes : comment on décide, et pour qui.",
        "Institutions, elections, local councils: how decisions are made, and for whom.",
    ),
    "animaux": (
        "Compagnons, troupeaux, bêtes sauvages : mieux les traiter, mieux les protéger.",
        "Pets, livestock, wildlife: treating them better, protecting them better.",
    ),
    "nature-et-environnement": (
        "Eau, air, arbres, climat, déchets : ce que nous laissons à ceux qui viennent.",
        "Water, air, trees, climate, waste: what we leave to those who come after us.",
    ),
    "social": (
        "Travail, logement, transports, services publics : de quoi vivre et se déplacer.",
        "Work, housing, transport, public services: what it takes to live and get around.",
    ),
    "justice": (
        "Tribunaux, police, prisons : une règle juste, et la même pour tous.",
        "Courts, police, prisons: one fair rule, the same for everyone.",
    ),
    "sante": (
        "Hôpitaux, soins, prévention : être soigné à temps, et près de chez soi.",
        "Hospitals, care, prevention: being treated in time, and close to home.",
    ),
    "droits-de-l-homme": (
        "Libertés, égalité, asile : ce qui est dû à toute personne, ici et ailleurs.",
        "Freedom, equality, asylum: what every person is owed, here and elsewhere.",
    ),
    "europe": (
        "Lois, budgets, frontières : ce que plusieurs pays décident ensemble.",
        "Laws, budgets, borders: what several countries decide together.",
    ),
    "enfants": (
        "École, cantine, jeux, protection : bien grandir, partout.",
        "School, canteens, play, protection: growing up well, everywhere.",
    ),
    "culture": (
        "Livres, spectacles, langues, patrimoine : garder ce qui nous relie, et l’ouvrir à chacun.",
        "Books, shows, languages, heritage: keeping what binds us, and opening it to everyone.",
    ),
    "medias": (
        "Presse, radio, écrans, réseaux : une information libre, claire, ouverte à tous.",
        "Press, radio, screens, networks: news that is free, clear and open to all.",
    ),
    "sport": (
        "Clubs, terrains, piscines : pratiquer près de chez soi, à tout âge.",
        "Clubs, pitches, pools: playing close to home, at any age.",
    ),
    "autres": (
        "Ce qui n’entre dans aucune case, et mérite d’être entendu.",
        "Whatever fits no box, and deserves to be heard.",
    ),
}


def write_words(apps, schema_editor):
    themes = apps.get_model("petitions", "Theme").objects
    for slug, (about, about_en) in WORDS.items():
        themes.filter(slug=slug, about="", about_en="").update(about=about, about_en=about_en)


class Migration(migrations.Migration):
    dependencies = [("petitions", "0008_trend_and_words_of_themes")]
    operations = [migrations.RunPython(write_words, migrations.RunPython.noop)]
