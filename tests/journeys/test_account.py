"""An owner goes through the pages of an account in a real browser, with scripts and without."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from accounts.models import Profile, User
from tests.factories import PASSWORD, make_petition, make_signature, make_user
from tests.support.programs import LiveSite

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


@pytest.fixture
def alice(transactional_db: None) -> User:
    alice = make_user("alice", public_name="Alice Martin")
    make_signature(make_petition(author=alice), "alice", confirmed=True)
    return alice


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def own_page(request: pytest.FixtureRequest, browser: Browser, live_site: LiveSite, alice: User) -> Iterator[Page]:
    """Alice's first page once she is in."""
    context = browser.new_context(
        base_url=live_site.url, viewport={"width": 390, "height": 844}, java_script_enabled=request.param
    )
    page = context.new_page()
    page.goto("/compte/login/?next=/compte/")
    page.locator("[name=login]").fill(alice.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    expect(page).to_have_url(re.compile("/compte/$"))
    yield page
    context.close()


def send(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name).click()


def test_alice_tells_of_herself_and_is_told_what_to_mend(own_page: Page) -> None:
    own_page.get_by_role("link", name="Mon profil").first.click()
    own_page.locator("[name=phone]").fill("06 12 34 56 78")
    own_page.locator("[name=country]").select_option("FR")
    own_page.locator("[name=postal_code]").fill("13001")
    send(own_page, "Enregistrer")
    expect(own_page.locator(".error-summary")).to_contain_text("Cochez la case")

    own_page.locator("[name=phone_contact]").check()
    send(own_page, "Enregistrer")
    expect(own_page.get_by_role("status").first).to_contain_text("C’est enregistré.")
    assert (Profile.objects.get().phone, Profile.objects.get().city) == ("+33612345678", "Marseille")


def test_alice_closes_her_account_and_keeps_it_after_all(own_page: Page, alice: User) -> None:
    own_page.get_by_role("link", name="Fermer mon compte").click()
    own_page.get_by_label("Retirer mes signatures des comptes").check()
    send(own_page, "Fermer mon compte")
    own_page.locator("[name=password]").fill(PASSWORD)
    own_page.locator("[name=password]").press("Enter")

    expect(own_page).to_have_url(re.compile(r"/compte/fermer/\?count=remove$"))
    expect(own_page.get_by_label("Retirer mes signatures des comptes")).to_be_checked()
    send(own_page, "Fermer mon compte")
    expect(own_page.get_by_role("main")).to_contain_text("Votre compte ferme le")
    alice.refresh_from_db()
    assert alice.closes_at
    assert alice.leaves_counts

    own_page.goto("/compte/fermer/annuler/")
    send(own_page, "Garder mon compte")
    expect(own_page.get_by_role("status").first).to_contain_text("Votre compte reste ouvert.")
    alice.refresh_from_db()
    assert alice.closes_at is None


@pytest.mark.parametrize("own_page", [True], indirect=True)
def test_every_page_of_the_account_can_be_read_by_everybody(own_page: Page) -> None:
    faults = []
    for place in ("", "profil/", "preferences/", "signatures/", "securite/", "fermer/"):
        own_page.goto(f"/compte/{place}")
        expect(own_page.get_by_role("navigation", name="Mon compte")).to_be_visible()
        faults += [f"{place}: {rule['id']}" for rule in Axe().run(own_page).response["violations"]]
        if own_page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{place} is wider than the screen")
    assert faults == []
