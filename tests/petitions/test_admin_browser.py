"""The admin in a real browser: its own scripts run under our content security policy (`page` hears any refusal)."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories import PASSWORD, make_petition, make_signature, make_user

pytestmark = pytest.mark.browser


@pytest.fixture
def staff_page(page: Page) -> Page:
    make_user("admin", is_staff=True, is_superuser=True)
    page.goto("/admin/")
    page.locator("[name=login]").fill("admin@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page).to_have_url("/admin/")
    return page


def test_a_petition_is_picked_from_the_list_for_a_partner(staff_page: Page):
    petition = make_petition()
    staff_page.goto("/admin/petitions/partner/add/")
    with staff_page.expect_popup() as opened:
        staff_page.locator("#lookup_id_petitions").click()
    opened.value.get_by_role("link", name=petition.text.title).click()

    expect(staff_page.locator("#id_petitions")).to_have_value(str(petition.pk))


def test_closing_is_confirmed_on_a_page_of_its_own(staff_page: Page):
    petition = make_petition()
    make_signature(petition, confirmed=True)
    staff_page.goto("/admin/petitions/petition/")
    staff_page.locator(".action-select").check()
    staff_page.locator("select[name=action]").select_option("close_now")
    staff_page.get_by_role("button", name="Envoyer").click()
    staff_page.get_by_label("Motif").select_option("fraud")
    staff_page.get_by_role("button", name="Proposer un texte").click()
    staff_page.get_by_role("button", name="Clore maintenant").click()

    expect(staff_page.get_by_text("1 sur 1.")).to_be_visible()
    expect(staff_page.locator("td.field-status")).to_have_text("close")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lists_and_rows_open_in_both_themes(staff_page: Page, theme: str):
    signature = make_signature(make_petition(), confirmed=True, comment="Bravo")
    staff_page.emulate_media(color_scheme=theme)
    for address in ("signature/", f"signature/{signature.pk}/change/", f"petition/{signature.petition_id}/change/"):
        assert staff_page.goto(f"/admin/petitions/{address}").ok

    paper = staff_page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(250, 247, 242)", "dark": "rgb(21, 20, 27)"}[theme]
