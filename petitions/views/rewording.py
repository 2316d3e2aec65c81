"""« Modifier »: what an author changes on a petition that is public, on one page."""

from enum import StrEnum
from http import HTTPStatus
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from accounts.models import User
from mesopinions.core import rate_limit
from mesopinions.core.addresses import address_key
from mesopinions.core.sessionless import sessionless_form
from mesopinions.core.views import see_other, too_many_requests
from petitions.content.markdown import render as render_markdown
from petitions.forms.launch import PICTURE_REFUSED
from petitions.forms.rewording import EditForms
from petitions.models import Decision, Draft, Petition
from petitions.selectors.decisions import token_of
from petitions.selectors.drafts import draft_or_404, last_decisions, own_petition_or_404
from petitions.selectors.rewordings import Rewording, edit_of, signers_to_tell, waiting_edit
from petitions.services.drafting import AlreadyClaimed, AlreadySent, NotConfirmed, WrittenElsewhere, fingerprint
from petitions.services.pictures import PictureRefused
from petitions.services.rewording import editing
from petitions.views.launch import steps, words
from petitions.views.launch.pages import refused_answer, saved_words
from petitions.views.launch.writing import log_in

PARTS = ("title", "text", "recipients", "note", "video_url", "goal")


class Go(StrEnum):
    """What a button asks for. All but the last three keep what was written."""

    AUTOSAVE = "autosave"
    SEND = "send"
    LATER = "later"
    ADD = "add"
    PREVIEW = "preview"
    REMOVE_PICTURE = "remove-picture"
    TAKE_BACK = "take-back"
    DROP = "drop"


