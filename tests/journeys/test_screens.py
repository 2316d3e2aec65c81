"""Every page as people may meet it: pictures to look at in shots/, and axe on each (`make proof`)."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import RequestFactory
from django.utils import translation
from playwright.sync_api import Page

from mesopinions.core.views import error_page

SHOTS = Path(__file__).resolve().parents[2] / "shots"
# What is looked at on paper, at 400 % zoom and in the colours that a person chose.
MAIN = ("home", "list", "petition", "closed", "journal", "pending", "manage", "mine", "not-found")

pytestmark = [
    pytest.mark.proof,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]


def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def look_at(page: Page, pages: dict[str, str], width: int, language: str = "fr") -> list[str]:
    """Take pictures of these pages by day and by night, and return what is wrong with them."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(reduced_motion="reduce")  # no picture of a colour on its way to another
    faults = []
    for name, path in pages.items():
        page.goto(path if language == "fr" else f"/en{path}")
        # Only colours change with the night.
        for scheme, rules in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
            page.emulate_media(color_scheme=scheme)
            shoot(page, f"{name}-{width}-{scheme}-{language}")
            found = Axe().run(page, options=rules).response["violations"]
            faults += [f"{name} ({scheme}): {rule['id']}" for rule in found]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{name} is wider than the screen")
    return faults


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("width", [390, 820, 1280])
@pytest.mark.parametrize("whose", ["pages", "own_pages", "later_pages"])
def test_every_page_fits_and_passes_axe_by_day_and_by_night(page: Page, request, whose, width, language):
    assert look_at(page, request.getfixturevalue(whose), width, language) == []


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_the_moderators_desk_fits_by_day_and_by_night(page: Page, desk_pages, width):
    """Without axe: much of these pages is Django's, and axe writes styles into them that our policy refuses."""
    page.set_viewport_size({"width": width, "height": 900})
    wide = []
    for name, path in desk_pages.items():
        page.goto(path)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            shoot(page, f"{name}-{width}-{scheme}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(name)
    assert wide == []


def test_pictures_at_400_percent_on_paper_and_in_forced_colours(page: Page, pages):
    for name in MAIN:
        page.set_viewport_size({"width": 320, "height": 640})
        page.goto(pages[name])
        shoot(page, f"{name}-320")
        page.set_viewport_size({"width": 1280, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(forced_colors="active", color_scheme=scheme)
            shoot(page, f"{name}-forced-{scheme}")
        page.emulate_media(media="print", forced_colors="none", color_scheme="light")
        page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots an inch
        shoot(page, f"{name}-print")
        page.pdf(path=SHOTS / f"{name}.pdf", format="A4")
        page.emulate_media(media="screen")


def show(page: Page, address: str, html: str) -> None:
    """Open an address of the site that answers with this page."""
    page.route(f"**{address}", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(address)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_of_an_error_fits_and_passes_axe(page: Page, rf: RequestFactory, width, language):
    page.set_viewport_size({"width": width, "height": 900})
    faults = []
    for status in (400, 403, 404, 405, 410, 413, 429, 500, 503):
        address = f"{'/en' if language == 'en' else ''}/erreur/{status}/"
        with translation.override(language):
            answer = error_page(rf.get(address), status, retry_after=150 if status == 429 else 0)
        show(page, address, answer.text)
        shoot(page, f"error-{status}-{width}-{language}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{status} is wider than the screen")
        faults += [f"{status}: {rule['id']}" for rule in Axe().run(page).response["violations"]]
    assert faults == []
