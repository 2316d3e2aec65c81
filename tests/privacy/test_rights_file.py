"""The file of a copy: handed to the link that its mail carried, for a week, and to nothing else."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core import mail as django_mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from privacy import requests
from privacy.models import RightsRequest
from privacy.services.purging import purge_due
from tests.factories import make_petition, make_signature
from tests.privacy.mailbox import FORM, ask, mailed_path

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.PRIVATE_ROOT = tmp_path / "private"
    return tmp_path / "private" / "exports"


@pytest.fixture(params=["access", "portability"])
def path(request: pytest.FixtureRequest) -> str:
    """The link in the mail that says that Samir's copy is ready."""
    make_signature(make_petition(), confirmed=True, comment="Il le faut.")
    ask(request.param)
    Client().post(mailed_path())
    requests.execute(RightsRequest.objects.get().pk)
    return mailed_path()


def get(path: str, client: Client | None = None) -> int:
    answer = (client or Client()).get(path)
    answer.getvalue()  # to its end, where the server closes the file
    return answer.status_code


def test_the_mail_leads_to_a_page_and_the_page_to_the_file(client, path):
    page = client.get(path)
    answer = client.get(f"{path}fichier/")

    assert "prêtes" in django_mail.outbox[-1].subject
    assert f'href="{path}fichier/"' in page.text
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as package:
        assert "Il le faut." in package.read("donnees.json").decode()


def test_the_file_is_saved_and_never_shown_kept_or_named_to_another_site(client, path):
    answer = client.get(f"{path}fichier/")

    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].startswith('attachment; filename="mesopinions-')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "strict-origin"
    assert not answer.cookies
    assert answer.getvalue().startswith(b"PK")


def test_a_scanner_that_opens_the_link_takes_nothing_away(client, path):
    client.head(path)
    get(f"{path}fichier/", client)

    assert get(f"{path}fichier/") == 200


def test_no_account_opens_the_file_without_its_link(path):
    staff = Client()
    staff.force_login(User.objects.create_superuser("admin@example.org"))
    request = RightsRequest.objects.get()

    for guess in (str(request.pk), request.file_name, request.result_token_hash or "", "x" * 43):
        assert get(f"{FORM}{guess}/fichier/", staff) == 404


def test_the_file_is_there_for_a_week_however_late_its_mail(path):
    ready_at = RightsRequest.objects.get().file_ready_at
    assert ready_at

    with time_machine.travel(ready_at + timedelta(days=6, hours=23)):
        assert get(f"{path}fichier/") == 200
    with time_machine.travel(ready_at + timedelta(days=7, seconds=1)):
        assert get(f"{path}fichier/") == get(path) == 404


def test_a_file_that_the_purge_took_is_told_as_gone(path):
    purge_due(as_of=timezone.now() + timedelta(days=8))

    assert get(f"{path}fichier/") == 404
    assert "effacé" in Client().get(path).text


def test_an_erasure_takes_the_file_away_at_once(path, folder):
    ask("erasure")
    Client().post(mailed_path(), {"count": "keep"})
    requests.execute(RightsRequest.objects.get(right="erasure").pk)

    assert get(f"{path}fichier/") == 404
    assert list(folder.iterdir()) == []


def test_the_link_of_another_right_opens_no_file(path):
    ask("erasure")

    assert get(f"{mailed_path()}fichier/") == 404
