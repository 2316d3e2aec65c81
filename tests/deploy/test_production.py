"""The journey on what docker-compose.yml starts, with production's settings."""

import re
import subprocess
import sys

import pytest

from mesopinions.local.child import wait_until
from petitions.models import DailyTally, TallyDelta
from petitions.selectors import signature_count
from tests.deploy import recipe
from tests.deploy.containers import BIN, PRODUCTION, Container
from tests.deploy.visitor import Visitor
from tests.factories import make_petition, sign_data

# Five processes start, and the clock's slots are ten seconds long.
pytestmark = pytest.mark.timeout(150)

HOST = "petitions.example"


@pytest.fixture
def visitor(web):
    return Visitor(web.port, HOST, {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"})


@pytest.fixture
def petition(transactional_db):
    return make_petition()


def sign_and_open_the_mail(visitor, petition, mail_server):
    """Return the path of the link in the mail that a signature brings."""
    before = len(mail_server.accepted)
    assert visitor.post(f"/petition/{petition.pk}/signer/", sign_data("samir")).status == 303
    assert wait_until(lambda: len(mail_server.accepted) > before, seconds=15)
    text = mail_server.accepted[-1].get_body(("plain",)).get_content()
    return re.search(rf"https://{re.escape(HOST)}(/signature/[^/\s]+/)", text)[1]


@pytest.mark.django_db(transaction=True)
def test_a_signature_goes_from_the_form_to_the_folded_count(visitor, worker, beat, mail_server, petition):
    link = sign_and_open_the_mail(visitor, petition, mail_server)

    assert visitor.post(f"{link}confirmer/", {}).status == 303
    assert signature_count(petition.pk) == 1
    assert wait_until(lambda: DailyTally.objects.filter(petition=petition, total=1).exists(), seconds=25)
    assert not TallyDelta.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nobody_is_named_in_the_logs_of_a_signature(visitor, web, worker, petition, mail_server):
    link = sign_and_open_the_mail(visitor, petition, mail_server)
    visitor.get(link)
    token = link.split("/")[2]

    logs = (web.log + worker.log).lower()
    assert "mail.send_due" in logs
    assert [word for word in ("samir", "benali", "59440", "192.0.2.7", token.lower()) if word in logs] == []


def test_plain_http_is_sent_to_https(web, transactional_db):
    answer = Visitor(web.port, HOST, {}).get("/petitions/?tri=recentes")

    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/petitions/?tri=recentes")


def test_another_name_than_the_sites_is_refused(web, transactional_db):
    assert Visitor(web.port, "attacker.example", {"X-Forwarded-Proto": "https"}).get("/").status == 400


def test_pages_promise_https_and_name_static_files_by_their_content(visitor, petition):
    answer = visitor.get("/")

    assert answer.status == 200
    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]
    style = re.search(r'href="(/static/css/base\.[0-9a-f]{12}\.css)"', answer.body)[1]
    assert "immutable" in visitor.get(style).headers["Cache-Control"]


def test_a_container_whose_server_is_gone_is_not_healthy(tmp_path, stores, django_db_setup):
    container = Container("web", tmp_path, stores)
    container.wait_until_healthy()
    container.stop()

    assert not container.is_healthy()


def test_a_clock_that_stopped_writing_is_not_healthy(tmp_path):
    check = [sys.executable, recipe.ROOT / "deploy/healthcheck.py", "beat", tmp_path / "beat-schedule"]

    assert subprocess.run(check).returncode == 1
    (tmp_path / "beat-schedule").touch()
    assert subprocess.run(check).returncode == 0


def test_migrations_run_with_the_environment_of_their_container(stores, transactional_db, django_db_setup):
    variables = {"PATH": str(BIN), "LOCAL": "0", **recipe.environment_of("migrate", PRODUCTION), **stores}

    assert subprocess.run(recipe.command_of("migrate"), env=variables, cwd=recipe.ROOT, check=True).returncode == 0
