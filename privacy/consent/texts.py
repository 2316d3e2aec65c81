"""What people were asked, word for word, in every version that anybody ever agreed to.

A version never changes: the ledger keeps its hash as proof. To reword a question, add a version at the end of its
tuple, then run the test that fails and put the line it prints into texts.lock.
Words between braces are filled in when the question is shown; the hash is of the words with their braces.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

from privacy.models import Purpose


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One version of one question."""

    version: str
    french: str
    english: str

    def words(self, language: str) -> str:
        """Return the question in `language`: English for en, else French."""
        return self.english if language == "en" else self.french

    def sha256(self, language: str) -> str:
        """Return the hash of those words, in hexadecimal: what the ledger keeps."""
        return hashlib.sha256(self.words(language).encode()).hexdigest()


# The last version of each is the one asked today.
TEXTS: dict[Purpose, tuple[ConsentText, ...]] = {
    Purpose.POLITICAL_SIGNATURE: (
        ConsentText(
            "2026-11",
            "J’ai 15 ans ou plus. J’accepte que ma signature, qui peut révéler mes opinions, soit comptée, visible par "
            "l’auteur (nom, code postal, ville, pays, date) et remise au destinataire.",
            "I am 15 or older. I agree that my signature, which may reveal my opinions, be counted, shown to the "
            "author (name, postal code, town, country, date) and handed over to the recipient.",
        ),
    ),
    Purpose.PUBLISH_PETITION: (
        ConsentText(
            "2026-11",
            "J’accepte que ma pétition, qui peut révéler mes opinions, soit publiée avec le nom public que j’ai "
            "choisi, lisible par tout le monde.",
            "I agree that my petition, which may reveal my opinions, be published with the public name I chose, for "
            "everybody to read.",
        ),
    ),
    Purpose.PUBLIC_NAME: (
        ConsentText(
            "2026-11",
            "J’accepte que mon prénom et mon nom soient affichés parmi les signataires de cette pétition.",
            "I agree that my first and last name be shown among the signers of this petition.",
        ),
    ),
    Purpose.AUTHOR_UPDATES: (
        ConsentText(
            "2026-11",
            "J’accepte de recevoir par e-mail les actualités de cette pétition, écrites par son auteur et envoyées "
            "par MesOpinions.",
            "I agree to receive news of this petition by e-mail, written by its author and sent by MesOpinions.",
        ),
    ),
    Purpose.PARTNER_SHARE: (
        ConsentText(
            "2026-11",
            "J’accepte que mon prénom, mon nom, mon adresse e-mail et mon code postal soient transmis à {partner}, "
            "pour cette pétition seulement.",
            "I agree that my first name, last name, e-mail address and postal code be passed on to {partner}, for "
            "this petition only.",
        ),
    ),
    Purpose.NEWSLETTER: (
        ConsentText(
            "2026-11",
            "J’accepte de recevoir par e-mail la lettre d’information de MesOpinions.",
            "I agree to receive the MesOpinions newsletter by e-mail.",
        ),
    ),
    Purpose.FOLLOW_AUTHOR: (
        ConsentText(
            "2026-11",
            "J’accepte de recevoir un e-mail quand cet auteur publie une pétition.",
            "I agree to receive an e-mail when this author publishes a petition.",
        ),
    ),
    Purpose.FOLLOW_PETITION: (
        ConsentText(
            "2026-11",
            "J’accepte de recevoir un e-mail quand cette pétition change d’état ou obtient une réponse.",
            "I agree to receive an e-mail when this petition changes status or receives an answer.",
        ),
    ),
    Purpose.PHONE_CONTACT: (
        ConsentText(
            "2026-11",
            "J’accepte que l’équipe de MesOpinions me téléphone à propos de mes pétitions.",
            "I agree that the MesOpinions team may call me about my petitions.",
        ),
    ),
    Purpose.PUBLIC_PAYER: (
        ConsentText(
            "2026-11",
            "J’accepte que mon nom soit affiché avec la mise en avant que je paie.",
            "I agree that my name be shown with the promotion I pay for.",
        ),
    ),
    Purpose.CHOSEN_INTERESTS: (
        ConsentText(
            "2026-11",
            "J’accepte que MesOpinions garde les thèmes et le département que j’ai choisis, pour me proposer des "
            "pétitions.",
            "I agree that MesOpinions keep the themes and the département I chose, to suggest petitions to me.",
        ),
    ),
    Purpose.COOKIES_ANALYTICS: (
        ConsentText(
            "2026-11",
            "J’accepte les cookies de Google Analytics, qui mesurent l’audience du site.",
            "I accept the cookies of Google Analytics, which measure the site’s audience.",
        ),
    ),
    Purpose.COOKIES_SOCIAL: (
        ConsentText(
            "2026-11",
            "J’accepte les cookies des vidéos et des autres contenus venus d’autres sites.",
            "I accept the cookies of videos and other content from other sites.",
        ),
    ),
}


def current_text(purpose: Purpose) -> ConsentText:
    """Return the question that is asked today."""
    return TEXTS[purpose][-1]


def question(purpose: Purpose) -> Any:
    """Return the question that is asked today, in the language of whoever reads it: the label of a box."""
    return lazy(lambda: current_text(purpose).words(get_language() or "fr"), str)()


def text_of(purpose: Purpose, version: str) -> ConsentText:
    """Return the question as it was asked in that version. Raises LookupError for a version that never was."""
    for text in TEXTS[purpose]:
        if text.version == version:
            return text
    raise LookupError(f"{purpose} was never asked in version {version}.")
