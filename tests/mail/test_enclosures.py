"""What only one mail says, such as a code to type: encrypted while it waits, and nowhere once it has ended."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import mail as django_mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.emails import CODE_LIVES_FOR, Code, SecurityNotice
from accounts.services import mailing
from accounts.services.inactivity import delete_accounts
from accounts.services.visits import Visit
from mesopinions.core import crypto
from mesopinions.mail import services
from mesopinions.mail.models import OutgoingMail
from privacy.services.purging import purge_due
from tests.factories import make_user

pytestmark = pytest.mark.django_db

HERE = Visit(ip="203.0.113.7", browser="Navigateur/1.0")


@pytest.fixture
def code() -> OutgoingMail:
    mailing.send_code(what=Code.LOGIN, code="KPQR-STVW", email="alice@example.org", language="fr")
    return OutgoingMail.objects.get()


@pytest.fixture
def notice() -> OutgoingMail:
    mailing.send_notice(user=make_user("alice"), what=SecurityNotice.PASSWORD_CHANGED, visit=HERE)
    return OutgoingMail.objects.get()


def written_ago(mail: OutgoingMail, age: timedelta) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(created_at=timezone.now() - age)


def test_a_code_waits_encrypted_and_leaves_in_the_mail(code):
    with connection.cursor() as cursor:
        cursor.execute("SELECT row::text FROM mail_outgoingmail AS row")
        [row] = cursor.fetchone()
    assert "KPQR" not in row
    assert b"KPQR".hex() not in row
    assert code.read_enclosed() == {"code": "KPQR-STVW"}

    services.send_due_mails()

    assert "KPQR-STVW" in django_mail.outbox[0].body


@pytest.mark.parametrize("end", ["sent", "cancelled", "failed"])
def test_an_ended_mail_encloses_nothing(code, end):
    if end == "cancelled":
        services.block_address(code.recipient)
    if end == "failed":
        OutgoingMail.objects.update(attempts=len(services.RETRY_AFTER))
    with patch("mesopinions.mail.services.compose", side_effect=OSError if end == "failed" else services.compose):
        services.send_due_mails()

    mail = OutgoingMail.objects.get()
    assert getattr(mail, f"{end}_at")
    assert mail.enclosed is None


@pytest.mark.parametrize("end", ["sent_at", "failed_at", "cancelled_at"])
def test_the_database_refuses_an_ended_mail_that_encloses_something(code, end):
    with pytest.raises(IntegrityError, match="ended_mail_encloses_nothing"), transaction.atomic():
        OutgoingMail.objects.update(**{end: timezone.now()})


def test_a_mail_that_will_be_tried_again_keeps_what_it_encloses(code):
    with patch("mesopinions.mail.services.compose", side_effect=OSError):
        services.send_due_mails()

    assert OutgoingMail.objects.get().read_enclosed() == {"code": "KPQR-STVW"}


def test_a_code_that_comes_too_late_does_not_leave(code):
    written_ago(code, CODE_LIVES_FOR + timedelta(seconds=1))

    services.send_due_mails()

    mail = OutgoingMail.objects.get()
    assert django_mail.outbox == []
    assert mail.cancelled_at
    assert mail.enclosed is None


def test_a_code_given_up_and_tried_again_is_cancelled_for_it_is_gone(code):
    OutgoingMail.objects.update(attempts=len(services.RETRY_AFTER))
    with patch("mesopinions.mail.services.compose", side_effect=OSError):
        services.send_due_mails()

    assert services.try_again(mail=code, at=timezone.now())
    services.send_due_mails()

    mail = OutgoingMail.objects.get()
    assert django_mail.outbox == []
    assert mail.cancelled_at
    assert mail.enclosed is None


def test_what_waits_for_days_in_front_of_a_silent_server_is_not_kept_for_days(code):
    written_ago(code, timedelta(hours=23))
    purge_due(as_of=timezone.now())
    assert OutgoingMail.objects.get().enclosed

    written_ago(code, timedelta(hours=25))
    purge_due(as_of=timezone.now())

    mail = OutgoingMail.objects.get()
    assert mail.enclosed is None
    assert not mail.is_ended
    services.send_due_mails()
    assert django_mail.outbox == []
    assert OutgoingMail.objects.get().cancelled_at


def test_a_notice_that_waited_too_long_leaves_without_what_it_enclosed(notice):
    """That something was done to the account is worth telling late; from where is not worth keeping."""
    written_ago(notice, timedelta(days=2))
    purge_due(as_of=timezone.now())

    services.send_due_mails()

    [message] = django_mail.outbox
    assert "mot de passe de votre compte vient d’être changé" in message.body
    assert HERE.ip not in message.body
    assert "adresse IP" not in message.body


def test_an_enclosure_that_no_key_opens_is_given_up_and_names_nobody(code, caplog):
    OutgoingMail.objects.update(enclosed=b"not of ours", attempts=len(services.RETRY_AFTER))

    services.send_due_mails()

    mail = OutgoingMail.objects.get()
    assert mail.failed_at
    assert mail.enclosed is None
    assert mail.last_error == crypto.Unreadable.__name__
    assert "alice" not in caplog.text


def test_the_mails_about_an_account_go_with_it_one_to_a_former_address_too():
    alice, oscar = make_user("alice"), make_user("oscar")
    for user in (alice, oscar):
        mailing.send_notice(
            user=user, what=SecurityNotice.EMAIL_CHANGED, detail=user.email, visit=HERE, to="ancienne@example.org"
        )
    services.queue_mail(kind="rights_erased", recipient="nadia@example.org", language="fr", about_id=alice.pk)

    delete_accounts([alice.pk])

    assert set(OutgoingMail.objects.values_list("kind", "about_id")) == {
        ("security_notice", oscar.pk),
        ("rights_erased", alice.pk),
    }
