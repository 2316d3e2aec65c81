"""Tables of the petitions app, one module a subject."""

from petitions.models.decision import Appeal, Decision, Reason
from petitions.models.draft import Draft, Submission
from petitions.models.invalidation import Dispute, Invalidation, InvalidSignature
from petitions.models.partner import Partner
from petitions.models.petition import Petition, Recipient, TextVersion
from petitions.models.picture import Picture
from petitions.models.search import SearchEntry
from petitions.models.signature import Comment, Signature, SignerLink
from petitions.models.tally import DailyTally, TallyDelta
from petitions.models.theme import Theme
from petitions.models.trace import ContributorTrace
from petitions.models.update import Update

__all__ = [
    "Appeal",
    "Comment",
    "ContributorTrace",
    "DailyTally",
    "Decision",
    "Dispute",
    "Draft",
    "InvalidSignature",
    "Invalidation",
    "Partner",
    "Petition",
    "Picture",
    "Reason",
    "Recipient",
    "SearchEntry",
    "Signature",
    "SignerLink",
    "Submission",
    "TallyDelta",
    "TextVersion",
    "Theme",
    "Update",
]
