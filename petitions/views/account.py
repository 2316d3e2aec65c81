"""What an account signed, among its own pages."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.views.owners import owner_of
from petitions import selectors


@never_cache
@login_required
@require_safe
def signatures(request: HttpRequest) -> HttpResponse:
    """List the signatures of the account, each with its own manage page."""
    owner = owner_of(request)
    context = {"signatures": selectors.signatures_of_account(owner), "owner": owner}
    return render(request, "petitions/account_signatures.html", context)
