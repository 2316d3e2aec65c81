"""The front page, and lists of petitions: the same bytes for every visitor without a cookie."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from mesopinions.core import rate_limit
from mesopinions.core.client_ip import client_ip, limit_key
from mesopinions.core.page_cache import cacheable_page
from mesopinions.core.views import too_many_requests
from petitions import selectors
from petitions.models import Theme
from petitions.search import Search, read_search
from petitions.selectors import Wanted, lists


@require_safe
@cacheable_page
def home(request: HttpRequest) -> HttpResponse:
    """The front page: what the site is, what moves, what was won, and where to look."""
    return render(request, "petitions/home.html", {"front": selectors.front_page(timezone.localdate())})


@require_safe
@cacheable_page
def petition_list(request: HttpRequest) -> HttpResponse:
    """Every public petition, or those that `q` finds, by `theme`, `statut` and `tri`, a page at a time."""
    search = read_search(request.GET.get("q", ""))
    if search.text and (wait := rate_limit.hit({"search-ip": limit_key(client_ip(request))})):
        return too_many_requests(request, wait)
    wanted = _wanted(request.GET, search if search.text else None)
    # Links are made of what was understood: what was typed may be very long.
    params = _params(wanted)
    after = request.GET.get("apres", "")
    context = {
        "page": selectors.petition_list(wanted, after=after),
        "is_first": not after,
        "wanted": wanted,
        "has_trends": selectors.default_sort(wanted.status, None) == "tendances",
        "themes": Theme.objects.all(),
        "params": params,
        "page_path": f"{request.path}?{params.urlencode()}" if params else request.path,
        "canonical": _canonical(request, wanted),
        "found": selectors.number_found(wanted) if wanted.search else None,
        "counted_at_most": lists.COUNTED_AT_MOST,
    }
    response = render(request, "petitions/list.html", context)
    if wanted.is_of_refused:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _wanted(asked: QueryDict, search: Search | None) -> Wanted:
    """Return what an address asks for. Raises Http404 for an order, a status or a theme that does not exist."""
    status, slug = asked.get("statut", ""), asked.get("theme", "")
    sort = asked.get("tri", selectors.default_sort(status, search))
    if ("tri" in asked and sort not in selectors.SORTS) or (status and status not in selectors.STATUSES):
        raise Http404
    theme = get_object_or_404(Theme, slug=slug) if slug else None
    return Wanted(timezone.localdate(), sort, theme, status, search)


def _params(wanted: Wanted) -> QueryDict:
    """Return the address's parameters without those that change nothing."""
    params = {
        "q": wanted.search.text if wanted.search else "",
        "theme": wanted.theme.slug if wanted.theme else "",
        "tri": "" if wanted.sort == selectors.default_sort(wanted.status, wanted.search) else wanted.sort,
        "statut": wanted.status,
    }
    return QueryDict(urlencode({name: value for name, value in params.items() if value}))


def _canonical(request: HttpRequest, wanted: Wanted) -> str:
    """Return the one address, without its host, that stands for a list in all its orders."""
    facts = {"theme": wanted.theme.slug if wanted.theme else "", "statut": wanted.status}
    query = urlencode({name: value for name, value in facts.items() if value})
    return f"{request.path}?{query}" if query else request.path
