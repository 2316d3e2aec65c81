"""A newcomer reads a mail of this machine and follows its link."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.mail import EmailMultiAlternatives
from playwright.sync_api import Page, expect

from mesopinions.mail.backends import EmlFileBackend
from tests.support.programs import LiveSite

pytestmark = pytest.mark.browser


@pytest.fixture
def _mail(live_site: LiveSite) -> Iterator[None]:
    link = f"{live_site.url}/petitions/"
    message = EmailMultiAlternatives("Bonjour Samir", f"Allez à {link} pour lire.", to=["samir@example.org"])
    message.attach_alternative(f'<html><head></head><body><a href="{link}">Lire</a></body></html>', "text/html")
    EmlFileBackend().send_messages([message])
    yield
    for file in Path(site.MAIL_DIR).glob("*.eml"):
        file.unlink()


@pytest.mark.usefixtures("_mail")
def test_a_link_of_the_framed_mail_opens_in_the_whole_window(page: Page):
    page.goto("/dev/mails/")
    page.get_by_role("link", name="Bonjour Samir").click()
    page.frame_locator("iframe").get_by_role("link", name="Lire").click()

    expect(page).to_have_url("/petitions/")


@pytest.mark.usefixtures("_mail")
def test_a_link_of_the_text_can_be_followed_too(page: Page):
    page.goto("/dev/mails/")
    page.get_by_role("link", name="Bonjour Samir").click()
    page.locator(".mail-text a").click()

    expect(page).to_have_url("/petitions/")
