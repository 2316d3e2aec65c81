"""What the site writes to owners of accounts."""

import pytest
from django.utils import timezone

from accounts.emails import Code, SecurityNotice
from accounts.models import User, Visit
from accounts.services import mailing
from mesopinions.mail.compose import compose
from mesopinions.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0"


def words(mail):
    """Return the text of a mail above its signature."""
    return compose(mail).body.partition("\n-- \n")[0]


@pytest.mark.parametrize("what", SecurityNotice)
def test_every_notice_says_what_was_done_when_with_what_and_what_to_do(alice, what):
    visit = Visit(ip="192.0.2.1", browser=FIREFOX)
    mailing.send_notice(user=alice, what=what, visit=visit, detail="ALL THE DETAIL")
    mail = OutgoingMail.objects.get()
    said, when, *_ = words(mail).split("\n\n")

    assert compose(mail).subject == what.label
    assert len(said) > 30
    assert ("ALL THE DETAIL" in said) == (what in {"email_changed", "provider_added", "provider_removed"})
    now = timezone.localtime(mail.created_at)
    moment, browser, address = when.splitlines()
    assert str(now.year) in moment
    assert f"{now:%H:%M}" in moment
    assert (browser, address) == ("Firefox sur Android", "Adresse IP\u202f: 192.0.2.1")
    assert "Si c’est vous, il n’y a rien à faire. Sinon," in words(mail)


def test_a_notice_to_a_former_address_says_whom_to_write_to(alice, settings):
    visit = Visit(ip="", browser="")
    mailing.send_notice(
        user=alice, what=SecurityNotice.EMAIL_CHANGED, visit=visit, detail="new@example.org", to="old@example.org"
    )
    mail = OutgoingMail.objects.get()

    assert mail.recipient == "old@example.org"
    assert settings.CONTROLLER["privacy_email"] in words(mail)
    assert "Adresse IP" not in words(mail)


def test_what_a_notice_encloses_is_nowhere_in_clear(alice):
    mailing.send_notice(user=alice, what=SecurityNotice.NEW_LOGIN, visit=Visit(ip="192.0.2.1", browser=FIREFOX))

    row = OutgoingMail.objects.values().get()
    assert "192.0.2.1" not in str(row)
    assert "Firefox" not in str(row)


@pytest.mark.parametrize("what", Code)
def test_a_code_stands_in_the_subject_and_alone_on_a_line(what):
    mailing.send_code(what=what, code="KPQR-STVW", email="alice@example.org", language="fr")
    mail = OutgoingMail.objects.get()

    assert compose(mail).subject == f"KPQR-STVW\u202f: {what.label}"
    assert "KPQR-STVW" in words(mail).splitlines()
    assert "pendant 15 minutes" in words(mail)


def test_an_owner_reads_their_own_language(alice):
    User.objects.update(language="en")
    mailing.tell_owner(email="alice@example.org")

    assert OutgoingMail.objects.get().language == "en"
