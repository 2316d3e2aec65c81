"""What an author fills in, a form a step. Each keeps what it has: what is missing is asked for on the way on."""

import re
from collections.abc import Mapping, Set
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mesopinions.core.addresses import valid_email
from mesopinions.core.fields import Name, OneLine, Words, validate_no_nul
from mesopinions.core.templatetags.site import number
from petitions.content.video import video_of
from petitions.content.writing import TEXT_AT_MOST, TITLE_AT_MOST
from petitions.dates import latest_last_day
from petitions.goals import MILESTONES
from petitions.models import Draft, Theme
from petitions.services.drafting import RECIPIENTS_AT_MOST
from petitions.services.pictures import (
    BYTES_AT_MOST,
    Given,
    NotAPicture,
    NotForTheWeb,
    PictureRefused,
    TooLarge,
    TooSmall,
)
from privacy.consent import Purpose, question

Files = MultiValueDict[str, UploadedFile]
ROW = re.compile(r"recipients-(\d{1,3})-(?:name|role|email)")
TOO_LONG = OneLine.default_error_messages["max_length"]
SAY_WHAT_IT_SHOWS = _("Dites en quelques mots ce que l’image montre.")
GOAL_AT_MOST = 10_000_000
PICTURE_REFUSED: dict[type[PictureRefused], Promise] = {
    NotAPicture: _("Nous n’arrivons pas à lire ce fichier. Choisissez une image JPEG, PNG ou WebP."),
    NotForTheWeb: _(
        "Cette photo est en HEIC ou en AVIF, que nous ne lisons pas. Faites-en une capture d’écran, et choisissez-la."
    ),
    TooLarge: _("Cette image est trop lourde : 8 Mo et 40 millions de pixels au plus. Réduisez-la d’abord."),
    TooSmall: _("Cette image est trop petite pour une page. Choisissez-en une de 320 pixels sur 180 au moins."),
}


