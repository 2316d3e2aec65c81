"""Logins are noted, and an owner hears of one from a browser that they never used."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Login
from accounts.services.visits import Visit, record_login
from mesopinions.mail.compose import compose
from mesopinions.mail.models import OutgoingMail
from tests.accounts.conftest import PASSWORD
from tests.accounts.mailbox import last_code, notices
from tests.accounts.test_codes import ask, forget
from tests.accounts.test_login import CODE, log_in
from tests.accounts.test_signup import CONFIRM, sign_up
from tests.support.concurrency import run_together

FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:{0}.0) Gecko/{0}.0 Firefox/{0}.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)

pytestmark = pytest.mark.django_db


def come(browser, **meta):
    client = Client(HTTP_USER_AGENT=browser, **meta)
    log_in(client)
    return client


def came(user, browser, days=0, **details):
    visit = Visit(ip="192.0.2.1", browser=browser, method=Login.Method.CODE, **details)
    record_login(user=user, visit=visit, at=timezone.now() + timedelta(days=days))


def test_the_first_login_after_registering_is_told_to_nobody(client):
    sign_up(client)
    client.post(CONFIRM, {"code": last_code()})

    assert Login.objects.count() == 1
    assert notices() == []


def test_a_login_from_a_browser_that_was_never_used_is_told(alice):
    come(FIREFOX.format(143))
    come(CHROME)
    come(CHROME)

    assert notices() == ["new_login"]
    mail = compose(OutgoingMail.objects.get(kind="security_notice"))
    assert mail.subject == "Connexion depuis un nouveau navigateur"
    for text in (mail.body, mail.alternatives[0].content):
        assert "Chrome sur Windows" in text
        assert "Adresse IP\u202f: 127.0.0.1" in text
        assert "/compte/securite/" in text


def test_a_new_version_of_a_browser_is_no_new_browser(alice):
    come(FIREFOX.format(143))
    come(FIREFOX.format(144))

    assert notices() == []


def test_a_browser_that_says_nothing_and_comes_from_nowhere_is_told_of_in_few_words(alice, settings):
    came(alice, FIREFOX.format(143))
    settings.TRUSTED_PROXY_COUNT = 1
    come("")

    body = compose(OutgoingMail.objects.get(kind="security_notice")).body
    assert "Adresse IP" not in body
    assert "heure de Paris\n\n" in body


def test_after_a_year_without_a_login_any_browser_is_new(alice):
    came(alice, CHROME, days=-400)
    Login.objects.all().delete()
    came(alice, CHROME)

    assert notices() == ["new_login"]


@pytest.mark.django_db(transaction=True)
def test_two_logins_at_once_are_told_of_once(alice):
    came(alice, CHROME)
    run_together(4, lambda: came(alice, FIREFOX.format(143)))

    assert notices() == ["new_login"]
    assert Login.objects.count() == 5


def test_a_login_is_noted_with_the_way_that_was_taken(alice):
    come(CHROME)
    by_code, forgotten = Client(), Client()
    ask(by_code)
    by_code.post(CODE, {"code": last_code()})
    forget(forgotten)
    forgotten.post("/compte/password/reset/confirm/", {"code": last_code()})
    forgotten.post("/compte/password/reset/complete/", {"password1": "quatre grands lions verts"})

    assert list(Login.objects.order_by("pk").values_list("method", flat=True)) == ["password", "code", "reset"]
    assert {login.ip for login in Login.objects.all()} == {"127.0.0.1"}


def test_a_very_long_name_of_a_browser_is_cut(alice):
    come("x" * 5000)
    come("x" * 5000)

    assert {len(login.browser) for login in Login.objects.all()} == {200}
    assert notices() == []


def test_the_words_of_a_browser_do_no_harm_in_a_mail(alice):
    came(alice, CHROME)
    come("<script>alert(1)</script> Firefox/1 Linux")

    mail = compose(OutgoingMail.objects.get(kind="security_notice"))
    assert "<script>" not in mail.alternatives[0].content
    assert "Firefox sur Linux" in mail.body


def test_a_visit_names_nobody_when_printed():
    assert "192.0.2.1" not in repr(Visit(ip="192.0.2.1", browser="Firefox"))


def test_a_wrong_password_is_no_login(client, alice):
    log_in(client, password=PASSWORD + "!")

    assert not Login.objects.exists()
