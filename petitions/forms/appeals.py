"""What somebody says against a decision."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mesopinions.core.fields import Words

APPEAL_LENGTH = 5_000


class AppealForm(forms.Form):
    text = Words(
        label=_("Pourquoi cette décision devrait changer"),
        max_length=APPEAL_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": _("Dites en quelques mots pourquoi cette décision devrait changer."),
            "max_length": _("Restez sous cinq mille caractères : l’essentiel suffit."),
        },
        help_text=_("Ce que nous n’avons pas vu ou pas compris : un fait, une source, le sens d’une phrase."),
    )
