"""Invented people: who signs the demo petitions, and where they live."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from random import Random

from django.utils.text import slugify

from mesopinions.core.places import communes, departement_of

FIRST_NAMES = (
    "Abdel Adama Adèle Agathe Aïcha Alain Alexandre Amandine Aminata Anaïs André Annick Antoine Arthur Aurélie Axel "
    "Baptiste Bénédicte Bernard Bilal Brigitte Camille Capucine Catherine Cécile Chantal Chloé Christian Christophe "
    "Clément Colette Corentin Daniel Delphine Denis Djibril Élodie Émile Enzo Erwan Éric Fanny Farid Fatima Florence "
    "Françoise Gabriel Gaëlle Gérard Guillaume Hélène Hugo Ibrahim Inès Isabelle Jacqueline Jean-Luc Jean-Pierre "
    "Jeanne Joël Jules Julien Karim Laure Laurent Léa Loïc Louise Lucette Maëlys Malika Manon Marie Marie-Claude "
    "Marius Martine Maxime Mélanie Michel Mohamed Monique Nadia Nathalie Nathan Nicolas Noémie Océane Odile Olivier "
    "Pascal Patrick Pauline Philippe Quentin Rachid Romane Samia Sandrine Solène Stéphane Sylvie Théo Thérèse Thierry "
    "Thuy Valérie Véronique Virginie Xavier Yanis Yves Yvette Zoé"
)
LAST_NAMES = (
    "Abadie Arnaud Aubert Barbier Baudry Bellanger Benali Berthelot Besson Blanchard Bonnet Bouchet Boyer Brunel "
    "Cadiou Caron Carpentier Castel Chevalier Colin Cordier Coulibaly Da-Silva Delattre Delmas Desmet Diallo Dufour "
    "Dumas Dupuis Fabre Faure Ferrand Ferreira Fontaine Fournier Gaillard Garnier Gauthier Girard Grondin Guérin "
    "Guichard Haddad Hamon Hoarau Huet Jacquet Joly Kerjean Klein Lacroix Lambert Lebreton Leclercq Lefort Le-Goff "
    "Lemaire Leroux Lopez Mahé Maillot Marchand Martinez Masson Mercier Meunier Millet Moreau Morvan Nguyen Noël "
    "Pasquier Payet Pelletier Perrin Picard Poirier Prévost Ragot Renard Ricci Rivière Rolland Roussel Saïdi Sauvage "
    "Schmitt Simonet Tanguy Tessier Thibault Traoré Vasseur Vidal Vigneron Wagner Weber"
)
DOMAINS = ("example.org", "example.com", "example.net")

# Postal code:weight. Large cities everywhere, more places where a demo petition is local.
POSTAL_CODES = (
    "75011:9 75018:8 75020:7 69003:6 69100:4 13001:4 13008:4 31000:6 44000:6 33000:6 34000:5 67000:5 06000:4 76600:2 "
    "59000:6 59200:2 59190:2 59300:2 59400:1 62000:2 62140:3 62170:2 62990:1 62200:2 80000:2 80100:1 56000:2 56100:3 "
    "56800:2 56300:1 35000:5 35400:2 35600:1 22000:2 22500:1 29200:2 42000:4 42100:3 42400:1 97400:4 97410:3 97434:2 "
    "97460:3 97480:2 97110:1 97200:1 97300:1 97600:1 98800:1 20000:1 20200:1 87000:2 63000:3 21000:3 25000:2 54000:3 "
    "57000:2 51100:3 10000:1 45000:2 37000:3 49000:3 72000:2 86000:2 17000:2 64000:2 65000:1 66000:2 11000:1 30000:3 "
    "84000:2 83000:3 38000:4 73000:1 74000:2 01000:1 71000:1 18000:1 15000:1 48000:1 07000:1 05000:1 04000:1 92100:4 "
    "93100:5 94200:3 95000:2 91000:2 78000:3 77100:2 60000:2 02000:1 27000:1 14000:3 50100:1 61000:1 53000:1 "
    "03200:1 08000:1 09000:1 12100:1 16000:1 19000:1 23000:1 24000:1 26000:1 28000:1 29770:1 36000:1 39000:1 "
    "40000:1 41000:1 46000:1 47000:1 52000:1 55000:1 58000:1 68100:3 70000:1 79000:1 81000:1 "
    "85000:1 88000:1 89000:1 90000:1 44600:2 98714:1 97500:1"
)
ABROAD = (
    ("BE", "1000", "Bruxelles"),
    ("BE", "4000", "Liège"),
    ("CH", "1205", "Genève"),
    ("CA", "H2X 1Y4", "Montréal"),
    ("DE", "10115", "Berlin"),
    ("IT", "10121", "Turin"),
)
ABROAD_SHARE = 0.02
LOCAL_SHARE = 0.65
WEIGHT_OF_A_NAMED_PLACE = 8


@dataclass(frozen=True, slots=True)
class Place:
    country: str
    postal_code: str
    city: str
    departement: str


@dataclass(frozen=True, slots=True)
class Person:
    first_name: str
    last_name: str
    email: str


def people() -> Iterator[Person]:
    """Give every invented person once, in an order that is mixed and always the same."""
    names = list(product(FIRST_NAMES.split(), LAST_NAMES.split(), DOMAINS))
    Random("people").shuffle(names)  # noqa: S311 - invented data wants to be repeatable
    for first_name, last_name, domain in names:
        yield Person(first_name, last_name.replace("-", " "), f"{slugify(first_name)}.{slugify(last_name)}@{domain}")


def named(name: str) -> Person:
    """Return the person of that name ("Prénom Nom"), whose address is nobody's in `people`."""
    first_name, _space, last_name = name.partition(" ")
    return Person(first_name, last_name, f"{slugify(first_name)}-{slugify(last_name)}@example.org")


# Who logs in as an author: see the command.
ALICE = Person("Alice", "Auber", "alice@example.org")


def place_of(postal_code: str) -> Place:
    """Return the largest commune of a French postal code."""
    city, departement = communes(postal_code)[0]
    return Place("FR", postal_code, city, departement)


def place(random: Random, near: frozenset[str]) -> Place:
    """Draw where a signer lives: mostly in the départements and postal codes of `near`, if any."""
    if near and random.random() < LOCAL_SHARE:
        return _draw(random, near)
    if random.random() < ABROAD_SHARE:
        return Place(*random.choice(ABROAD), departement_of("BE", ""))
    return _draw(random, frozenset())


def _draw(random: Random, near: frozenset[str]) -> Place:
    places, weights = _weighted(near)
    return random.choices(places, weights)[0]


@cache
def _weighted(near: frozenset[str]) -> tuple[list[Place], list[int]]:
    """Return the places in `near`, or all of them, with their weights."""
    weights = {code: int(weight) for code, _colon, weight in (entry.partition(":") for entry in POSTAL_CODES.split())}
    weights |= {code: WEIGHT_OF_A_NAMED_PLACE for code in sorted(near) if len(code) == len("75011")}
    places = {place_of(code): weight for code, weight in weights.items()}
    if near:
        places = {found: weight for found, weight in places.items() if near & {found.departement, found.postal_code}}
    return list(places), list(places.values())
