"""One step: show it, keep what was written, go on."""

from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from mesopinions.core import rate_limit
from mesopinions.core.addresses import address_key
from mesopinions.core.sessionless import is_same_origin, sessionless_form
from mesopinions.core.views import see_other, too_many_requests
from petitions.content.writing import normal_case
from petitions.forms.launch import PICTURE_REFUSED, RecipientsForm, SendForm, StepForm
from petitions.models import Draft, Petition
from petitions.selectors.drafts import draft_or_404
from petitions.services import drafting
from petitions.services.pictures import PictureRefused
from petitions.views.launch import pages, steps, words
from petitions.views.launch.steps import Step


class Go(StrEnum):
    """What a button asks for. The word of a step leads there; whatever else is said goes on to the next."""

    AUTOSAVE = "autosave"
    NEXT = "next"
    BACK = "back"
    LATER = "later"
    ADD = "add"
    PREVIEW = "preview"
    NORMAL_CASE = "normal-case"
    REMOVE_PICTURE = "remove-picture"
    SEND = "send"


def _again(request: HttpRequest, petition_id: int, word: str) -> HttpResponse:
    """Show the step with the words typed and a fresh token: the session changed since the page was loaded."""
    if not isinstance(request.user, User):
        return log_in(request)
    draft, step = draft_or_404(request.user, petition_id), steps.step_or_404(word)
    form = _form(request, draft, step)
    if form is not None:
        form.add_error(None, _("Vous vous êtes connecté depuis une autre page. Vérifiez, puis continuez."))
    return pages.step_page(request, draft, step, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@sessionless_form(again=_again)
def launch_step(request: HttpRequest, petition_id: int, word: str) -> HttpResponse:
    """Show a step of the author's own draft; by POST, save it and go where the button says."""
    step = steps.step_or_404(word)
    if not isinstance(request.user, User):
        return log_in(request) if request.method == "POST" else redirect_to_login(request.get_full_path())
    draft = draft_or_404(request.user, petition_id)
    if request.method == "POST":
        return _save(request, request.user, draft, step)
    if draft.petition.status not in Petition.WRITABLE:
        return see_other(reverse("space"))
    return _show(request, draft, step)


def _show(request: HttpRequest, draft: Draft, step: Step) -> HttpResponse:
    held = words.kept(request)
    if held is None or step.form is None:
        rows = request.GET.get("lignes", "")
        form = pages.form_of(step, draft, rows=int(rows) if rows.isascii() and rows.isdigit() and len(rows) < 3 else 1)
        return pages.step_page(request, draft, step, form)
    seen = held.get(words.SEEN) or step.fingerprint(draft)
    return pages.step_page(request, draft, step, step.form(held, is_complete=False), is_back=True, seen=seen)


def log_in(request: HttpRequest) -> HttpResponse:
    """Keep the words and lead to the login, which comes back to them."""
    if not is_same_origin(request):
        raise PermissionDenied
    login = redirect_to_login(request.path)
    if request.POST.get("go") == Go.AUTOSAVE:
        return pages.refused_answer(_("Vous n’êtes plus connecté."), HTTPStatus.UNAUTHORIZED, login=login.url)
    words.keep(request)
    return see_other(login.url)


def _form(request: HttpRequest, draft: Draft, step: Step) -> Form | None:
    if step == steps.REVIEW:
        return SendForm(request.POST)
    if step.form is None:
        return None
    if request.POST.get("go") == Go.REMOVE_PICTURE:
        return step.form(request.POST, is_complete=False)
    is_complete, initial = _wants_all(request), step.form.values_of(draft)
    return step.form(request.POST, request.FILES, is_complete=is_complete, initial=initial)


def _wants_all(request: HttpRequest) -> bool:
    return request.POST.get("go", Go.NEXT) == Go.NEXT


def _save(request: HttpRequest, author: User, draft: Draft, step: Step) -> HttpResponse:
    go = request.POST.get("go", Go.NEXT)
    if wait := rate_limit.hit({"draft-email": address_key(author.email)}):
        return _slow_down(wait) if go == Go.AUTOSAVE else too_many_requests(request, wait)
    if step == steps.REVIEW and go in {Go.SEND, Go.NEXT}:
        return _send(request, author, draft)
    form = _form(request, draft, step)
    if not isinstance(form, StepForm):  # a step that only shows
        return see_other(_where(request, draft, step, go))
    return _keep(request, draft, step, form, go) if form.is_valid() else _refused(request, draft, step, form)


def _keep(request: HttpRequest, draft: Draft, step: Step, form: StepForm, go: str) -> HttpResponse:
    kept = form.kept
    if go == Go.NORMAL_CASE:
        kept = {name: normal_case(value) if isinstance(value, str) else value for name, value in kept.items()}
    try:
        saved = drafting.save_draft(draft=draft, at=timezone.now(), seen=request.POST.get(words.SEEN, ""), **kept)
        if go == Go.REMOVE_PICTURE:
            drafting.remove_picture(draft=saved)
    except drafting.WrittenElsewhere as refusal:
        return _written_elsewhere(request, refusal.draft, step, form)
    except drafting.AlreadySent:
        return _already_sent(request, draft, step, form)
    except PictureRefused as refusal:
        form.add_error("image", str(PICTURE_REFUSED[type(refusal)]))
        return _refused(request, draft, step, form)
    words.let_go(request)
    return pages.saved_answer(saved, step) if go == Go.AUTOSAVE else see_other(_where(request, saved, step, go, form))


def _slow_down(wait: int) -> HttpResponse:
    answer = pages.refused_answer(
        _("Beaucoup d’enregistrements d’un coup : le prochain attend un peu. Vos mots restent ici."),
        HTTPStatus.TOO_MANY_REQUESTS,
    )
    answer.headers["Retry-After"] = str(wait)
    return answer


def _where(request: HttpRequest, draft: Draft, step: Step, go: str, form: Form | None = None) -> str:
    """Return the address that a button leads to."""
    here = step.url(draft.pk)
    ways: dict[str, Callable[[], str]] = {
        Go.BACK: lambda: step.before.url(draft.pk) if step.before else here,
        Go.LATER: lambda: reverse("space"),
        Go.ADD: lambda: f"{here}?lignes={len(form.rows) + 1}" if isinstance(form, RecipientsForm) else here,
        Go.PREVIEW: lambda: f"{here}#apercu",
        Go.NORMAL_CASE: lambda: here,
        Go.REMOVE_PICTURE: lambda: here,
    }
    if go in ways:
        return ways[go]()
    chosen = steps.BY_WORD.get(go, step.after)
    return chosen.url(draft.pk) if chosen else here


def _refused(request: HttpRequest, draft: Draft, step: Step, form: StepForm) -> HttpResponse:
    if request.POST.get("go") == Go.AUTOSAVE:
        errors = [str(error) for errors in form.errors.values() for error in errors]
        return pages.refused_answer(" ".join(errors), HTTPStatus.UNPROCESSABLE_ENTITY)
    return pages.step_page(request, draft, step, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _written_elsewhere(request: HttpRequest, stored: Draft, step: Step, form: StepForm) -> HttpResponse:
    if request.POST.get("go") == Go.AUTOSAVE:
        message = _("Ce brouillon a changé dans une autre fenêtre : continuez pour voir les deux.")
        return pages.refused_answer(message, HTTPStatus.CONFLICT)
    more: dict[str, Any] = {"stored": {part: getattr(stored, part) for part in step.parts}}
    form.add_error(None, _("Ce brouillon a changé dans une autre fenêtre."))
    return pages.step_page(request, stored, step, form, status=HTTPStatus.CONFLICT, **more)


def _already_sent(request: HttpRequest, draft: Draft, step: Step, form: StepForm) -> HttpResponse:
    message = _("Cette pétition est déjà envoyée. Reprenez-la depuis « Mes pétitions » pour la changer.")
    if request.POST.get("go") == Go.AUTOSAVE:
        return pages.refused_answer(message, HTTPStatus.CONFLICT)
    form.add_error(None, message)
    return pages.step_page(request, draft, step, form, status=HTTPStatus.CONFLICT)


def _send(request: HttpRequest, author: User, draft: Draft) -> HttpResponse:
    form = SendForm(request.POST)
    if not form.is_valid():
        return pages.step_page(request, draft, steps.REVIEW, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if wait := rate_limit.hit({"submit-email": address_key(author.email)}):
        return too_many_requests(request, wait)
    try:
        drafting.submit_draft(petition=draft.petition, language=get_language() or "fr", at=timezone.now())
    except drafting.Incomplete:
        form.add_error(None, _("Il manque encore une partie : elle est nommée ci-dessous."))
    except drafting.NotConfirmed:
        form.add_error(None, _("Confirmez d’abord votre adresse e-mail, dans « Mon compte »."))
    except drafting.AlreadySent:
        return see_other(reverse("space"))
    else:
        return see_other(f"{reverse('space')}?envoyee={draft.pk}")
    return pages.step_page(request, draft, steps.REVIEW, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
