"""From the outbox to the server: each mail once, in its own time, or not at all."""

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.core import mail as django_mail
from django.db import connection, transaction
from django.utils import timezone

from mesopinions.mail import kinds, services
from mesopinions.mail.models import MailBlock, OutgoingMail
from mesopinions.mail.tasks import sweep
from tests.fakes.greeting.mails import waiting_greeting
from tests.fakes.smtp import FakeSmtp
from tests.support.concurrency import run_together

pytestmark = pytest.mark.usefixtures("greetings")


def test_a_queued_mail_leaves_and_is_marked(db, smtp: FakeSmtp):
    services.queue_mail(
        kind="greeting",
        recipient="samir@example.org",
        language="fr",
        context={"name": "Samir", "leave": "https://x.org"},
    )

    assert services.send_due_mails() is False

    (message,) = smtp.accepted
    mail = OutgoingMail.objects.get()
    assert message["To"] == "samir@example.org"
    assert message["Message-ID"] == f"<{mail.message_id}@localhost>"
    assert (mail.attempts, mail.last_error) == (1, "")
    assert mail.sent_at is not None


def test_a_row_inserted_by_sql_with_three_columns_is_a_complete_mail(db):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO mail_outgoingmail (kind, recipient, language) VALUES ('greeting', 'a@b.fr', 'fr')")

    mail = OutgoingMail.objects.get()
    assert (mail.attempts, mail.context, mail.about_id, mail.sent_at, mail.last_error) == (0, {}, None, None, "")
    assert mail.message_id is not None
    assert mail.due_at <= timezone.now()


def test_a_mail_of_an_unknown_kind_is_refused_before_it_is_queued(db):
    with pytest.raises(LookupError):
        services.queue_mail(kind="nonsense", recipient="samir@example.org", language="fr")

    assert not OutgoingMail.objects.exists()


def test_a_mail_of_a_transaction_that_fails_never_leaves(transactional_db, smtp: FakeSmtp):
    with pytest.raises(RuntimeError), transaction.atomic():
        services.queue_mail(kind="greeting", recipient="samir@example.org", language="fr")
        raise RuntimeError

    services.send_due_mails()

    assert smtp.accepted == []


def test_four_workers_send_each_mail_once_over_one_connection_each(transactional_db, smtp: FakeSmtp):
    mails = [waiting_greeting(f"signer{number}@example.org") for number in range(60)]

    run_together(4, services.send_due_mails)

    assert Counter(smtp.message_ids) == Counter(f"<{mail.message_id}@localhost>" for mail in mails)
    assert smtp.connections <= 4


def test_sending_stops_when_its_time_is_over_and_says_that_mails_are_left(db, smtp: FakeSmtp):
    waiting_greeting()

    assert services.send_due_mails(seconds=0) is True
    assert smtp.accepted == []


def test_a_mail_that_fails_is_tried_again_later_and_later_and_then_given_up(db, smtp: FakeSmtp):
    smtp.refusals["samir@example.org"] = "451 try later"
    mail = waiting_greeting()
    start = timezone.now()
    tried_after = []

    for minutes in range(0, 3 * 24 * 60, 1):
        before = mail.attempts
        if mail.due_at > start + timedelta(minutes=minutes):
            continue
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            services.send_due_mails()
        mail.refresh_from_db()
        if mail.attempts > before:
            tried_after.append(minutes)
        if mail.failed_at:
            break

    assert tried_after == [0, 1, 6, 36, 156, 636, 2076]
    assert mail.last_error == "SMTPRecipientsRefused"
    assert smtp.accepted == []


def test_a_retry_carries_the_same_message_id(db, smtp: FakeSmtp):
    smtp.refusals["samir@example.org"] = "451 try later"
    mail = waiting_greeting()
    services.send_due_mails()
    smtp.refusals.clear()

    with time_machine.travel(timezone.now() + timedelta(minutes=1, seconds=1)):
        services.send_due_mails()

    assert smtp.message_ids == [f"<{mail.message_id}@localhost>"]


def test_a_recipient_refused_for_good_is_tried_once(db, smtp: FakeSmtp):
    smtp.refusals["samir@example.org"] = "550 no such mailbox"
    mail = waiting_greeting()

    services.send_due_mails()

    mail.refresh_from_db()
    assert (mail.attempts, mail.failed_at is not None) == (1, True)


def test_a_refused_mail_does_not_hold_back_the_next_one(db, smtp: FakeSmtp):
    smtp.refusals["oscar@example.org"] = "421 too many"
    waiting_greeting("oscar@example.org")
    waiting_greeting("samir@example.org")

    services.send_due_mails()

    assert [message["To"] for message in smtp.accepted] == ["samir@example.org"]


def test_an_unreachable_server_costs_no_mail_a_try(db, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    mail = waiting_greeting()

    assert services.send_due_mails() is False

    mail.refresh_from_db()
    assert (mail.attempts, mail.failed_at) == (0, None)
    assert "cannot be reached" in caplog.text


def _fails(_mail: OutgoingMail) -> None:
    raise ValueError("samir@example.org lives in Lille")


def _fails_in_the_database(_mail: OutgoingMail) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


@pytest.mark.parametrize(("builder", "error"), [(_fails, "ValueError"), (_fails_in_the_database, "DataError")])
def test_a_builder_that_raises_waits_for_its_retry_and_the_others_leave(
    db, smtp: FakeSmtp, monkeypatch, caplog, builder, error
):
    monkeypatch.setitem(kinds._builders, "broken", builder)
    broken = OutgoingMail.objects.create(kind="broken", recipient="samir@example.org", language="fr")
    waiting_greeting()

    services.send_due_mails()

    broken.refresh_from_db()
    assert len(smtp.accepted) == 1
    assert (broken.attempts, broken.last_error, broken.sent_at) == (1, error, None)
    assert "Lille" not in caplog.text
    assert "samir@" not in caplog.text


def test_a_mail_whose_subject_is_gone_is_cancelled(db, smtp: FakeSmtp):
    mail = waiting_greeting(name=None)

    services.send_due_mails()

    mail.refresh_from_db()
    assert mail.cancelled_at is not None
    assert smtp.accepted == []


def test_a_blocked_address_gets_nothing_whatever_its_spelling_until_the_block_is_lifted(db, smtp: FakeSmtp):
    block = services.block_address("Samir+petitions@Example.org")
    silenced = waiting_greeting("samir@example.org")
    services.send_due_mails()
    services.unblock_address(block.pk)
    waiting_greeting("samir@example.org", name="Samir encore")
    services.send_due_mails()

    silenced.refresh_from_db()
    assert silenced.cancelled_at is not None
    assert [message["Subject"] for message in smtp.accepted] == ["Bonjour Samir encore\u202f!"]


def test_blocking_twice_makes_one_block(db):
    assert services.block_address("samir@example.org") == services.block_address("SAMIR@example.org")
    assert MailBlock.objects.count() == 1
    assert services.is_blocked("samir@example.org")
    assert not services.is_blocked("oscar@example.org")


def test_a_mail_queued_while_the_broker_is_down_leaves_by_the_sweep(transactional_db, settings, mailoutbox):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with transaction.atomic():
        services.queue_mail(
            kind="greeting",
            recipient="samir@example.org",
            language="fr",
            context={"name": "Samir", "leave": "https://x.org"},
        )

    sweep()

    assert [message.to for message in django_mail.outbox] == [["samir@example.org"]]
