"""What an account sees of its own signatures, and what its consents are about."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.selectors.people import confirmed_email
from mesopinions.core.addresses import canonical_email
from petitions.models import Partner, Petition, Signature
from petitions.selectors.signatures import SignatureRow, in_order, row_of


@dataclass(frozen=True, slots=True)
class About:
    """What a consent is about: '' for what the whole site does, and for a petition that nobody may read any more."""

    title: str = ""
    url: str = ""
    partner: str = ""


def signatures_of_account(user: User) -> list[SignatureRow]:
    """Return the signatures made by an account, or from exactly the address that it has confirmed (1 query)."""
    return [row_of(signature) for signature in in_order(_signatures(user))]


def number_of_signatures(user: User) -> int:
    """Return how many lines `signatures_of_account` has (1 query)."""
    return _signatures(user).count()


def number_of_petitions(user: User) -> int:
    """Return how many petitions an account began (1 query)."""
    return Petition.objects.filter(author=user).count()


def about_scopes(scopes: list[str]) -> dict[str, About]:
    """Say which petition, and which partner, each scope of the consent ledger is about (2 queries)."""
    parts = {scope: dict(part.split(":", 1) for part in scope.split("/") if ":" in part) for scope in scopes}
    petitions = _numbered(parts.values(), "petition")
    partners = _numbered(parts.values(), "partner")
    public = {str(petition.pk): petition for petition in Petition.objects.public().with_text().filter(pk__in=petitions)}
    names = {str(partner.pk): partner.name for partner in Partner.objects.filter(pk__in=partners)}
    return {
        scope: _about(public.get(found.get("petition", "")), names.get(found.get("partner", ""), ""))
        for scope, found in parts.items()
    }


def _signatures(user: User) -> QuerySet[Signature]:
    own, email = Q(user=user), confirmed_email(user)
    if email:
        own |= Q(canonical_email=canonical_email(email), email__iexact=email)
    return Signature.objects.filter(own)


def _numbered(scopes: Iterable[dict[str, str]], name: str) -> list[int]:
    return [int(number) for scope in scopes if (number := scope.get(name, "")).isdecimal()]


def _about(petition: Petition | None, partner: str) -> About:
    if petition is None:
        return About(partner=partner)
    return About(petition.text.title, petition.get_absolute_url(), partner)
