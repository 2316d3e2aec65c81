"""Where each app declares the personal data that it holds: `registry.register(...)` in its `personal_data.py`."""

from privacy.registry.declarations import (
    Declaration,
    Kept,
    Registry,
    Store,
    changed_periods,
    register,
    register_impersonal,
    register_store,
    registry,
)
from privacy.registry.periods import Period, Retention, days, months, years
from privacy.registry.subjects import NOBODY, RowsOf, Subject, by_address, by_any, by_key, by_user
from privacy.registry.vocabulary import Action, Basis, Category, Erasure, Recipient, Source, StoreKind

__all__ = [
    "NOBODY",
    "Action",
    "Basis",
    "Category",
    "Declaration",
    "Erasure",
    "Kept",
    "Period",
    "Recipient",
    "Registry",
    "Retention",
    "RowsOf",
    "Source",
    "Store",
    "StoreKind",
    "Subject",
    "by_address",
    "by_any",
    "by_key",
    "by_user",
    "changed_periods",
    "days",
    "months",
    "register",
    "register_impersonal",
    "register_store",
    "registry",
    "years",
]
