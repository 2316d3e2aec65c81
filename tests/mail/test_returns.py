"""What mail providers tell of returned mails: the mailbox that does not exist is left alone, the full one is not.

Bodies are in the shape of each provider's documentation.
"""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from mesopinions.core.addresses import address_key
from mesopinions.mail import services
from mesopinions.mail.models import BlockReason, MailBlock
from tests.fakes.greeting.mails import waiting_greeting
from tests.fakes.smtp import FakeSmtp
from tests.support.concurrency import run_together

SECRET = "retours:1c7f0a5d-4e0b-4d6f-9a55-2f7be1c2d9aa"
SAMIR = "samir@example.org"
SIGNING_KEY = "key-of-mailgun-for-these-tests"
EVENT_AT = datetime(2026, 11, 23, 10, 0, 1, tzinfo=UTC)
STAMP = int(EVENT_AT.timestamp())

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("greetings")]


def brevo(event, **more):
    told = {"event": event, "email": SAMIR, "id": 26224, "ts_epoch": STAMP * 1000, "message-id": "<x@relay>"}
    return {**told, "date": "2026-11-23 11:00:01", "subject": "Confirmez", "reason": f"550 5.1.1 {SAMIR}", **more}


def mailgun(event, **more):
    signature = hmac.new(SIGNING_KEY.encode(), f"{STAMP}token".encode(), hashlib.sha256).hexdigest()
    data = {"event": event, "recipient": SAMIR, "timestamp": float(STAMP), "id": "CPgfbmQMTCKtHW6uIWtuVe", **more}
    return {"signature": {"timestamp": str(STAMP), "token": "token", "signature": signature}, "event-data": data}


def mailjet(event, **more):
    return [{"event": event, "time": STAMP, "MessageID": 13792286917004336, "email": SAMIR, "Payload": "", **more}]


def postmark(kind, **more):
    return {"RecordType": kind, "ID": 4323372036854775807, "Email": SAMIR, "BouncedAt": EVENT_AT.isoformat(), **more}


BOUNCED = {
    "brevo": brevo("hard_bounce"),
    "brevo, no address": brevo("invalid_email"),
    "mailgun": mailgun("failed", severity="permanent", reason="bounce", **{"delivery-status": {"code": 605}}),
    "mailjet": mailjet("bounce", hard_bounce=True, blocked=False, error_related_to="recipient", error="user unknown"),
    "postmark": postmark("Bounce", Type="HardBounce", TypeCode=1, Inactive=True),
    "postmark, no address": postmark("Bounce", Type="BadEmailAddress", TypeCode=100000),
    "postmark, suppressed": postmark("SubscriptionChange", SuppressSending=True, SuppressionReason="HardBounce"),
}
COMPLAINED = {
    "brevo": brevo("spam"),
    "mailgun": mailgun("complained"),
    "mailjet": mailjet("spam", source="JMRPP"),
    "postmark": postmark("SpamComplaint", Type="SpamComplaint", TypeCode=512),
}
UNSUBSCRIBED = {
    "brevo": brevo("unsubscribe"),
    "mailgun": mailgun("unsubscribed"),
    "mailjet": mailjet("unsub", mj_list_id=""),
    "postmark": postmark("SubscriptionChange", SuppressSending=True, SuppressionReason="ManualSuppression"),
}
NOTHING_TO_DO = {
    "brevo, full": brevo("soft_bounce"),
    "brevo, late": brevo("deferred"),
    "brevo, its own list": brevo("blocked"),
    "brevo, opened": brevo("unique_opened"),
    "brevo, a new word": brevo("quantum_bounce"),
    "brevo, nobody": brevo("hard_bounce", email=None),
    "brevo, no address": brevo("hard_bounce", email={"a": 1}),
    "brevo, a novel": brevo("hard_bounce", email=f"{'a' * 5000}@example.org"),
    "mailgun, full": mailgun("failed", severity="temporary", reason="generic"),
    "mailgun, policy": mailgun("failed", severity="permanent", reason="generic"),
    "mailgun, delivered": mailgun("delivered"),
    "mailjet, full": mailjet("bounce", hard_bounce=False, error="quota exceeded"),
    "mailjet, greylisted": mailjet("bounce", hard_bounce=False, error="greylisted"),
    "mailjet, blocked": mailjet("blocked", error="preblocked"),
    "postmark, full": postmark("Bounce", Type="SoftBounce", TypeCode=4096),
    "postmark, away": postmark("Bounce", Type="AutoResponder", TypeCode=8),
    "postmark, back": postmark("SubscriptionChange", SuppressSending=False, SuppressionReason=None),
    "postmark, opened": {"RecordType": "Open", "Recipient": SAMIR, "ReceivedAt": EVENT_AT.isoformat()},
}


