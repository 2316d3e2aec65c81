"""Edited after twenty signatures: every signer is told once, one leaves, an edit is refused, and an appeal reverses it.

The site runs under its web server and a real worker sends the mails.
"""

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from petitions.models import Petition, Submission
from tests.factories import make_petition, make_signature, make_user
from tests.journeys.acts import MODERATOR, PHONE, expect_accessible, log_in, take
from tests.petitions.moderation.conftest import allow
from tests.support.chromium import new_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

SIGNERS = 20
TITLE = "Rouvrons la ligne et la gare"
NOTE = "La gare manquait dans notre demande."


@pytest.fixture
def petition(transactional_db: None) -> Petition:
    petition = make_petition(author=make_user("alice", public_name="Alice Martin"))
    for number in range(SIGNERS):
        make_signature(petition, f"signer{number}", confirmed=True)
    make_signature(petition, "pending")
    for name in ("mona", "luc"):
        allow(make_user(name, is_staff=True), *MODERATOR)
    return petition


def mails(words: str) -> list[EmailMessage]:
    messages = [
        message_from_bytes(file.read_bytes(), policy=policy.default) for file in Path(settings.MAIL_DIR).glob("*.eml")
    ]
    return [message for message in messages if words in message["Subject"]]


def wait_for(count: int, words: str) -> list[EmailMessage]:
    ends = time.monotonic() + 40
    while time.monotonic() < ends:
        if len(found := mails(words)) >= count:
            return found
        time.sleep(0.2)
    raise AssertionError(f"{len(mails(words))} of {count} mails: {words}")


def link_in(message: EmailMessage, path: str) -> str:
    text = message.get_body(("plain",)).get_content()
    return urlsplit(re.search(rf"https?://\S+{path}\S+", text)[0]).path


def send_edit(page: Page, petition: Petition, title: str) -> Submission:
    page.goto(f"/espace/petition/{petition.pk}/modifier/")
    page.locator("[name=title]").fill(title)
    page.locator("[name=note]").fill(NOTE)
    expect_accessible(page)
    page.get_by_role("button", name="Envoyer la modification").click()
    expect(page).to_have_url(re.compile(r"/espace/\?modifiee"))
    return Submission.objects.get(closed_at=None)


def test_edited_after_twenty_signatures(
    page: Page, petition: Petition, celery_worker_process, browser: Browser, live_site
):
    page.set_viewport_size(PHONE)
    log_in(page, "alice", f"/espace/petition/{petition.pk}/modifier/")
    expect(page.get_by_text(f"chacun de vos {SIGNERS} signataires").first).to_be_visible()
    first = send_edit(page, petition, TITLE)

    with new_page(browser, live_site.url) as desk:
        log_in(desk, "mona", "/admin/")
        take(desk, first)
        expect(desk.get_by_text(f"{SIGNERS} personnes")).to_be_visible()
        desk.get_by_role("button", name="Publier et prévenir les signataires").click()
        expect(desk.get_by_text("Un e-mail parti ne revient pas.")).to_be_visible()
        desk.get_by_role("button", name="Publier et prévenir les signataires").click()

        told = wait_for(SIGNERS, "Ce que vous avez signé a changé")
        assert sorted(message["To"] for message in told) == sorted(f"signer{n}@example.org" for n in range(SIGNERS))

        with new_page(browser, live_site.url) as signer:
            leave(signer, told[0], petition)

        refuse(desk, send_edit(page, petition, "Fermons tout"))

    appeal(page)
    with new_page(browser, live_site.url) as other:
        grant_the_appeal(other)

    told = wait_for(2 * SIGNERS - 1, "Ce que vous avez signé a changé")
    again = [message for message in told if "Fermons tout" in message.get_body(("plain",)).get_content()]
    assert len({message["To"] for message in again}) == len(again) == SIGNERS - 1
    petition.refresh_from_db()
    page.goto(petition.url_of("petition_history"))
    expect(page.locator(".version")).to_have_count(3)
    expect_accessible(page)


def appeal(page: Page) -> None:
    [refusal] = wait_for(1, "Votre modification est refusée")
    page.goto(link_in(refusal, "/decision/"))
    page.locator("[name=text]").fill("La demande est dans le titre.")
    page.locator("form:has([name=text]) button").click()


def refuse(page: Page, submission: Submission) -> None:
    take(page, submission)
    page.get_by_role("link", name="Refuser").click()
    page.locator("[name=reason]").select_option("unclear")
    page.locator("[name=statement]").fill("Dites ce que vous demandez.")
    page.get_by_role("button", name="Refuser").click()


def grant_the_appeal(page: Page) -> None:
    """Somebody else than who refused."""
    log_in(page, "luc", "/admin/petitions/appeal/")
    page.get_by_role("button", name="Prendre", exact=True).click()
    page.locator("[name=outcome]").select_option("reversed")
    page.locator("[name=answer]").fill("La demande est claire.")
    page.locator("form:has([name=answer]) button").last.click()


def leave(page: Page, message: EmailMessage, petition: Petition) -> None:
    """Open the link, read, withdraw: the count follows."""
    page.set_viewport_size(PHONE)
    page.goto(link_in(message, "/signature/"))
    expect(page.locator("ins").first).to_have_text("et la gare")
    expect_accessible(page)
    page.locator("#ce-qui-a-change").get_by_role("button", name="Retirer ma signature").click()
    expect(page.get_by_role("heading", name="Votre signature est retirée")).to_be_visible()
    time.sleep(1.1)  # a page may be one second old
    page.goto(petition.get_absolute_url())
    expect(page.locator("[data-signature-count]").first).to_have_attribute("data-signature-count", str(SIGNERS - 1))
