"""The whole way in a real browser, on a phone: click, agree over there, look at the form, and be in.

The site runs under its web server, the provider is a fake on another host of this machine, and a real worker mails.
"""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.accounts.elsewhere import link, made, mailed_code, uid_of
from tests.factories import PASSWORD, make_user
from tests.journeys.test_sign_to_withdraw import expect_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


@pytest.fixture
def asked(page: Page) -> list[str]:
    """Every address that the browser asked for."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.set_viewport_size({"width": 390, "height": 844})
    return addresses


def hosts(addresses):
    return {urlsplit(address).hostname for address in addresses if not address.startswith("data:")}


def agree(page, name):
    page.get_by_role("link", name=f"Continuer avec {name.title()}").click()
    expect(page.get_by_role("heading")).to_have_text(name)
    page.get_by_role("link", name="Autoriser").click()


def log_in_by_password(page, email):
    page.goto("/compte/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page).to_have_url(re.compile("/compte/$"))


def test_an_account_is_made_with_one_click_a_look_and_a_button(page, asked, elsewhere):
    page.goto("/compte/signup/?next=/petitions/")
    expect_accessible(page)
    assert hosts(asked) == {"localhost"}

    agree(page, elsewhere.name)
    expect(page).to_have_url(re.compile("/3rdparty/signup/"))
    expect(page.locator("[name=first_name]")).to_have_value("Alice")
    expect(page.locator("[name=email]")).to_have_value("alice@example.org")
    expect_accessible(page)
    assert made() == (0, 0, 0)
    page.locator("[name=last_name]").fill("")
    page.get_by_role("button", name="Créer mon compte").click()
    if elsewhere.name == "facebook":
        expect(page).to_have_url(re.compile("/confirm-email/"))
        page.locator("[name=code]").fill(mailed_code())
        page.locator("form:has([name=code]) button").first.click()

    expect(page).to_have_url(re.compile("/petitions/$"))
    alice = User.objects.get()
    assert (alice.first_name, alice.last_name) == ("Alice", "")
    assert alice.email_confirmed_at is not None
    assert hosts(asked) == {"localhost", "127.0.0.1"}


def test_who_changes_their_mind_at_the_form_leaves_nothing(page, asked, google):
    page.goto("/compte/login/")
    agree(page, "google")
    page.get_by_role("button", name="Ne pas créer de compte").click()

    expect(page).to_have_url(re.compile("/compte/login/$"))
    expect(page.get_by_text("Aucun compte n’a été créé, et rien n’a été gardé.")).to_be_visible()
    assert made() == (0, 0, 0)


def test_who_refuses_over_there_is_led_on(page, asked, elsewhere):
    page.goto("/compte/login/")
    page.get_by_role("link", name=f"Continuer avec {elsewhere.name.title()}").click()
    page.get_by_role("link", name="Refuser").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Vous avez renoncé")
    expect_accessible(page)
    page.get_by_role("link", name="Entrer autrement").click()
    expect(page).to_have_url(re.compile("/compte/login/$"))


def test_a_provider_that_is_down_is_named_and_another_try_helps(page, asked, google):
    link(make_user("alice"), "google", uid_of(google))
    google.is_down = True
    page.goto("/compte/login/")
    agree(page, "google")

    expect(page.get_by_role("heading", level=1)).to_have_text("Google ne répond pas")
    expect_accessible(page)

    google.is_down = False
    page.get_by_role("link", name="Réessayer").click()
    page.get_by_role("link", name="Autoriser").click()
    expect(page).to_have_url(re.compile("/compte/$"))


def test_a_link_is_added_after_a_proof_and_ended_again(page, asked, elsewhere):
    make_user("alice")
    log_in_by_password(page, "alice@example.org")
    page.goto("/compte/3rdparty/")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form:has([name=password]) .btn-sign").click()
    expect(page).to_have_url(re.compile("/3rdparty/$"))
    expect_accessible(page)

    page.get_by_role("link", name=f"Lier un compte {elsewhere.name.title()}").click()
    page.get_by_role("link", name="Autoriser").click()
    expect(page.get_by_text("ouvre maintenant votre compte MesOpinions.")).to_be_visible()
    expect_accessible(page)
    assert made() == (1, 1, 1)

    page.get_by_role("button", name="Délier").click()
    expect(page.get_by_text("n’ouvre plus votre compte MesOpinions.")).to_be_visible()
    assert made() == (1, 1, 0)


def test_it_works_without_scripts(browser, live_site, google):
    context = browser.new_context(base_url=live_site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/compte/login/")
    agree(page, "google")
    page.get_by_role("button", name="Créer mon compte").click()

    expect(page).to_have_url(re.compile("/compte/$"))
    context.close()
