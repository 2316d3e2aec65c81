"""The privacy policy."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mesopinions.core.page_cache import cacheable_page
from privacy.selectors import policy


@require_safe
@cacheable_page
def privacy_policy(request: HttpRequest) -> HttpResponse:
    """Say what the site knows of people, why, for how long, and what they can do about it."""
    context = {
        "chapters": policy.chapters(),
        "bases": policy.bases(),
        "recipients": policy.recipients(),
        "sources": policy.sources(),
        "cookies": policy.cookies(),
        "controller": settings.CONTROLLER,
        "version_on": policy.VERSION_ON,
    }
    return render(request, "privacy/policy.html", context)
