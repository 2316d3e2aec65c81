"""Pages to read: the same bytes for every visitor without a cookie."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from mesopinions.core import rate_limit
from mesopinions.core.client_ip import client_ip, limit_key
from mesopinions.core.page_cache import cacheable_page
from mesopinions.core.views import error_page, too_many_requests
from petitions import selectors
from petitions.forms import SignForm
from petitions.models import Petition, Theme
from petitions.search import Search, read_search
from petitions.selectors import PetitionCard, Wanted, lists

PetitionView = Callable[[HttpRequest, PetitionCard], HttpResponse]


@require_safe
@cacheable_page
def home(request: HttpRequest) -> HttpResponse:
    """The front page: what the site is, and the most signed petitions."""
    page = selectors.petition_list(Wanted(timezone.localdate(), sort="signatures"))
    return render(request, "petitions/home.html", {"petitions": page.cards, "totals": selectors.totals()})


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
    context = {
        "page": selectors.petition_list(wanted, after=request.GET.get("apres", "")),
        "wanted": wanted,
        "themes": Theme.objects.all(),
        "params": params,
        "page_path": f"{request.path}?{params.urlencode()}" if params else request.path,
        "found": selectors.number_found(wanted) if wanted.search else None,
        "counted_at_most": lists.COUNTED_AT_MOST,
    }
    return render(request, "petitions/list.html", context)


def _wanted(asked: QueryDict, search: Search | None) -> Wanted:
    """Return what an address asks for. Raises Http404 for an order, a status or a theme that does not exist."""
    sort = asked.get("tri", "" if search else "recentes")
    status, slug = asked.get("statut", ""), asked.get("theme", "")
    if ("tri" in asked and sort not in selectors.SORTS) or (status and status not in selectors.STATUSES):
        raise Http404
    theme = get_object_or_404(Theme, slug=slug) if slug else None
    return Wanted(timezone.localdate(), sort, theme, status, search)


def _params(wanted: Wanted) -> QueryDict:
    """Return the address's parameters without those that change nothing."""
    params = {
        "q": wanted.search.text if wanted.search else "",
        "theme": wanted.theme.slug if wanted.theme else "",
        "tri": wanted.sort if wanted.search or wanted.sort != "recentes" else "",
        "statut": wanted.status,
    }
    return QueryDict(urlencode({name: value for name, value in params.items() if value}))


def with_petition(name: str) -> Callable[[PetitionView], Callable[..., HttpResponse]]:
    """Load the petition of the page called `name`: 410 when it was removed, 301 from an old theme or slug."""

    def decorate(view: PetitionView) -> Callable[..., HttpResponse]:
        @wraps(view)
        def loaded(request: HttpRequest, theme: str, slug: str, petition_id: int) -> HttpResponse:
            try:
                card = selectors.petition_or_404(petition_id)
            except Http404:
                if selectors.is_removed(petition_id):
                    return error_page(request, HTTPStatus.GONE)
                raise
            address = card.petition.url_of(name)
            return view(request, card) if request.path == address else HttpResponsePermanentRedirect(address)

        return loaded

    return decorate


@require_safe
@cacheable_page
@with_petition("petition")
def petition(request: HttpRequest, card: PetitionCard) -> HttpResponse:
    """A petition with its count and the form to sign it."""
    return petition_page(request, card, SignForm(card.id))


def petition_page(
    request: HttpRequest, card: PetitionCard, form: SignForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    """Render the petition's page with a form that may carry words and errors (3 queries)."""
    context = {
        "petition": card,
        "form": form,
        "comments": selectors.public_comments(card.id),
        "signers": selectors.public_signers(card.id),
    }
    return render(request, "petitions/petition.html", context, status=status)


@require_safe
def petition_short(request: HttpRequest, petition_id: int) -> HttpResponse:
    """The short address leads to the full one."""
    return redirect(get_object_or_404(Petition.objects.public().with_text(), pk=petition_id), permanent=True)


@require_safe
@cacheable_page
@with_petition("petition_history")
def petition_history(request: HttpRequest, card: PetitionCard) -> HttpResponse:
    """Every version of the text, so that nobody's words change after they were signed."""
    versions = card.petition.versions.order_by("-number")
    return render(request, "petitions/history.html", {"petition": card, "versions": versions})


@require_safe
@cacheable_page
@with_petition("petition_journal")
def petition_journal(request: HttpRequest, card: PetitionCard) -> HttpResponse:
    """How the count is made, and every adjustment of it: one line a day and reason."""
    entries = selectors.journal(card.id)
    return render(request, "petitions/journal.html", {"petition": card, "entries": entries, "count": card.count})
