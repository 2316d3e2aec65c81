"""The signatures that a link leads to."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, QuerySet, Value, When
from django.http import Http404
from django.urls import reverse

from mesopinions.core import tokens
from mesopinions.core.addresses import canonical_email
from petitions.models import Signature, SignerLink
from petitions.models.signature import Link


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """One line of « Mes signatures »."""

    petition_title: str
    status: str
    created_at: datetime
    manage_url: str


def signature_of(token: str) -> Signature | None:
    """Return the signature that a manage link leads to, None when it was erased or its link renewed (1 query).

    Raises Http404 for a link that we did not make.
    """
    try:
        link = Link.read(token)
    except tokens.BadToken:
        raise Http404 from None
    return (
        Signature.objects.select_related("petition__theme", "petition__current_text", "text_version", "comment")
        .filter(pk=link.signature_id, petition=link.petition_id, link_generation=link.generation)
        .first()
    )


def signatures_of_link(token: str, at: datetime) -> list[SignatureRow] | None:
    """Return the signatures of a one-hour link, newest first, None once the hour is over (2 queries).

    Raises Http404 for a link that we did not make.
    """
    try:
        link_id, _generation = tokens.read(tokens.Scope.SIGNATURES_LIST, token)
    except (tokens.BadToken, ValueError):
        raise Http404 from None
    link = SignerLink.objects.filter(pk=link_id, expires_at__gt=at).first()
    return None if link is None else [row_of(signature) for signature in signatures_with_address(link.email)]


def signatures_with_address(email: str) -> QuerySet[Signature]:
    """Return the signatures made with exactly this address, whatever its case."""
    return in_order(Signature.objects.filter(canonical_email=canonical_email(email), email__iexact=email))


def in_order(signatures: QuerySet[Signature]) -> QuerySet[Signature]:
    """Return them with what a line shows, the newest first, and after them those that were withdrawn."""
    return (
        signatures.select_related("petition__theme", "text_version")
        .defer("text_version__text")
        .annotate(is_over=Case(When(status=Signature.Status.WITHDRAWN, then=Value(1)), default=Value(0)))
        .order_by("is_over", "-created_at")
    )


def row_of(signature: Signature) -> SignatureRow:
    """Return one line of « Mes signatures »."""
    manage_url = reverse("signature", args=[signature.manage_token])
    return SignatureRow(signature.text_version.title, signature.status, signature.created_at, manage_url)
