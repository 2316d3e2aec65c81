"""What becomes of the counts when an account is closed."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ClosingForm(forms.Form):
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

    @property
    def leaves_counts(self) -> bool:
        return bool(self.cleaned_data.get("count") == "remove")
