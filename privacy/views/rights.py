"""`/confidentialite/mes-droits/`: ask by address, then everything behind the link that its mailbox received."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mesopinions.core import rate_limit
from mesopinions.core.addresses import address_key, normalised_email
from mesopinions.core.client_ip import client_ip, limit_key
from mesopinions.core.page_cache import cacheable_page
from mesopinions.core.sessionless import sessionless_form
from mesopinions.core.views import see_other, too_many_requests
from privacy import requests
from privacy.forms import CountForm, RightsForm
from privacy.models import Right, RightsRequest
from privacy.registry import Period, Subject
from privacy.requests.links import CONFIRM_WITHIN, READABLE_FOR
from privacy.requests.packages import PackageGone, open_package
from privacy.requests.receipts import Receipt, receipt_of

LinkView = Callable[[HttpRequest, str], HttpResponseBase]
Status = RightsRequest.Status


# --- Asking ---------------------------------------------------------------------------------------------------------


def _page(request: HttpRequest, form: RightsForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    return render(request, "privacy/rights.html", {"form": form, **_common()}, status=status)


def _again(request: HttpRequest) -> HttpResponse:
    return _page(request, RightsForm(request.POST), status=HTTPStatus.UNPROCESSABLE_ENTITY)


@sessionless_form(again=_again)
@cacheable_page
@require_http_methods(["GET", "HEAD", "POST"])
def rights(request: HttpRequest) -> HttpResponse:
    """Say what each right is, and take a request. The answer is the same whether or not we hold anything."""
    if request.method != "POST":
        return _page(request, RightsForm(initial={"right": request.GET.get("right")}))
    form = RightsForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    email = normalised_email(form.cleaned_data["email"])
    if wait := rate_limit.hit({"rights-ip": limit_key(client_ip(request)), "rights-email": address_key(email)}):
        return too_many_requests(request, wait)
    requests.open_request(
        right=Right(form.cleaned_data["right"]), email=email, language=get_language() or "fr", at=timezone.now()
    )
    return see_other(reverse("rights_sent"))


@cacheable_page
@require_safe
def rights_sent(request: HttpRequest) -> HttpResponse:
    """« Ouvrez votre boîte mail »: the same for everybody."""
    viewer = reverse("dev_mails") if settings.LOCAL else ""
    return render(request, "privacy/rights_sent.html", {"mail_viewer_url": viewer, **_common()})


# --- Behind the link ------------------------------------------------------------------------------------------------


def private(view: LinkView) -> LinkView:
    """Limit how many links one address tries, and let no cache, search engine or other page learn of them.

    Every link that leads nowhere gets the same answer. The link alone opens: no account or staff session does.
    """

    @never_cache
    @wraps(view)
    def answered(request: HttpRequest, token: str) -> HttpResponseBase:
        if wait := rate_limit.hit({"link-ip": limit_key(client_ip(request))}):
            return too_many_requests(request, wait)
        try:
            response = view(request, token)
        except requests.BadLink:
            response = render(request, "privacy/rights_no_link.html", status=HTTPStatus.NOT_FOUND)
        # The origin alone, as the whole address is a key. Without it browsers would take it off our own forms too.
        response.headers["Referrer-Policy"] = "strict-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return answered


def _confirm_again(request: HttpRequest, token: str) -> HttpResponse:
    return _confirm_page(request, requests.request_of(token, timezone.now()), CountForm(request.POST))


@private
@sessionless_form(again=_confirm_again)
@require_http_methods(["GET", "HEAD", "POST"])
def rights_request(request: HttpRequest, token: str) -> HttpResponse:
    """Show what will be done, is being done or was done. Only a POST starts it: mail providers open every link."""
    now = timezone.now()
    found = requests.request_of(token, now)
    if found.status != Status.EMAIL_PENDING:
        return see_other(request.path) if request.method == "POST" else PAGES[found.status](request, found)
    if request.method != "POST":
        return _confirm_page(request, found, CountForm())
    form = CountForm(request.POST)
    if not form.is_valid() and _asks_about_counts(found, _would_do(found)):
        return _confirm_page(request, found, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    requests.confirm_request(token=token, remove_from_count=form.cleaned_data.get("count") == "remove", at=now)
    return see_other(request.path)


def _confirm_page(
    request: HttpRequest, found: RightsRequest, form: CountForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    receipt = _would_do(found)
    asked = form if _asks_about_counts(found, receipt) else None
    return _show(request, "rights_confirm", found, status=status, receipt=receipt, form=asked)


def _would_do(found: RightsRequest) -> Receipt:
    return receipt_of(requests.would_erase(Subject(found.email, found.user_id), timezone.now()))


def _asks_about_counts(found: RightsRequest, receipt: Receipt) -> bool:
    return found.right == Right.ERASURE and receipt.has_signatures


def _progress_page(request: HttpRequest, found: RightsRequest) -> HttpResponse:
    return _show(request, "rights_progress", found)


def _done_page(request: HttpRequest, found: RightsRequest) -> HttpResponse:
    if found.right == Right.ERASURE:
        return _show(request, "rights_erased", found, receipt=receipt_of(found.steps.all()))
    return _show(request, "rights_ready", found)


def _failed_page(request: HttpRequest, found: RightsRequest) -> HttpResponse:
    return _show(request, "rights_failed", found)


PAGES: dict[str, Callable[[HttpRequest, RightsRequest], HttpResponse]] = {
    Status.EXECUTING: _progress_page,
    Status.DONE: _done_page,
    Status.FAILED: _failed_page,
}


@private
@require_safe
def rights_file(request: HttpRequest, token: str) -> StreamingHttpResponse:
    """Hand the copy over. It is never shown inside a page of ours: what it quotes was written by others too."""
    now = timezone.now()
    try:
        package = open_package(requests.request_of(token, now), now)
    except PackageGone:
        raise requests.BadLink from None
    response = StreamingHttpResponse(package, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="mesopinions-{timezone.localdate(now)}.zip"'
    return response


def _show(request: HttpRequest, name: str, found: RightsRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"privacy/{name}.html", {"rights": found, **_common(), **context}, status=status)


def _common() -> dict[str, Any]:
    """Return who answers for the site, and the periods that its pages promise."""
    return {
        **{name: settings.CONTROLLER[name] for name in ("privacy_email", "dpo_name", "controller_name")},
        "confirm_hours": int(CONFIRM_WITHIN / timedelta(hours=1)),
        "readable_for": Period(days=READABLE_FOR.days),
    }
