"""Mails to signers. Each is built when it leaves, so it tells the state of that moment or is not sent at all."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from mesopinions.core import tokens
from mesopinions.mail.kinds import Letter, kind, site_url
from mesopinions.mail.models import OutgoingMail
from mesopinions.mail.services import queue_mail
from petitions.models import Petition, Signature, SignerLink, Submission, Update
from petitions.selectors.rewordings import Rewording
from privacy import consent, unsubscribe
from privacy.consent import Purpose
from privacy.registry import Subject

# Kinds whose `about_id` is a signature's id: they go with it when it is erased.
ABOUT_SIGNATURE = (
    "confirm_signature",
    "already_signed",
    "signed_with_account",
    "signature_withdrawn",
    "petition_update",
    "text_changed",
    "signature_invalidated",
    "signature_reinstated",
    "dispute_answered",
)
# Characters of an update that its mail quotes, in whole paragraphs where they fit.
OPENING = 700


def tell_signer(signature: Signature, name: str) -> None:
    """Queue a mail of one of the kinds of ABOUT_SIGNATURE to the signer, in the signer's language."""
    queue_mail(kind=name, recipient=signature.email, language=signature.language, about_id=signature.pk)


@kind("confirm_signature")
def confirm_signature(mail: OutgoingMail) -> Letter | None:
    """Ask to confirm. Once confirmed there is nothing to ask."""
    return _about_signature(mail, Signature.Status.PENDING)


@kind("already_signed")
def already_signed(mail: OutgoingMail) -> Letter | None:
    """Answer somebody who signs a petition again: the page said nothing of it, only this mail does."""
    return _about_signature(mail, Signature.Status.CONFIRMED, Signature.Status.INVALIDATED)


@kind("signed_with_account")
def signed_with_account(mail: OutgoingMail) -> Letter | None:
    """Hand the manage link to somebody who signed in one step."""
    return _about_signature(mail, Signature.Status.CONFIRMED)


@kind("signature_withdrawn")
def signature_withdrawn(mail: OutgoingMail) -> Letter | None:
    """Tell the owner of the address: somebody else may have had the link."""
    return _about_signature(mail, Signature.Status.WITHDRAWN)


@kind("my_signatures")
def my_signatures(mail: OutgoingMail) -> Letter | None:
    """Send the one-hour link, unless the hour is over."""
    link = SignerLink.objects.filter(pk=mail.about_id or 0, expires_at__gt=timezone.now()).first()
    if link is None:
        return None
    token = tokens.make(tokens.Scope.SIGNATURES_LIST, link.pk)
    return Letter({"list_url": site_url(reverse("my_signatures_list", args=[token]))})


@kind("petition_update")
def petition_update(mail: OutgoingMail) -> Letter | None:
    """Tell a signer the author's news, unless they have said no, or the news was hidden, since it was queued."""
    signature = signature_about(mail, Signature.Status.CONFIRMED)
    update = Update.objects.public().filter(pk=mail.context.get("update", 0)).first()
    if signature is None or update is None or update.petition_id != signature.petition_id:
        return None
    petition = signature.petition
    grant = consent.last(Subject(signature.email), Purpose.AUTHOR_UPDATES, scope=f"petition:{petition.pk}")
    if petition.status not in Petition.PUBLIC or grant is None or not grant.granted:
        return None
    context = {
        **context_of(signature),
        "update_title": update.title,
        "opening": update.opening(OPENING),
        "update_url": site_url(petition.url_of("petition_update", update.number)),
        "unsubscribe_url": unsubscribe.url_for(grant.pk),
    }
    return Letter(context, unsubscribe.headers_for(grant.pk))


@kind("text_changed")
def text_changed(mail: OutgoingMail) -> Letter | None:
    """Tell a signer what changed since they signed, and how to withdraw. No consent is asked for: it is their voice.

    The last announcement speaks for those before it that have not left yet: it says all that they would.
    """
    signature = signature_about(mail, Signature.Status.CONFIRMED)
    if signature is None or signature.petition.status not in Petition.PUBLIC:
        return None
    announced = Submission.objects.filter(petition=signature.petition, tells_signers=True).select_related("version")
    last = announced.order_by("-version__number").first()
    if last is None or last.version is None or last.version.pk != mail.context.get("version"):
        return None
    return Letter(
        {
            **context_of(signature),
            "rewording": Rewording(signature.text_version, signature.petition.text),
            "note": last.version.note,
            "history_url": site_url(signature.petition.url_of("petition_history")),
        }
    )


def _about_signature(mail: OutgoingMail, *statuses: Signature.Status) -> Letter | None:
    signature = signature_about(mail, *statuses)
    return Letter(context_of(signature)) if signature else None


def signature_about(mail: OutgoingMail, *statuses: Signature.Status) -> Signature | None:
    """Return the signature that a mail is about, None when it is gone or in none of these states (1 query)."""
    return (
        Signature.objects.select_related("petition__theme", "petition__current_text", "text_version")
        .filter(pk=mail.about_id or 0, status__in=statuses)
        .first()
    )


def context_of(signature: Signature) -> dict[str, Any]:
    """Return what every mail to a signer may say."""
    token = signature.manage_token
    return {
        "first_name": signature.first_name,
        "title": signature.text_version.title,
        "author_name": signature.petition.author_name,
        "petition_url": site_url(signature.petition.get_absolute_url()),
        "manage_url": site_url(reverse("signature", args=[token])),
        "disown_url": site_url(reverse("signature_disown", args=[token])),
    }
