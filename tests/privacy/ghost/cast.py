"""The ghost and the neighbour: who they are."""

from dataclasses import dataclass

from privacy import requests
from privacy.registry import Subject


@dataclass(frozen=True)
class Person:
    """Somebody whose every trait is a word found nowhere else."""

    email: str
    first_name: str
    last_name: str
    city: str
    ip_address: str
    browser: str
    comment: str
    words: str
    next_email: str
    phone: str
    street: str
    provider_uid: str
    passkey: str

    @property
    def subject(self) -> Subject:
        return requests.subject_of(self.email)

    @property
    def needles(self) -> list[bytes]:
        """What no byte of the site may hold once the person is gone."""
        traits = [self.email, self.first_name, self.last_name, self.city, self.ip_address, self.browser, self.comment]
        keys = [self.subject.key, self.subject.mailbox_key]
        account = [self.next_email, self.phone, self.street, self.provider_uid, self.passkey]
        return [text.casefold().encode() for text in (*traits, self.words, *account, *keys)]


GHOST = Person(
    email="Spectre.7f3a9@fantome.example.org",
    first_name="Ectoplasmine",
    last_name="Revenantzky",
    city="Hanteville-sur-Brume",
    ip_address="203.0.113.77",
    browser="Navispectre/7.7",
    comment="Ululement-9c41 au grenier.",
    words="Phantasme-4d20",
    next_email="linceul.8e2c@manoir.example.org",
    phone="+33199007788",
    street="7 impasse du Suaire",
    provider_uid="108777000131313",
    passkey="Clef-des-limbes",
)
# The same mailbox by our rule of aliases, at a provider that may not follow it: somebody else.
NEIGHBOUR = Person(
    email="spectre.7f3a9+voisin@fantome.example.org",
    first_name="Palierine",
    last_name="Mitoyenski",
    city="Voisinville-le-Mur",
    ip_address="198.51.100.9",
    browser="Navivoisin/9.9",
    comment="Tintamarre-51ab sur le palier.",
    words="Voisinage-77e1",
    next_email="palier.5b1d@immeuble.example.org",
    phone="+33199004455",
    street="9 allée des Sonnettes",
    provider_uid="204555000242424",
    passkey="Clef-du-palier",
)
