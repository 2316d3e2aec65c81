"""What the components show in the guide: made up, and hard on them (long words, no count, a huge one)."""

from dataclasses import dataclass, field
from types import SimpleNamespace

from django import forms

# As the first migration of themes has them; a test compares.
THEMES = {
    "Politique": 225,
    "Animaux": 28,
    "Nature et environnement": 150,
    "Social": 340,
    "Justice": 255,
    "Santé": 350,
    "Droits de l’Homme": 205,
    "Europe": 215,
    "Enfants": 45,
    "Culture": 285,
    "Médias": 190,
    "Sport": 95,
    "Autres": 12,
}

TABS = [
    {"label": label, "url": url}
    for label, url in (("Pétition", "#cards"), ("Actualités", "#"), ("Commentaires", "#"), ("Historique", "#"))
]


@dataclass(frozen=True, slots=True)
class Card:
    """What `components/petition_card.html` and `components/count.html` read of a petition."""

    id: int
    title: str
    theme_name: str
    count: int
    next_goal: int
    recipients: tuple[tuple[str, str], ...] = ()
    imported: int = 0
    is_open: bool = True
    status_label: str = "close"
    outcome_label: str = ""
    is_won: bool = False
    url: str = "#cards"
    theme_url: str = "#cards"
    petition: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(language="fr"))

    @property
    def hue(self) -> int:
        return THEMES[self.theme_name]


def cards() -> list[Card]:
    mayor = (("Mairie de Pont-Audemer", "commune"),)
    return [
        Card(21, "Rouvrons la ligne de train Lille–Hirson", "Social", 18_462, 25_000, mayor),
        Card(22, "Rallumez le Rex", "Culture", 0, 100, mayor),
        Card(23, "Anti" + "constitutionnellement" * 8, "Justice", 12_345_678, 12_400_000, imported=1_204),
        Card(24, "Un banc à chaque arrêt", "Autres", 100, 100, mayor, is_open=False),
    ]


class SampleForm(forms.Form):
    """One field of each kind."""

    plain = forms.CharField(label="Prénom", initial="Camille")
    hint = forms.CharField(label="Code postal", help_text="Cinq chiffres, par exemple 59000.")
    wrong = forms.EmailField(
        label="Adresse e-mail",
        error_messages={"invalid": "Il manque le signe @, comme dans camille@exemple.fr."},
    )
    optional = forms.CharField(label="Ville", required=False)
    country = forms.ChoiceField(label="Pays", choices=[("FR", "France"), ("BE", "Belgique")])
    text = forms.CharField(label="Pourquoi signez-vous ?", widget=forms.Textarea(attrs={"rows": 4}))
    agreed = forms.BooleanField(
        label="J’accepte de recevoir par e-mail les actualités de cette pétition, écrites par son auteur et envoyées"
        " par MesOpinions.",
        error_messages={"required": "Cochez la case pour continuer."},
    )
    choice = forms.ChoiceField(
        label="Et le compte de la pétition ?",
        choices=[("out", "Retirer ma signature du compte"), ("keep", "Garder un compte anonyme, sans rien de moi")],
        widget=forms.RadioSelect,
        initial="keep",
    )


def form() -> SampleForm:
    return SampleForm(initial={"text": "", "country": "FR"}, prefix="sample")


def refused_form() -> SampleForm:
    given = {"plain": "Camille", "hint": "59000", "wrong": "camille", "country": "FR", "text": "…", "choice": "keep"}
    return SampleForm({f"refused-{name}": value for name, value in given.items()}, prefix="refused")
