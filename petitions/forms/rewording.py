"""What an author changes on a petition that is public: all of it on one page."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from mesopinions.core.fields import OneLine
from petitions.forms.launch import (
    DetailsForm,
    Files,
    ImageForm,
    RecipientsForm,
    StepForm,
    TextForm,
    TitleForm,
)
from petitions.models import Draft


class NoteForm(StepForm):
    note = OneLine(
        label=_("Pourquoi ce changement ?"),
        required=False,
        max_length=300,
        help_text=_("Vos signataires le liront."),
        error_messages={"max_length": _("Trois cents caractères au plus : une ou deux phrases suffisent.")},
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )


class GoalForm(StepForm):
    goal = DetailsForm.base_fields["goal"]


class EditForms:
    """The forms of the page, which stand and fall together. Templates see what they ask of one form."""

    def __init__(
        self,
        draft: Draft,
        data: QueryDict | None = None,
        files: Files | None = None,
        *,
        is_complete: bool = False,
        rows: int = 1,
    ) -> None:
        def made(form: type[StepForm]) -> Any:
            return form(data, files, is_complete=is_complete, initial=form.values_of(draft) | {"rows": rows})

        self.title, self.text, self.note = made(TitleForm), made(TextForm), made(NoteForm)
        self.recipients, self.image, self.goal = made(RecipientsForm), made(ImageForm), made(GoalForm)
        self.all: tuple[StepForm, ...] = (
            self.title,
            self.text,
            self.recipients,
            self.note,
            self.image,
            self.goal,
        )

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self.all)

    @property
    def kept(self) -> dict[str, Any]:
        """Return what the services of an edit take. Valid forms only."""
        return {name: value for form in self.all for name, value in form.kept.items()}

    @property
    def errors(self) -> dict[str, Any]:
        return {f"{type(form).__name__}.{name}": lines for form in self.all for name, lines in form.errors.items()}

    @property
    def non_field_errors(self) -> list[str]:
        return [str(error) for form in self.all for error in form.non_field_errors()]

    @property
    def visible_fields(self) -> Iterator[BoundField]:
        rows = [field for row in self.recipients.rows for field in row]
        return iter([*(field for form in self.all for field in form.visible_fields()), *rows])
