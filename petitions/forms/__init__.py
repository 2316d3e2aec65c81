"""Forms check shape and speak to the person; what must never be is refused by the database."""

from petitions.forms.fields import Name, OneLine
from petitions.forms.signing import AddressForm, ConsentsForm, DisownForm, EraseForm, SignForm, UpdateForm

__all__ = ["AddressForm", "ConsentsForm", "DisownForm", "EraseForm", "Name", "OneLine", "SignForm", "UpdateForm"]
