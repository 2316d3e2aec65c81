"""Ten thousand people who sign, and whoever makes signatures up: written straight to the database, the same each time.

The people are as a French petition sees them: mobile operators that put thousands behind one network, a television
evening, a school, an employer and a union among them.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from mesopinions.core.addresses import canonical_email, exact_address_key, is_disposable
from petitions.models import Petition, Signature, TallyDelta
from privacy.models import ConsentRecord

FIRST = [
    "Marie", "Jean", "Nathalie", "Philippe", "Isabelle", "Michel", "Sylvie", "Alain", "Catherine", "Patrick",
    "Martine", "Nicolas", "Christine", "Christophe", "Sandrine", "Pierre", "Véronique", "Stéphane", "Céline",
    "Éric", "Julie", "Frédéric", "Anne", "Laurent", "Camille", "Thomas", "Léa", "Julien", "Manon", "Sarah", "Chloé",
    "Lucas", "Emma", "Hugo", "Inès", "Karim", "Fatima", "Mohamed", "Aïcha", "Yann", "Gwenaëlle", "Anaïs", "Théo",
    "Louise", "Jules", "Alice", "Adam", "Lina",
]  # fmt: skip
SYLLABLES = [
    "ber", "du", "mar", "le", "ro", "gar", "mo", "si", "lau", "fer", "re", "mi", "che", "val", "ri", "gau", "tier",
    "nard", "rand", "pin", "bon", "lan", "cou", "dri", "vas", "seur",
]  # fmt: skip
DOMAINS = {
    "gmail.com": 45, "orange.fr": 12, "hotmail.fr": 10, "yahoo.fr": 6, "free.fr": 6, "sfr.fr": 4, "laposte.net": 4,
    "outlook.fr": 4, "wanadoo.fr": 3, "icloud.com": 2, "yopmail.com": 1, "": 3,
}  # fmt: skip
PLACES = {f"{number:02}": 40 / (rank + 8) for rank, number in enumerate(n for n in range(1, 96) if n != 20)}
PHONES = [f"Safari iOS 18.{minor}" for minor in range(7)] + [f"Chrome {140 - old} Android 10" for old in range(8)]
PHONES += [f"Facebook SM-{model}" for model in range(30)]
DESKS = [f"{name} {140 - old} {system}" for name in ("Chrome", "Firefox", "Edge") for old in range(5)
         for system in ("Windows", "Mac")]  # fmt: skip
TOOL = ("Chrome 112 Windows", "Chrome 109 Linux")


@dataclass
class Crowd:
    """Makes signatures of one petition; the dice are seeded, so that each run sees the same people."""

    petition: Petition
    started: datetime = field(default_factory=lambda: timezone.now() - timedelta(days=20))
    dice: random.Random = field(default_factory=lambda: random.Random(2607))
    number: int = 0

    # --- What people have ---------------------------------------------------------------------------------------------

    def one(self, choices: Iterable[str], *, steep: float = 0.7) -> str:
        """Pick the first ones more often."""
        listed = list(choices)
        return self.dice.choices(listed, [1 / (rank + 1) ** steep for rank in range(len(listed))])[0]

    def pick(self, weights: Mapping[str, float]) -> str:
        return self.dice.choices(list(weights), list(weights.values()))[0]

    def last_name(self) -> str:
        return "".join(self.one(SYLLABLES, steep=0.3) for _ in range(self.dice.choice((2, 3)))).capitalize()

    def address(self, first: str, last: str) -> str:
        self.number += 1
        year = self.dice.randrange(40, 99)
        shapes = [f"{first}.{last}", f"{first}{last}{year}", f"{first[0]}{last}", f"{first}{year}", f"{last}{year}"]
        domain = self.pick(DOMAINS) or f"{last}-{self.last_name()}.fr"
        mailbox = self.dice.choices(shapes, [8, 4, 4, 1, 1])[0]
        return f"{mailbox}@{domain}".lower()

    def anywhere(self) -> str:
        octets = [self.dice.randrange(1, 250) for _ in range(4)]
        return (
            f"2a01:{octets[0]:x}:{octets[1]:x}{octets[2]:02x}::{octets[3]}"
            if octets[0] % 3
            else ".".join(map(str, [80 + octets[0] % 20, *octets[1:]]))
        )

    def mobile(self) -> str:
        third = self.one([str(number) for number in range(120)])
        return f"{self.dice.choice((37, 77, 92, 176))}.1.{third}.{self.dice.randrange(256)}"

    def person(self, **fields: Any) -> dict[str, Any]:
        first, last = self.one(FIRST, steep=0.3), self.last_name()
        on_phone = self.dice.random() < 0.6
        place = self.pick(PLACES)
        return {
            "first_name": first,
            "last_name": last,
            "email": self.address(first, last),
            "departement": place,
            "postal_code": f"{place}{self.dice.randrange(1000):03}",
            "browser": self.one(PHONES if on_phone else DESKS),
            "ip_address": self.mobile() if on_phone and self.dice.random() < 0.7 else self.anywhere(),
            "at": self.evening() if self.dice.random() < 0.3 else self.within(days=20),
            **fields,
        }

    def within(self, *, start: float = 0, days: float) -> datetime:
        return self.started + timedelta(days=start + self.dice.random() * days)

    def evening(self) -> datetime:
        """The hour after the television spoke of it."""
        return self.started + timedelta(days=6, minutes=self.dice.expovariate(1 / 40))

    # --- The honest -------------------------------------------------------------------------------------------------

    def honest(self, count: int) -> list[dict[str, Any]]:
        """Return so many people, three groups of whom sign together."""
        school = [self.person(ip_address="90.5.7.1", browser=DESKS[3], departement="59",
                              at=self.within(start=3.4, days=0.03)) for _ in range(count // 250)]  # fmt: skip
        staff = [
            self.person(
                email=f"p{number}.{self.last_name()}@usine-du-nord.fr".lower(),
                ip_address=f"91.6.8.{self.dice.randrange(9)}",
                browser=self.one(DESKS[:3], steep=1.5),
                departement="59" if number % 5 else "62",
                at=self.within(start=9.3, days=0.4),
            )
            for number in range(count // 90)
        ]
        union = [
            self.person(email=f"m{number}.{self.last_name()}@syndicat-rail.fr".lower(),
                        at=self.within(start=2.3, days=0.2)) for number in range(count // 70)
        ]  # fmt: skip
        groups = school + staff + union
        return groups + [self.person() for _ in range(count - len(groups))]

    # --- The floods -------------------------------------------------------------------------------------------------

    def made(self, count: int, **fields: Callable[[int], Any]) -> list[dict[str, Any]]:
        return [self.person(**{name: value(number) for name, value in fields.items()}) for number in range(count)]

    def fast_network(self, count: int) -> list[dict[str, Any]]:
        return self.made(count, ip_address=lambda n: f"45.9.20.{n % 250}", browser=lambda n: TOOL[n % 2],
                         at=lambda n: self.within(start=12, days=0.03))  # fmt: skip

    def slow_network(self, count: int) -> list[dict[str, Any]]:
        return self.made(count, ip_address=lambda n: f"2a0b:7:8:{n:x}::1", browser=lambda n: TOOL[n % 2],
                         at=lambda n: self.within(start=5, days=12))  # fmt: skip

    def one_domain(self, count: int) -> list[dict[str, Any]]:
        return self.made(count, email=lambda n: f"{self.last_name()}.{n:x}@m{n % 7}.boites-a-moi.com".lower(),
                         ip_address=lambda n: self.anywhere(), browser=lambda n: TOOL[n % 2],
                         at=lambda n: self.within(start=4, days=3))  # fmt: skip

    def names(self, count: int) -> list[dict[str, Any]]:
        shapes = (
            {"first_name": lambda n: f"Nom{n:03}"},
            {"email": lambda n: f"soutien{n:04}@gmail.com"},
            {"first_name": lambda n: "Paul", "last_name": lambda n: "Durand"},
            {"first_name": lambda n: "Azerty", "last_name": lambda n: "Qsdf"},
        )
        return [row for shape in shapes for row in self.made(count // 4, **shape)]

    def fast_proxies(self, count: int) -> list[dict[str, Any]]:
        return self.made(count, ip_address=lambda n: self.anywhere(), browser=lambda n: TOOL[1],
                         at=lambda n: self.within(start=14, days=0.04))  # fmt: skip

    def mixed(self, count: int) -> list[dict[str, Any]]:
        parts = (self.fast_network, self.one_domain, self.names, self.fast_proxies)
        return [row for part in parts for row in part(count // 4)]


FLOODS = ("fast_network", "slow_network", "one_domain", "names", "fast_proxies", "mixed")


def write(petition: Petition, people: Iterable[dict[str, Any]], *, status: str = "confirmed") -> list[int]:
    """Write signatures with their consents and their place in the count, and return their ids.

    Two with one mailbox are one signature, as on the site.
    """
    kept = {canonical_email(person["email"]): person for person in people}
    taken = set(Signature.objects.filter(petition=petition).values_list("canonical_email", flat=True))
    rows = [(mailbox, person) for mailbox, person in kept.items() if mailbox not in taken]
    consents = ConsentRecord.objects.bulk_create(
        ConsentRecord(subject_key=exact_address_key(person["email"]), purpose="political_signature",
                      scope=f"petition:{petition.pk}", granted=True, text_version="1", text_hash="0" * 64,
                      language="fr", place="sign_form", recorded_at=person["at"])
        for _mailbox, person in rows
    )  # fmt: skip
    signatures = []
    for (mailbox, person), consent in zip(rows, consents, strict=True):
        fields = {name: value for name, value in person.items() if name != "at"}
        signatures.append(
            Signature(petition=petition, text_version=petition.current_text, consent=consent, canonical_email=mailbox,
                      is_disposable=is_disposable(person["email"]), country="FR", language="fr", status=status,
                      created_at=person["at"], confirmed_at=person["at"] if status == "confirmed" else None, **fields)
        )  # fmt: skip
    written = Signature.objects.bulk_create(signatures, batch_size=2_000)
    if status == "confirmed":
        TallyDelta.objects.bulk_create(
            [
                TallyDelta(petition=petition, day=timezone.localdate(one.created_at), departement=one.departement,
                           kind="confirmation", delta=1) for one in written
            ]
        )  # fmt: skip
    return [one.pk for one in written]
