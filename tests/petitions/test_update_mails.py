"""The mails of an update: one to each signer who asked for it, whatever happens to workers, and to nobody else."""

import re
import threading
from contextlib import suppress
from itertools import pairwise

import pytest
from django.core import mail as sent
from django.db import DatabaseError, connection, connections, transaction
from django.urls import reverse
from django.utils import timezone

from mesopinions.mail.models import OutgoingMail
from mesopinions.mail.services import block_address, send_due_mails
from petitions import tasks
from petitions.emails import ABOUT_SIGNATURE
from petitions.models import Petition, Signature, Update
from petitions.services import consents, own_data, signing, updates
from privacy.consent import Purpose
from tests.factories import make_petition, make_signature, make_update
from tests.support.concurrency import run_all_together

pytestmark = pytest.mark.django_db


def follower(petition, name, **fields):
    """Sign, ask for the news, and confirm."""
    return make_signature(petition, name, confirmed=True, consents=(Purpose.AUTHOR_UPDATES,), **fields)


def choose(signature, *, wants_news):
    consents.choose(signature, {Purpose.AUTHOR_UPDATES: wants_news}, at=timezone.now())


def publish(petition):
    """Publish news and queue its mails, as the worker does."""
    update = make_update(petition)
    tasks.mail_update(update.pk)
    return update


def queued():
    return sorted(OutgoingMail.objects.filter(kind="petition_update").values_list("recipient", flat=True))


def leave():
    """Let what waits leave, and return the mails of updates by who got them."""
    OutgoingMail.objects.exclude(kind="petition_update").delete()
    sent.outbox.clear()
    send_due_mails()
    return {message.to[0]: message for message in sent.outbox}


# --- Who gets one ----------------------------------------------------------------------------------------------------


def test_confirmed_signers_who_asked_for_it_get_one_mail_each(petition):
    follower(petition, "samir")
    follower(petition, "nadia")
    make_signature(petition, "oscar", confirmed=True)
    make_signature(petition, "pending", consents=(Purpose.AUTHOR_UPDATES,))
    follower(make_petition(slug="autre"), "elsewhere")

    publish(petition)

    assert queued() == ["nadia@example.org", "samir@example.org"]


def test_whoever_withdrew_the_signature_gets_none(petition):
    signing.withdraw_signature(signature=follower(petition, "samir"), at=timezone.now())

    publish(petition)

    assert queued() == []


def test_whoever_signed_again_without_asking_for_news_gets_none(petition):
    signing.withdraw_signature(signature=follower(petition, "samir"), at=timezone.now())
    make_signature(petition, "samir", confirmed=True)

    publish(petition)

    assert queued() == []


def test_an_invalidated_signature_gets_none(petition):
    follower(petition, "samir")
    Signature.objects.update(status="invalidated")

    publish(petition)

    assert queued() == []


def test_the_last_word_in_the_ledger_holds(petition):
    samir, nadia = follower(petition, "samir"), make_signature(petition, "nadia", confirmed=True)
    choose(samir, wants_news=False)
    choose(nadia, wants_news=True)

    publish(petition)

    assert queued() == ["nadia@example.org"]


def test_news_of_one_petition_is_no_news_of_another(petition):
    signature = follower(petition, "samir")
    other = make_petition(slug="autre")
    make_signature(other, "samir", confirmed=True)

    publish(other)
    assert queued() == []
    publish(petition)

    assert OutgoingMail.objects.get(kind="petition_update").about_id == signature.pk


def test_queueing_costs_the_same_for_one_and_for_many(petition, django_assert_num_queries):
    for number in range(20):
        follower(petition, f"signer{number}")
    update = make_update(petition)

    with django_assert_num_queries(5):  # two of them open and close the transaction
        assert updates.queue_mails(update_id=update.pk, at=timezone.now()) == 20


def test_mails_leave_over_time_so_that_a_new_signer_does_not_wait(petition):
    for number in range(3):
        follower(petition, f"signer{number}")

    publish(petition)

    due = list(OutgoingMail.objects.filter(kind="petition_update").order_by("pk").values_list("due_at", flat=True))
    steps = {(later - earlier).total_seconds() for earlier, later in pairwise(due)}
    assert steps == {1 / updates.MAILS_A_SECOND}


