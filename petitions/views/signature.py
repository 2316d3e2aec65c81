"""The manage page of one signature: everything its owner may do, from one link, without an account."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from mesopinions.core import rate_limit
from mesopinions.core.client_ip import client_ip, limit_key
from mesopinions.core.sessionless import sessionless_form
from mesopinions.core.tokens import BadToken
from mesopinions.core.views import error_page, see_other, too_many_requests
from mesopinions.mail.services import unblock_path
from petitions import selectors
from petitions.forms import ConsentsForm, DisownForm, DisputeForm, EraseForm, UpdateForm
from petitions.models import Signature
from petitions.models.signature import Link
from petitions.selectors.invalidations import out_of_count
from petitions.selectors.rewordings import rewording_since
from petitions.services import consents, disputes, own_data, signing
from privacy.consent import Purpose
from privacy.registry.wording import period_of

TokenView = Callable[[HttpRequest, str], HttpResponse]
SignatureView = Callable[[HttpRequest, Signature], HttpResponse]
NOTICES = {
    "updated": gettext_lazy("C’est corrigé."),
    "consents": gettext_lazy("Vos choix sont enregistrés."),
    "withdrawn": gettext_lazy("Votre signature est retirée. Le compte a baissé d’une signature."),
}


def limited(view: TokenView) -> TokenView:
    """Let one address try so many links a minute, and no cache keep what they show."""

    @never_cache
    @wraps(view)
    def answered(request: HttpRequest, token: str) -> HttpResponse:
        wait = rate_limit.hit({"link-ip": limit_key(client_ip(request))})
        return too_many_requests(request, wait) if wait else view(request, token)

    return answered


def loaded(view: SignatureView) -> TokenView:
    """Load the signature of the link: 404 for a link we did not make, 410 when its signature is gone."""

    @wraps(view)
    def answered(request: HttpRequest, token: str) -> HttpResponse:
        found = selectors.signature_of(token)
        return error_page(request, HTTPStatus.GONE) if found is None else view(request, found)

    return answered


def with_signature(view: SignatureView) -> TokenView:
    return limited(loaded(view))


def _manage_page(
    request: HttpRequest, signature: Signature, *, status: int = HTTPStatus.OK, **forms: Any
) -> HttpResponse:
    """Show the signature and one form an action; `forms` replaces one that was refused."""
    allowed = {
        "consent_author_updates": consents.granted(signature, Purpose.AUTHOR_UPDATES),
        "consent_newsletter": consents.granted(signature, Purpose.NEWSLETTER),
    }
    context = {
        "signature": signature,
        "petition": selectors.card_of(signature.petition),
        "token": signature.manage_token,
        "rewording": rewording_since(signature),
        "notice": NOTICES.get(request.GET.get("fait", ""), ""),
        "update_form": UpdateForm.of(signature),
        "consent_form": ConsentsForm(initial=allowed),
        "erase_form": EraseForm(),
        "out": out_of_count(signature),
        "dispute_form": DisputeForm(),
        **forms,
    }
    return render(request, "petitions/signature.html", context, status=status)


@with_signature
def _manage_again(request: HttpRequest, signature: Signature) -> HttpResponse:
    """Show the page with a token and the words typed: the person logged in after it was loaded."""
    typed = {"update": ("update_form", UpdateForm), "dispute": ("dispute_form", DisputeForm)}
    name, form = typed.get(request.POST.get("action", ""), ("", None))
    forms = {name: form(request.POST)} if form else {}
    return _manage_page(request, signature, status=HTTPStatus.UNPROCESSABLE_ENTITY, **forms)


@sessionless_form(again=_manage_again)
@with_signature
def manage(request: HttpRequest, signature: Signature) -> HttpResponse:
    """Show the signature; by POST do what `action` says. Opening the link never changes anything."""
    if request.method != "POST":
        return _manage_page(request, signature)
    action = ACTIONS.get(request.POST.get("action", ""))
    return action(request, signature) if action else error_page(request, HTTPStatus.BAD_REQUEST)


def _update(request: HttpRequest, signature: Signature) -> HttpResponse:
    form = UpdateForm(request.POST)
    if not form.is_valid():
        return _manage_page(request, signature, status=HTTPStatus.UNPROCESSABLE_ENTITY, update_form=form)
    if signature.status in own_data.CORRECTABLE_STATUSES:
        own_data.update_signature(
            signature=signature, changes=form.cleaned_data, comment=form.cleaned_data["comment"], at=timezone.now()
        )
    return _see_other(signature, "updated")


def _choose(request: HttpRequest, signature: Signature) -> HttpResponse:
    form = ConsentsForm(request.POST)
    if form.is_valid():
        consents.choose(signature, form.choices, at=timezone.now())
    return _see_other(signature, "consents")


def _withdraw(request: HttpRequest, signature: Signature) -> HttpResponse:
    if signature.status == Signature.Status.PENDING:
        own_data.disown_signature(signature=signature, block=False, at=timezone.now())
        return _receipt(request, signature, _("Votre signature est effacée"), [_("Elle n’était pas encore comptée.")])
    signing.withdraw_signature(signature=signature, at=timezone.now())
    return _see_other(signature, "withdrawn")


def _erase(request: HttpRequest, signature: Signature) -> HttpResponse:
    form = EraseForm(request.POST)
    if not form.is_valid():
        return _manage_page(request, signature, status=HTTPStatus.UNPROCESSABLE_ENTITY, erase_form=form)
    remove = form.cleaned_data["count"] == "remove"
    erased = own_data.erase_signature(signature=signature, remove_from_count=remove, at=timezone.now())
    if erased is None:
        return error_page(request, HTTPStatus.GONE)
    return _receipt(request, signature, _("Vos données sont effacées"), _lines_of(erased))


def _lines_of(erased: own_data.Erased) -> list[str]:
    lines = [_("Votre signature, votre commentaire et nos e-mails à leur sujet n’existent plus chez nous.")]
    if erased.removed_from_count:
        lines.append(_("Le compte de la pétition a baissé d’une signature ; son journal le dit sans vous nommer."))
    elif erased.was_counted:
        lines.append(_("Le compte de la pétition garde un chiffre anonyme."))
    lines.append(
        _(
            "Nous gardons %(period)s la preuve que vous aviez donné votre accord (RGPD, article 7) : une "
            "empreinte qui ne permet pas de vous retrouver."
        )
        % {"period": period_of("privacy.consentrecord")}
    )
    if erased.comment_was_public:
        lines.append(
            _(
                "Votre commentaire était public : la loi nous oblige à garder %(period)s le nom et l’adresse de son "
                "auteur, hors de tout écran et pour la justice seule (CPCE, article L34-1 ; décret n° 2021-1362)."
            )
            % {"period": period_of("petitions.contributortrace")}
        )
    return lines


def _dispute(request: HttpRequest, signature: Signature) -> HttpResponse:
    """Say that a signature is real. Sent twice, it is the first that stands."""
    if wait := rate_limit.hit({"appeal-ip": limit_key(client_ip(request))}):
        return too_many_requests(request, wait)
    form = DisputeForm(request.POST)
    if not form.is_valid():
        return _manage_page(request, signature, status=HTTPStatus.UNPROCESSABLE_ENTITY, dispute_form=form)
    # The page that follows shows the dispute that stands, or the signature that is back.
    with suppress(disputes.AlreadyDisputed, disputes.NotInvalidated):
        disputes.file_dispute(signature=signature, text=form.cleaned_data["text"], at=timezone.now())
    return _redirect("signature", signature)


def _download(request: HttpRequest, signature: Signature) -> HttpResponse:
    response = JsonResponse(own_data.personal_copy(signature), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = f'attachment; filename="signature-{signature.pk}.json"'
    return response


ACTIONS: dict[str, SignatureView] = {
    "update": _update,
    "consents": _choose,
    "withdraw": _withdraw,
    "erase": _erase,
    "dispute": _dispute,
    "download": _download,
}


@sessionless_form(again=_manage_again)
@limited
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Count the signature. Behind the link and by POST, because scanners of mail providers open every link."""
    if request.method == "POST" and signing.confirm_signature(link=_link_or_404(token), at=timezone.now()):
        return see_other(reverse("signature_thanks", args=[token]))
    return _not_counted_now(request, token)


