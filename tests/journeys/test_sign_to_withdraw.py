"""The whole way in a real browser: read, sign, open the mail, confirm, see the count, take it back.

The site runs under its web server and a real worker sends the mail. The petition is a real one where the archive is at
hand (../shared/data beside the project), else one of ours.
"""

import re
import time
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Page, expect

from petitions.models import Petition
from tests.factories import make_petition

ARCHIVE = Path(__file__).resolve().parents[3] / "shared" / "data" / "uk-petitions" / "sample-2000.jsonl"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


@pytest.fixture
def petition(transactional_db: None) -> Petition:
    if not ARCHIVE.exists():
        return make_petition()
    call_command("import_petitions", str(ARCHIVE), limit=20, verbosity=0)
    return Petition.objects.select_related("theme").latest("imported_signatures")


def link_mailed_to(address: str, path: str) -> str:
    """Wait for the mail file and return the path of its link that starts with `path`."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        for file in Path(settings.MAIL_DIR).glob("*.eml"):
            message = message_from_bytes(file.read_bytes(), policy=policy.default)
            text = message.get_body(("plain",)).get_content()
            if message["To"] == address and (found := re.search(rf"https?://\S+{path}\S+", text)):
                return urlsplit(found[0]).path
        time.sleep(0.1)
    raise AssertionError(f"no mail with a link to {path}")


def count_shown(page: Page) -> int:
    return int(page.locator("[data-signature-count]").first.get_attribute("data-signature-count") or "")


def fill_in(page: Page, email: str) -> None:
    page.locator("[name=first_name]").fill("Samir")
    page.locator("[name=last_name]").fill("Benali")
    page.locator("[name=email]").fill(email)
    page.locator("[name=postal_code]").fill("59440")
    page.locator("[name=consent_signature]").check()


def expect_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


@pytest.mark.parametrize(("width", "prefix"), [(390, ""), (1280, "/en")])
def test_read_sign_confirm_count_and_withdraw(page, petition, celery_worker_process, width, prefix):
    email = f"samir{width}@example.org"
    address = prefix + petition.get_absolute_url()
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    before = count_shown(page)
    expect_accessible(page)

    fill_in(page, email)
    page.locator("#sign-form button").click()
    expect(page).to_have_url(re.compile("/confirmez/$"))
    expect_accessible(page)

    manage = link_mailed_to(email, "/signature/")
    page.goto(manage)
    expect_accessible(page)
    page.locator("form:has([name=action][value=confirm]) button").click()
    expect(page).to_have_url(re.compile("/merci/$"))
    confirmed_at = time.monotonic()
    expect_accessible(page)
    while True:
        page.goto(address)
        if count_shown(page) == before + 1:
            break
        assert time.monotonic() - confirmed_at < 2, "the count must follow within two seconds"

    page.goto(manage)
    expect_accessible(page)
    page.locator("form:has([name=action][value=withdraw]) button").click()
    time.sleep(1.1)  # a page may be one second old
    page.goto(address)
    assert count_shown(page) == before
    page.goto(prefix + petition.url_of("petition_journal"))
    expect(page.locator("tbody tr").first).to_contain_text("−1")
    expect_accessible(page)


def test_the_journey_sends_nothing_to_another_host_and_sets_no_cookie(page, petition):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(petition.get_absolute_url())
    fill_in(page, "samir@example.org")
    page.locator("#sign-form button").click()
    page.goto("/mes-signatures/")

    assert {urlsplit(url).hostname for url in asked if not url.startswith("data:")} == {"localhost"}
    assert page.context.cookies() == []


def test_somebody_with_a_keyboard_alone_can_sign(page, petition):
    page.goto(petition.get_absolute_url())
    page.locator("[name=first_name]").focus()
    words = {"last_name": "Benali", "email": "clavier@example.org", "postal_code": "59440", "city": "Avesnes"}
    page.keyboard.type("Samir")
    for _ in range(12):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name || document.activeElement.tagName")
        if name in words:
            page.keyboard.type(words[name])
        if name == "consent_signature":
            page.keyboard.press("Space")
        if name == "BUTTON":
            page.keyboard.press("Enter")
            break

    expect(page).to_have_url(re.compile("/confirmez/$"))


def test_a_refused_form_keeps_the_words_and_takes_the_reader_to_the_list_of_what_to_mend(page, petition):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(petition.get_absolute_url())
    page.locator("[name=last_name]").fill("Benali")
    page.locator("#sign-form button").click()

    expect(page.locator("[name=last_name]")).to_have_value("Benali")
    expect(page.locator(".error-summary, [role=alert]").first).to_be_focused()
    expect_accessible(page)


def test_the_page_stands_at_320_pixels_and_without_scripts(browser, live_site, petition):
    context = browser.new_context(
        base_url=live_site.url, viewport={"width": 320, "height": 640}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(petition.get_absolute_url())
    fill_in(page, "sans.script@example.org")
    page.locator("#sign-form button").click()

    expect(page).to_have_url(re.compile("/confirmez/$"))
    context.close()
