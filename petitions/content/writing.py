"""Advice beside what an author writes. It is never in the way: the limits are in the forms.

Everything is found by the look of the words, so every remark is a question: only the author knows.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

TITLE_AT_MOST = 200
TITLE_READS_WELL = 90
TEXT_AT_LEAST = 300
TEXT_READS_WELL = 10_000
TEXT_AT_MOST = 20_000

# Fewer letters than this are an acronym, or one word said loudly.
LETTERS_OF_A_SHOUT = 12
SHARE_OF_A_SHOUT = 0.7

E_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
PHONE = re.compile(r"(?<![\d/])(?:(?:\+|00)33[\s.]?(?:\(0\)[\s.]?)?|0)[1-9](?:[\s.\u202f\u00a0-]?\d{2}){4}(?!\d)")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ \u202f\u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u202f\u00a0]?[A-Z0-9]{1,3})?\b")
PLATE = re.compile(r"\b[A-HJ-NP-TV-Z]{2}-\d{3}-[A-HJ-NP-TV-Z]{2}\b")
HOME = re.compile(
    r"\b\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|bd|allée|impasse|chemin|route|quai|square|cours) "
    r"(?:[\w’'-]+ ?){1,4}",
    re.IGNORECASE,
)
FUNCTIONS = (
    "Maire|Maires|Ministre|Président|Présidente|Préfet|Préfète|Député|Députée|Sénateur|Sénatrice|Directeur|Directrice|"
    "Recteur|Rectrice|Procureur|Procureure|Juge|Commissaire|Défenseur|Défenseure|Secrétaire|Premier|Première"
)
TITLED = re.compile(
    rf"\b(?:M\.|MM\.|Mr\.?|Mme|Mmes|Mlle|Mrs\.?|Ms\.?|Monsieur|Madame|Mademoiselle)\s+(?!(?:{FUNCTIONS})\b)(?:[A-ZÉÈÀÂÎÔÇ][\w’'-]+)"
    rf"(?:\s+[A-ZÉÈÀÂÎÔÇ][\w’'-]+)?"
)
KNOWN = re.compile(
    r"\b(?i:mon|ma|mes|notre|nos)\s+(?:ex-)?(?i:voisin|voisine|collègue|patron|patronne|propriétaire|bailleur|chef|cheffe|"
    r"gardien|gardienne|professeur|professeure|prof|médecin|mari|femme|ex)\s+(?:M\.\s+|Mme\s+)?[A-ZÉÈÀÂÎÔÇ][\w’'-]+"
    r"|\b(?i:my|our)\s+(?:ex-)?(?i:neighbour|neighbor|colleague|boss|landlord|landlady|teacher|doctor|husband|wife|ex)\s+"
    r"(?:Mrs?\.?\s+|Ms\.?\s+)?[A-Z][\w’'-]+"
)
# First names that many bear. A street or a school that bears somebody's name is no person.
FIRST_NAMES = (
    "Adam|Adrien|Alain|Alexandre|Alexis|Alice|Amandine|Amélie|Anaïs|André|Anne|Anthony|Antoine|Arnaud|Arthur|Audrey|"
    "Aurélie|Aurélien|Baptiste|Benjamin|Benoît|Bernard|Brigitte|Bruno|Camille|Caroline|Catherine|Cécile|Céline|Chantal|"
    "Charles|Charlotte|Chloé|Christian|Christine|Christophe|Claire|Claude|Clément|Corinne|Damien|Daniel|David|Delphine|"
    "Denis|Didier|Dominique|Élodie|Emma|Emmanuel|Éric|Fabien|Fabrice|Florence|Florian|Franck|François|Françoise|"
    "Frédéric|Gérard|Gilles|Guillaume|Guy|Hélène|Hugo|Isabelle|Jacqueline|Jacques|Jean|Jérémy|Jérôme|Jonathan|Julie|"
    "Julien|Karim|Karine|Kévin|Kevin|Laetitia|Laura|Laurence|Laurent|Léa|Loïc|Louis|Lucas|Ludovic|Manon|Marc|Marie|"
    "Marine|Marion|Martine|Mathieu|Matthieu|Maxime|Mélanie|Michel|Michèle|Mickaël|Mohamed|Monique|Nadia|Nathalie|"
    "Nicolas|Nicole|Olivier|Pascal|Patrice|Patricia|Patrick|Paul|Pauline|Philippe|Pierre|Quentin|Raphaël|Rémi|René|"
    "Robert|Romain|Sabrina|Samuel|Sandra|Sandrine|Sarah|Sébastien|Serge|Sophie|Stéphane|Stéphanie|Sylvain|Sylvie|"
    "Thierry|Thomas|Valentin|Valérie|Véronique|Victor|Vincent|Virginie|Xavier|Yann|Yves|Yvette"
)
NAMED = re.compile(
    rf"(?<![\w’'-])(?:{FIRST_NAMES})(?:-(?:{FIRST_NAMES}))?\s+(?:(?:de|du|des|le|la)\s+)?[A-ZÉÈÀÂÎÔÇ][\w’'-]+"
)
BEARS_A_NAME = re.compile(
    r"(?:rue|avenue|boulevard|allée|impasse|chemin|quai|square|cours|place|pont|parc|jardin|école|collège|lycée|campus|"
    r"université|hôpital|clinique|ehpad|résidence|foyer|stade|gymnase|piscine|salle|espace|centre|complexe|médiathèque|"
    r"bibliothèque|théâtre|cinéma|musée|maternelle|primaire|élémentaire|aéroport|gare|station|loi|prix|fondation|"
    r"institut|association|promenade|street|school)\s+(?:du |de la |d[’'])?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Advice:
    """One remark. `found` quotes the author; `is_shouting` says that normal_case can help."""

    kind: str
    words: str
    found: str = ""

    @property
    def is_shouting(self) -> bool:
        return self.kind == "capitals"


def about_title(title: str, *, recipients: Sequence[str] = ()) -> list[Advice]:
    """Return what would make a title better, '' and a good one nothing."""
    title = title.strip()
    return list(_title(title, recipients)) if title else []


def about_text(text: str, *, recipients: Sequence[str] = ()) -> list[Advice]:
    """Return what would make a text better. `recipients` are the names that it may well hold."""
    text = text.strip()
    return list(_text(text, recipients)) if text else []


def normal_case(text: str) -> str:
    """Return words that were typed in capitals as a sentence is written; what was not shouted stays."""
    lines = [_lowered(line) if is_shouted(line) else line for line in text.split("\n")]
    return "\n".join(lines)


def is_shouted(text: str) -> bool:
    """Say whether most letters are capitals, in more than an acronym."""
    letters = [char for char in text if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    return len(letters) >= LETTERS_OF_A_SHOUT and capitals >= SHARE_OF_A_SHOUT * len(letters)


def _title(title: str, recipients: Sequence[str]) -> Iterator[Advice]:
    if len(title) > TITLE_READS_WELL:
        words = ngettext(
            "Un caractère de trop pour tenir sur un téléphone : jusqu’à %(most)d, un titre se lit d’un coup d’œil.",
            "%(count)d caractères de trop pour tenir sur un téléphone : jusqu’à %(most)d, un titre se lit d’un coup "
            "d’œil.",
            len(title) - TITLE_READS_WELL,
        )
        yield Advice("long", words % {"count": len(title) - TITLE_READS_WELL, "most": TITLE_READS_WELL})
    if is_shouted(title):
        yield Advice("capitals", _("Tout en capitales, un titre se lit moins bien, et semble crier."))
    yield from _people(title, recipients)


def _text(text: str, recipients: Sequence[str]) -> Iterator[Advice]:
    if len(text) < TEXT_AT_LEAST:
        yield Advice(
            "short",
            _("C’est encore court. Que se passe-t-il, qui cela touche-t-il, que demandez-vous exactement ?"),
        )
    if len(text) > TEXT_READS_WELL:
        yield Advice(
            "long",
            _("C’est long : peu de gens liront jusqu’au bout. Gardez l’essentiel, mettez les preuves en lien."),
        )
    if any(is_shouted(line) for line in text.split("\n")):
        yield Advice("capitals", _("Un passage est tout en capitales : il se lit moins bien, et semble crier."))
    yield from _people(text, recipients)


def _people(text: str, recipients: Sequence[str]) -> Iterator[Advice]:
    """Yield what may tell of a person who has not asked to be named."""
    if found := E_MAIL.search(text):
        words = _("Une adresse e-mail, ici, sera lue par tout le monde et copiée par des robots. Faut-il la laisser ?")
        yield Advice("email", words, found[0])
    if found := PHONE.search(text):
        words = _("Un numéro de téléphone, ici, sera lu par tout le monde. Faut-il le laisser ?")
        yield Advice("phone", words, found[0])
    if found := next(filter(_is_iban, IBAN.finditer(text)), None):
        yield Advice("iban", _("Cela ressemble à un numéro de compte bancaire : mieux vaut l’enlever."), found[0])
    if found := PLATE.search(text):
        yield Advice("plate", _("Une plaque d’immatriculation désigne quelqu’un : mieux vaut l’enlever."), found[0])
    if found := HOME.search(text):
        words = _("Est-ce l’adresse d’un lieu public ? Celle d’une personne ne doit pas figurer ici.")
        yield Advice("home", words, found[0].strip())
    if name := _private_name(text, recipients):
        words = _(
            "Cette personne a-t-elle un rôle public ? Sinon, dites les faits sans son nom : nous ne pouvons pas "
            "publier une pétition qui met en cause une personne privée."
        )
        yield Advice("person", words, name)


def _private_name(text: str, recipients: Sequence[str]) -> str:
    """Return the first name that nobody has as a recipient."""
    addressed = {word.casefold() for name in recipients for word in name.split()}
    for pattern in (KNOWN, TITLED, NAMED):
        for found in pattern.finditer(text):
            is_of_a_place = pattern is NAMED and BEARS_A_NAME.search(text, max(0, found.start() - 30), found.start())
            if not is_of_a_place and found[0].split()[-1].casefold() not in addressed:
                return found[0]
    return ""


def _is_iban(found: re.Match[str]) -> bool:
    """Check the two digits after the country (ISO 13616, modulo 97)."""
    account = re.sub(r"\s", "", found[0])
    return int("".join(str(int(char, 36)) for char in account[4:] + account[:4])) % 97 == 1


def _lowered(line: str) -> str:
    """Write a line in lower case but for the first letter of each sentence."""
    return re.sub(r"(^|[.!?…]\s+)(\W*)(\w)", lambda part: part[1] + part[2] + part[3].upper(), line.lower())
