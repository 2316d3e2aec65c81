"""`/decision/<token>/`: a decision with its reasons, and the appeal against it, for who holds the link of the mail."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from mesopinions.core import rate_limit
from mesopinions.core.client_ip import client_ip, limit_key
from mesopinions.core.sessionless import sessionless_form
from mesopinions.core.views import error_page, see_other, too_many_requests
from petitions import selectors
from petitions.forms import AppealForm
from petitions.selectors import DecisionPage, is_open_to_appeal
from petitions.services.moderating import appeals
from petitions.services.moderating.refusals import AlreadyAppealed, NotOpenToAppeal
from petitions.views.signature import limited


def _page(request: HttpRequest, page: DecisionPage, form: AppealForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    context = {
        "page": page,
        "form": form,
        "is_open": is_open_to_appeal(page.decision, timezone.localdate()),
        "page_path": request.path,
    }
    response = render(request, "petitions/decision.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@never_cache
def _again(request: HttpRequest, token: str) -> HttpResponse:
    """Show the words typed once more: the person logged in after the page was loaded."""
    page = selectors.decision_of(token)
    if page is None:
        return error_page(request, HTTPStatus.GONE)
    return _page(request, page, AppealForm(request.POST), status=HTTPStatus.UNPROCESSABLE_ENTITY)


@sessionless_form(again=_again)
@limited
def decision(request: HttpRequest, token: str) -> HttpResponse:
    """Show a decision; by POST, file the appeal. Filed twice, it is the first that stands."""
    page = selectors.decision_of(token)
    if page is None:
        return error_page(request, HTTPStatus.GONE)
    if request.method != "POST":
        return _page(request, page, AppealForm())
    if wait := rate_limit.hit({"appeal-ip": limit_key(client_ip(request))}):
        return too_many_requests(request, wait)
    form = AppealForm(request.POST)
    if not form.is_valid():
        return _page(request, page, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        appeals.file_appeal(decision=page.decision, text=form.cleaned_data["text"], at=timezone.now())
    except AlreadyAppealed:
        pass  # the page that follows shows the one that was filed
    except NotOpenToAppeal:
        form.add_error(None, _("On ne peut plus demander à revoir cette décision."))
        return _page(request, page, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return see_other(f"{request.path}#recours")
