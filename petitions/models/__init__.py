"""Tables of the petitions app, one module a subject."""

from petitions.models.partner import Partner
from petitions.models.petition import Petition, Recipient, TextVersion
from petitions.models.search import SearchEntry
from petitions.models.signature import Comment, Signature, SignerLink
from petitions.models.tally import DailyTally, TallyDelta
from petitions.models.theme import Theme
from petitions.models.trace import ContributorTrace
from petitions.models.update import Update

__all__ = [
    "Comment",
    "ContributorTrace",
    "DailyTally",
    "Partner",
    "Petition",
    "Recipient",
    "SearchEntry",
    "Signature",
    "SignerLink",
    "TallyDelta",
    "TextVersion",
    "Theme",
    "Update",
]
