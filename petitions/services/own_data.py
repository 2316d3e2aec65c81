"""What signers do with their own signature from their link: correct, hide, choose, download, erase, disown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from mesopinions.core.places import departement_of
from mesopinions.mail import services as mail
from mesopinions.mail.models import MailBlock
from petitions.emails import ABOUT_SIGNATURE
from petitions.models import Comment, Signature
from petitions.selectors.invalidations import out_of_count
from petitions.services import consents, tally
from petitions.services.erasing import erase_signatures
from privacy import requests
from privacy.consent import Purpose
from privacy.registry import Erasing

CORRECTABLE = ("first_name", "last_name", "country", "postal_code", "city", "is_name_public")

CORRECTABLE_STATUSES = (Signature.Status.PENDING, Signature.Status.CONFIRMED)


class NotPending(Exception):
    """The signature was confirmed: its owner has it withdrawn or erased instead."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did. `was_counted` says whether the signature stood in the total before."""

    was_counted: bool
    removed_from_count: bool
    comment_was_public: bool


@transaction.atomic
def update_signature(*, signature: Signature, changes: Mapping[str, Any], comment: str, at: datetime) -> None:
    """Correct a signature and its comment; `changes` holds the fields of CORRECTABLE.

    A confirmed signature that moves to another département moves in the tally too. Showing or hiding the name is
    recorded as consent given or withdrawn.
    """
    signature = Signature.objects.select_for_update(of=["self"]).select_related("petition").get(pk=signature.pk)
    before = signature.departement
    for field in CORRECTABLE:
        setattr(signature, field, changes[field])
    signature.departement = departement_of(signature.country, signature.postal_code, signature.city)
    signature.save(update_fields=[*CORRECTABLE, "departement"])
    if signature.status == Signature.Status.CONFIRMED and signature.departement != before:
        tally.move(signature, from_departement=before, at=at)
    consents.choose(signature, {Purpose.PUBLIC_NAME: signature.is_name_public}, at=at)
    _write_comment(signature, comment, at)


def _write_comment(signature: Signature, text: str, at: datetime) -> None:
    if not text:
        Comment.objects.filter(signature=signature).delete()
        return
    is_public = signature.status == Signature.Status.CONFIRMED
    Comment.objects.update_or_create(
        signature=signature,
        defaults={"text": text},
        create_defaults={
            "text": text,
            "petition_id": signature.petition_id,
            "created_at": at,
            "published_at": at if is_public else None,
        },
    )


def personal_copy(signature: Signature) -> dict[str, Any]:
    """Return everything that we hold about one signature, ready for JSON, with field names a person can read."""
    comment = Comment.objects.filter(signature=signature).first()
    out = out_of_count(signature)
    dispute = out.dispute if out else None
    return {
        "petition": {
            "title": signature.text_version.title,
            "version": signature.text_version.number,
            "id": signature.petition_id,
        },
        "status": signature.status,
        **{field: getattr(signature, field) for field in ("first_name", "last_name", "email", "country")},
        **{field: getattr(signature, field) for field in ("postal_code", "city", "departement", "is_name_public")},
        "language": signature.language,
        "comment": comment.text if comment else "",
        "signed_at": signature.created_at.isoformat(),
        "confirmed_at": signature.confirmed_at and signature.confirmed_at.isoformat(),
        "withdrawn_at": signature.withdrawn_at and signature.withdrawn_at.isoformat(),
        "out_of_count_since": out and out.at.isoformat(),
        "out_of_count_because": out.why if out else "",
        "dispute": dispute.text if dispute else "",
        "answer": dispute.answer if dispute else "",
        "ip_address": signature.ip_address,
        "browser": signature.browser,
        "consents": consents.history(signature),
        "mails": mail.history(ABOUT_SIGNATURE, signature.pk),
    }


@transaction.atomic
def erase_signature(*, signature: Signature, remove_from_count: bool, at: datetime) -> Erased | None:
    """Delete a signature with its comment and mails; its consent proofs keep no name, address or petition.

    The count drops by one, as a line of the public journal, only if the person asks for it. Returns None when the
    signature was gone already.
    """
    locked = Signature.objects.select_for_update().filter(pk=signature.pk).first()
    if locked is None:
        return None
    was_counted = locked.status == Signature.Status.CONFIRMED
    erasing = Erasing(at, remove_from_count)
    requests.bury(Signature._meta.label, [locked.pk], erasing)
    comment_was_public = Comment.objects.filter(signature=locked, published_at__isnull=False).exists()
    erase_signatures([locked.pk], erasing)
    return Erased(was_counted, was_counted and remove_from_count, comment_was_public)


@transaction.atomic
def disown_signature(*, signature: Signature, block: bool, at: datetime) -> MailBlock | None:
    """« Ce n'est pas moi »: delete a pending signature with its consent rows and mails, as if it had never been.

    With `block` nothing is ever sent to the address again until its owner lifts it; that block is returned.
    Raises NotPending when the signature was confirmed.
    """
    locked = Signature.objects.select_for_update().filter(pk=signature.pk).first()
    if locked is not None:
        if locked.status != Signature.Status.PENDING:
            raise NotPending
        erasing = Erasing(at)
        requests.bury(Signature._meta.label, [locked.pk], erasing)
        erase_signatures([locked.pk], erasing)
    return mail.block_address(signature.email) if block else None
