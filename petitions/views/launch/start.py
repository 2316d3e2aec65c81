"""The way in: a title, typed by anybody, and the petitions that look like it."""

from collections.abc import Set
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from mesopinions.core import rate_limit
from mesopinions.core.addresses import address_key
from mesopinions.core.client_ip import client_ip, limit_key
from mesopinions.core.page_cache import cacheable_page
from mesopinions.core.sessionless import has_session, sessionless_form
from mesopinions.core.views import see_other, too_many_requests
from petitions.content import writing
from petitions.content.markdown import render as render_markdown
from petitions.forms.launch import (
    PICTURE_REFUSED,
    DetailsForm,
    Files,
    ImageForm,
    RecipientsForm,
    StepForm,
    TextForm,
    TitleForm,
    words_typed,
)
from petitions.selectors.similar import similar_petitions
from petitions.services import drafting
from petitions.services.pictures import PictureRefused
from petitions.views.launch import steps, words
from petitions.views.launch.writing import Go

OTHERS: tuple[type[StepForm], ...] = (TextForm, RecipientsForm, ImageForm, DetailsForm)


def _again(request: HttpRequest) -> HttpResponse:
    forms = _forms(request)
    forms[0].add_error(None, _("Vous vous êtes connecté depuis une autre page. Vérifiez, puis continuez."))
    return _page(request, forms)


@sessionless_form(again=_again)
@cacheable_page
def launch(request: HttpRequest) -> HttpResponse:
    """Ask for a title; by POST, begin a draft with it and with every other field that came along.

    Somebody without an account sees the similar petitions first: the session holds their words until they log in.
    """
    if request.method != "POST":
        held = words.kept(request)
        others = _others(held, set(held)) if held else []
        title = TitleForm(initial=held.dict()) if held else TitleForm()
        return _page(request, [title, *others], is_back=held is not None)
    forms = _forms(request)
    if [form for form in forms if not form.is_valid()]:
        return _page(request, forms)
    if request.POST.get("go") == Go.NORMAL_CASE:
        lowered = writing.normal_case(forms[0].cleaned_data["title"])
        return _page(request, [TitleForm(initial={"title": lowered}), *forms[1:]])
    author = _author(request)
    if author is None:
        if wait := _limited(request):
            return too_many_requests(request, wait)
        words.keep(request)
        return see_other(reverse("launch_similar"))
    if wait := rate_limit.hit({"draft-email": address_key(author.email)}):
        return too_many_requests(request, wait)
    return _start(request, author, forms)


@require_safe
def launch_similar(request: HttpRequest) -> HttpResponse:
    """Show what looks like a visitor's title, then the way to an account."""
    held = request.session.get(words.KEY) if has_session(request) else None
    title = held["words"].get("title", "") if held else ""
    if not title or request.user.is_authenticated:
        return redirect("launch")
    if wait := _limited(request):
        return too_many_requests(request, wait)
    language = get_language() or "fr"
    context = {
        "title": title,
        "advice": writing.about_title(title),
        "similar": similar_petitions(title, language=language, today=timezone.localdate()),
        "step": steps.SIMILAR,
        "stages": steps.stages(None, steps.SIMILAR, timezone.localdate()),
    }
    return render(request, "petitions/launch/visitor.html", context)


@login_required
@require_POST
def launch_preview(request: HttpRequest) -> HttpResponse:
    """Return a text as readers will see it: a piece of a page, for a script."""
    author = _author(request)
    if author and (wait := rate_limit.hit({"preview-email": address_key(author.email)})):
        return too_many_requests(request, wait)
    text = request.POST.get("text", "")[: writing.TEXT_AT_MOST].replace("\0", "")
    return HttpResponse(render_markdown(text), headers={"Cache-Control": "no-store"})


def _limited(request: HttpRequest) -> int:
    """Count what a visitor looks for, as every search."""
    return rate_limit.hit({"search-ip": limit_key(client_ip(request))})


def _forms(request: HttpRequest) -> list[StepForm]:
    """Return the title's form, and the others of which a field was sent."""
    typed = words_typed(request.POST).keys() | request.FILES.keys()
    return [TitleForm(request.POST), *_others(request.POST, typed, request.FILES)]


def _others(data: QueryDict, typed: Set[str], files: Files | None = None) -> list[StepForm]:
    return [form(data, files, is_complete=False) for form in OTHERS if form.has_field_in(typed)]


def _start(request: HttpRequest, author: User, forms: list[StepForm]) -> HttpResponse:
    fields: dict[str, Any] = {name: value for form in forms for name, value in form.kept.items()}
    language = fields.pop("language", "") or get_language() or "fr"
    is_back = words.kept(request) is not None
    try:
        draft = drafting.start_draft(author=author, at=timezone.now(), language=language, **fields)
    except drafting.TooManyDrafts:
        forms[0].add_error(None, _many_drafts())
        return _page(request, forms)
    except drafting.NotConfirmed:
        forms[0].add_error(None, _not_confirmed())
        return _page(request, forms)
    except PictureRefused as refusal:
        [with_picture] = [form for form in forms if isinstance(form, ImageForm)]
        with_picture.add_error("image", str(PICTURE_REFUSED[type(refusal)]))
        return _page(request, forms)
    words.let_go(request)
    if len(forms) > 1:
        step = steps.first_incomplete(draft, timezone.localdate())
    else:
        step = steps.TEXT if is_back else steps.SIMILAR
    return see_other(step.url(draft.pk))


def _many_drafts() -> str:
    return format_html(
        '{} <a href="{}">{}</a>',
        _("Vous avez déjà dix pétitions en cours d’écriture. Terminez-en une, ou supprimez-en une."),
        reverse("space"),
        _("Mes pétitions"),
    )


def _not_confirmed() -> str:
    return format_html(
        '{} <a href="{}">{}</a>',
        _("Confirmez d’abord votre adresse e-mail."),
        reverse("account_email"),
        _("Confirmer mon adresse"),
    )


def _author(request: HttpRequest) -> User | None:
    """Return who is logged in, without reading the session of somebody who sent no cookie."""
    return request.user if has_session(request) and isinstance(request.user, User) else None


def _page(request: HttpRequest, forms: list[StepForm], *, is_back: bool = False) -> HttpResponse:
    context = {
        "form": forms[0],
        "others": forms[1:],
        "is_back": is_back,
        "step": steps.TITLE,
        "stages": steps.stages(None, steps.TITLE, timezone.localdate()),
        "advice": writing.about_title(str(forms[0]["title"].value() or "")),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if forms[0].is_bound else HTTPStatus.OK
    return render(request, "petitions/launch/start.html", context, status=status)
