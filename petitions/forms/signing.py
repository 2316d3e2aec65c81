"""Sign, correct, take back: the forms of a signature."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from mesopinions.core.addresses import normalised_email, valid_email
from mesopinions.core.fields import Name, PlaceFields
from mesopinions.core.text import visible
from petitions.models import Partner, Signature
from petitions.services.consents import Grant, partner_scope, scope_of
from petitions.services.signing import SignerDetails
from privacy.consent import Purpose, current_text, question

COMMENT_LENGTH = 2_000
BROWSER_LENGTH = 200


class PersonFields(PlaceFields):
    """Who signs and from where, in the form to sign and in the form to correct."""

    first_name = Name(
        label=_("Prénom"),
        max_length=80,
        error_messages={"required": _("Indiquez votre prénom.")},
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = Name(
        label=pgettext_lazy("nom de famille", "Nom"),
        max_length=80,
        error_messages={"required": _("Indiquez votre nom.")},
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    comment = forms.CharField(
        label=_("Pourquoi signez-vous ?"),
        required=False,
        help_text=_("Votre commentaire sera public."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": COMMENT_LENGTH}),
    )
    is_name_public = forms.BooleanField(label=_("Afficher mon nom parmi les signataires"), required=False)

    field_order: tuple[str, ...] = ("first_name", "last_name")

    def clean_comment(self) -> str:
        comment = visible(self.cleaned_data["comment"]).strip()
        if len(comment) > COMMENT_LENGTH:
            raise forms.ValidationError(
                ngettext(
                    "Votre commentaire dépasse la limite d’un caractère.",
                    "Votre commentaire dépasse la limite de %(count)s caractères.",
                    len(comment) - COMMENT_LENGTH,
                )
                % {"count": len(comment) - COMMENT_LENGTH},
                code="max_length",
            )
        return comment


class SharedFields(dict[str, forms.Field]):
    """Fields that no form changes once its class is made. Copying them took an eighth of the time of a signature."""

    def __deepcopy__(self, _memo: dict[int, Any]) -> dict[str, forms.Field]:
        return dict(self)


class SignForm(PersonFields):
    """The form on a petition's page (field names: contract.md)."""

    email = forms.CharField(
        label=_("Adresse e-mail"),
        max_length=254,
        validators=[valid_email],
        error_messages={"required": _("Indiquez votre adresse e-mail : elle sert à confirmer votre signature.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    is_name_public = forms.BooleanField(required=False, label=question(Purpose.PUBLIC_NAME))
    consent_signature = forms.BooleanField(
        label=question(Purpose.POLITICAL_SIGNATURE),
        error_messages={
            "required": _("Cochez cette case : sans votre accord, nous ne pouvons pas compter votre signature.")
        },
    )
    consent_author_updates = forms.BooleanField(required=False, label=question(Purpose.AUTHOR_UPDATES))
    consent_newsletter = forms.BooleanField(required=False, label=question(Purpose.NEWSLETTER))

    field_order = ("first_name", "last_name", "email", "country", "postal_code", "city", "comment")

    def __init__(self, petition_id: int, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.petition_id = petition_id
        self._partners = self._partners_asked(get_language() or "fr")

    def _partners_asked(self, language: str) -> dict[str, Partner]:
        """Add a box for each partner of the petition. A form that comes back without one ticked needs no query."""
        if self.is_bound and not any(name.startswith("consent_partner_") for name in self.data):
            return {}
        asked = Partner.objects.filter(petitions=self.petition_id)
        partners = {f"consent_partner_{partner.slug}": partner for partner in asked}
        words = current_text(Purpose.PARTNER_SHARE).words(language)
        for name, partner in partners.items():
            self.fields[name] = forms.BooleanField(required=False, label=words.format(partner=partner.name))
        return partners

    @property
    def partner_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self._partners]

    @property
    def grants(self) -> list[Grant]:
        """Return the consents given and what each covers. Valid form only."""
        petition_id = self.petition_id
        own = [
            Grant(purpose, scope_of(purpose, petition_id=petition_id))
            for name, purpose in CONSENT_FIELDS.items()
            if self.cleaned_data[name]
        ]
        shared = [
            Grant(Purpose.PARTNER_SHARE, partner_scope(petition_id, partner.pk))
            for name, partner in self._partners.items()
            if self.cleaned_data[name]
        ]
        return own + shared

    def details(self, *, ip_address: str, browser: str, confirmed_email: str, user_id: int | None) -> SignerDetails:
        """Return who signs. Valid form only; `confirmed_email` is the account's, '' without one."""
        cleaned = self.cleaned_data
        email = normalised_email(cleaned["email"])
        return SignerDetails(
            first_name=cleaned["first_name"],
            last_name=cleaned["last_name"],
            email=email,
            country=cleaned["country"],
            postal_code=cleaned["postal_code"],
            city=cleaned["city"],
            language=get_language() or "fr",
            comment=cleaned["comment"],
            is_name_public=cleaned["is_name_public"],
            ip_address=ip_address,
            browser=visible(browser)[:BROWSER_LENGTH],
            confirmed_user_id=user_id if user_id and email.lower() == confirmed_email.lower() else None,
        )


SignForm.base_fields = SharedFields(SignForm.base_fields)

CONSENT_FIELDS = {
    "consent_signature": Purpose.POLITICAL_SIGNATURE,
    "is_name_public": Purpose.PUBLIC_NAME,
    "consent_author_updates": Purpose.AUTHOR_UPDATES,
    "consent_newsletter": Purpose.NEWSLETTER,
}


class UpdateForm(PersonFields):
    """Correct a signature from its manage page."""

    @classmethod
    def of(cls, signature: Signature) -> "UpdateForm":
        """Return the form filled with what we hold."""
        comment = getattr(signature, "comment", None)
        values = {name: getattr(signature, name) for name in cls.base_fields if name != "comment"}
        return cls(initial={**values, "comment": comment.text if comment else ""})


class ConsentsForm(forms.Form):
    """What may be sent to a signer. Ticked means allowed today."""

    consent_author_updates = forms.BooleanField(required=False)
    consent_newsletter = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "fr"
        for name, field in self.fields.items():
            field.label = current_text(CONSENT_FIELDS[name]).words(language)

    @property
    def choices(self) -> dict[Purpose, bool]:
        return {CONSENT_FIELDS[name]: self.cleaned_data[name] for name in self.fields}


class EraseForm(forms.Form):
    """Nothing is chosen beforehand: both answers are respectable."""

    count = forms.ChoiceField(
        label=_("Et le compte de la pétition ?"),
        choices=[
            ("remove", _("Retirer ma signature du compte")),
            ("keep", _("Garder un compte anonyme, sans rien de moi")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez ce que devient le compte de la pétition.")},
    )


class DisownForm(forms.Form):
    """« Ce n'est pas moi »."""

    block = forms.BooleanField(label=_("Ne plus jamais écrire à cette adresse"), required=False)


class AddressForm(forms.Form):
    """An address to write to: resend a confirmation, ask for one's signatures."""

    email = forms.CharField(
        label=_("Adresse e-mail"),
        max_length=254,
        validators=[valid_email],
        error_messages={"required": _("Indiquez votre adresse e-mail.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