def test_no_personal_data_waits_in_the_outbox_beside_the_address(petition):
    follower(petition, "samir")

    update = publish(petition)

    assert OutgoingMail.objects.get(kind="petition_update").context == {"update": update.pk}


# --- What changes before it leaves -----------------------------------------------------------------------------------


def test_each_gets_the_news_with_a_way_out(petition):
    samir = follower(petition, "samir")
    publish(petition)

    message = leave()["samir@example.org"]

    assert message.subject == "Nouvelle 1"
    assert reverse("signature", args=[samir.manage_token]) in message.body
    assert "La Région nous reçoit lundi." in message.body
    assert petition.url_of("petition_update", 1) in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.fullmatch(r"<(https?://\S+)>", message.extra_headers["List-Unsubscribe"])[1]
    assert link in message.body
    assert link in message.alternatives[0].content


def test_one_click_in_the_mail_stops_those_that_are_queued_and_the_next(client, petition):
    follower(petition, "samir")
    publish(petition)
    link = leave()["samir@example.org"].extra_headers["List-Unsubscribe"].strip("<>")
    updates.publish_update(petition=petition, title="Suite", text="Texte", at=timezone.now())
    updates.queue_lost(at=timezone.now())

    answer = client.post(re.sub(r"https?://[^/]+", "", link), {"List-Unsubscribe": "One-Click"})

    assert answer.status_code in {200, 303}
    assert leave() == {}
    make_update(petition, 3)
    assert updates.queue_lost(at=timezone.now()) == 0


def test_consent_withdrawn_between_queueing_and_leaving_is_heard(petition):
    samir = follower(petition, "samir")
    follower(petition, "nadia")
    publish(petition)
    choose(samir, wants_news=False)

    assert set(leave()) == {"nadia@example.org"}


def test_a_signature_withdrawn_meanwhile_gets_none(petition):
    samir = follower(petition, "samir")
    publish(petition)
    signing.withdraw_signature(signature=samir, at=timezone.now())

    assert leave() == {}


def test_erasing_a_signature_takes_its_mails_with_it(petition):
    samir = follower(petition, "samir")
    publish(petition)

    own_data.erase_signature(signature=samir, remove_from_count=False, at=timezone.now())

    assert queued() == []


def test_the_mails_of_a_signature_are_found_without_reading_the_outbox(petition):
    samir = follower(petition, "samir")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a small table is read whole, whatever its indexes

    plan = OutgoingMail.objects.filter(kind__in=ABOUT_SIGNATURE, about_id=samir.pk).explain()

    assert "mail_about" in plan


def test_a_blocked_address_gets_none(petition):
    follower(petition, "samir")
    publish(petition)
    block_address("samir@example.org")

    assert leave() == {}


def test_news_hidden_meanwhile_does_not_leave(petition):
    follower(petition, "samir")
    updates.hide_update(update=publish(petition), at=timezone.now())

    assert leave() == {}


def test_news_of_a_petition_removed_meanwhile_does_not_leave(petition):
    follower(petition, "samir")
    publish(petition)
    Petition.objects.update(status="removed")

    assert leave() == {}


def test_news_hidden_before_its_mails_waits_until_it_is_shown(petition):
    follower(petition, "samir")
    update = make_update(petition)
    updates.hide_update(update=update, at=timezone.now())
    updates.queue_lost(at=timezone.now())
    assert queued() == []

    updates.show_update(update=update)
    updates.queue_lost(at=timezone.now())

    assert queued() == ["samir@example.org"]


@pytest.mark.parametrize("context", [{}, {"update": 10**9}, {"update": None}])
def test_a_mail_about_nothing_is_cancelled(petition, context):
    samir = follower(petition, "samir")
    publish(petition)
    OutgoingMail.objects.filter(about_id=samir.pk).update(context=context)

    assert leave() == {}


