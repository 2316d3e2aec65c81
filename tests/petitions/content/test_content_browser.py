"""Hostile words and a foreign video in a real browser, under our content security policy (`page` hears any refusal)."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from petitions.models import Petition, TextVersion
from petitions.services import drafting
from tests.factories import PASSWORD, make_petition, make_user
from tests.petitions.content.conftest import picture_bytes
from tests.petitions.content.test_picture_pages import WATCH
from tests.petitions.launch.conftest import address
from tests.support.programs import LiveSite

pytestmark = pytest.mark.browser

ACT = "<img src=x onerror=alert(1)><svg/onload=alert(1)><script>alert(1)</script>\"'><iframe src=javascript:alert(1)>"
HOSTILE = "\n\n".join(
    [
        ACT,
        f"# {ACT}",
        f"- {ACT}\n- [x](javascript:alert(1))",
        f"> {ACT}",
        "[a](https://a.fr/\"onmouseover='alert(1)') <https://a.fr/<script>alert(1)</script>>",
        "![x](https://evil.example/pixel.gif) ![y](data:image/svg+xml,<svg/onload=alert(1)>)",
        "[z](data:text/html,<script>alert(1)</script>) &lt;script&gt;alert(1)&lt;/script&gt;",
        "\u202e\u2066gpj.exe " + "W" * 3_000,
        "</p></article></main></body></html>",
    ]
)


@pytest.fixture
def asked(page: Page) -> list[str]:
    """Return the addresses that the page asks for, and stop every dialog and foreign request."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.on("console", lambda message: pytest.fail(message.text) if message.type == "error" else None)
    page.route(
        lambda url: "localhost" not in url and "127.0.0.1" not in url, lambda route: route.fulfill(body="chez eux")
    )
    return addresses


def hostile_petition() -> Petition:
    petition = make_petition(author_name=ACT[:120], video_url=f'https://evil.example/{"x" * 40}"onclick=alert(1)')
    title = ACT[:200]
    petition.current_text = TextVersion.objects.create(petition=petition, number=2, title=title, text=HOSTILE)
    petition.save()
    petition.recipients.update(name=ACT[:150], role=ACT[:150])
    return petition


def test_a_petition_whose_every_field_is_hostile_opens_and_does_nothing(page: Page, asked: list[str]):
    petition = hostile_petition()
    for path in (petition.get_absolute_url(), petition.url_of("petition_history"), "/petitions/", "/"):
        page.goto(path)
        page.mouse.move(200, 300)
        expect(page.get_by_role("main")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator(".body :is(img, svg, iframe, script), .body [onerror]").count() == 0

    assert not [address for address in asked if "evil" in address or not is_ours(address)]


def is_ours(address: str) -> bool:
    return address.startswith(("http://127.0.0.1", "http://localhost"))


def test_a_video_asks_for_nothing_before_it_is_pressed_and_then_plays_in_place(page: Page, asked: list[str]):
    petition = make_petition(video_url=WATCH)
    page.goto(petition.get_absolute_url())
    page.get_by_role("link", name="Lire la vidéo").hover()
    page.wait_for_load_state("networkidle")
    assert all(map(is_ours, asked))
    before = page.locator(".video-play").bounding_box()

    page.get_by_role("link", name="Lire la vidéo").press("Enter")

    frame = page.locator("iframe[title='Vidéo chez YouTube']")
    expect(frame).to_be_focused()
    after = frame.bounding_box()
    assert {name: round(value) for name, value in after.items()} == {
        name: round(value) for name, value in before.items()
    }
    assert [address for address in asked if not is_ours(address)] == [
        "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?autoplay=1"
    ]


def test_without_scripts_the_video_opens_where_it_is(browser: Browser, live_site: LiveSite):
    petition = make_petition(video_url=WATCH)
    context = browser.new_context(base_url=live_site.url, java_script_enabled=False)
    context.route(lambda url: "youtube.com" in url, lambda route: route.fulfill(body="chez eux"))
    page = context.new_page()
    page.goto(petition.get_absolute_url())
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Lire la vidéo").click()

    expect(opened.value).to_have_url(WATCH)
    context.close()


def test_an_author_gives_a_picture_and_sees_it_where_readers_will(page: Page):
    draft = drafting.start_draft(author=make_user("alice"), title="Rouvrez la ligne", at=timezone.now())
    log_in(page, address(draft, "image"))
    page.get_by_label("Une image").set_input_files(
        {"name": "quai.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes(size=(2400, 1350))}
    )
    page.get_by_label("Ce que l’image montre").fill("Un quai vide")
    page.get_by_role("button", name="Continuer").last.click()
    page.goto(address(draft, "relire"))

    shown = page.get_by_role("img", name="Un quai vide")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") >= 480
    page.goto(address(draft, "image"))
    page.get_by_role("button", name="Retirer l’image").click()
    expect(page.get_by_text("Votre image")).to_have_count(0)


def test_a_heavy_photo_leaves_the_browser_light_and_not_without_its_words(page: Page):
    draft = drafting.start_draft(author=make_user("alice"), title="Rouvrez la ligne", at=timezone.now())
    log_in(page, address(draft, "image"))
    photo = picture_bytes(size=(8000, 6000)).ljust(9_000_000, b"\0")  # more than the site takes
    page.get_by_label("Une image").set_input_files({"name": "p.jpg", "mimeType": "image/jpeg", "buffer": photo})
    page.get_by_role("button", name="Continuer").last.click()
    expect(page.get_by_label("Ce que l’image montre")).to_be_focused()
    page.get_by_label("Ce que l’image montre").fill("Un quai vide")
    page.get_by_role("button", name="Continuer").last.click()

    expect(page).to_have_url(re.compile("/details/$"))
    draft.refresh_from_db()
    assert (draft.picture.width, draft.picture.height) == (2400, 1800)


def log_in(page: Page, there: str) -> None:
    page.goto(there)
    page.locator("[name=login]").fill("alice@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page).to_have_url(there)
