"""A petition comes back with reasons, is improved on a telephone, and is published."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from petitions.models import Decision, Petition, Submission, Theme
from petitions.services import drafting
from tests.factories import make_user
from tests.journeys.acts import MODERATOR, PHONE, expect_accessible, log_in, take
from tests.petitions.moderation.conftest import allow
from tests.support.chromium import new_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]

VAGUE = ("Il faut que ça change à la gare, vraiment. " * 10).strip()
CLEAR = ("Nous demandons à la Région de rouvrir la gare d’Avesnes avant la rentrée. " * 6).strip()


@pytest.fixture
def sent(transactional_db: None) -> Submission:
    """What Alice sent to be read."""
    alice = make_user("alice", public_name="Alice Martin")
    allow(make_user("mona", is_staff=True), *MODERATOR)
    return send_as(alice)


def send_as(alice: User) -> Submission:
    now = timezone.now()
    draft = drafting.start_draft(author=alice, title="Rouvrez la gare", language="fr", at=now)
    drafting.save_draft(
        draft=draft,
        at=now,
        text=VAGUE,
        recipients=[{"name": "La Région", "role": "", "email": ""}],
        theme=Theme.objects.get(slug="social"),
        author_name="Alice Martin",
        closes_on=timezone.localdate() + timedelta(days=90),
    )
    return drafting.submit_draft(petition=draft.petition, language="fr", at=now)


def give_back(desk: Page, submission: Submission) -> None:
    take(desk, submission)
    desk.get_by_role("link", name="Renvoyer").click()
    desk.locator("[name=reason]").select_option("unclear")
    desk.locator("[name=statement]").fill("Dites à qui vous demandez quoi, et pour quand.")
    desk.get_by_role("button", name="Renvoyer").click()


def test_returned_with_reasons_improved_and_published(page: Page, sent: Submission, browser: Browser, live_site):
    with new_page(browser, live_site.url) as desk:
        log_in(desk, "mona", "/admin/")
        give_back(desk, sent)

        page.set_viewport_size(PHONE)
        log_in(page, "alice", "/espace/")
        expect(page.get_by_text("Dites à qui vous demandez quoi")).to_be_visible()
        expect_accessible(page)
        page.get_by_role("link", name="Améliorer").click()
        page.goto(f"/petitions/lancer/{sent.petition_id}/texte/")
        expect(page.locator("[name=text]")).to_have_value(VAGUE)
        page.locator("[name=text]").fill(CLEAR)
        page.locator(".ways").get_by_role("button", name="Continuer").click()
        expect(page).to_have_url(re.compile("/destinataires/$"))
        page.goto(f"/petitions/lancer/{sent.petition_id}/relire/")
        page.locator("[name=consent_publication]").check()
        page.locator(".ways").get_by_role("button", name="Envoyer").click()
        expect(page.get_by_role("status")).to_contain_text("C’est envoyé")

        take(desk, Submission.objects.get(closed_at=None))
        desk.get_by_role("button", name="Publier").click()
        expect(desk).to_have_url(re.compile("/admin/petitions/submission/$"))

    petition = Petition.objects.get()
    assert petition.status == "published"
    assert list(Decision.objects.order_by("pk").values_list("act", flat=True)) == ["returned", "published"]
    page.goto(petition.get_absolute_url())
    expect(page.get_by_text("rouvrir la gare d’Avesnes").first).to_be_visible()
    expect_accessible(page)
