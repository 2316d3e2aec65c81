"""What a signer says for a signature that was taken out of the count."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mesopinions.core.fields import Words

DISPUTE_LENGTH = 2_000


class DisputeForm(forms.Form):
    text = Words(
        label=_("Ce que vous voulez nous dire"),
        max_length=DISPUTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Dites en quelques mots que vous avez signé vous-même."),
            "max_length": _("Restez sous deux mille caractères : l’essentiel suffit."),
        },
        help_text=_("Par exemple comment vous avez connu la pétition. Aucun papier n’est demandé."),
    )
