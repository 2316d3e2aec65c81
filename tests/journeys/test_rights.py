"""From the form to the receipt, and to the file, in a real browser on a phone with a real worker behind it."""

import re
import zipfile

import pytest
from playwright.sync_api import Page, expect

from petitions.models import Signature
from petitions.selectors import signature_count
from tests.factories import make_petition, make_signature
from tests.journeys.test_sign_to_withdraw import expect_accessible, link_mailed_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]

FORM = "/confidentialite/mes-droits/"


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def phone(request, browser, live_site):
    context = browser.new_context(
        base_url=live_site.url, viewport={"width": 390, "height": 844}, java_script_enabled=request.param
    )
    yield context.new_page()
    context.close()


def ask(page: Page, right: str, email: str) -> None:
    """Fill the form in, and open the link that the mailbox gets."""
    page.goto(FORM)
    page.locator(f"[name=right][value={right}]").check()
    page.locator("[name=email]").fill(email)
    page.locator("form.rights-form button").click()
    expect(page).to_have_url(re.compile("/ouvrez-votre-boite-mail/$"))
    page.goto(link_mailed_to(email, FORM))


def test_who_asks_to_be_erased_sees_it_done_and_reads_the_receipt(phone, celery_worker_process):
    petition = make_petition()
    email = f"samir{id(phone)}@example.org"
    make_signature(petition, email=email, confirmed=True, comment="Il le faut.")

    ask(phone, "erasure", email)
    expect(phone.locator("h1")).to_have_text("Tout effacer\u202f?")
    phone.locator("[name=count][value=remove]").check()
    phone.locator("form.rights-confirm button").click()
    expect(phone.locator("h1")).to_have_text("Vos données sont effacées", timeout=20_000)

    expect(phone.locator(".receipt-lines").first).to_contain_text("Signatures")
    assert not Signature.objects.exists()
    assert signature_count(petition.pk) == 0


def test_who_asks_for_a_copy_gets_the_file(page, celery_worker_process):
    page.set_viewport_size({"width": 390, "height": 844})
    email = f"copie{id(page)}@example.org"
    make_signature(make_petition(), email=email, confirmed=True, comment="Il le faut.")

    ask(page, "access", email)
    page.locator("form.rights-confirm button").click()
    expect(page.locator("h1")).to_have_text("Vos données sont prêtes", timeout=20_000)
    expect_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le fichier").click()

    with zipfile.ZipFile(download.value.path()) as package:
        assert email in package.read("donnees.json").decode()


def test_the_pages_of_the_way_pass_axe_and_a_refusal_takes_the_reader_to_what_to_mend(page, celery_worker_process):
    page.set_viewport_size({"width": 390, "height": 844})
    email = f"axe{id(page)}@example.org"
    make_signature(make_petition(), email=email, confirmed=True)
    page.goto(FORM)
    expect_accessible(page)
    page.locator("form.rights-form button").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect_accessible(page)

    ask(page, "erasure", email)
    expect_accessible(page)
    page.locator("form.rights-confirm button").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect_accessible(page)
    page.locator("[name=count][value=keep]").check()
    page.locator("form.rights-confirm button").click()
    expect(page.locator("h1")).to_have_text("Vos données sont effacées", timeout=20_000)
    expect_accessible(page)
