"""The mails of this machine, readable by whoever tries the site."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from mesopinions.mail import services
from tests.fakes.greeting.mails import waiting_greeting


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MAIL_DIR = tmp_path
    settings.EMAIL_BACKEND = "mesopinions.mail.backends.EmlFileBackend"
    return tmp_path


@pytest.fixture
def sent(db: None, greetings: None, folder: Path) -> str:
    """The path of the page of a mail that left."""
    waiting_greeting(name="Zoé <script>")
    services.send_due_mails()
    (file,) = folder.iterdir()
    return f"/dev/mails/{file.name}/"


def test_the_list_shows_the_newest_mail_first(client: Client, db, greetings, folder):
    for name in ("Alice", "Samir"):
        waiting_greeting(name=name)
    services.send_due_mails()

    page = client.get("/dev/mails/").text

    assert page.index("Bonjour Samir") < page.index("Bonjour Alice")


def test_the_list_says_so_when_there_is_no_mail(client: Client, db, folder):
    assert "Aucun mail" in client.get("/dev/mails/").text


def test_a_mail_shows_its_headers_and_its_text_with_links(client: Client, sent):
    page = client.get(sent)

    assert "Message-ID" in page.text
    assert 'href="http://localhost:8000/bonjour/"' in page.text
    assert "Zoé &lt;script&gt;" in page.text
    assert "frame-src 'self'" in page["Content-Security-Policy"]


def test_the_html_part_may_be_framed_by_the_site_and_run_nothing(client: Client, sent):
    part = client.get(f"{sent}html/")

    policy = part["Content-Security-Policy"]
    assert part["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert '<base target="_top">' in part.text


@pytest.mark.parametrize("name", ["nothing.eml", "..%2F..%2Fkeys.json", "20260101T000000000000-a.eml", ".hidden"])
def test_only_files_that_the_backend_wrote_are_shown(client: Client, db, folder, name):
    (folder / "nothing.eml").write_text("Subject: x\n\n")

    assert client.get(f"/dev/mails/{name}/").status_code == 404