def _again(request: HttpRequest, petition_id: int) -> HttpResponse:
    """Show the page with the words typed and a fresh token: the session changed since it was loaded."""
    if not isinstance(request.user, User):
        return log_in(request)
    petition = own_petition_or_404(request.user, petition_id).petition
    forms = _forms(request, edit_of(petition))
    forms.title.add_error(None, _("Vous vous êtes connecté depuis une autre page. Vérifiez, puis continuez."))
    return _page(request, petition, forms, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@sessionless_form(again=_again)
def space_edit(request: HttpRequest, petition_id: int) -> HttpResponse:
    """Show what can change of the author's petition; by POST, keep it and do what the button says.

    One that is not public yet is written step by step.
    """
    if not isinstance(request.user, User):
        return log_in(request) if request.method == "POST" else redirect_to_login(request.get_full_path())
    petition = own_petition_or_404(request.user, petition_id).petition
    if petition.status in Petition.WRITABLE:
        draft = draft_or_404(request.user, petition_id)
        return see_other(steps.first_incomplete(draft, timezone.localdate()).url(petition_id))
    if petition.status != Petition.Status.PUBLISHED:
        return see_other(reverse("space"))
    if request.method == "POST":
        return _act(request, request.user, petition)
    return _show(request, petition)


def _show(request: HttpRequest, petition: Petition) -> HttpResponse:
    draft, held = edit_of(petition), words.kept(request)
    if held is not None:
        more: dict[str, Any] = {"seen": held[words.SEEN]} if words.SEEN in held else {}
        return _page(request, petition, EditForms(draft, held), is_back=True, **more)
    rows = request.GET.get("lignes", "")
    rows_asked = int(rows) if rows.isascii() and rows.isdigit() and len(rows) < 3 else 1
    return _page(request, petition, EditForms(draft, rows=rows_asked))


def _page(
    request: HttpRequest, petition: Petition, forms: EditForms, *, status: int = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    draft, refused = edit_of(petition), _refusal(request, petition)
    rewording = Rewording(petition.text, draft)
    context = {
        "public": petition,
        "history_url": petition.url_of("petition_history"),
        "draft": draft,
        "forms": forms,
        "seen": fingerprint(draft, PARTS),
        "waiting": waiting_edit(petition),
        "refused": refused,
        "refused_url": reverse("decision", args=[token_of(refused)]) if refused else "",
        "signers": signers_to_tell(petition),
        "rewording": None if rewording.is_empty else rewording,
        "preview": render_markdown(draft.text),
        "saved": "" if rewording.is_empty else saved_words(draft.updated_at),
        **more,
    }
    response = render(request, "petitions/space/edit.html", context, status=status)
    add_never_cache_headers(response)
    return response


def _refusal(request: HttpRequest, petition: Petition) -> Decision | None:
    """Return why the last edit was refused, if that is the last thing that was decided."""
    last = last_decisions(request.user, [petition.pk]).get(petition.pk) if isinstance(request.user, User) else None
    return last if last and last.act == Decision.Act.EDIT_REFUSED else None


def _forms(request: HttpRequest, draft: Draft) -> EditForms:
    return EditForms(draft, request.POST, request.FILES, is_complete=_go(request) == Go.SEND)


def _go(request: HttpRequest) -> str:
    return request.POST.get("go", Go.SEND)


def _act(request: HttpRequest, author: User, petition: Petition) -> HttpResponse:
    if wait := rate_limit.hit({"draft-email": address_key(author.email)}):
        return too_many_requests(request, wait)
    go = _go(request)
    try:
        if go == Go.TAKE_BACK:
            editing.take_back_edit(petition=petition)
            return see_other(request.path)
        if go == Go.DROP:
            editing.drop_edit(petition=petition)
            return see_other(request.path)
    except (AlreadyClaimed, AlreadySent):
        return see_other(f"{reverse('space')}?lue")
    forms = _forms(request, edit_of(petition))
    return _save(request, author, petition, forms) if forms.is_valid() else _refused(request, petition, forms)


def _save(request: HttpRequest, author: User, petition: Petition, forms: EditForms) -> HttpResponse:
    go, at, kept = _go(request), timezone.now(), forms.kept
    is_explicit = go != Go.AUTOSAVE
    if not is_explicit:
        del kept["image"]
    try:
        draft = editing.begin_edit(petition=petition, by=author, at=at)
        seen = request.POST.get(words.SEEN, "")
        saved = editing.save_edit(draft=draft, at=at, seen=seen, shows_looks=is_explicit, **kept)
        if go == Go.REMOVE_PICTURE:
            editing.remove_picture(petition=petition)
    except WrittenElsewhere as refusal:
        if not is_explicit:
            message = _("Ce texte a changé dans une autre fenêtre : enregistrez pour voir les deux.")
            return refused_answer(message, HTTPStatus.CONFLICT)
        message = _("Ce texte a changé dans une autre fenêtre. Les deux sont là : gardez ce qu’il faut, puis envoyez.")
        forms.title.add_error(None, message)
        return _refused(request, petition, forms, status=HTTPStatus.CONFLICT, stored=refusal.draft)
    except AlreadySent:
        message = _("Une modification attend déjà d’être lue, ou la pétition est close. Vos mots sont gardés ici.")
        forms.title.add_error(None, message)
        return _refused(request, petition, forms, status=HTTPStatus.CONFLICT, keeps_words=True)
    except PictureRefused as refusal:
        forms.image.add_error("image", PICTURE_REFUSED[type(refusal)])
        return _refused(request, petition, forms)
    words.let_go(request)
    if not is_explicit:
        answer = {"saved": saved_words(saved.updated_at), "seen": fingerprint(saved, PARTS), "advice": ""}
        return JsonResponse(answer, headers={"Cache-Control": "no-store"})
    return _send(request, author, petition, forms) if go == Go.SEND else see_other(_where(request, forms, go))


def _where(request: HttpRequest, forms: EditForms, go: str) -> str:
    ways = {
        Go.LATER: f"{reverse('space')}?gardee",
        Go.ADD: f"{request.path}?lignes={len(forms.recipients.rows) + 1}#destinataires",
        Go.PREVIEW: f"{request.path}?apercu#apercu",
    }
    return ways.get(Go(go), request.path) if go in set(Go) else request.path


def _refused(
    request: HttpRequest,
    petition: Petition,
    forms: EditForms,
    *,
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY,
    **more: Any,
) -> HttpResponse:
    if _go(request) == Go.AUTOSAVE:
        return refused_answer(" ".join(str(error) for lines in forms.errors.values() for error in lines), status)
    return _page(request, petition, forms, status=status, **more)


def _send(request: HttpRequest, author: User, petition: Petition, forms: EditForms) -> HttpResponse:
    if wait := rate_limit.hit({"submit-email": address_key(author.email)}):
        return too_many_requests(request, wait)
    try:
        editing.send_edit(petition=petition, at=timezone.now())
    except editing.NothingChanged:
        editing.drop_edit(petition=petition)
        return see_other(f"{reverse('space')}?changee")
    except editing.NoteMissing:
        forms.note.add_error("note", _("Dites en une phrase pourquoi : vos signataires le liront."))
    except NotConfirmed:
        forms.title.add_error(None, _("Confirmez d’abord votre adresse e-mail, dans « Mon compte »."))
    else:
        return see_other(f"{reverse('space')}?modifiee")
    return _refused(request, petition, forms)
