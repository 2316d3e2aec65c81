"""A rule started by hand in a real browser, and carried out by a real worker."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from petitions.models import SignerLink
from privacy.models import PurgeRun
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.browser


def test_staff_start_a_rule_and_a_worker_carries_it_out(page: Page, celery_worker_process):
    expired = timezone.now() - timedelta(days=3)
    SignerLink.objects.bulk_create(
        SignerLink(email=f"s{number}@example.org", expires_at=expired) for number in range(3)
    )
    make_user("admin", is_staff=True, is_superuser=True)
    page.goto("/admin/")
    page.locator("[name=login]").fill("admin@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.goto("/admin/privacy/purgerun/")
    page.get_by_role("link", name="Règles de conservation").click()
    row = page.get_by_role("row").filter(has_text="petitions.signerlink")
    expect(row.locator(".figure")).to_have_text("3")
    assert Axe().run(page).response["violations"] == []

    row.get_by_role("button", name="Lancer maintenant").click()

    expect(page.locator(".messagelist")).to_contain_text("commence")
    run = PurgeRun.objects.get()
    for _ in range(100):
        if PurgeRun.objects.filter(pk=run.pk, status="done").exists():
            break
        page.wait_for_timeout(100)
    page.reload()
    expect(row.locator(".state")).to_have_text("finie")
    expect(row.locator(".figure")).to_have_text("0")
    assert not SignerLink.objects.exists()
