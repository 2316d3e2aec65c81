"""Page-shaped reads with a known number of queries, a module a subject."""

from petitions.selectors.adjustments import JournalLine, journal
from petitions.selectors.cards import (
    PetitionCard,
    card_of,
    counted,
    exact_count_of,
    is_removed,
    petition_or_404,
    petition_to_sign,
    signature_count,
)
from petitions.selectors.lists import (
    SORTS,
    STATUSES,
    ListPage,
    Wanted,
    number_found,
    petition_list,
    totals,
)
from petitions.selectors.signatures import SignatureRow, signature_of, signatures_of_link, signatures_with_address
from petitions.selectors.voices import public_comments, public_signers

__all__ = [
    "SORTS",
    "STATUSES",
    "JournalLine",
    "ListPage",
    "PetitionCard",
    "SignatureRow",
    "Wanted",
    "card_of",
    "counted",
    "exact_count_of",
    "is_removed",
    "journal",
    "number_found",
    "petition_list",
    "petition_or_404",
    "petition_to_sign",
    "public_comments",
    "public_signers",
    "signature_count",
    "signature_of",
    "signatures_of_link",
    "signatures_with_address",
    "totals",
]
