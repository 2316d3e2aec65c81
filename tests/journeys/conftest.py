"""The pages of the site, for tests that look at all of them. A new page adds its line to `pages`."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from mesopinions.core import tokens
from mesopinions.mail.services import block_address, unblock_path
from petitions.models import Petition, SignerLink
from tests.factories import make_signature


@pytest.fixture
def pages(transactional_db: None) -> dict[str, str]:
    """Return the path of each page by the name of its picture, on the demonstration."""
    call_command("demo", verbosity=0)
    open_one = Petition.objects.filter(status="published").with_text().latest("signatures_total")
    named = Petition.objects.public().filter(author__public_name=F("author_name")).latest("signatures_total")
    closed = Petition.objects.filter(status="closed").with_text().latest("pk")
    pending, confirmed = make_signature(open_one), make_signature(open_one, "nadia", confirmed=True)
    link = SignerLink.objects.create(email=confirmed.email, expires_at=timezone.now() + timedelta(hours=1))
    return {
        "home": "/",
        "list": "/petitions/?tri=signatures",
        "theme": "/petitions/?theme=social",
        "found": "/petitions/?q=train+-avion&statut=ouvertes",
        "nothing-found": "/petitions/?q=licorne+rose",
        "author": reverse("author", args=[named.author.slug]),
        "petition": open_one.get_absolute_url(),
        "closed": closed.get_absolute_url(),
        "history": open_one.url_of("petition_history"),
        "journal": open_one.url_of("petition_journal"),
        "updates": open_one.url_of("petition_updates"),
        "update": open_one.url_of("petition_update", 1),
        "comments": open_one.url_of("petition_comments"),
        "victories": "/victoires/",
        "pending": open_one.url_of("sign_pending"),
        "confirm": reverse("signature", args=[pending.manage_token]),
        "disown": reverse("signature_disown", args=[pending.manage_token]),
        "manage": reverse("signature", args=[confirmed.manage_token]),
        "thanks": reverse("signature_thanks", args=[confirmed.manage_token]),
        "mine": "/mes-signatures/",
        "mine-list": reverse("my_signatures_list", args=[tokens.make(tokens.Scope.SIGNATURES_LIST, link.pk)]),
        "unblock": unblock_path(block_address("oscar@example.org")),
        "login": "/compte/login/",
        "mails": "/dev/mails/",
        "not-found": "/petition/social/rien/999999999/",
    }
