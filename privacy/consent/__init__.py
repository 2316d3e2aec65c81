"""What people agreed to: record, withdraw, ask (`ledger`), and the words they were asked in (`texts`)."""

from privacy.consent.ledger import (
    COOKIE_PURPOSES,
    Browser,
    Holder,
    current,
    detach_accounts,
    forget,
    is_granted,
    last,
    proofs_of,
    pseudonymise,
    record,
    records_of,
    withdraw,
    withdraw_everywhere,
)
from privacy.consent.texts import ConsentText, current_text, question, text_of
from privacy.models import Purpose

__all__ = [
    "COOKIE_PURPOSES",
    "Browser",
    "ConsentText",
    "Holder",
    "Purpose",
    "current",
    "current_text",
    "detach_accounts",
    "forget",
    "is_granted",
    "last",
    "proofs_of",
    "pseudonymise",
    "question",
    "record",
    "records_of",
    "text_of",
    "withdraw",
    "withdraw_everywhere",
]