def _link_or_404(token: str) -> Link:
    try:
        return Link.read(token)
    except BadToken:
        raise Http404 from None


@loaded
def _not_counted_now(request: HttpRequest, signature: Signature) -> HttpResponse:
    """Answer a link that was only opened, was used before, or comes too late."""
    if request.method != "POST":
        return _redirect("signature", signature)
    if signature.status == Signature.Status.CONFIRMED:
        return _redirect("signature_thanks", signature)
    lines = [_("La pétition est close depuis plus d’un jour, ou la signature a été retirée ou écartée.")]
    title = _("Cette signature ne peut plus être confirmée")
    return _receipt(request, signature, title, lines, status=HTTPStatus.CONFLICT)


@with_signature
def thanks(request: HttpRequest, signature: Signature) -> HttpResponse:
    """Thank first, then share, then the way back to one's own data."""
    if signature.status != Signature.Status.CONFIRMED:
        return _redirect("signature", signature)
    card = selectors.card_of(signature.petition)
    return render(request, "petitions/thanks.html", {"signature": signature, "petition": card, "count": card.count})


@with_signature
def _disown_again(request: HttpRequest, signature: Signature) -> HttpResponse:
    return _disown_page(request, signature, DisownForm(request.POST))


def _disown_page(request: HttpRequest, signature: Signature, form: DisownForm) -> HttpResponse:
    context = {"form": form, "signature": signature, "petition": selectors.card_of(signature.petition)}
    return render(request, "petitions/disown.html", context)


@sessionless_form(again=_disown_again)
@with_signature
def disown(request: HttpRequest, signature: Signature) -> HttpResponse:
    """« Ce n'est pas moi »: delete a pending signature; a second box blocks further mails to the address."""
    if signature.status != Signature.Status.PENDING:
        return _redirect("signature", signature)
    if request.method != "POST":
        return _disown_page(request, signature, DisownForm())
    form = DisownForm(request.POST)
    form.is_valid()
    try:
        block = own_data.disown_signature(signature=signature, block=form.cleaned_data["block"], at=timezone.now())
    except own_data.NotPending:
        return _redirect("signature", signature)
    lines = [_("La signature que quelqu’un avait faite avec votre adresse n’existe plus. Rien n’a été compté.")]
    links = []
    if block:
        lines.append(_("Nous n’écrirons plus à cette adresse. Vous pourrez changer d’avis à la page ci-dessous."))
        links.append((_("Lever le blocage un jour"), unblock_path(block)))
    return _receipt(request, signature, _("C’est effacé"), lines, links=links)


def _receipt(
    request: HttpRequest,
    signature: Signature,
    title: str,
    lines: list[str],
    *,
    links: list[tuple[str, str]] | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    back = (_("Revenir à la pétition"), signature.petition.get_absolute_url())
    context = {"title": title, "lines": lines, "links": [*(links or []), back]}
    return render(request, "petitions/receipt.html", context, status=status)


def _see_other(signature: Signature, done: str) -> HttpResponse:
    return _redirect("signature", signature, query=f"?fait={done}")


def _redirect(name: str, signature: Signature, *, query: str = "") -> HttpResponse:
    return see_other(reverse(name, args=[signature.manage_token]) + query)
