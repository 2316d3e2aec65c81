"""Somebody's anger at midnight on a telephone becomes a petition, though the network goes away in the middle."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from petitions.models import Draft, Petition, Submission
from petitions.services import drafting
from tests.factories import PASSWORD, make_petition, make_user
from tests.support.programs import LiveSite

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]

TITLE = "Rouvrez la maternité de Langres"
START = "Depuis **trois ans**, il faut une heure de route pour accoucher. "
REST = "Le jour où l’orage a coupé la nationale, Nadia a accouché dans l’ambulance. " * 4
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def alice(transactional_db: None) -> User:
    return make_user("alice", public_name="Alice Martin")


def log_in(page: Page) -> None:
    page.locator("[name=login]").fill("alice@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")


def go_on(page: Page, button: str = "Continuer") -> None:
    page.locator(".ways").get_by_role("button", name=button).click()


def expect_step(page: Page, word: str, number: int) -> None:
    expect(page).to_have_url(re.compile(f"/{word}/$"))
    expect(page.locator(".stage-now")).to_contain_text(f"Étape {number} sur 7")


def expect_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def fill_in_the_rest(page: Page, look: Callable[[Page], None] = expect_accessible) -> None:
    """From the recipients to the review. Without scripts, axe cannot look."""
    page.locator("[name=recipients-0-name]").fill("L’Agence régionale de santé")
    go_on(page)
    expect_step(page, "image", 5)
    look(page)
    go_on(page)
    expect_step(page, "details", 6)
    look(page)
    page.locator("[name=theme]").select_option("sante")
    expect(page.locator("[name=author_name]")).to_have_value("Alice Martin")
    go_on(page)
    expect_step(page, "relire", 7)


def write_while_the_network_goes_away(page: Page) -> None:
    """Everything that was typed is on the site in the end."""
    page.locator("[name=text]").press_sequentially(START)
    with page.expect_response(lambda answer: answer.url.endswith("/texte/")):
        pass  # the pause is over, the words are saved
    expect(page.locator("[data-save-state]")).to_contain_text("Enregistré à")
    page.context.set_offline(True)
    page.locator("[name=text]").press_sequentially(REST[:76])
    expect(page.locator("[data-save-state]")).to_contain_text("Pas de réseau")
    go_on(page)  # nothing leaves, nothing is lost
    expect(page.locator("[name=text]")).to_have_value(START + REST[:76])
    assert Draft.objects.get().text == START.strip()
    page.context.set_offline(False)
    expect(page.locator("[data-save-state]")).to_contain_text("Enregistré à", timeout=10_000)
    assert Draft.objects.get().text == (START + REST[:76]).strip()
    expect(page.locator("#apercu-texte")).to_contain_text("Nadia")
    expect_accessible(page)


def test_a_petition_is_launched_on_a_telephone_though_the_network_goes_away(page, alice):
    make_petition(title="Une maternité à Langres, pas à une heure")
    page.set_viewport_size(PHONE)
    page.goto("/petitions/lancer/")
    expect_accessible(page)
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=title]").press("Tab")
    go_on(page)
    expect(page.locator(".similar")).to_contain_text("pas à une heure")
    expect_accessible(page)
    page.get_by_role("link", name="J’ai un compte").click()
    log_in(page)
    expect(page.locator("[name=title]")).to_have_value(TITLE)
    go_on(page)
    expect_step(page, "texte", 3)

    write_while_the_network_goes_away(page)
    page.locator("[name=text]").fill(START + REST)
    go_on(page)
    expect_step(page, "destinataires", 4)
    expect_accessible(page)
    fill_in_the_rest(page)
    expect_accessible(page)
    page.locator("[name=consent_publication]").check()
    go_on(page, "Envoyer")
    expect(page.get_by_role("status")).to_contain_text("C’est envoyé")
    expect_accessible(page)
    submission = Submission.objects.get()
    assert (submission.title, submission.text) == (TITLE, (START + REST).strip())


def draft_in_browser(page: Page, alice: User) -> Draft:
    """Log in and open the text of a new draft."""
    page.set_viewport_size(PHONE)
    page.goto("/compte/login/?next=/petitions/lancer/")
    log_in(page)
    page.locator("[name=title]").fill(TITLE)
    go_on(page)
    page.locator("[name=go][value=texte]").first.click()
    expect_step(page, "texte", 3)
    return Draft.objects.get()


def test_words_of_a_page_that_was_closed_without_network_come_back(page, alice):
    draft = draft_in_browser(page, alice)
    page.locator("[name=text]").fill("Le début.")
    expect(page.locator("[data-save-state]")).to_contain_text("Enregistré à")
    page.context.set_offline(True)
    page.locator("[name=text]").fill("Le début, et la suite.")
    page.goto("about:blank")
    page.context.set_offline(False)

    page.goto(f"/petitions/lancer/{draft.pk}/texte/")

    expect(page.locator("[name=text]")).to_have_value("Le début, et la suite.")
    expect(page.locator("[data-save-state]")).to_contain_text("Enregistré à", timeout=10_000)
    assert Draft.objects.get().text == "Le début, et la suite."
    for _ in range(50):  # the answer is read a moment after it came
        if not page.evaluate("localStorage.length"):
            break
        page.wait_for_timeout(100)
    assert page.evaluate("localStorage.length") == 0


def test_words_typed_after_the_session_ended_come_back_with_the_login(page, alice):
    draft = draft_in_browser(page, alice)
    page.context.clear_cookies()
    page.locator("[name=text]").fill("Des mots de minuit.")
    expect(page.locator("[data-save-state]")).to_contain_text("plus connecté")
    page.get_by_role("link", name="Se reconnecter").click()
    log_in(page)

    expect(page.locator("[name=text]")).to_have_value("Des mots de minuit.")
    expect(page.locator("[data-save-state]")).to_contain_text("Enregistré à", timeout=10_000)
    assert Draft.objects.get(pk=draft.pk).text == "Des mots de minuit."


def test_an_older_tab_overwrites_nothing(page, alice):
    draft = draft_in_browser(page, alice)
    drafting.save_draft(draft=draft, at=draft.updated_at, text="Écrit depuis l’ordinateur.")
    page.locator("[name=text]").fill("Écrit depuis le téléphone.")
    expect(page.locator("[data-save-state]")).to_contain_text("continuez pour voir les deux")
    expect(page.locator("[data-save-state]")).to_be_in_viewport()

    go_on(page)

    expect(page.locator(".stored")).to_contain_text("Écrit depuis l’ordinateur.")
    expect(page.locator("[name=text]")).to_have_value("Écrit depuis le téléphone.")
    expect_accessible(page)
    assert Draft.objects.get().text == "Écrit depuis l’ordinateur."
    go_on(page)
    expect_step(page, "destinataires", 4)
    assert Draft.objects.get().text == "Écrit depuis le téléphone."


def test_the_whole_way_without_scripts(browser: Browser, live_site: LiveSite, alice: User):
    context = browser.new_context(base_url=live_site.url, viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto("/petitions/lancer/")
    page.locator("[name=title]").fill(TITLE)
    go_on(page)
    page.get_by_role("link", name="J’ai un compte").click()
    log_in(page)
    go_on(page)
    page.locator("[name=text]").fill(START + REST)
    page.get_by_role("button", name="Voir l’aperçu").click()
    expect(page.locator("#apercu-texte")).to_contain_text("Nadia")
    go_on(page)
    expect_step(page, "destinataires", 4)
    page.get_by_role("button", name="Ajouter").click()
    expect(page.locator("fieldset")).to_have_count(2)
    fill_in_the_rest(page, look=lambda _page: None)
    page.locator("[name=consent_publication]").check()
    go_on(page, "Envoyer")
    expect(page.get_by_role("status")).to_contain_text("C’est envoyé")
    page.get_by_role("button", name="La reprendre").click()
    page.get_by_role("link", name="Continuer").click()
    expect_step(page, "relire", 7)

    assert Petition.objects.filter(author=alice, status="draft").exists()
    assert urlsplit(page.url).path.endswith("/relire/")
    context.close()
