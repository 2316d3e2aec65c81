"""Page-shaped reads with a known number of queries, a module a subject."""

from petitions.selectors.account import (
    About,
    about_scopes,
    number_of_petitions,
    number_of_signatures,
    signatures_of_account,
)
from petitions.selectors.adjustments import JournalLine, journal
from petitions.selectors.authors import AuthorPage, author_page
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
from petitions.selectors.decisions import DecisionPage, decision_of, is_open_to_appeal
from petitions.selectors.front import FrontPage, front_page
from petitions.selectors.lists import (
    SORTS,
    STATUSES,
    ListPage,
    Wanted,
    default_sort,
    number_found,
    page_of,
    petition_list,
)
from petitions.selectors.outcomes import victories
from petitions.selectors.refused import refused_petition
from petitions.selectors.signatures import SignatureRow, signature_of, signatures_of_link, signatures_with_address
from petitions.selectors.updates import Event, StoryPage, latest_update, story, update_or_404
from petitions.selectors.voices import CommentPage, number_of_comments, public_comments, public_signers

__all__ = [
    "SORTS",
    "STATUSES",
    "About",
    "AuthorPage",
    "CommentPage",
    "DecisionPage",
    "Event",
    "FrontPage",
    "JournalLine",
    "ListPage",
    "PetitionCard",
    "SignatureRow",
    "StoryPage",
    "Wanted",
    "about_scopes",
    "author_page",
    "card_of",
    "counted",
    "decision_of",
    "default_sort",
    "exact_count_of",
    "front_page",
    "is_open_to_appeal",
    "is_removed",
    "journal",
    "latest_update",
    "number_found",
    "number_of_comments",
    "number_of_petitions",
    "number_of_signatures",
    "page_of",
    "petition_list",
    "petition_or_404",
    "petition_to_sign",
    "public_comments",
    "public_signers",
    "refused_petition",
    "signature_count",
    "signature_of",
    "signatures_of_account",
    "signatures_of_link",
    "signatures_with_address",
    "story",
    "update_or_404",
    "victories",
]
