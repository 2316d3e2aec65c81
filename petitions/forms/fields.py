"""Fields that several forms share."""

import re
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mesopinions.core.places import countries, is_country
from mesopinions.core.text import visible

LINK = re.compile(r"https?:|www\.|://|@", re.IGNORECASE)

validate_no_nul = ProhibitNullCharactersValidator(
    message=_("Ce texte contient un caractère que nous ne pouvons pas garder. Écrivez-le de nouveau.")
)


class OneLine(forms.CharField):
    """A line of text: Unicode composed, invisible characters dropped, white space folded."""

    def to_python(self, value: Any) -> str:
        line = super().to_python(value) or ""
        validate_no_nul(line)
        return " ".join(visible(line).split())


class Words(forms.CharField):
    """Paragraphs, without what prints nothing."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        words = super().to_python(value) or ""
        validate_no_nul(words)
        return visible(words).strip()


class Name(OneLine):
    """A person's name. It is greeted in mails, so it must not smuggle a link into somebody's mailbox."""

    def clean(self, value: Any) -> str:
        name: str = super().clean(value)
        if LINK.search(name):
            raise forms.ValidationError(_("Un nom ne contient pas d’adresse web ni d’adresse e-mail."), code="link")
        return name


class CountrySelect(forms.Select):
    """The countries in the language of the page, listed only when the form is shown."""

    @property
    def choices(self) -> list[tuple[str, str]]:
        return countries(get_language() or "fr")

    @choices.setter
    def choices(self, _value: object) -> None:
        """Django sets the choices of every copy of a form."""


class Country(forms.CharField):
    """An ISO 3166-1 alpha-2 code. ChoiceField would go through 250 countries at every signature."""

    widget = CountrySelect(attrs={"autocomplete": "country"})

    def validate(self, value: str) -> None:
        super().validate(value)
        if not is_country(value):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
