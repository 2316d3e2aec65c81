"""The city beside its postal code, in a real browser: what we fill, what we offer, what we leave alone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from petitions.models import Signature
from tests.factories import make_petition, make_signature

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ONE, SEVERAL, MANY, UNKNOWN = "59000", "59440", "70000", "92055"


@pytest.fixture
def form(page: Page):
    page.goto(make_petition().get_absolute_url())
    return page.locator("#sign-form")


def code(form, typed: str) -> None:
    """Type a postal code key by key, as a person does."""
    form.locator("[name=postal_code]").fill("")
    form.locator("[name=postal_code]").press_sequentially(typed)


def city(form):
    return form.locator("[name=city]")


def choices(form):
    return form.locator(".communes label")


def said(form):
    return form.locator(".communes [role=status]")


def sign(form, **words: str) -> None:
    words = {"first_name": "Samir", "last_name": "Benali", "email": "samir@example.org", **words}
    for name, word in words.items():
        form.locator(f"[name={name}]").fill(word)
    form.locator("[name=consent_signature]").check()
    form.locator("button").click()


def test_one_commune_is_filled_and_said(form):
    code(form, ONE)

    expect(city(form)).to_have_value("Lille")
    expect(said(form)).to_contain_text("Lille")
    expect(choices(form)).to_have_count(0)


@pytest.mark.parametrize("typed", ["59 000", " 59000 ", "59\u00a0000"])
def test_spaces_inside_a_code_change_nothing(form, typed):
    code(form, typed)

    expect(city(form)).to_have_value("Lille")


def test_several_communes_are_offered_and_one_tap_chooses(page, form):
    page.set_viewport_size({"width": 390, "height": 844})
    code(form, SEVERAL)

    expect(choices(form)).to_have_count(14)
    expect(said(form)).not_to_be_empty()
    choices(form).filter(has_text="Avesnelles").click()
    expect(city(form)).to_have_value("Avesnelles")
    sign(form)
    expect(page).to_have_url(re.compile("/confirmez/$"))
    assert Signature.objects.get().city == "Avesnelles"


def test_the_communes_are_reached_and_chosen_by_keyboard(page, form):
    code(form, SEVERAL)
    expect(choices(form)).to_have_count(14)
    for key in ("Tab", "Tab", "Space", "ArrowRight"):
        page.keyboard.press(key)

    expect(city(form)).to_have_value("Avesnelles")


def test_a_city_that_was_typed_is_never_overwritten(form):
    city(form).fill("Lomme")
    code(form, ONE)
    expect(choices(form)).to_have_text(["Lille"])
    expect(city(form)).to_have_value("Lomme")
    choices(form).first.click()  # the person's own act
    expect(city(form)).to_have_value("Lille")


@pytest.mark.parametrize("typed", ["lille", "LILLE", " Lille "])
def test_a_city_that_is_right_meets_no_question(page, form, typed):
    city(form).fill(typed)
    with page.expect_response("**/communes/59000/"):
        code(form, ONE)

    expect(choices(form)).to_have_count(0)
    expect(city(form)).to_have_value(typed)


def test_another_code_takes_back_what_we_filled_and_nothing_else(form):
    code(form, ONE)
    expect(city(form)).to_have_value("Lille")
    code(form, "33000")
    expect(city(form)).to_have_value("Bordeaux")
    city(form).fill("Talence")
    code(form, "5900")
    expect(city(form)).to_have_value("Talence")
    expect(said(form)).to_be_empty()


def test_typing_takes_the_tick_off_a_choice(form):
    code(form, SEVERAL)
    choices(form).first.click()
    city(form).fill("Ailleurs")

    expect(form.locator(".communes input:checked")).to_have_count(0)


def test_another_country_is_left_alone(form):
    code(form, ONE)
    expect(city(form)).to_have_value("Lille")
    form.locator("[name=country]").select_option("BE")
    expect(city(form)).to_have_value("")
    expect(said(form)).to_be_empty()
    code(form, SEVERAL)
    expect(choices(form)).to_have_count(0)
    form.locator("[name=country]").select_option("FR")
    expect(choices(form)).to_have_count(14)


def test_an_unknown_code_is_said_quietly_and_signs(page, form):
    code(form, UNKNOWN)
    expect(said(form)).not_to_be_empty()
    sign(form, city="Paris La Défense")

    expect(page).to_have_url(re.compile("/confirmez/$"))
    assert Signature.objects.get().postal_code == UNKNOWN


@pytest.mark.parametrize("answer", ["nothing", "an error", "no JSON"])
def test_it_signs_when_the_communes_are_out_of_reach(page, form, answer):
    acts = {
        "nothing": lambda route: route.abort(),
        "an error": lambda route: route.fulfill(status=503, body="<h1>503</h1>"),
        "no JSON": lambda route: route.fulfill(status=200, body="<h1>captive portal</h1>"),
    }
    page.route("**/communes/**", acts[answer])
    code(form, ONE)
    sign(form)

    expect(page).to_have_url(re.compile("/confirmez/$"))
    assert Signature.objects.get().city == "Lille"  # the server's own work


def test_a_late_answer_for_an_earlier_code_is_dropped(page, form):
    held = []
    page.route("**/communes/59000/", lambda route: held.append(route))
    code(form, ONE)
    code(form, "33000")
    expect(city(form)).to_have_value("Bordeaux")
    with page.expect_event("requestfinished"):
        held[0].continue_()

    expect(city(form)).to_have_value("Bordeaux")


def test_without_scripts_the_communes_come_with_the_refused_form(browser, live_site):
    context = browser.new_context(base_url=live_site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(make_petition().get_absolute_url())
    form = page.locator("#sign-form")
    sign(form, postal_code=SEVERAL, email="not an address")
    expect(choices(form)).to_have_count(14)
    choices(form).filter(has_text="Avesnelles").click()
    form.locator("[name=email]").fill("samir@example.org")
    form.locator("button").click()

    expect(page).to_have_url(re.compile("/confirmez/$"))
    assert Signature.objects.get().city == "Avesnelles"
    context.close()


def test_who_moved_is_offered_the_new_city_on_the_manage_page(page, live_site):
    signature = make_signature(make_petition(), confirmed=True)
    page.goto(reverse("signature", args=[signature.manage_token]))
    form = page.locator("form:has([name=action][value=update])")
    expect(choices(form)).to_have_count(0)
    code(form, "33000")
    choices(form).filter(has_text="Bordeaux").click()
    form.locator("button").click()
    page.wait_for_url("**?fait=updated")
    signature.refresh_from_db()

    assert (signature.postal_code, signature.city, signature.departement) == ("33000", "Bordeaux", "33")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("typed", [ONE, SEVERAL, MANY, UNKNOWN])
def test_it_fits_and_passes_axe(page, form, width, typed):
    page.set_viewport_size({"width": width, "height": 800})
    code(form, typed)
    expect(said(form)).not_to_be_empty()

    assert Axe().run(page).response["violations"] == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert all(box.bounding_box()["height"] >= 24 for box in choices(form).all()[:3])
