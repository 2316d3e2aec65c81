"""What every page keeps for everybody: no other host, no wide line, no lost edge, no jump, no mouse needed.

`make test` looks at the pages that differ most, made hard to fit; `make proof` at all of them.
"""

import gzip
import re
import urllib.request

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect

from tests.factories import make_petition, make_signature
from tests.support.programs import LiveSite

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]

# WCAG 1.4.12: what a reader may set for all text.
SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
# Text that its own box hides, but for rows that slide.
CLIPPED = """() => [...document.querySelectorAll('main *, header *, footer *')].filter(e => {
  const style = getComputedStyle(e)
  return e.checkVisibility() && style.overflow !== 'visible' && !e.matches('input, textarea, select, progress')
    && !e.closest('.visually-hidden, .honey, svg, .pic, .table-scroll, .tabs, .places, .strip')
    && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
}).map(e => e.outerHTML.slice(0, 120))"""
# WCAG 2.5.8: 24 by 24, but for links in a sentence, and for targets with room around them.
SMALL_TARGETS = """() => {
  const targets = [...document.querySelectorAll('a[href], button, summary, select, input:not([type=hidden])')]
    .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest('.honey, .skip'))
    .filter(e => !(e.tagName === 'A' && e.closest('p, dd, li:has(> h2), caption') && !e.matches('.btn')))
  const boxes = targets.map(e => (e.labels?.length ? e.labels[0] : e).getBoundingClientRect())
  const middle = box => [box.x + box.width / 2, box.y + box.height / 2]
  const near = (a, b) => Math.hypot(middle(a)[0] - middle(b)[0], middle(a)[1] - middle(b)[1]) < 24
  return targets.filter((e, i) => (boxes[i].width < 24 || boxes[i].height < 24)
    && boxes.some((other, j) => j !== i && near(boxes[i], other))).map(e => e.outerHTML.slice(0, 120))
}"""
# Edges that colours made and that must stand without them.
LOST_EDGES = """() => [...document.querySelectorAll('.btn, input:not([type=hidden], [type=checkbox], [type=radio]), '
  + 'select, textarea, progress, .card, .alert')]
  .filter(e => e.checkVisibility() && !e.closest('.honey, .search'))
  .filter(e => ['none', '0px'].some(n => [getComputedStyle(e).borderBottomStyle, getComputedStyle(e).borderBottomWidth]
    .includes(n)) || getComputedStyle(e).borderBottomColor === 'rgba(0, 0, 0, 0)')
  .map(e => e.outerHTML.slice(0, 120))"""
COLOURS_ON_PAPER = """() => [...document.querySelectorAll('h1, main p, main li, main a, .count')]
  .filter(e => e.checkVisibility()).map(e => getComputedStyle(e).color)
  .filter(colour => colour.match(/\\d+/g).slice(0, 3).some(part => +part > 80))"""
