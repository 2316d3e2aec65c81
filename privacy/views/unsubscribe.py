"""Stop the mails that somebody agreed to, from the link in each of them."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mesopinions.core import rate_limit, tokens
from mesopinions.core.client_ip import client_ip, limit_key
from mesopinions.core.sessionless import sessionless_form
from mesopinions.core.views import see_other, too_many_requests
from privacy import unsubscribe as subscriptions


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link stops; stop it by POST, from the button here or from that of a mail program.

    The program's POST (RFC 8058) comes from another site, or from a machine without a browser, so only its token is
    asked for. It wants an answer without a redirect.
    """
    record_id = _record_id(token)
    if wait := rate_limit.hit({"unsubscribe-ip": limit_key(client_ip(request))}):
        return too_many_requests(request, wait)
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        subscriptions.stop(record_id=record_id, language=_language())
        return HttpResponse("ok\n", content_type="text/plain")
    return _with_buttons(request, record_id)


def _page(request: HttpRequest, record_id: int, *, status: int = HTTPStatus.OK) -> HttpResponse:
    found = subscriptions.subscription_of(record_id)
    language = _language()
    words = found and {
        "agreed_to": found.agreed_to.words(language),
        "asked_today": found.asked_today.words(language),
    }
    return render(request, "privacy/unsubscribe.html", {"subscription": found, "words": words}, status=status)


def _page_again(request: HttpRequest, record_id: int) -> HttpResponse:
    return _page(request, record_id, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@sessionless_form(again=_page_again)
def _with_buttons(request: HttpRequest, record_id: int) -> HttpResponse:
    if request.method != "POST":
        return _page(request, record_id)
    act = subscriptions.resume if request.POST.get("action") == "resume" else subscriptions.stop
    act(record_id=record_id, language=_language())
    return see_other(request.path)


def _record_id(token: str) -> int:
    try:
        record_id, _generation = tokens.read(tokens.Scope.UNSUBSCRIBE, token)
    except (tokens.BadToken, ValueError):
        raise Http404 from None
    return record_id


def _language() -> str:
    return get_language() or "fr"
