"""« Mes pétitions »: what an author began, where each one stands and what comes next."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from mesopinions.core.views import see_other
from petitions.dates import latest_last_day
from petitions.forms.launch import ExtendForm
from petitions.models import Petition
from petitions.selectors.cards import PetitionCard
from petitions.selectors.drafts import draft_or_404, own_petition_or_404, petitions_of
from petitions.services import closing, drafting

NOTICES = {
    "envoyee": "sent",
    "reprise": "taken_back",
    "supprimee": "deleted",
    "prolongee": "extended",
    "lue": "claimed",
    "modifiee": "edit_sent",
    "changee": "changed",
    "gardee": "kept",
}


@never_cache
@login_required
@require_safe
def space(request: HttpRequest) -> HttpResponse:
    """Show all of the author's petitions."""
    author = _author(request)
    notice = next((kind for name, kind in NOTICES.items() if name in request.GET), "")
    return render(request, "petitions/space/space.html", {"mine": petitions_of(author), "notice": notice})


@login_required
@require_POST
def space_take_back(request: HttpRequest, petition_id: int) -> HttpResponse:
    """Make a petition that waits for its reader a draft again."""
    petition = own_petition_or_404(_author(request), petition_id).petition
    try:
        drafting.take_back(petition=petition, at=timezone.now())
    except drafting.AlreadyClaimed:
        return see_other(f"{reverse('space')}?lue")
    return see_other(f"{reverse('space')}?reprise")


@never_cache
@login_required
def space_delete(request: HttpRequest, petition_id: int) -> HttpResponse:
    """Ask before a draft is deleted; by POST, delete it."""
    draft = draft_or_404(_author(request), petition_id)
    if draft.petition.status not in Petition.WRITABLE:
        raise Http404
    if request.method != "POST":
        return render(request, "petitions/space/delete.html", {"draft": draft})
    drafting.delete_draft(petition=draft.petition, at=timezone.now())
    return see_other(f"{reverse('space')}?supprimee")


@never_cache
@login_required
def space_extend(request: HttpRequest, petition_id: int) -> HttpResponse:
    """Ask for another last day; by POST, let people sign until then."""
    card = own_petition_or_404(_author(request), petition_id)
    if not card.is_open or card.published_at is None:
        raise Http404
    latest = latest_last_day(timezone.localdate(card.published_at))
    if request.method != "POST":
        return _extend_page(request, card, ExtendForm(initial={"closes_on": card.closes_on}))
    form = ExtendForm(request.POST)
    if form.is_valid():
        day = form.cleaned_data["closes_on"]
        try:
            closing.extend_petition(petition=card.petition, last_day=day, at=timezone.now())
        except closing.CannotExtend:
            words = _("Choisissez un jour du %(first)s au %(latest)s.")
            form.add_error("closes_on", words % {"first": f"{card.closes_on:%d/%m/%Y}", "latest": f"{latest:%d/%m/%Y}"})
        else:
            return see_other(f"{reverse('space')}?prolongee")
    return _extend_page(request, card, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _extend_page(
    request: HttpRequest, card: PetitionCard, form: ExtendForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    latest = latest_last_day(timezone.localdate(card.published_at))
    limits = {"min": f"{card.closes_on:%Y-%m-%d}", "max": f"{latest:%Y-%m-%d}"}
    form.fields["closes_on"].widget.attrs |= limits
    return render(request, "petitions/space/extend.html", {"card": card, "form": form, "latest": latest}, status=status)


def _author(request: HttpRequest) -> User:
    """Return who is logged in. Raises Http404 for nobody."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user
