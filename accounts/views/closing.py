"""Closing an account, and changing one’s mind."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms.closing import ClosingForm
from accounts.models import User
from accounts.reauthentication import ask_again, has_just_reauthenticated
from accounts.selectors.people import subject_of
from accounts.services import closing
from accounts.views.owners import owner_of
from mesopinions.core.views import see_other
from privacy import requests
from privacy.registry import Period
from privacy.requests.receipts import Receipt, receipt_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """Say what would become of everything; by POST, close the account a week from now.

    Whoever sends the form proves again who they are, and finds their answer chosen when they come back.
    """
    owner = owner_of(request)
    if owner.closes_at:
        return see_other(request.path) if request.method == "POST" else _closing_page(request)
    if request.method == "POST":
        return _close(request, owner)
    if "count" in request.GET and not has_just_reauthenticated(request):
        return ask_again(request)
    return _page(request, owner, ClosingForm(initial={"count": request.GET.get("count")}))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """Keep an account that was closing. Behind the link of the mail and by POST, because scanners open every link."""
    owner = owner_of(request)
    if request.method != "POST" and owner.closes_at:
        return _closing_page(request)
    if request.method == "POST" and closing.keep_account(user_id=owner.pk):
        messages.success(request, _("Votre compte reste ouvert."))
        return see_other(reverse("account"))
    return redirect("account")


def _close(request: HttpRequest, owner: User) -> HttpResponse:
    form = ClosingForm(request.POST)
    if not form.is_valid() and _would_go(owner).has_signatures:
        return _page(request, owner, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if not has_just_reauthenticated(request):
        return see_other(f"{request.path}?{urlencode({'count': form.cleaned_data.get('count', '')})}")
    try:
        closing.close_account(
            user_id=owner.pk,
            leaves_counts=form.leaves_counts,
            session_key=request.session.session_key,
            at=timezone.now(),
        )
    except (closing.StaffAccount, closing.UnconfirmedAddress):
        return _page(request, owner, form, status=HTTPStatus.CONFLICT)
    return see_other(request.path)


def _page(request: HttpRequest, owner: User, form: ClosingForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    receipt = _would_go(owner)
    context = {
        "owner": owner,
        "is_confirmed": subject_of(owner) is not None,
        "receipt": receipt,
        "form": form if receipt.has_signatures else None,
        "is_proved": "count" in request.GET,
        "wait": Period(days=closing.WAITS_FOR.days),
    }
    return render(request, "accounts/closing.html", context, status=status)


def _closing_page(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/closing.html", {"is_closing": True})


def _would_go(owner: User) -> Receipt:
    """Return what an erasure would do now. What is at an address that is not confirmed is not theirs to see."""
    subject = subject_of(owner)
    return receipt_of(requests.would_erase(subject, timezone.now()) if subject else [])
