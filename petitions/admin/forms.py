"""What staff write in an author's name: shape and friendly refusals. Services publish it."""

import re
from datetime import date
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mesopinions.core.fields import OneLine, Words
from mesopinions.core.text import visible
from petitions.models import Appeal, Dispute, Petition, Reason, Update
from petitions.reasons import statement_for
from petitions.services.outcomes import first_day

UPDATE_LENGTH = 10_000
OUTCOME_LENGTH = 600
STATEMENT_LENGTH = 5_000
# What a suggested statement leaves to write (petitions/reasons.py).
BLANK = re.compile(r"\[(indiquer|name) ")


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


class ReasonForm(forms.Form):
    """Why something is decided against a text, in words for whoever wrote it."""

    reason = forms.ChoiceField(
        label=_("Motif"),
        choices=[("", _("Choisissez…")), *Reason.choices],
        error_messages={"required": _("Choisissez un motif.")},
    )
    statement = Words(
        label=_("Explication"),
        max_length=STATEMENT_LENGTH,
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 9, "dir": "auto"}),
        error_messages={"required": _("Expliquez la décision : c’est ce que la personne lira.")},
        help_text=_("Envoyée par e-mail. Dites quel passage, quelle règle, et ce qu’il faudrait changer."),
    )

    def clean_statement(self) -> str:
        statement: str = self.cleaned_data["statement"]
        if BLANK.search(statement):
            raise forms.ValidationError(_("Remplacez ce qui est entre crochets."))
        return statement

    @classmethod
    def suggested(cls, data: QueryDict, language: str) -> "ReasonForm":
        """Return the form with the words that its reason usually begins with, before those that were typed.

        Words that were only suggested for another reason make way.
        """
        reason = data.get("reason", "")
        reason = reason if reason in Reason else ""
        typed = visible(data.get("statement", "")).strip()
        suggestions = {statement_for(one, language) for one in Reason}
        words = statement_for(reason, language)
        kept = "" if typed in suggestions or (words and words in typed) else typed
        return cls(initial={"reason": reason, "statement": "\n\n".join(filter(None, (words, kept)))})


class AnswerForm(forms.Form):
    """What comes of an appeal."""

    outcome = forms.ChoiceField(
        label=_("Suite"),
        choices=[("", _("Choisissez…")), *Appeal.Outcome.choices],
        error_messages={"required": _("Choisissez une suite.")},
    )
    answer = Words(
        label=_("Réponse"),
        max_length=STATEMENT_LENGTH,
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 9, "dir": "auto"}),
        error_messages={"required": _("Expliquez votre réponse : c’est ce que la personne lira.")},
        help_text=_("Envoyée par e-mail. Répondez à ce que dit la personne, point par point."),
    )


class DisputeAnswerForm(AnswerForm):
    """What comes of a dispute about one signature."""

    outcome = forms.ChoiceField(
        label=_("Suite"),
        choices=[("", _("Choisissez…")), *Dispute.Outcome.choices],
        error_messages={"required": _("Choisissez une suite.")},
    )
