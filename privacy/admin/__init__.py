"""The admin, a module a subject. Services change what it shows; here it is found, read and acted on."""

from privacy.admin.consent import ConsentRecordAdmin
from privacy.admin.holds import LegalHoldAdmin, RestrictionAdmin
from privacy.admin.purge import PurgeRunAdmin, TombstoneAdmin
from privacy.admin.requests import RightsRequestAdmin

__all__ = [
    "ConsentRecordAdmin",
    "LegalHoldAdmin",
    "PurgeRunAdmin",
    "RestrictionAdmin",
    "RightsRequestAdmin",
    "TombstoneAdmin",
]
