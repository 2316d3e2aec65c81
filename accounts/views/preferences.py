"""Which mails, in which language, and what one agreed to."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms.preferences import LanguageForm, NewsletterForm
from accounts.models import User
from accounts.selectors.people import confirmed_email
from accounts.selectors.preferences import asked_block, choices_of
from accounts.services.preferences import choose_language, subscribe, take_back
from accounts.views.owners import owner_of
from mesopinions.core.views import error_page, see_other
from mesopinions.mail.services import unblock_path
from privacy.consent import Purpose

Act = Callable[[HttpRequest, User], HttpResponse]
ROW_ID_DIGITS = 18  # what a bigint can hold


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show the choices; by POST do what `action` says."""
    owner = owner_of(request)
    if request.method != "POST":
        return _page(request, owner)
    act = ACTIONS.get(request.POST.get("action", ""))
    return act(request, owner) if act else error_page(request, HTTPStatus.BAD_REQUEST)


def _choose_language(request: HttpRequest, owner: User) -> HttpResponse:
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return _page(request, owner, status=HTTPStatus.UNPROCESSABLE_ENTITY, language_form=form)
    choose_language(user_id=owner.pk, language=User.Language(form.cleaned_data["language"]))
    return _done(request, _("Nous vous écrirons dans cette langue."))


def _subscribe(request: HttpRequest, owner: User) -> HttpResponse:
    form = NewsletterForm(request.POST)
    if not form.is_valid():
        return _page(request, owner, status=HTTPStatus.UNPROCESSABLE_ENTITY, newsletter_form=form)
    subscribe(user_id=owner.pk, language=_language(), at=timezone.now())
    return _done(request, _("Vous recevrez la lettre d’information."))


def _take_back(request: HttpRequest, owner: User) -> HttpResponse:
    """Withdraw one consent. One that is not theirs, or not in force any more, gets the answer of one that is."""
    number = request.POST.get("record", "")
    if not number.isdecimal() or len(number) > ROW_ID_DIGITS:
        return error_page(request, HTTPStatus.BAD_REQUEST)
    take_back(user_id=owner.pk, record_id=int(number), language=_language(), at=timezone.now())
    return _done(request, _("C’est retiré. Rien d’autre ne change."))


ACTIONS: dict[str, Act] = {"language": _choose_language, "newsletter": _subscribe, "withdraw": _take_back}


def _page(request: HttpRequest, owner: User, *, status: int = HTTPStatus.OK, **forms: Any) -> HttpResponse:
    choices = choices_of(owner, language=_language())
    block = asked_block(owner)
    context = {
        "choices": choices,
        "has_newsletter": any(choice.purpose is Purpose.NEWSLETTER for choice in choices),
        "is_confirmed": confirmed_email(owner) is not None,
        "unblock_url": unblock_path(block) if block else "",
        "language_form": LanguageForm(initial={"language": owner.language}),
        "newsletter_form": NewsletterForm(),
        **forms,
    }
    return render(request, "accounts/preferences.html", context, status=status)


def _done(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return see_other(request.path)


def _language() -> str:
    return get_language() or "fr"
