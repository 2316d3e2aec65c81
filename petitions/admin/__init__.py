"""The admin, a module a subject. Services change what it shows; here it is found, read and acted on."""

from petitions.admin.appeals import AppealAdmin
from petitions.admin.decisions import DecisionAdmin
from petitions.admin.disputes import DisputeAdmin
from petitions.admin.invalidations import InvalidationAdmin
from petitions.admin.petitions import PartnerAdmin, PetitionAdmin, ThemeAdmin
from petitions.admin.signatures import CommentAdmin, DailyTallyAdmin, SignatureAdmin
from petitions.admin.submissions import SubmissionAdmin
from petitions.admin.traces import ContributorTraceAdmin
from petitions.admin.updates import UpdateAdmin

__all__ = [
    "AppealAdmin",
    "CommentAdmin",
    "ContributorTraceAdmin",
    "DailyTallyAdmin",
    "DecisionAdmin",
    "DisputeAdmin",
    "InvalidationAdmin",
    "PartnerAdmin",
    "PetitionAdmin",
    "SignatureAdmin",
    "SubmissionAdmin",
    "ThemeAdmin",
    "UpdateAdmin",
]
