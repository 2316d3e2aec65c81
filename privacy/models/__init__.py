"""The tables of privacy: proofs of consent, requests, purge runs, and what must not be purged or come back."""

from privacy.models.consent import ConsentRecord, Purpose
from privacy.models.purge import LegalHold, PurgeRun
from privacy.models.requests import RequestStep, Restriction, Right, RightsRequest, Tombstone

__all__ = [
    "ConsentRecord",
    "LegalHold",
    "PurgeRun",
    "Purpose",
    "RequestStep",
    "Restriction",
    "Right",
    "RightsRequest",
    "Tombstone",
]
