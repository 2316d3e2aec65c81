"""`/mes-signatures/`: from an e-mail address to a one-hour link to all its signatures."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mesopinions.core import rate_limit
from mesopinions.core.addresses import address_key, normalised_email
from mesopinions.core.client_ip import client_ip, limit_key
from mesopinions.core.page_cache import cacheable_page
from mesopinions.core.sessionless import sessionless_form
from mesopinions.core.views import error_page, too_many_requests
from petitions import selectors
from petitions.forms import AddressForm
from petitions.services import signing
from petitions.views.signing import mail_viewer_url


def _page(request: HttpRequest, form: AddressForm, *, sent: bool = False, status: int = HTTPStatus.OK) -> HttpResponse:
    context = {"form": form, "sent": sent, "mail_viewer_url": mail_viewer_url() if sent else ""}
    return render(request, "petitions/my_signatures.html", context, status=status)


def _again(request: HttpRequest) -> HttpResponse:
    return _page(request, AddressForm(request.POST), status=HTTPStatus.UNPROCESSABLE_ENTITY)


@sessionless_form(again=_again)
@cacheable_page
def my_signatures(request: HttpRequest) -> HttpResponse:
    """Ask for the link. The answer is the same for an address that never signed."""
    if request.method != "POST":
        return _page(request, AddressForm())
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _again(request)
    email = normalised_email(form.cleaned_data["email"])
    if wait := rate_limit.hit({"resend-ip": limit_key(client_ip(request)), "resend-email": address_key(email)}):
        return too_many_requests(request, wait)
    signing.send_my_signatures(email=email, language=get_language() or "fr", at=timezone.now())
    return _page(request, AddressForm(), sent=True)


@require_safe
@never_cache
def my_signatures_list(request: HttpRequest, token: str) -> HttpResponse:
    """List the signatures of the link, each with its own manage link. 410 once the hour is over."""
    if wait := rate_limit.hit({"link-ip": limit_key(client_ip(request))}):
        return too_many_requests(request, wait)
    found = selectors.signatures_of_link(token, timezone.now())
    if found is None:
        return error_page(request, HTTPStatus.GONE)
    return render(request, "petitions/my_signatures_list.html", {"signatures": found})