@pytest.fixture(autouse=True)
def listening(settings):
    settings.MAIL_WEBHOOK_SECRET = [SECRET]
    settings.MAILGUN_WEBHOOK_SIGNING_KEY = SIGNING_KEY


def tell(provider, body, secret=SECRET, browser=None, **headers):
    authorization = f"Basic {base64.b64encode(secret.encode()).decode()}"
    return (browser or Client(enforce_csrf_checks=True)).post(
        f"/mails/retours/{provider.partition(',')[0]}/",
        body if isinstance(body, (str, bytes)) else json.dumps(body),
        content_type="application/json",
        headers={"Authorization": authorization, **headers},
    )


def reasons():
    return [(block.address_key, block.reason) for block in MailBlock.objects.all()]


# --- What is told ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "body", "reason"),
    [
        *[(name, body, "bounced") for name, body in BOUNCED.items()],
        *[(name, body, "complained") for name, body in COMPLAINED.items()],
        *[(name, body, "asked") for name, body in UNSUBSCRIBED.items()],
    ],
)
def test_a_return_silences_its_address_once_for_its_reason(provider, body, reason):
    assert [tell(provider, body).status_code for _time in range(2)] == [200, 200]

    assert reasons() == [(address_key(SAMIR), reason)]


@pytest.mark.parametrize("provider", NOTHING_TO_DO)
def test_what_is_no_return_changes_nothing(provider):
    assert tell(provider, NOTHING_TO_DO[provider]).status_code == 200
    assert reasons() == []


def test_one_body_may_tell_of_many(db):
    body = [mailjet("bounce", hard_bounce=True)[0] | {"email": f"signer{n}@example.org"} for n in range(5)]

    tell("mailjet", body)

    assert MailBlock.objects.count() == 5


def test_an_event_of_the_future_counts_from_now(db):
    tell("brevo", brevo("hard_bounce", ts_epoch=4_102_444_800_000))

    assert MailBlock.objects.get().created_at <= timezone.now()


def test_the_same_event_eight_times_at_once_makes_one_block(transactional_db):
    statuses = run_together(8, lambda: tell("brevo", BOUNCED["brevo"]).status_code)

    assert set(statuses) == {200}
    assert MailBlock.objects.get().created_at == EVENT_AT


# --- Who tells it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", ["brevo", "mailgun", "mailjet", "postmark"])
@pytest.mark.parametrize("secret", ["retours:wrong", SECRET.upper(), "", f"{SECRET} ", "é:é"])
def test_a_wrong_secret_is_refused_and_its_body_is_in_no_log(provider, secret, caplog):
    assert tell(provider, BOUNCED[provider], secret).status_code == 400

    assert reasons() == []
    assert "samir" not in caplog.text


def test_mailgun_signs_each_body_besides(caplog):
    body = mailgun("complained")
    body["signature"]["signature"] = "0" * 64

    assert tell("mailgun", body).status_code == 400
    assert reasons() == []


def test_two_secrets_hold_while_one_replaces_the_other(settings):
    settings.MAIL_WEBHOOK_SECRET = [SECRET, "retours:the-next-one-of-32-characters-or-more"]

    assert tell("brevo", BOUNCED["brevo"], settings.MAIL_WEBHOOK_SECRET[1]).status_code == 200


@pytest.mark.parametrize("provider", ["brevo", "mailgun", "nobody", "sendgrid"])
def test_without_a_secret_the_address_does_not_exist(provider, settings):
    settings.MAIL_WEBHOOK_SECRET = []

    for answer in (tell(provider, {}), Client().get(f"/mails/retours/{provider}/")):
        assert answer.status_code == 404


def test_a_provider_that_nobody_reads_does_not_exist_and_mailgun_needs_its_key(settings):
    settings.MAILGUN_WEBHOOK_SIGNING_KEY = ""

    assert [tell(name, {}).status_code for name in ("nobody", "mailgun", "brevo")] == [404, 404, 200]


def test_it_needs_no_origin_and_no_cookie_and_gives_none(db):
    answer = tell("brevo", BOUNCED["brevo"], Origin="https://evil.example")

    assert (answer.status_code, answer.content, dict(answer.cookies)) == (200, b"ok\n", {})
    assert reasons()


def test_a_provider_may_look_whether_the_address_is_there(db):
    assert Client().head("/mails/retours/brevo/").status_code == 200
    assert Client().get("/mails/retours/brevo/").status_code == 405