SHIFTS = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries()
  .filter(entry => !entry.hadRecentInput).reduce((sum, entry) => sum + entry.value, 0)))
  .observe({type: 'layout-shift', buffered: true}) || setTimeout(() => done(0), 300))"""


@pytest.fixture
def hard_pages(transactional_db: None) -> dict[str, str]:
    """Return the pages that differ most, of a petition that is hard on them."""
    petition = make_petition(title="Anticonstitutionnellement" * 8, author_name="Marie-" * 6 + "Anne")
    signature = make_signature(petition, first_name="Wolfeschlegelsteinhausenbergerdorff", confirmed=True)
    for name in ("nadia", "oscar"):
        make_signature(petition, name, confirmed=True)
    make_petition(slug="close", status="closed", theme="culture")
    return {
        "home": "/",
        "list": "/petitions/?tri=signatures",
        "petition": petition.get_absolute_url(),
        "journal": petition.url_of("petition_journal"),
        "manage": reverse("signature", args=[signature.manage_token]),
        "mine": "/mes-signatures/",
        "login": "/compte/login/",
        "not-found": "/petition/social/rien/999999999/",
    }


@pytest.fixture(params=["hard_pages", pytest.param("pages", marks=pytest.mark.proof)])
def looked_at(request: pytest.FixtureRequest) -> dict[str, str]:
    """The pages that a test looks at."""
    found: dict[str, str] = request.getfixturevalue(request.param)
    return found


def faults(page: Page, paths: dict[str, str], script: str) -> dict[str, list[str]]:
    """Open each page and return what `script` finds wrong, by page."""
    found = {}
    for name, path in paths.items():
        page.goto(path)
        found[name] = page.evaluate(script)
    return {name: wrong for name, wrong in found.items() if wrong}


def test_a_page_asks_no_other_host_and_its_console_stays_silent(page: Page, looked_at, live_site: LiveSite) -> None:
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    for path in looked_at.values():
        page.goto(path)

    assert [url for url in asked if not url.startswith((live_site.url, "data:"))] == []
    assert [text for text in said if "404 (Not Found)" not in text] == []  # the page that is not there


def test_at_400_percent_nothing_scrolls_sideways_and_no_word_is_cut(page: Page, looked_at) -> None:
    page.set_viewport_size({"width": 320, "height": 256})

    assert faults(page, looked_at, "document.documentElement.scrollWidth > 320") == {}
    assert faults(page, looked_at, CLIPPED) == {}


def test_wider_spacing_of_text_cuts_nothing(page: Page, looked_at) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.route("**/*.css", lambda route: with_more(route, SPACING))

    assert faults(page, looked_at, "document.documentElement.scrollWidth > 390") == {}
    assert faults(page, looked_at, CLIPPED) == {}


def with_more(route: Route, css: str) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=f"{answer.text()}\n{css}")


def test_every_target_is_large_enough_for_a_finger(page: Page, looked_at) -> None:
    page.set_viewport_size({"width": 390, "height": 844})

    assert faults(page, looked_at, SMALL_TARGETS) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_and_focus_stand_in_the_colours_that_a_person_chose(page: Page, looked_at, scheme) -> None:
    page.emulate_media(forced_colors="active", color_scheme=scheme)

    assert faults(page, looked_at, LOST_EDGES) == {}
    page.goto(looked_at["mine"])
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_on_paper_there_is_text_black_on_white_and_no_navigation(page: Page, looked_at) -> None:
    page.emulate_media(media="print", color_scheme="dark")

    assert faults(page, looked_at, COLOURS_ON_PAPER) == {}
    assert (
        faults(page, looked_at, "[...document.querySelectorAll('nav')].filter(e => e.checkVisibility()).length") == {}
    )


def test_a_printed_petition_has_what_is_needed_to_talk_about_it(page: Page, hard_pages) -> None:
    page.emulate_media(media="print")
    page.goto(hard_pages["petition"])

    for part in ("h1", ".to li", ".body", "[data-signature-count]", ".print-only"):
        expect(page.locator(part).first).to_be_visible()
    expect(page.locator(".print-only")).to_contain_text("/petition/")
    expect(page.locator("#sign-form")).to_be_hidden()


def test_nothing_moves_for_who_asked_for_less_motion(page: Page, looked_at) -> None:
    page.emulate_media(reduced_motion="reduce")

    moving = (
        "[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration)).length"
    )
    assert faults(page, looked_at, moving) == {}
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["home", "list", "petition"])
def test_nothing_jumps_when_the_fonts_come_late(browser: Browser, live_site: LiveSite, hard_pages, name, width) -> None:
    context = browser.new_context(base_url=live_site.url, viewport={"width": width, "height": 844})
    page = context.new_page()
    page.route("**/*.woff2", lambda route: (page.wait_for_timeout(800), route.continue_()))
    page.goto(hard_pages[name])
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_timeout(100)

    assert page.evaluate("document.fonts.size && [...document.fonts].some(font => font.status === 'loaded')")
    assert page.evaluate(SHIFTS) < 0.02
    context.close()


def test_the_fonts_that_every_page_needs_are_asked_for_at_once_and_only_once(page: Page, hard_pages) -> None:
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(hard_pages["petition"])
    page.evaluate("document.fonts.ready.then(() => true)")
    preloads = page.locator("link[rel=preload][as=font]").evaluate_all("links => links.map(link => link.href)")

    fonts = [url for url in asked if url.endswith(".woff2")]
    assert sorted(fonts) == sorted(preloads)


def test_a_petition_without_its_picture_weighs_less_than_60_kilobytes(hard_pages, live_site: LiveSite) -> None:
    html = fetched(live_site.url + hard_pages["petition"])
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)
    scripts = re.findall(r'<script ([^>]*)src="([^"]+)"', html)
    weight = sum(size(live_site.url + path) for path in [hard_pages["petition"], *styles, *(src for _, src in scripts)])

    assert weight < 60_000
    assert len(styles) <= 6  # as many as a browser asks for at once
    assert all('type="module"' in attributes for attributes, _ in scripts)  # none blocks the page


def fetched(url: str) -> str:
    with urllib.request.urlopen(url) as answer:
        return str(answer.read().decode())


def size(url: str) -> int:
    """Return the bytes that travel for an address; a page that only a proxy compresses is compressed here."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": "br, gzip"})
    with urllib.request.urlopen(request) as answer:
        body = answer.read()
        return len(body if answer.headers["Content-Encoding"] else gzip.compress(body))


# --- The keyboard alone ----------------------------------------------------------------------------------------------


def tab_to(page: Page, wanted: str, most: int = 60) -> None:
    """Press Tab until what `wanted` selects has the focus, which must be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


def test_a_keyboard_alone_leads_from_the_home_page_to_the_mail(page: Page, hard_pages) -> None:
    page.goto("/")
    tab_to(page, ".petition-card .title a")
    page.keyboard.press("Enter")
    expect(page.locator("#sign-form")).to_be_visible()
    for name, typed in {
        "first_name": "Samir",
        "last_name": "Benali",
        "email": "samir@example.org",
        "postal_code": "59000",
    }.items():
        tab_to(page, f"[name={name}]")
        page.keyboard.type(typed)
    tab_to(page, "[name=city]")
    if not page.locator("[name=city]").input_value():
        page.keyboard.type("Lille")
    tab_to(page, "[name=consent_signature]")
    page.keyboard.press("Space")
    tab_to(page, "#sign-form button")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Ouvrez votre boîte mail")


def test_the_first_tab_offers_to_skip_to_the_content(page: Page, hard_pages) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_menu_of_a_phone_works_by_keyboard_with_and_without_scripts(
    browser, live_site, hard_pages, scripts
) -> None:
    context = browser.new_context(
        base_url=live_site.url, viewport={"width": 390, "height": 844}, java_script_enabled=scripts
    )
    page = context.new_page()
    page.goto("/petitions/")
    button, menu = page.locator(".menu-button"), page.locator("#menu")
    button.focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("Tab")
    expect(menu.locator("[type=search]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Space")
    expect(menu.locator("[aria-current=page]")).to_have_count(1)
    menu.locator("a").nth(1).click()
    expect(page).to_have_url(re.compile("/victoires/$"))
    context.close()
