"""Passkeys in a real browser, with a device that the browser imitates: made, used, asked for again, taken away."""

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import Login, User
from tests.accounts.acts import totp_code
from tests.accounts.mailbox import notices
from tests.factories import PASSWORD, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]

SECURITY, ADD = "/compte/securite/", "/compte/2fa/webauthn/add/"


class Device:
    """A telephone that recognises its owner, as Chrome imitates it (Web Authentication level 2, section 11)."""

    def __init__(self, page: Page) -> None:
        self._browser = page.context.new_cdp_session(page)
        self._browser.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self._id = self._browser.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def recognise(self, *, owner: bool) -> None:
        """Recognise who holds it from now on, or not."""
        self._browser.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": owner})


@pytest.fixture
def alice(transactional_db: None) -> User:
    return make_user("alice")


@pytest.fixture
def device(page: Page) -> Device:
    return Device(page)


def log_in(page: Page, *, at: str = "/compte/login/") -> None:
    page.goto(at)
    page.locator("[name=login]").fill("alice@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form:has([name=login]) .btn-sign").click()


def log_out(page: Page) -> None:
    page.context.clear_cookies()


def add_passkey(page: Page, name: str = "Mon téléphone") -> None:
    """Add a passkey, after the password again."""
    page.goto(ADD)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form:has([name=password]) .btn-sign").click()
    page.locator("[name=name]").fill(name)
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/2fa/recovery-codes/")


def expect_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def test_a_passkey_is_made_lets_in_alone_and_is_asked_after_a_password(page, alice, device):
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page)
    page.wait_for_url("**/compte/")
    add_passkey(page)
    expect_accessible(page)
    page.goto(SECURITY)
    expect(page.locator("main")).to_contain_text("Mon téléphone")
    expect_accessible(page)

    log_out(page)
    page.goto("/compte/login/?next=/compte/securite/")
    page.get_by_role("button", name="Entrer avec une clé d’accès").click()
    expect(page.get_by_role("heading", name="Sécurité", exact=True)).to_be_visible()
    assert Login.objects.latest("pk").method == Login.Method.PASSKEY

    log_out(page)
    log_in(page)
    page.wait_for_url("**/2fa/authenticate/")
    expect_accessible(page)
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url("**/compte/")
    login = Login.objects.latest("pk")
    assert (login.method, login.with_second_factor) == (Login.Method.PASSWORD, True)
    assert "passkey_added" in notices()


def test_a_passkey_proves_again_who_one_is_and_can_be_renamed_and_removed(page, alice, device):
    log_in(page)
    page.wait_for_url("**/compte/")
    add_passkey(page)
    alice.set_unusable_password()
    alice.save()
    log_out(page)

    page.goto("/compte/login/")
    page.get_by_role("button", name="Entrer avec une clé d’accès").click()
    page.wait_for_url("**/compte/")
    page.goto(SECURITY)
    page.get_by_role("link", name="Renommer Mon téléphone").click()
    page.get_by_role("link", name="Avec une clé d’accès").click()
    expect_accessible(page)
    page.get_by_role("button", name="Continuer avec une clé d’accès").click()
    page.locator("[name=name]").fill("Mon vieux téléphone")
    page.locator("form:has([name=name]) .btn-sign").click()
    page.wait_for_url(f"**{SECURITY}")

    page.get_by_role("link", name="Retirer Mon vieux téléphone").click()
    expect_accessible(page)
    page.get_by_role("main").get_by_role("button", name="Retirer").click()
    page.wait_for_url(f"**{SECURITY}")
    expect(page.locator("main")).to_contain_text("La clé d’accès est retirée.")
    assert not Authenticator.objects.exists()
    assert [what for what in notices() if "passkey" in what] == ["passkey_added", "passkey_removed"]


def test_a_device_that_does_not_recognise_its_owner_lets_nobody_in(page, alice, device):
    log_in(page)
    page.wait_for_url("**/compte/")
    add_passkey(page)
    log_out(page)
    device.recognise(owner=False)

    page.goto("/compte/login/")
    page.get_by_role("button", name="Entrer avec une clé d’accès").click()

    expect(page.get_by_text("La clé d’accès n’a pas répondu.")).to_be_visible()
    expect_accessible(page)
    page.goto(SECURITY)
    expect(page.locator("[name=login]")).to_be_visible()


def test_an_application_of_codes_is_added_and_used_without_any_script(browser, live_site, alice):
    context = browser.new_context(base_url=live_site.url, locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    log_in(page, at="/compte/login/?next=/compte/2fa/totp/activate/")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form:has([name=password]) .btn-sign").click()
    secret = page.locator(".secret code").inner_text().replace(" ", "")
    page.locator("[name=code]").fill(totp_code(secret))
    page.locator("form:has([name=code]) .btn-sign").click()
    page.wait_for_url("**/2fa/recovery-codes/")
    recovery = page.locator(".recovery code").first.inner_text()

    log_out(page)
    log_in(page)
    page.locator("[name=code]").fill(recovery)
    page.locator("form:has([name=code]) .btn-sign").click()
    page.wait_for_url("**/compte/")
    page.goto(ADD)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form:has([name=password]) .btn-sign").click()
    expect(page.get_by_text("JavaScript y est coupé")).to_be_visible()
    expect(page.locator("[data-passkey-button]")).to_be_hidden()
    log_out(page)
    page.goto("/compte/login/")
    expect(page.locator("form[data-passkey]")).to_be_hidden()
    context.close()
