"""What the owner of an account may tell of themselves. All of it is optional."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.models import Profile, User
from accounts.phones import e164
from accounts.services.profile import CONTACT, NAMES
from mesopinions.core.fields import Country, Name, OneLine, PlaceFields, validate_no_nul
from mesopinions.core.text import visible
from privacy.consent import Purpose, question

BIO_LENGTH = 600


class ProfileForm(PlaceFields):
    """Names, the public name and what goes with it, and how to be reached."""

    first_name = Name(
        label=_("Prénom"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = Name(
        label=pgettext_lazy("nom de famille", "Nom"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    public_name = Name(
        label=_("Nom public"),
        max_length=120,
        required=False,
        help_text=_(
            "Il signe vos pétitions et ouvre votre page d’auteur. Les pétitions déjà publiées gardent le nom sous "
            "lequel elles l’ont été ; celles d’un autre nom ne figurent pas sur cette page."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    public_bio = forms.CharField(
        label=_("Présentation publique"),
        required=False,
        validators=[validate_no_nul],
        help_text=_("Quelques mots en tête de votre page d’auteur."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    phone = forms.CharField(
        label=_("Téléphone"),
        max_length=40,
        required=False,
        validators=[validate_no_nul],
        help_text=_("Par exemple 06 12 34 56 78, ou +32 470 12 34 56."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    phone_contact = forms.BooleanField(
        label=question(Purpose.PHONE_CONTACT),
        required=False,
        help_text=_("Nous gardons votre numéro tant que cette case est cochée. La décocher l’efface."),
    )
    address = OneLine(
        label=_("Adresse postale"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    country = Country(
        label=_("Pays"),
        required=False,
        error_messages={"invalid_choice": _("Choisissez votre pays dans la liste.")},
    )

    field_order = (*NAMES, "phone", "phone_contact", "address", "postal_code", "city", "country")
    french_postal_code_is_required = False

    def __init__(self, *args: Any, asks_phone: bool = True, **kwargs: Any) -> None:
        """Without `asks_phone` there is no question about the phone: nobody is there yet whose consent it would be."""
        super().__init__(*args, **kwargs)
        if not asks_phone:
            del self.fields["phone"], self.fields["phone_contact"]

    @property
    def told(self) -> dict[str, str]:
        """What is told now, '' for nothing. Valid form only."""
        return {name: self.cleaned_data.get(name, "") for name in (*NAMES, *CONTACT)}

    @property
    def may_call(self) -> bool:
        return bool(self.cleaned_data.get("phone_contact"))

    def clean_public_bio(self) -> str:
        bio = visible(self.cleaned_data["public_bio"]).strip()
        if (too_many := len(bio) - BIO_LENGTH) > 0:
            raise forms.ValidationError(
                ngettext(
                    "Votre présentation dépasse la limite d’un caractère.",
                    "Votre présentation dépasse la limite de %(count)s caractères.",
                    too_many,
                )
                % {"count": too_many},
                code="max_length",
            )
        return bio

    def clean_phone(self) -> str:
        written = self.cleaned_data["phone"].strip()
        try:
            return e164(written) if written else ""
        except ValueError:
            raise forms.ValidationError(
                _("Ce numéro semble incomplet. Écrivez-le comme 06 12 34 56 78, ou avec l’indicatif de votre pays."),
                code="invalid",
            ) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("phone_contact") and cleaned.get("phone") == "":
            self.add_error("phone", _("Indiquez le numéro où vous appeler, ou décochez la case."))
        # A box that is taken away is an answer; one that was never ticked is a question left open.
        if cleaned.get("phone") and not cleaned.get("phone_contact") and not self.initial.get("phone_contact"):
            self.add_error("phone_contact", _("Cochez la case pour que nous gardions ce numéro, ou effacez-le."))
        return cleaned


def values_of(user: User, profile: Profile | None, *, may_call: bool) -> dict[str, Any]:
    """Return what the form shows of somebody who told all this before."""
    contact = {name: getattr(profile, name) for name in CONTACT} if profile else {}
    return {**{name: getattr(user, name) for name in NAMES}, **contact, "phone_contact": may_call}
