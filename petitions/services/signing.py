"""Signing, confirming and withdrawing: the life of one signature."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from mesopinions.core.addresses import canonical_email, exact_address_key, is_disposable
from mesopinions.core.enqueue import enqueue_soon
from mesopinions.core.places import departement_of
from mesopinions.mail.services import SEND_DUE, queue_mail
from petitions import emails
from petitions.models import Comment, Signature, SignerLink
from petitions.models.signature import Link
from petitions.models.tally import Kind
from petitions.services import consents, tally
from petitions.services.consents import Grant
from petitions.services.sign_statement import CONFIRM, SIGN
from privacy.consent import current_text

# Somebody who signed on the last evening may open the mail the next day.
CONFIRMING_ENDS_AFTER = timedelta(hours=24)
LIST_LINK_LASTS = timedelta(hours=1)


class PetitionClosed(Exception):
    """Signing has ended."""


@dataclass(frozen=True, slots=True)
class SignerDetails:
    """Who signs and from where, already cleaned by the form. `email` is normalised."""

    first_name: str
    last_name: str
    email: str
    country: str
    postal_code: str
    city: str
    language: str
    comment: str = ""
    is_name_public: bool = False
    ip_address: str = ""
    browser: str = ""
    # An account whose confirmed e-mail is the signer's: nothing is left to confirm.
    confirmed_user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """`signature_id` is None when the same address signed in the same instant: its mail is on its way.

    `theme` and `slug` are the words of the petition's address. `manage_token` is given only to somebody whose e-mail is
    confirmed, else ''.
    """

    signature_id: int | None
    is_new: bool
    theme: str
    slug: str
    manage_token: str = ""


def sign_petition(*, petition_id: int, signer: SignerDetails, ticked: Sequence[Grant], at: datetime) -> Signed:
    """Record a pending signature and the mail that asks to confirm it.

    `ticked` are the consents given. One canonical address signs a petition once (unique constraint), so a second call
    changes nothing but the mail. A signer with an account whose e-mail is confirmed has signed for good. Raises
    PetitionClosed when the petition cannot be signed at `at`: it ended, or is not there.
    """
    # One statement is a transaction by itself: BEGIN and COMMIT around it would be two more round trips.
    with transaction.atomic() if signer.confirmed_user_id else nullcontext():
        theme, slug, added_id, known_id = _run_statement(petition_id, signer, ticked, at)
        enqueue_soon(SEND_DUE)
        signature_id = added_id or known_id
        token = _confirm_for_account(signature_id, at) if signature_id and signer.confirmed_user_id else ""
    return Signed(signature_id, added_id is not None, theme, slug, token)


def _run_statement(
    petition_id: int, signer: SignerDetails, ticked: Sequence[Grant], at: datetime
) -> tuple[str, str, int | None, int | None]:
    texts = [current_text(grant.purpose) for grant in ticked]
    values: dict[str, Any] = {
        "petition_id": petition_id,
        "today": timezone.localdate(at),
        "at": at,
        "user_id": signer.confirmed_user_id,
        "first_name": signer.first_name,
        "last_name": signer.last_name,
        "email": signer.email,
        "canonical_email": canonical_email(signer.email),
        "country": signer.country,
        "postal_code": signer.postal_code,
        "city": signer.city,
        "departement": departement_of(signer.country, signer.postal_code, signer.city),
        "is_name_public": signer.is_name_public,
        "language": signer.language,
        "ip_address": signer.ip_address or None,
        "browser": signer.browser,
        "is_disposable": is_disposable(signer.email),
        "subject_key": exact_address_key(signer.email),
        "purposes": [grant.purpose.value for grant in ticked],
        "scopes": [grant.scope for grant in ticked],
        "versions": [text.version for text in texts],
        "hashes": [text.sha256(signer.language) for text in texts],
        "comment": signer.comment,
        "kind": "signed_with_account" if signer.confirmed_user_id else "confirm_signature",
    }
    with connection.cursor() as cursor:
        cursor.execute(SIGN, values)
        signed: tuple[str, str, int | None, int | None] | None = cursor.fetchone()
    if signed is None:
        raise PetitionClosed
    return signed


def _confirm_for_account(signature_id: int, at: datetime) -> str:
    signature = Signature.objects.get(pk=signature_id)
    if signature.status == Signature.Status.PENDING:
        confirm_signature(link=signature.link, at=at)
    return signature.manage_token


def confirm_signature(*, link: Link, at: datetime) -> bool:
    """Count a pending signature and show its comment, in one statement that is a transaction by itself.

    Returns whether this call counted it: a link used twice, even in the same instant, counts once. False too for a
    signature that is gone, withdrawn or invalidated, and once the petition ended more than a day ago.
    """
    since = at - CONFIRMING_ENDS_AFTER
    values = {
        **link._asdict(),
        "at": at,
        "today": timezone.localdate(at),
        "ended_since": since,
        "last_day": timezone.localdate(since),
    }
    with connection.cursor() as cursor:
        cursor.execute(CONFIRM, values)
        return bool(cursor.fetchone()[0])


@transaction.atomic
def withdraw_signature(*, signature: Signature, at: datetime) -> bool:
    """Take a confirmed signature back: out of the count and the lists, comment deleted, consents withdrawn.

    The row stays 30 days as proof. Returns whether this call withdrew it.
    """
    confirmed = Signature.objects.filter(pk=signature.pk, status=Signature.Status.CONFIRMED)
    if not confirmed.update(status=Signature.Status.WITHDRAWN, withdrawn_at=at, is_name_public=False):
        return False
    tally.count(signature, Kind.WITHDRAWAL, at)
    Comment.objects.filter(signature_id=signature.pk).delete()
    consents.withdraw_all(signature, at=at)
    emails.tell_signer(signature, "signature_withdrawn")
    return True


@transaction.atomic
def resend_confirmation(*, petition_id: int, email: str) -> None:
    """Queue the mail of this address's signature once more; do nothing for an address that did not sign."""
    signature = (
        Signature.objects.filter(petition=petition_id, canonical_email=canonical_email(email))
        .exclude(status=Signature.Status.WITHDRAWN)
        .first()
    )
    if signature:
        is_pending = signature.status == Signature.Status.PENDING
        emails.tell_signer(signature, "confirm_signature" if is_pending else "already_signed")


@transaction.atomic
def send_my_signatures(*, email: str, language: str, at: datetime) -> None:
    """Mail a one-hour link to every address of this mailbox that signed something; nothing to one that did not.

    The link goes to the address that was signed with, as it was written then, and shows that one's signatures only.
    """
    signed_with = Signature.objects.filter(canonical_email=canonical_email(email)).values_list("email", flat=True)
    for address in {address.lower(): address for address in signed_with.distinct()}.values():
        link = SignerLink.objects.create(email=address, created_at=at, expires_at=at + LIST_LINK_LASTS)
        queue_mail(kind="my_signatures", recipient=address, language=language, about_id=link.pk)
