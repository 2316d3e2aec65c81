"""Forms check shape and speak to the person; what must never be is refused by the database."""

from petitions.forms.appeals import AppealForm
from petitions.forms.disputes import DisputeForm
from petitions.forms.signing import AddressForm, ConsentsForm, DisownForm, EraseForm, SignForm, UpdateForm

__all__ = [
    "AddressForm",
    "AppealForm",
    "ConsentsForm",
    "DisownForm",
    "DisputeForm",
    "EraseForm",
    "SignForm",
    "UpdateForm",
]