def test_an_update_of_another_petition_never_leaves_to_a_signer_of_this_one(petition):
    follower(petition, "samir")
    publish(petition)
    foreign = make_update(make_petition(slug="autre"))
    OutgoingMail.objects.filter(kind="petition_update").update(context={"update": foreign.pk})

    assert leave() == {}


def test_a_long_update_is_quoted_by_whole_paragraphs(petition):
    follower(petition, "samir")
    update = updates.publish_update(
        petition=petition, title="Longue", text=f"{'a' * 300}\n\n{'b' * 300}\n\n{'c' * 300}", at=timezone.now()
    )
    updates.queue_mails(update_id=update.pk, at=timezone.now())

    body = leave()["samir@example.org"].body

    assert "b" * 300 in body
    assert "c" * 9 not in body


def test_hostile_words_are_text_in_the_html_and_cannot_write_a_header(petition):
    follower(petition, "samir")
    text = "<script>alert(1)</script>"
    updates.publish_update(petition=petition, title="Un\r\nBcc: oscar@example.org", text=text, at=timezone.now())
    updates.queue_lost(at=timezone.now())

    message = leave()["samir@example.org"]

    assert message.subject == "Un Bcc: oscar@example.org"
    assert message.bcc == []
    assert "&lt;script&gt;" in message.alternatives[0].content
    assert text not in message.alternatives[0].content


# --- Twice, at once, killed ------------------------------------------------------------------------------------------


def test_a_task_that_runs_again_mails_nobody_twice(petition):
    follower(petition, "samir")
    update = publish(petition)

    tasks.mail_update(update.pk)
    updates.queue_lost(at=timezone.now())

    assert queued() == ["samir@example.org"]


def test_a_lost_task_is_found_by_the_sweep(petition):
    follower(petition, "samir")
    make_update(petition)  # the test sends no task

    assert updates.queue_lost(at=timezone.now()) == 1


def test_a_task_for_an_update_that_is_gone_does_nothing(db):
    tasks.mail_update(10**9)

    assert queued() == []


@pytest.mark.django_db(transaction=True)
def test_tasks_and_the_sweep_at_the_same_instant_mail_each_signer_once():
    petition = make_petition()
    names = [f"signer{number}" for number in range(12)]
    for name in names:
        follower(petition, name)
    update = make_update(petition)
    now = timezone.now()
    acts = [lambda: updates.queue_mails(update_id=update.pk, at=now), lambda: updates.queue_lost(at=now)] * 4

    counts = run_all_together(acts)

    assert sorted(counts) == [0] * 7 + [12]
    assert queued() == sorted(f"{name}@example.org" for name in names)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_no_mail_and_the_next_one_mails_each_once():
    petition = make_petition()
    for number in range(5):
        follower(petition, f"signer{number}")
    update = make_update(petition)
    inserted = threading.Event()

    def dies_before_its_commit():
        with suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            updates.queue_mails(update_id=update.pk, at=timezone.now())
            inserted.set()
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")  # all that the database sees of kill -9
        connections.close_all()

    worker = threading.Thread(target=dies_before_its_commit)
    worker.start()
    worker.join(timeout=20)

    assert inserted.is_set()
    assert (queued(), Update.objects.get().mailed_at) == ([], None)
    assert updates.queue_lost(at=timezone.now()) == 5
    assert len(queued()) == 5


@pytest.mark.django_db(transaction=True)
def test_signing_does_not_wait_for_news_that_is_being_published():
    petition = make_petition()

    def publishes():
        with transaction.atomic():
            make_update(petition)
            waiting.wait(timeout=10)
            finished.append("publish")

    def signs():
        make_signature(petition, "samir", confirmed=True)
        finished.append("sign")
        waiting.set()

    waiting, finished = threading.Event(), []
    run_all_together([publishes, signs])

    assert finished == ["sign", "publish"]


def test_the_mail_shows_among_what_the_signer_downloads(petition):
    samir = follower(petition, "samir")
    publish(petition)
    leave()

    assert "petition_update" in [entry["kind"] for entry in own_data.personal_copy(samir)["mails"]]
