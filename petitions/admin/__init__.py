"""The admin, a module a subject. Services change what it shows; here it is found, read and acted on."""

from petitions.admin.petitions import PartnerAdmin, PetitionAdmin, ThemeAdmin
from petitions.admin.signatures import CommentAdmin, DailyTallyAdmin, SignatureAdmin
from petitions.admin.updates import UpdateAdmin

__all__ = [
    "CommentAdmin",
    "DailyTallyAdmin",
    "PartnerAdmin",
    "PetitionAdmin",
    "SignatureAdmin",
    "ThemeAdmin",
    "UpdateAdmin",
]
