"""The front page of an account."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.selectors.overview import overview_of
from accounts.views.owners import owner_of


@never_cache
@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Say who one is here, and lead to everything."""
    owner = owner_of(request)
    return render(request, "accounts/overview.html", {"owner": owner, "overview": overview_of(owner)})
