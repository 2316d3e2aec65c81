"""What the pages of the steps show."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from petitions.content import writing
from petitions.content.markdown import render as render_markdown
from petitions.content.writing import Advice
from petitions.forms import launch as forms
from petitions.models import Decision, Draft, Petition
from petitions.selectors.drafts import last_decisions
from petitions.selectors.similar import similar_petitions
from petitions.views.launch import steps
from petitions.views.launch.steps import Step


def step_page(
    request: HttpRequest, draft: Draft, step: Step, form: Form | None, *, status: int = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    """Show one step of a draft."""
    today = timezone.localdate()
    context = {
        "draft": draft,
        "petition": None,  # the breadcrumb of public petitions
        "step": step,
        "stages": steps.stages(draft, step, today),
        "form": form,
        "seen": step.fingerprint(draft),
        "advice": advice_of(step, draft),
        "saved": saved_words(draft.updated_at),
        "returned": _returned(request, draft),
        **_of_step(draft, step, form),
        **more,
    }
    response = render(request, step.template, context, status=status)
    add_never_cache_headers(response)
    return response


def saved_answer(draft: Draft, step: Step) -> JsonResponse:
    """Tell the script that the words are safe, and what the advice is now."""
    advice = render_to_string("petitions/launch/_advice.html", {"advice": advice_of(step, draft)})
    return JsonResponse(
        {"saved": saved_words(draft.updated_at), "seen": step.fingerprint(draft), "advice": advice},
        headers={"Cache-Control": "no-store"},
    )


def refused_answer(words: str, status: int, **more: str) -> JsonResponse:
    """Tell the script why the words are not saved."""
    return JsonResponse({"words": words, **more}, status=status, headers={"Cache-Control": "no-store"})


def advice_of(step: Step, draft: Draft) -> list[Advice]:
    """Return the remarks on what this step asks for, and on the title beside those that look like it."""
    names = [row["name"] for row in draft.recipients]
    if step in {steps.TITLE, steps.SIMILAR}:
        return writing.about_title(draft.title, recipients=names)
    return writing.about_text(draft.text, recipients=names) if step == steps.TEXT else []


def saved_words(at: datetime) -> str:
    """Say when the draft was last saved."""
    local = timezone.localtime(at)
    hour = f"{local:%H:%M}" if get_language() == "en" else f"{local:%H}\u00a0h\u00a0{local:%M}"
    return _("Enregistré à %(hour)s") % {"hour": hour}


def _of_step(draft: Draft, step: Step, form: Form | None) -> dict[str, Any]:
    if step == steps.SIMILAR:
        found = similar_petitions(draft.title, language=draft.petition.language, today=timezone.localdate())
        return {"similar": found}
    if step == steps.TEXT:
        typed = str(form["text"].value() or "") if form else draft.text
        return {"preview": render_markdown(typed[: writing.TEXT_AT_MOST].replace("\0", ""))}
    if step == steps.REVIEW:
        return {
            "preview": render_markdown(draft.text),
            "remarks": [
                (one.url(draft.pk), remark) for one in (steps.TITLE, steps.TEXT) for remark in advice_of(one, draft)
            ],
            "missing": steps.missing(draft, timezone.localdate()),
            "theme": draft.theme or draft.petition.theme,
        }
    return {}


def _returned(request: HttpRequest, draft: Draft) -> Decision | None:
    """Return why the petition came back, if it did."""
    if draft.petition.status != Petition.Status.RETURNED or not isinstance(request.user, User):
        return None
    return last_decisions(request.user, [draft.pk]).get(draft.pk)


def form_of(step: Step, draft: Draft, *, rows: int = 1) -> Form | None:
    """Return the form of a step with what the draft holds."""
    if step == steps.REVIEW:
        return forms.SendForm()
    if step.form is None:
        return None
    return step.form(initial=step.form.values_of(draft) | {"rows": rows})
