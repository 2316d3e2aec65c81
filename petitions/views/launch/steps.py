"""The steps of the launch, in their order: their address, their name and what they ask."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from petitions.forms.launch import DetailsForm, ImageForm, RecipientsForm, StepForm, TextForm, TitleForm
from petitions.models import Draft
from petitions.services.drafting import fingerprint, missing_parts


@dataclass(frozen=True, slots=True)
class Step:
    """`word` stands in the address, `parts` are the fields of `Draft` that the step fills."""

    word: str
    label: Promise
    form: type[StepForm] | None = None
    parts: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        return STEPS.index(self) + 1

    @property
    def template(self) -> str:
        return f"petitions/launch/{self.word}.html"

    @property
    def before(self) -> "Step | None":
        return STEPS[self.number - 2] if self.number > 1 else None

    @property
    def after(self) -> "Step | None":
        return STEPS[self.number] if self.number < len(STEPS) else None

    def url(self, petition_id: int) -> str:
        return reverse("launch_step", args=[petition_id, self.word])

    def fingerprint(self, draft: Draft) -> str:
        """Return what the page of this step was loaded with, '' for a step that fills nothing."""
        return fingerprint(draft, self.parts) if self.parts else ""


TITLE = Step("titre", _("Titre"), TitleForm, ("title",))
SIMILAR = Step("semblables", _("Semblables"))
TEXT = Step("texte", _("Texte"), TextForm, ("text",))
RECIPIENTS = Step("destinataires", _("Destinataires"), RecipientsForm, ("recipients",))
IMAGE = Step("image", _("Image"), ImageForm, ("video_url",))
DETAILS = Step("details", _("Détails"), DetailsForm, ("theme", "author_name", "goal", "closes_on", "shows_refusal"))
REVIEW = Step("relire", _("Relire"))
STEPS = (TITLE, SIMILAR, TEXT, RECIPIENTS, IMAGE, DETAILS, REVIEW)

BY_WORD = {step.word: step for step in STEPS}
WHERE = {part: step for step in STEPS for part in step.parts}
MISSING = {
    "title": _("Un titre"),
    "text": _("Un texte, de 20 000 caractères au plus"),
    "recipients": _("Une personne ou une institution qui peut décider"),
    "theme": _("Un thème"),
    "author_name": _("Votre nom public"),
    "closes_on": _("Un dernier jour pour signer, à venir"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A step as the progress shows it."""

    step: Step
    is_done: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """What a petition cannot be sent without, and where it is written."""

    words: Promise
    url: str


def step_or_404(word: str) -> Step:
    """Return the step of an address. Raises Http404."""
    try:
        return BY_WORD[word]
    except KeyError:
        raise Http404 from None


def missing(draft: Draft, today: date) -> list[Missing]:
    """Return what the draft still needs, with the address of its step."""
    return [Missing(MISSING[part], WHERE[part].url(draft.pk)) for part in missing_parts(draft, today)]


def stages(draft: Draft | None, current: Step, today: date) -> list[Stage]:
    """Return the progress: a step is done when nothing that it asks for is missing and the author has been past it."""
    wanting = {WHERE[part] for part in missing_parts(draft, today)} if draft else set()
    return [Stage(step, step not in wanting and step.number < current.number, step == current) for step in STEPS]


def first_incomplete(draft: Draft, today: date) -> Step:
    """Return the first step that lacks something, the review when none does."""
    return next((WHERE[part] for part in missing_parts(draft, today)), REVIEW)
