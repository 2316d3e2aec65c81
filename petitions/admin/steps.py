"""The page that asks why, before something is decided against what somebody wrote."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from petitions.admin.forms import ReasonForm
from petitions.services.moderating import refusals

WHY_NOT = {
    refusals.NotYours: _("Prenez d’abord ce texte : vous ne l’avez pas, ou vous ne l’avez plus."),
    refusals.OwnContent: _("C’est vous qui l’avez écrit : une autre personne doit en décider."),
    refusals.AlreadyDecided: _("Il n’y a plus rien à décider : c’est fait, ou le texte a changé entre-temps."),
    refusals.FirstDecider: _("Vous avez pris la décision : une autre personne doit la revoir."),
}
REFUSALS = tuple(WHY_NOT)


def say_why_not(request: HttpRequest, refusal: Exception) -> None:
    """Tell staff why an act did not take place."""
    messages.error(request, str(WHY_NOT[type(refusal)]))


def unless_refused(request: HttpRequest, act: Callable[[], Any]) -> Any:
    """Do it and return what came of it; None, and a message, where the service says no."""
    try:
        return act()
    except REFUSALS as refusal:
        say_why_not(request, refusal)
        return None


def ask_why(
    model_admin: ModelAdmin,
    request: HttpRequest,
    *,
    title: str,
    about: Sequence[str],
    language: str,
    confirm: str,
    effect: str,
    back_url: str,
    hidden: Sequence[tuple[str, object]] = (),
) -> tuple[ReasonForm | None, HttpResponse | None]:
    """Return the form once it is complete, or the page that asks for what is missing.

    `about` are the titles or words that the decision is about, `language` the one it is told in. The button « Proposer
    un texte » brings the words that the chosen reason usually begins with, and loses none that were typed.
    """
    if "confirmed" in request.POST:
        form = ReasonForm(request.POST)
        if form.is_valid():
            return form, None
    elif "suggest" in request.POST:
        form = ReasonForm.suggested(request.POST, language)
    else:
        form = ReasonForm()
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "about": about,
        "language": language,
        "confirm": confirm,
        "effect": effect,
        "back_url": back_url,
        "hidden": hidden,
        "form": form,
        "media": model_admin.media,
    }
    return None, TemplateResponse(request, "admin/petitions/why.html", context)