# --- Hostile bodies --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    ["", "{", "null", "[]", "[1]", "7", '"x"', "\ufeff{}", '{"event": []}', b"\xff\xfe", '{"items": []}', "[" * 3000],
)
@pytest.mark.parametrize("provider", ["brevo", "mailgun", "mailjet", "postmark"])
def test_a_body_that_is_none_is_refused_or_changes_nothing(provider, body):
    assert tell(provider, body).status_code in {200, 400}
    assert reasons() == []


def test_an_inbound_mail_sent_here_by_mistake_is_refused(caplog):
    assert tell("postmark", {"FromFull": {"Email": SAMIR}, "TextBody": "secret"}).status_code == 400
    assert "samir" not in caplog.text
    assert "secret" not in caplog.text


def test_a_body_too_large_is_refused(db):
    assert tell("brevo", brevo("hard_bounce", tag="x" * 1_100_000)).status_code == 413
    assert reasons() == []


# --- What a block does -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", BlockReason)
def test_a_fresh_block_stops_every_mail(reason, smtp: FakeSmtp):
    services.block_address(SAMIR, reason=reason)
    waiting_greeting()

    services.send_due_mails()

    assert smtp.accepted == []


def test_a_day_after_a_bounce_what_the_person_waits_for_leaves_and_what_they_subscribed_to_does_not(smtp: FakeSmtp):
    services.block_address(SAMIR, reason=BlockReason.BOUNCED, at=timezone.now() - timedelta(days=1, seconds=1))
    asked_for, subscribed = waiting_greeting(leave=None), waiting_greeting()

    services.send_due_mails()

    assert smtp.message_ids == [f"<{asked_for.message_id}@localhost>"]
    subscribed.refresh_from_db()
    assert subscribed.cancelled_at is not None


@pytest.mark.parametrize("reason", [BlockReason.ASKED, BlockReason.COMPLAINED])
def test_a_year_after_the_person_said_stop_it_still_holds(reason, smtp: FakeSmtp):
    services.block_address(SAMIR, reason=reason, at=timezone.now() - timedelta(days=365))
    waiting_greeting(leave=None)

    services.send_due_mails()

    assert smtp.accepted == []


def test_another_bounce_starts_the_silence_anew_and_an_older_one_does_not():
    first = services.block_address(SAMIR, reason=BlockReason.BOUNCED, at=EVENT_AT)

    services.block_address(SAMIR, reason=BlockReason.BOUNCED, at=EVENT_AT - timedelta(days=3))
    first.refresh_from_db()
    assert first.created_at == EVENT_AT

    services.block_address(SAMIR, reason=BlockReason.BOUNCED, at=EVENT_AT + timedelta(days=3))
    first.refresh_from_db()
    assert first.created_at == EVENT_AT + timedelta(days=3)


@pytest.mark.parametrize("first", BlockReason)
@pytest.mark.parametrize("second", BlockReason)
def test_what_the_person_said_is_stronger_than_what_a_machine_said(first, second):
    strength = [BlockReason.BOUNCED, BlockReason.COMPLAINED, BlockReason.ASKED]
    services.block_address(SAMIR, reason=first)
    block = services.block_address(SAMIR, reason=second)

    assert block.reason == max(first, second, key=strength.index)


def test_the_database_knows_the_reasons():
    with pytest.raises(IntegrityError, match="mail_block_reason_is_known"), transaction.atomic():
        MailBlock.objects.create(address_key=address_key(SAMIR), reason="bored")


# --- What our own server says ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    ["550 5.1.1 no such user", "553 5.1.3 bad syntax", "550 5.1.10 null MX", "550 5.2.1 disabled"],
)
def test_a_mailbox_that_the_server_does_not_know_is_left_alone(answer, smtp: FakeSmtp):
    smtp.refusals[SAMIR] = answer
    waiting_greeting()

    services.send_due_mails()

    assert reasons() == [(address_key(SAMIR), "bounced")]


@pytest.mark.parametrize(
    "answer",
    ["550 no", "550 5.7.1 blocked: 5.1.1", "552 5.2.2 full", "450 4.1.1 not yet", "550 5.1.11 new", "451 5.1.1 odd"],
)
def test_a_server_that_speaks_of_something_else_silences_nobody(answer, smtp: FakeSmtp):
    smtp.refusals[SAMIR] = answer
    waiting_greeting()

    services.send_due_mails()

    assert reasons() == []


def test_a_mailbox_that_exists_again_is_written_to_after_a_day(smtp: FakeSmtp):
    smtp.refusals[SAMIR] = "550 5.1.1 no such user"
    waiting_greeting(leave=None)
    services.send_due_mails()
    smtp.refusals.clear()

    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        waiting_greeting(leave=None)
        services.send_due_mails()

    assert len(smtp.accepted) == 1