class StepForm(forms.Form):
    """A step of the launch. With `is_complete` it asks for what a petition needs; without, it takes what is there."""

    needed: tuple[str, ...] = ()

    def __init__(
        self, data: QueryDict | None = None, files: Files | None = None, *, is_complete: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(data, files, **kwargs)
        for name in self.needed:
            self.fields[name].required = is_complete

    @classmethod
    def has_field_in(cls, names: Set[str]) -> bool:
        """Say whether one of these names is of a field of this form."""
        return not names.isdisjoint(cls.base_fields)

    @classmethod
    def values_of(cls, draft: Draft) -> dict[str, Any]:
        """Return what the draft has for the fields of this form."""
        return {name: getattr(draft, name) for name in cls.base_fields if hasattr(draft, name)}

    @property
    def kept(self) -> dict[str, Any]:
        """Return the fields of `Draft` that this form changes. Valid form only."""
        return dict(self.cleaned_data)


class TitleForm(StepForm):
    needed = ("title",)

    title = OneLine(
        label=_("Ce que vous demandez, en une phrase"),
        max_length=TITLE_AT_MOST,
        error_messages={
            "required": _("Écrivez votre demande en une phrase."),
            "max_length": _("Un titre a deux cents caractères au plus. Gardez l’essentiel : le texte dira le reste."),
        },
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )


class TextForm(StepForm):
    needed = ("text",)

    text = Words(
        label=_("Votre texte"),
        strip=False,
        error_messages={"required": _("Écrivez votre texte, même en quelques lignes : vous pourrez y revenir.")},
        widget=forms.Textarea(attrs={"rows": 14}),
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if (over := len(text) - TEXT_AT_MOST) > 0:
            raise forms.ValidationError(
                ngettext(
                    "Votre texte dépasse la limite d’un caractère. Raccourcissez-le pour l’enregistrer.",
                    "Votre texte dépasse la limite de %(count)s caractères. Raccourcissez-le pour l’enregistrer.",
                    over,
                )
                % {"count": number(over)},
                code="max_length",
            )
        return text


class RecipientForm(forms.Form):
    """One row: who can decide."""

    name = Name(
        label=_("Nom ou institution"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = OneLine(
        label=_("Fonction"), required=False, max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.CharField(
        label=_("Adresse e-mail"),
        required=False,
        max_length=254,
        validators=[valid_email],
        error_messages={"max_length": TOO_LONG},
        widget=forms.EmailInput(
            attrs={"autocomplete": "off", "inputmode": "email", "spellcheck": "false", "autocapitalize": "none"}
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not cleaned.get("name") and "name" not in self.errors and (cleaned.get("role") or cleaned.get("email")):
            self.add_error("name", _("Indiquez le nom de cette personne ou de cette institution."))
        return cleaned


class RecipientsForm(StepForm):
    """Up to five rows, `recipients-0-name` and so on; more than one is there when it is asked for."""

    def __init__(self, data: QueryDict | None = None, files: Files | None = None, **kwargs: Any) -> None:
        self.is_complete = kwargs.get("is_complete", True)
        super().__init__(data, files, **kwargs)
        self.rows = self._typed() if data is not None else self._stored()

    @classmethod
    def has_field_in(cls, names: Set[str]) -> bool:
        return any(ROW.fullmatch(name) for name in names)

    @classmethod
    def values_of(cls, draft: Draft) -> dict[str, Any]:
        return {"recipients": draft.recipients}

    @property
    def kept(self) -> dict[str, Any]:
        rows = [row.cleaned_data for row in self.rows if row.cleaned_data.get("name")]
        return {"recipients": [{part: row[part] for part in ("name", "role", "email")} for row in rows]}

    @property
    def can_grow(self) -> bool:
        return len(self.rows) < RECIPIENTS_AT_MOST

    def clean(self) -> dict[str, Any]:
        filled = [row for row in self.rows if row.is_valid() and row.cleaned_data.get("name")]
        if not all(row.is_valid() for row in self.rows):
            self.add_error(None, _("Complétez la ligne signalée, ou videz-la."))
        elif len(filled) > RECIPIENTS_AT_MOST:
            self.add_error(None, _("Cinq destinataires au plus : gardez ceux qui peuvent décider."))
        elif self.is_complete and not filled:
            self.add_error(None, _("Indiquez au moins une personne ou une institution qui peut décider."))
        return self.cleaned_data

    def _typed(self) -> list[RecipientForm]:
        numbers = sorted({int(found[1]) for name in self.data if (found := ROW.fullmatch(name))})
        rows = [RecipientForm(self.data, prefix=f"recipients-{number}") for number in numbers]
        filled = [row for row in rows if any(str(field.value() or "").strip() for field in row)]
        return filled or rows[:1] or [RecipientForm(self.data, prefix="recipients-0")]

    def _stored(self) -> list[RecipientForm]:
        stored = self.initial.get("recipients") or []
        count = min(max(len(stored), self.initial.get("rows", 1), 1), RECIPIENTS_AT_MOST)
        return [
            RecipientForm(prefix=f"recipients-{number}", initial=stored[number] if number < len(stored) else {})
            for number in range(count)
        ]


class ImageForm(StepForm):
    """A picture with its words, and a video. `initial` says what the picture that is there shows."""

    image = forms.FileField(
        label=_("Une image"),
        required=False,
        help_text=_("JPEG, PNG ou WebP, 8 Mo au plus. Une photo que vous avez prise, ou que vous pouvez utiliser."),
        error_messages={
            "empty": _("Ce fichier est vide. Choisissez une autre image."),
            "invalid": _("L’image n’est pas arrivée. Choisissez-la de nouveau."),
        },
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    image_alt = OneLine(
        label=_("Ce que l’image montre"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"data-missing": SAY_WHAT_IT_SHOWS}),  # static/js/picture.js
        help_text=_("Pour les personnes qui ne la voient pas. Par exemple : un quai de gare vide, sous la pluie."),
    )
    video_url = forms.URLField(
        label=_("Une vidéo"),
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text=_("Son adresse chez YouTube, Vimeo ou Dailymotion. Elle ne se charge que si l’on appuie dessus."),
        error_messages={
            "invalid": _("Collez l’adresse complète de la vidéo, qui commence par https://."),
            "max_length": TOO_LONG,
        },
        widget=forms.URLInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )

    @classmethod
    def values_of(cls, draft: Draft) -> dict[str, Any]:
        return {"image_alt": draft.picture.alt if draft.picture else "", "video_url": draft.video_url}

    @property
    def kept(self) -> dict[str, Any]:
        return {
            "video_url": self.cleaned_data["video_url"],
            "image": Given(self.cleaned_data["image_alt"], self.cleaned_data["image"]),
        }

    def clean_image(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["image"]
        if file and file.size and file.size > BYTES_AT_MOST:
            raise forms.ValidationError(str(PICTURE_REFUSED[TooLarge]), code="large")
        return file

    def clean_video_url(self) -> str:
        url: str = self.cleaned_data["video_url"]
        validate_no_nul(url)
        video = video_of(url)
        if url and video is None:
            raise forms.ValidationError(
                _("Collez l’adresse d’une vidéo de YouTube, de Vimeo ou de Dailymotion : nous ne montrons qu’elles."),
                code="unknown",
            )
        return video.watch_url if video else ""

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        is_there = cleaned.get("image") or self.initial.get("image_alt")
        if is_there and not cleaned.get("image_alt") and "image_alt" not in self.errors:
            self.add_error("image_alt", str(SAY_WHAT_IT_SHOWS))
        if self.errors and cleaned.get("image"):
            self.add_error("image", _("Choisissez l’image de nouveau : votre navigateur ne la garde pas."))
        return cleaned


class WholeNumber(forms.IntegerField):
    """A number as people write it: 1 000."""

    def to_python(self, value: Any) -> int | None:
        number: int | None = super().to_python("".join(str(value or "").split()))
        return number


class ThemeSelect(forms.ModelChoiceField):
    def label_from_instance(self, obj: Theme) -> str:
        return obj.label


class DetailsForm(StepForm):
    needed = ("theme", "author_name", "closes_on")

    theme = ThemeSelect(
        label=_("Thème"),
        queryset=Theme.objects.all(),
        to_field_name="slug",
        empty_label=_("Choisissez un thème"),
        error_messages={
            "required": _("Choisissez le thème le plus proche."),
            "invalid_choice": _("Choisissez un thème dans la liste."),
        },
    )
    author_name = Name(
        label=_("Votre nom public"),
        max_length=120,
        help_text=_("Il sera lu par tout le monde, sous le titre. Le vôtre, ou celui de votre collectif."),
        error_messages={"required": _("Indiquez le nom sous lequel la pétition sera publiée.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    goal = WholeNumber(
        label=_("Objectif de signatures"),
        required=False,
        min_value=1,
        max_value=GOAL_AT_MOST,
        help_text=_(
            "Nous proposons 100 pour commencer. Sans objectif, la barre montre le palier suivant : 100, 500, 1 000…"
        ),
        error_messages={
            "invalid": _("Écrivez un nombre entier, par exemple 500."),
            "min_value": _("Un objectif est d’une signature au moins."),
            "max_value": _("Un objectif est de dix millions de signatures au plus."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "list": "goals"}),
    )
    closes_on = forms.DateField(
        label=_("Dernier jour pour signer"),
        help_text=_("Nous proposons six mois. Vous pourrez prolonger, jusqu’à trente mois après la publication."),
        error_messages={
            "required": _("Choisissez le dernier jour pour signer."),
            "invalid": _("Écrivez une date, par exemple 31/12/2026."),
        },
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    language = forms.ChoiceField(
        label=_("Langue du texte"),
        choices=settings.LANGUAGES,
        required=False,
        error_messages={"invalid_choice": _("Choisissez une langue dans la liste.")},
    )
    shows_refusal = forms.BooleanField(
        label=_(
            "Si elle est refusée comme doublon, peu claire ou sans demande, laisser lire son texte un an parmi les "
            "refusées."
        ),
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, files: Files | None = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        today = timezone.localdate()
        limits = {"min": today + timedelta(days=1), "max": latest_last_day(today)}
        self.fields["closes_on"].widget.attrs |= {name: f"{day:%Y-%m-%d}" for name, day in limits.items()}

    @classmethod
    def values_of(cls, draft: Draft) -> dict[str, Any]:
        values = super().values_of(draft)
        return values | {"theme": draft.theme and draft.theme.slug, "language": draft.petition.language}

    @property
    def milestones(self) -> tuple[int, ...]:
        """Goals to propose."""
        return MILESTONES

    @property
    def kept(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "language" or value}

    def clean_closes_on(self) -> Any:
        day, today = self.cleaned_data["closes_on"], timezone.localdate()
        if day and day <= today:
            raise forms.ValidationError(_("Choisissez un jour à venir."), code="past")
        if day and day > latest_last_day(today):
            raise forms.ValidationError(_("Une pétition se signe pendant trente mois au plus."), code="late")
        return day


class SendForm(forms.Form):
    """The last step: the author agrees to be read by everybody."""

    consent_publication = forms.BooleanField(
        label=question(Purpose.PUBLISH_PETITION),
        error_messages={"required": _("Cochez cette case : sans votre accord, nous ne pouvons pas publier.")},
    )


class ExtendForm(forms.Form):
    """Another last day for a petition that is open."""

    closes_on = forms.DateField(
        label=_("Nouveau dernier jour pour signer"),
        error_messages={
            "required": _("Choisissez le nouveau dernier jour."),
            "invalid": _("Écrivez une date, par exemple 31/12/2026."),
        },
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


def words_typed(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what was typed into the forms of the launch, to keep while somebody logs in."""
    names = {name for form in (TitleForm, TextForm, ImageForm, DetailsForm) for name in form.base_fields} - {"image"}
    names |= {"note"}  # forms/rewording.py
    return {name: str(data[name]) for name in data if name in names or ROW.fullmatch(name)}
