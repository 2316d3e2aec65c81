"""Form fields about people: a line, a name, a country, and the place that a French postal code leads to."""

import re
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mesopinions.core.places import communes, countries, is_country
from mesopinions.core.text import visible

FRENCH_POSTAL_CODE = re.compile(r"\d{5}")
LINK = re.compile(r"https?:|www\.|://|@", re.IGNORECASE)


validate_no_nul = ProhibitNullCharactersValidator(
    message=_("Ce texte contient un caractère que nous ne pouvons pas garder. Écrivez-le de nouveau.")
)


class OneLine(forms.CharField):
    """A line of text: Unicode composed, invisible characters dropped, white space folded."""

    default_error_messages = {"max_length": _("C’est trop long : %(limit_value)d caractères au plus.")}

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
        none = [] if self.is_required else [("", "")]
        return none + countries(get_language() or "fr")

    @choices.setter
    def choices(self, _value: object) -> None:
        """Django sets the choices of every copy of a form."""


class Country(forms.CharField):
    """An ISO 3166-1 alpha-2 code. ChoiceField would go through 250 countries at every signature."""

    widget = CountrySelect(attrs={"autocomplete": "country"})

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not is_country(value):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")


class PlaceFields(forms.Form):
    """Where somebody lives (components/place.html shows it). The city follows from a French postal code."""

    country = Country(
        label=_("Pays"),
        initial="FR",
        error_messages={
            "required": _("Choisissez votre pays."),
            "invalid_choice": _("Choisissez votre pays dans la liste."),
        },
    )
    postal_code = OneLine(
        label=_("Code postal"),
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    city = OneLine(
        label=_("Ville"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    french_postal_code_is_required = True

    @property
    def communes_to_choose(self) -> list[str]:
        """Names to offer under a city that was left empty, when its French postal code has several."""
        if self["country"].value() != "FR" or self["city"].value():
            return []
        names = [commune.name for commune in communes(str(self["postal_code"].value() or ""))]
        return names if len(names) > 1 else []

    @property
    def commune_chosen(self) -> str:
        """What was chosen among them, on a page without scripts: with them, the choice stands in the city field."""
        return str(self.data.get("commune", ""))

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("country") == "FR" and "postal_code" in cleaned:
            self._clean_french_place(cleaned)
        return cleaned

    def _clean_french_place(self, cleaned: dict[str, Any]) -> None:
        code = cleaned["postal_code"].replace(" ", "")
        if not code and not self.french_postal_code_is_required:
            return
        if not FRENCH_POSTAL_CODE.fullmatch(code) or not code.isascii():
            message = (
                _("Un code postal a cinq chiffres, par exemple 59000.") if code else _("Indiquez votre code postal.")
            )
            self.add_error("postal_code", message)
            return
        cleaned["postal_code"] = code
        cleaned["city"] = cleaned.get("city") or self._commune_of(code)

    def _commune_of(self, code: str) -> str:
        """Return the one commune of a postal code, or the one that was chosen among its several."""
        names = [commune.name for commune in communes(code)]
        return names[0] if len(names) == 1 else next((name for name in names if name == self.commune_chosen), "")
