"""What staff write in an author's name: shape and friendly refusals. Services publish it."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from petitions.forms import OneLine, Words
from petitions.models import Petition, Update
from petitions.services.outcomes import first_day

UPDATE_LENGTH = 10_000
OUTCOME_LENGTH = 600


class UpdateForm(forms.ModelForm):
    """One piece of news of a public petition."""

    title = OneLine(
        label=_("Titre"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        error_messages={"required": _("Indiquez un titre.")},
    )
    text = Words(
        label=_("Texte"),
        max_length=UPDATE_LENGTH,
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 16}),
        error_messages={"required": _("Écrivez les nouvelles.")},
        help_text=_("Une ligne vide sépare deux paragraphes. Rien ne pourra être changé ensuite."),
    )

    class Meta:
        model = Update
        fields = ("petition", "title", "text")

    def clean_petition(self) -> Petition:
        petition: Petition = self.cleaned_data["petition"]
        if petition.status not in Petition.PUBLIC:
            raise forms.ValidationError(_("Cette pétition n’est pas publique : choisissez-en une qui l’est."))
        return petition


class OutcomeForm(forms.Form):
    """What came of one petition."""

    outcome = forms.ChoiceField(
        label=_("Issue"),
        choices=[("", _("Choisissez…")), *Petition.Outcome.choices],
        error_messages={"required": _("Choisissez une issue.")},
    )
    on = forms.DateField(label=_("Date"), widget=AdminDateWidget, error_messages={"required": _("Indiquez la date.")})
    words = Words(
        label=_("Ce qui s’est passé"),
        max_length=OUTCOME_LENGTH,
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 5}),
        error_messages={"required": _("Dites en quelques mots ce qui s’est passé.")},
        help_text=_("Public, 600 caractères au plus."),
    )

    def __init__(self, petition: Petition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.petition = petition
        self.initial = {
            "outcome": petition.outcome,
            "words": petition.outcome_words,
            "on": petition.outcome_on or timezone.localdate(),
        }

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        published_on = first_day(self.petition)
        if published_on is None or not published_on <= on <= timezone.localdate():
            raise forms.ValidationError(_("Choisissez un jour entre la publication et aujourd’hui."))
        return on
