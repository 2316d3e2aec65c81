"""What petitions achieved."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mesopinions.core.page_cache import cacheable_page
from petitions import selectors


@require_safe
@cacheable_page
def victories(request: HttpRequest) -> HttpResponse:
    """Petitions that were won or answered, the latest first."""
    after = request.GET.get("apres", "")
    context = {"page": selectors.victories(after=after), "is_first": not after, "params": QueryDict()}
    return render(request, "petitions/victories.html", context)
