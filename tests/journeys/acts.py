"""What people do in several journeys."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from petitions.models import Submission
from tests.factories import PASSWORD

PHONE = {"width": 390, "height": 844}
# What the database lets a moderator do in these journeys.
MODERATOR = ("view_submission", "change_submission", "view_appeal", "change_appeal", "view_petition", "view_decision")


def log_in(page: Page, name: str, address: str) -> None:
    """Log in with the password, and get to the address."""
    page.goto(f"/compte/login/?next={address}")
    page.locator("[name=login]").fill(f"{name}@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page).to_have_url(re.compile(re.escape(address)))


def expect_accessible(page: Page) -> None:
    """No fault that axe finds, and nothing wider than the screen."""
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def take(page: Page, submission: Submission) -> None:
    """Claim a text that waits, at the desk of the team."""
    page.goto(f"/admin/petitions/submission/{submission.pk}/change/")
    page.get_by_role("button", name="Prendre", exact=True).click()
