"""What follows a petition, to read: its news and all that its signers say."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mesopinions.core.page_cache import cacheable_page
from petitions import selectors
from petitions.selectors import PetitionCard, voices
from petitions.views.pages import with_petition


@require_safe
@cacheable_page
@with_petition("petition_updates")
def petition_updates(request: HttpRequest, card: PetitionCard) -> HttpResponse:
    """Everything that happened since the launch, newest first, a page at a time."""
    after = request.GET.get("apres", "")
    page = selectors.story(card.petition, after=after)
    context = {"petition": card, "page": page, "is_first": not after, "params": QueryDict()}
    return render(request, "petitions/updates.html", context)


@require_safe
@cacheable_page
@with_petition("petition_update")
def petition_update(request: HttpRequest, card: PetitionCard, number: int) -> HttpResponse:
    """One piece of news, and the way to its neighbours."""
    update, before, after = selectors.update_or_404(card.id, number)
    context = {
        "petition": card,
        "update": update,
        "url": card.petition.url_of("petition_update", number),
        "before_url": card.petition.url_of("petition_update", before) if before else "",
        "after_url": card.petition.url_of("petition_update", after) if after else "",
    }
    return render(request, "petitions/update.html", context)


@require_safe
@cacheable_page
@with_petition("petition_comments")
def petition_comments(request: HttpRequest, card: PetitionCard) -> HttpResponse:
    """Every public comment, newest first, a page at a time."""
    after = request.GET.get("apres", "")
    context = {
        "petition": card,
        "page": selectors.public_comments(card.id, after=after, at_most=voices.COMMENTS_PAGE),
        "found": selectors.number_of_comments(card.id),
        "counted_at_most": voices.COMMENTS_COUNTED,
        "is_first": not after,
        "params": QueryDict(),
    }
    return render(request, "petitions/comments.html", context)
