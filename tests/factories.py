"""The cast and what they make: Alice writes petitions, Samir signs, Mona moderates, Oscar is nobody's friend."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from mesopinions.core.addresses import normalised_email
from petitions.models import Petition, Recipient, Signature, TextVersion, Theme, Update
from petitions.services import signing, updates
from petitions.services.consents import Grant, scope_of
from privacy.consent import Purpose

PASSWORD = "une phrase de passe de test"


def make_user(name: str = "alice", *, confirmed: bool = True, **fields: Any) -> User:
    """Make an account name@example.org, with a confirmed e-mail unless said otherwise."""
    fields = {"first_name": name.capitalize(), "email_confirmed_at": timezone.now() if confirmed else None, **fields}
    return User.objects.create_user(f"{name}@example.org", PASSWORD, **fields)


# How a petition gets to each status: the database refuses every other way.
WAYS = {
    "draft": (),
    "submitted": ("submitted",),
    "returned": ("submitted", "returned"),
    "rejected": ("submitted", "rejected"),
    "published": ("submitted", "published"),
    "closed": ("submitted", "published", "closed"),
    "removed": ("submitted", "published", "removed"),
}


def make_petition(
    *, title: str = "Rouvrons la ligne", status: str = "published", theme: str = "social", **fields: Any
) -> Petition:
    """Make a petition that can be signed for a hundred days, with one text and one recipient."""
    defaults = {
        "author_name": "Alice Martin",
        "theme": Theme.objects.get(slug=theme),
        "slug": "rouvrons-la-ligne",
        "closes_on": timezone.localdate() + timedelta(days=100),
    }
    petition = Petition.objects.create(**{**defaults, **fields})
    text = "Les rails sont là.\n\nAgissons."
    recipient = {"name": "La Région", "role": "autorité des transports"}
    petition.current_text = TextVersion.objects.create(
        petition=petition, number=1, title=title, text=text, recipients=[recipient]
    )
    Recipient.objects.create(petition=petition, position=1, **recipient)
    for step in WAYS[status]:
        petition.status = step
        petition.published_at = petition.published_at or timezone.now()
        if step == "closed":
            petition.closed_at = petition.closed_at or timezone.now()
        petition.save()
    return petition


def make_update(petition: Petition, number: int = 1, *, text: str = "La Région nous reçoit lundi.") -> Update:
    """Publish news with the service; `number` makes its words differ from the others’."""
    return updates.publish_update(petition=petition, title=f"Nouvelle {number}", text=text, at=timezone.now())


def make_signer(name: str = "samir", **fields: Any) -> signing.SignerDetails:
    """Describe a signer name@example.org from Avesnes."""
    defaults = {
        "first_name": name.capitalize(),
        "last_name": "Benali",
        "email": normalised_email(f"{name}@example.org"),
        "country": "FR",
        "postal_code": "59440",
        "city": "Avesnes-sur-Helpe",
        "language": "fr",
    }
    return signing.SignerDetails(**{**defaults, **fields})


def make_signature(
    petition: Petition,
    name: str = "samir",
    *,
    confirmed: bool = False,
    consents: tuple[Purpose, ...] = (),
    **fields: Any,
) -> Signature:
    """Sign with the service, and confirm if asked."""
    purposes = (Purpose.POLITICAL_SIGNATURE, *consents)
    grants = [Grant(purpose, scope_of(purpose, petition_id=petition.pk)) for purpose in purposes]
    signed = signing.sign_petition(
        petition_id=petition.pk, signer=make_signer(name, **fields), ticked=grants, at=timezone.now()
    )
    signature = Signature.objects.select_related("petition__theme").get(pk=signed.signature_id or 0)
    if confirmed:
        signing.confirm_signature(link=signature.link, at=timezone.now())
        signature.refresh_from_db()
    return signature


def sign_data(name: str = "samir", **fields: str) -> dict[str, str]:
    """Return what the sign form sends, with the one box that is required. A field set to '' is left out."""
    data = {
        "first_name": name.capitalize(),
        "last_name": "Benali",
        "email": f"{name}@example.org",
        "country": "FR",
        "postal_code": "59440",
        "city": "Avesnes-sur-Helpe",
        "consent_signature": "on",
    }
    return {name: value for name, value in {**data, **fields}.items() if value}
