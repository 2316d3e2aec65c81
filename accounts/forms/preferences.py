"""In which language one is written to, and the newsletter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from privacy.consent import Purpose, question


class LanguageForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Langue de nos e-mails"),
        choices=User.Language.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez une langue."),
            "invalid_choice": _("Choisissez l’une de ces langues."),
        },
    )


class NewsletterForm(forms.Form):
    """Nothing is ticked beforehand."""

    newsletter = forms.BooleanField(
        label=question(Purpose.NEWSLETTER),
        error_messages={"required": _("Cochez la case si vous voulez recevoir la lettre.")},
    )
