"""A real Chromium, driven by Playwright, that reaches this machine only."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

ARGUMENTS = [
    "--no-sandbox",  # containers and CI run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


class NoBrowserError(Exception):
    """There is no Chromium on this machine."""

    def __init__(self) -> None:
        super().__init__("Browser tests need Chromium: apt-get install chromium (or set CHROMIUM to its path).")


def chromium_path() -> str:
    """Return the path of the browser. Raises NoBrowserError."""
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    for path in filter(None, map(shutil.which, filter(None, names))):
        return path
    raise NoBrowserError


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Start Chromium and close it at the end. Raises NoBrowserError."""
    path = chromium_path()
    with sync_playwright() as playwright:
        # Playwright's sync API keeps an event loop in this thread, which Django takes for async code.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def new_page(browser: Browser, base_url: str) -> Iterator[Page]:
    """Open a page of a visitor who has never been here.

    Raises AssertionError at the end when a script failed or the content security policy refused something.
    """
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    context = browser.new_context(base_url=base_url, locale="fr-FR", timezone_id="Europe/Paris")
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", hear)
    try:
        yield page
    finally:
        context.close()
    if complaints:
        raise AssertionError("The page complained:\n" + "\n".join(complaints))
