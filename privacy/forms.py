"""What a person asks about their data, and what an erasure does to the counts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mesopinions.core.addresses import valid_email
from privacy.models import Right

SELF = "self"


class RightsForm(forms.Form):
    """Ask for what runs by itself once the mailbox has confirmed it (field names: contract.md)."""

    right = forms.ChoiceField(
        label=_("Que voulez-vous ?"),
        choices=[
            (Right.ACCESS, _("Recevoir une copie de tout ce que le site sait de moi")),
            (Right.PORTABILITY, _("Emporter ce que j’ai fourni, dans un format que d’autres sites lisent")),
            (Right.ERASURE, _("Faire effacer tout ce qui tient à mon adresse")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez ce que vous voulez."),
            "invalid_choice": _(
                "Choisissez l’une de ces demandes. Pour les autres, la page dit plus bas comment faire."
            ),
        },
    )
    acting_as = forms.CharField(required=False, initial=SELF, widget=forms.HiddenInput)
    email = forms.CharField(
        label=_("Adresse e-mail"),
        max_length=254,
        validators=[valid_email],
        help_text=_("Celle que vous avez donnée au site. Si vous en avez plusieurs, faites une demande pour chacune."),
        error_messages={"required": _("Indiquez votre adresse e-mail.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )

    def clean(self) -> dict[str, Any]:
        # Nobody can be recognised as the heir or the representative of somebody else by a link in a mailbox.
        if self.cleaned_data.get("acting_as") not in ("", SELF):
            raise forms.ValidationError(
                _("Ce formulaire sert à qui demande pour soi. Pour une autre personne, écrivez-nous."), code="acting_as"
            )
        return self.cleaned_data


class CountForm(forms.Form):
    """Nothing is chosen beforehand: both answers are respectable."""

    count = forms.ChoiceField(
        label=_("Et le compte des pétitions que vous avez signées ?"),
        choices=[
            ("remove", _("Retirer mes signatures des comptes")),
            ("keep", _("Garder un compte anonyme, sans rien de moi")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez ce que deviennent les comptes."),
            "invalid_choice": _("Choisissez ce que deviennent les comptes."),
        },
    )
