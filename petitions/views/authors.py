"""Authors in public."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mesopinions.core.page_cache import cacheable_page
from petitions import selectors


@require_safe
@cacheable_page
def author(request: HttpRequest, slug: str) -> HttpResponse:
    """What an author published under their public name, a page at a time. 404 when that is nothing."""
    after = request.GET.get("apres", "")
    context = {"author": selectors.author_page(slug, after=after), "is_first": not after, "params": QueryDict()}
    return render(request, "petitions/author.html", context)
