"""Every page at three widths, light and dark, in both languages: pictures to look at in shots/, and axe on each."""

from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from mesopinions.core import tokens
from mesopinions.mail.services import block_address, unblock_path
from petitions.models import Petition, SignerLink
from tests.factories import make_signature

SHOTS = Path(__file__).resolve().parents[2] / "shots"

pytestmark = [
    pytest.mark.proof,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
]


@pytest.fixture
def pages(transactional_db: None) -> dict[str, str]:
    """Return the path of each page by the name of its picture, on the demonstration."""
    call_command("demo", verbosity=0)
    open_one = Petition.objects.filter(status="published").with_text().latest("signatures_total")
    closed = Petition.objects.filter(status="closed").with_text().latest("pk")
    pending, confirmed = make_signature(open_one), make_signature(open_one, "nadia", confirmed=True)
    link = SignerLink.objects.create(email=confirmed.email, expires_at=timezone.now() + timedelta(hours=1))
    return {
        "home": "/",
        "list": "/petitions/?tri=signatures",
        "theme": "/petitions/?theme=social",
        "petition": open_one.get_absolute_url(),
        "closed": closed.get_absolute_url(),
        "history": open_one.url_of("petition_history"),
        "journal": open_one.url_of("petition_journal"),
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


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 820, 1280])
def test_every_page_fits_and_passes_axe(page: Page, pages, width, scheme, language):
    SHOTS.mkdir(exist_ok=True)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    faults = []
    for name, path in pages.items():
        page.goto(path if language == "fr" else f"/en{path}")
        page.screenshot(path=SHOTS / f"{name}-{width}-{scheme}-{language}.png", full_page=True)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{name} is wider than the screen")
        faults += [f"{name}: {rule['id']}" for rule in Axe().run(page).response["violations"]]
    assert faults == []
