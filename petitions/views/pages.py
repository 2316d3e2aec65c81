"""Pages of one petition to read: the same bytes for every visitor without a cookie."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mesopinions.core.page_cache import cacheable_page
from petitions import selectors
from petitions.forms import SignForm
from petitions.models import Petition
from petitions.selectors import PetitionCard
from petitions.selectors.rewordings import history_of

PetitionView = Callable[..., HttpResponse]


def with_petition(name: str) -> Callable[[PetitionView], Callable[..., HttpResponse]]:
    """Load the petition of the page called `name`: 410 when it was removed, 301 from an old theme or slug.

    One that was refused has one page, if it may be read at all.
    """

    def decorate(view: PetitionView) -> Callable[..., HttpResponse]:
        @wraps(view)
        def loaded(request: HttpRequest, theme: str, slug: str, petition_id: int, **rest: int) -> HttpResponse:
            try:
                card = selectors.petition_or_404(petition_id)
            except Http404:
                if selectors.is_removed(petition_id):
                    return _removed_page(request)
                refused = selectors.refused_petition(petition_id, timezone.localdate()) if name == "petition" else None
                if refused is None:
                    raise
                return _refused_page(request, refused)
            address = card.petition.url_of(name, *rest.values())
            return view(request, card, **rest) if request.path == address else HttpResponsePermanentRedirect(address)

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
    """Render the petition's page with a form that may carry words and errors (4 queries)."""
    latest = selectors.latest_update(card.id)
    context = {
        "petition": card,
        "form": form,
        "latest": latest,
        "latest_url": card.petition.url_of("petition_update", latest.number) if latest else "",
        "comments": selectors.public_comments(card.id),
        "signers": selectors.public_signers(card.id),
    }
    return render(request, "petitions/petition.html", context, status=status)


def _refused_page(request: HttpRequest, card: PetitionCard) -> HttpResponse:
    """Show what was refused and why, to who comes for it and to no search engine (1 query)."""
    if request.path != card.url:
        return HttpResponsePermanentRedirect(card.url)
    response = render(request, "petitions/refused.html", {"petition": card})
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _removed_page(request: HttpRequest) -> HttpResponse:
    """Say that it was there, and no word of it."""
    response = render(request, "petitions/removed.html", status=HTTPStatus.GONE)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def petition_short(request: HttpRequest, petition_id: int) -> HttpResponse:
    """The short address leads to the full one."""
    if refused := selectors.refused_petition(petition_id, timezone.localdate()):
        return redirect(refused.url)  # not for good: in a year it leads nowhere
    if selectors.is_removed(petition_id):
        return _removed_page(request)
    return redirect(get_object_or_404(Petition.objects.public().with_text(), pk=petition_id), permanent=True)


@require_safe
@cacheable_page
@with_petition("petition_history")
def petition_history(request: HttpRequest, card: PetitionCard) -> HttpResponse:
    """Every version of the text and what it changed, so that nobody's words change after they were signed."""
    entries = history_of(card.petition)
    return render(request, "petitions/history.html", {"petition": card, "entries": entries})


@require_safe
@cacheable_page
@with_petition("petition_journal")
def petition_journal(request: HttpRequest, card: PetitionCard) -> HttpResponse:
    """How the count is made, and every adjustment of it: one line a day and reason."""
    entries = selectors.journal(card.id)
    return render(request, "petitions/journal.html", {"petition": card, "entries": entries, "count": card.count})
