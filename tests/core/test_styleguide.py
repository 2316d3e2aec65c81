"""The style guide shows the real components, in colours that can be read, and stays on the developer's machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from mesopinions.core.styleguide import colours, samples
from petitions.models import Theme

ROOT = Path(__file__).resolve().parents[2]


def test_the_guide_shows_every_part(client: Client) -> None:
    page = client.get("/dev/style/")

    assert page.status_code == 200
    assert page.context["cards"]
    for part in ("btn-sign", "error-summary", "petition-card", "chip-paid", "alert-ok", "crumb", "popovertarget"):
        assert part in page.text


@pytest.mark.parametrize("pair", colours.pairs(), ids=lambda pair: f"{pair.front} on {pair.ground}")
def test_every_colour_can_be_read_where_it_stands_by_day_and_by_night(pair: colours.Pair) -> None:
    assert pair.is_enough


def test_contrast_is_counted_as_wcag_does() -> None:
    assert colours.contrast("#000", "#fff") == 21
    assert colours.contrast("#777777", "#ffffff") == 4.48


@pytest.mark.django_db
def test_the_guide_has_the_themes_of_the_site() -> None:
    assert dict(Theme.objects.values_list("name", "hue")) == samples.THEMES


def test_there_is_no_guide_in_production() -> None:
    lines = (ROOT / "tests/support/production.env").read_text(encoding="utf-8").splitlines()
    production = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    asked = subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); from mesopinions.urls import urlpatterns; print(urlpatterns)",
        ],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "mesopinions.settings", **production},
    )

    assert "healthz" in asked.stdout
    assert "dev/" not in asked.stdout


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_guide_fits_a_small_phone_and_passes_axe(page: Page, scheme) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(color_scheme=scheme)
    page.goto("/dev/style/")

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert [rule["id"] for rule in Axe().run(page).response["violations"]] == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_dialog_opens_and_closes_by_keyboard_and_gives_the_focus_back(page: Page) -> None:
    page.goto("/dev/style/")
    opener = page.locator("[popovertarget=dialog-sample]").first
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#dialog-sample")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#dialog-sample button")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator("#dialog-sample")).to_be_hidden()
    expect(opener).to_be_focused()
