"""On a phone: register, go, come back with a code, and replace a forgotten password. Every page is looked at."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.accounts.conftest import PASSWORD
from tests.accounts.mailbox import last_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]

ANOTHER = "quatre grands lions verts"


@pytest.fixture
def phone(page: Page) -> Iterator[Page]:
    """A phone on which no page may write an error to the console."""
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": 390, "height": 844})
    yield page
    # Chromium reports each 422 of ours as a resource that failed to load.
    assert [text for text in errors if "status of 422" not in text] == []


def look(page: Page, heading: str) -> None:
    """See that the page is the expected one, that nothing is wider than the phone, and what axe says of it."""
    expect(page.locator("h1")).to_have_text(re.compile(heading))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def type_code(page: Page, email: str, button: str) -> None:
    look(page, "Ouvrez votre boîte mail")
    expect(page.locator("main")).to_contain_text(email)
    page.get_by_label("Code reçu par e-mail").fill(last_code(email).lower())
    press(page, button)


def register(page: Page, email: str, password: str = "") -> None:
    page.goto("/compte/login/")
    page.get_by_role("link", name="Créer un compte").click()
    look(page, "Créer un compte")
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe").fill(password)
    press(page, "Créer mon compte")
    type_code(page, email, "Confirmer mon adresse")
    expect(page).to_have_url(re.compile("/compte/$"))


def log_out(page: Page) -> None:
    page.goto("/compte/logout/")
    look(page, "Se déconnecter")
    press(page, "Se déconnecter")
    expect(page).to_have_url(re.compile(r"localhost:\d+/$"))
    assert page.context.cookies() == []


def test_somebody_registers_without_a_password_and_comes_back_with_a_code(phone):
    register(phone, "samir@example.org")
    log_out(phone)

    phone.goto("/compte/login/")
    look(phone, "Se connecter")
    phone.get_by_role("link", name="Recevoir un code par e-mail").click()
    look(phone, "Se connecter avec un code")
    phone.get_by_label("Adresse e-mail").fill("samir@example.org")
    press(phone, "Recevoir un code")
    type_code(phone, "samir@example.org", "Se connecter")

    expect(phone).to_have_url(re.compile("/compte/$"))


def test_somebody_registers_with_a_password_and_forgets_it(phone):
    register(phone, "alice@example.org", PASSWORD)
    log_out(phone)

    phone.goto("/compte/login/")
    phone.get_by_label("Adresse e-mail").fill("alice@example.org")
    password = phone.get_by_label("Mot de passe", exact=True)
    password.fill("pas le bon")
    press(phone, "Afficher")
    expect(password).to_have_attribute("type", "text")
    press(phone, "Masquer")
    expect(password).to_have_attribute("type", "password")
    press(phone, "Se connecter")
    look(phone, "Se connecter")
    expect(phone.locator(".error-summary")).to_be_focused()
    phone.get_by_role("link", name="Mot de passe oublié").click()
    look(phone, "Mot de passe oublié")
    phone.get_by_label("Adresse e-mail").fill("alice@example.org")
    press(phone, "Recevoir un code")
    type_code(phone, "alice@example.org", "Continuer")
    look(phone, "Choisissez un mot de passe")
    phone.get_by_label("Nouveau mot de passe").fill("azerty12345")
    press(phone, "Enregistrer et me connecter")
    look(phone, "Choisissez un mot de passe")
    phone.get_by_label("Nouveau mot de passe").fill(ANOTHER)
    press(phone, "Enregistrer et me connecter")
    expect(phone).to_have_url(re.compile("/compte/$"))
    log_out(phone)

    phone.goto("/compte/login/?next=/petitions/")
    phone.get_by_label("Adresse e-mail").fill("alice@example.org")
    phone.get_by_label("Mot de passe", exact=True).fill(ANOTHER)
    press(phone, "Se connecter")
    expect(phone).to_have_url(re.compile("/petitions/$"))


def test_a_mistyped_address_is_given_again_and_a_code_sent_again(phone):
    phone.goto("/compte/signup/")
    phone.get_by_label("Adresse e-mail").fill("smair@example.org")
    press(phone, "Créer mon compte")
    look(phone, "Ouvrez votre boîte mail")
    press(phone, "Donner une autre adresse")
    look(phone, "Créer un compte")
    phone.get_by_label("Adresse e-mail").fill("samir@example.org")
    press(phone, "Créer mon compte")
    first = last_code("samir@example.org")
    press(phone, "Renvoyer un code")
    expect(phone.locator(".alert-ok")).to_contain_text("Un nouveau code est parti.")
    assert last_code("samir@example.org") != first
    phone.get_by_label("Code reçu par e-mail").fill(first)
    press(phone, "Confirmer mon adresse")
    look(phone, "Ouvrez votre boîte mail")
    type_code(phone, "samir@example.org", "Confirmer mon adresse")
    expect(phone).to_have_url(re.compile("/compte/$"))
