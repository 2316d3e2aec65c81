"""One mail to each person who signed other words than those in force, whatever happens to workers."""

import re
import threading
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core import mail as sent
from django.db import DatabaseError, connection, connections, transaction
from django.urls import reverse

from mesopinions.mail.models import OutgoingMail
from mesopinions.mail.services import block_address, send_due_mails
from petitions import tasks
from petitions.models import Petition, Signature, Submission
from petitions.services import own_data, signing
from petitions.services.moderating import deciding
from petitions.services.rewording import mailing, publishing
from petitions.services.updates import MAILS_A_SECOND
from tests.factories import make_petition, make_signature, make_user
from tests.petitions.rewording.conftest import NOTE, TITLE, WHY, now, publish, send, take
from tests.support.concurrency import run_all_together

pytestmark = pytest.mark.django_db

SEVERAL = "Les rails sont là.\n\nAgissons dès demain."


def signer(petition, name, **fields):
    return make_signature(petition, name, confirmed=True, **fields)


def change(petition, mona, **fields):
    """Publish other words, and queue the mails as the worker does."""
    submission = publish(petition, mona, **fields)
    tasks.mail_rewording(submission.pk)
    return submission


def queued():
    return sorted(OutgoingMail.objects.filter(kind="text_changed").values_list("recipient", flat=True))


def leave():
    """Let what waits leave, and return these mails by who got them."""
    OutgoingMail.objects.exclude(kind="text_changed").delete()
    OutgoingMail.objects.update(due_at=now() - timedelta(hours=1))
    sent.outbox.clear()
    while send_due_mails():
        pass
    assert len({message.to[0] for message in sent.outbox}) == len(sent.outbox)
    return {message.to[0]: message for message in sent.outbox}


def html_of(message):
    return message.alternatives[0].content


# --- Who -------------------------------------------------------------------------------------------------------------


def test_twenty_signers_are_told_once_each_and_nobody_else(petition, mona):
    names = [f"signer{number:02}" for number in range(20)]
    for name in names:
        signer(petition, name)
    make_signature(petition, "pending")
    signing.withdraw_signature(signature=signer(petition, "gone"), at=now())
    Signature.objects.filter(pk=signer(petition, "fraud").pk).update(status="invalidated")
    signer(make_petition(slug="autre"), "elsewhere")

    change(petition, mona)

    assert queued() == [f"{name}@example.org" for name in names]
    assert sorted(leave()) == [f"{name}@example.org" for name in names]


def test_it_needs_no_consent_and_offers_no_unsubscribing(petition, mona):
    signer(petition, "samir")
    change(petition, mona)

    message = leave()["samir@example.org"]

    assert "List-Unsubscribe" not in message.extra_headers


def test_who_signs_or_confirms_the_new_words_is_not_told_of_them(petition, mona):
    late = make_signature(petition, "late")
    submission = publish(petition, mona)
    signing.confirm_signature(link=late.link, at=now())
    signer(petition, "samir")

    mailing.queue_mails(submission_id=submission.pk, at=now())

    assert queued() == []


def test_a_correction_is_told_to_nobody(petition, mona):
    long = " ".join(f"mot{number}" for number in range(100))
    change(petition, mona, text=long)
    signer(petition, "samir")

    change(petition, mona, tells_signers=False, text=long + " fin")

    assert mailing.queue_lost(at=now()) == 0
    assert queued() == []


def test_a_blocked_address_gets_none(petition, mona):
    signer(petition, "samir")
    change(petition, mona)
    block_address("samir@example.org")

    assert leave() == {}


# --- What it says ----------------------------------------------------------------------------------------------------


def test_it_shows_what_changed_why_and_the_way_out(petition, mona):
    samir = signer(petition, "samir")
    new = [{"name": "L’État", "role": "", "email": "etat@example.org"}]
    change(petition, mona, title=TITLE, text=SEVERAL, recipients=new)

    message = leave()["samir@example.org"]
    body, html = message.body, html_of(message)

    assert "− Rouvrons la ligne\n+ Rouvrons la ligne et la gare" in body
    assert "− La Région, autorité des transports\n+ L’État" in body
    assert "− Agissons.\n+ Agissons dès demain." in body
    assert NOTE in body
    assert "etat@example.org" not in body + html
    for part in (body, html):
        assert reverse("signature", args=[samir.manage_token]) in part
        assert "/historique/" in part
        assert "Les rails sont là." not in part
    assert re.search(r"<ins[^>]*>Agissons dès demain\.</ins>", html)
    assert re.search(r"<del[^>]*>Agissons\. </del>", html)


def test_opening_the_link_changes_nothing_and_one_click_withdraws(client, petition, mona):
    samir = signer(petition, "samir")
    change(petition, mona)
    manage = reverse("signature", args=[samir.manage_token])

    shown = client.get(manage).content.decode()
    samir.refresh_from_db()
    assert samir.status == "confirmed"
    assert "Le texte a changé depuis que vous l’avez signé" in shown
    assert 'form="withdraw"' in shown
    client.post(manage, {"action": "withdraw"})
    samir.refresh_from_db()
    assert samir.status == "withdrawn"


def test_hostile_words_are_text_and_cannot_write_a_header(petition, mona):
    signer(petition, "samir")
    hostile = "<script>alert(1)</script>"
    change(petition, mona, title=f"{hostile} Bcc: oscar@example.org", text=hostile, note=f"{hostile}\r\nX: 1")

    message = leave()["samir@example.org"]

    assert hostile not in html_of(message)
    assert "&lt;script&gt;" in html_of(message)
    assert message.bcc == []


def test_a_long_difference_is_cut_between_paragraphs(petition, mona):
    signer(petition, "samir")
    change(petition, mona, text="\n\n".join(f"Paragraphe {n} {'mot ' * 200}" for n in range(20)))

    body = leave()["samir@example.org"].body

    assert "Paragraphe 2" in body
    assert "Paragraphe 19" not in body
    assert "La suite est dans l’historique." in body


# --- Two changes -----------------------------------------------------------------------------------------------------


def test_a_second_change_before_the_first_mails_left_is_told_once_with_all_of_it(petition, mona):
    signer(petition, "samir")
    change(petition, mona, title="Deuxième titre")
    signer(petition, "nadia")
    change(petition, mona, title="Troisième titre", note="Encore plus clair.")

    mails = leave()

    assert sorted(mails) == ["nadia@example.org", "samir@example.org"]
    samir, nadia = mails["samir@example.org"].body, mails["nadia@example.org"].body
    assert "− Rouvrons la ligne\n+ Troisième titre" in samir
    assert "− Deuxième titre\n+ Troisième titre" in nadia
    assert "Encore plus clair." in samir
    assert "Deuxième" not in samir


def test_who_was_told_of_one_change_is_told_of_the_next_against_the_words_they_signed(petition, mona):
    signer(petition, "samir")
    change(petition, mona, title="Deuxième titre")
    leave()
    change(petition, mona, title="Troisième titre")

    assert "− Rouvrons la ligne\n+ Troisième titre" in leave()["samir@example.org"].body


def test_words_that_came_back_to_those_signed_are_said_to(petition, mona, client):
    samir = signer(petition, "samir")
    change(petition, mona, title="Deuxième titre")
    leave()
    change(petition, mona, title="Rouvrons la ligne")

    assert "redevenu celui que vous avez signé" in leave()["samir@example.org"].body
    assert "Le texte a changé" not in client.get(reverse("signature", args=[samir.manage_token])).content.decode()


def test_a_signature_withdrawn_or_a_petition_removed_meanwhile_gets_none(petition, mona, luc):
    samir = signer(petition, "samir")
    signer(petition, "nadia")
    change(petition, mona)
    signing.withdraw_signature(signature=samir, at=now())
    assert list(leave()) == ["nadia@example.org"]

    change(petition, mona, title="Encore")
    deciding.remove(petition=petition, **WHY, by=luc, at=now())
    assert leave() == {}


def test_erasing_a_signature_takes_its_mails_and_shows_them_before(petition, mona):
    samir = signer(petition, "samir")
    change(petition, mona)
    assert "text_changed" in str(own_data.personal_copy(samir)) or queued()

    own_data.erase_signature(signature=samir, remove_from_count=False, at=now())

    assert queued() == []


@pytest.mark.parametrize("context", [{}, {"version": 10**9}, {"version": None}])
def test_a_mail_about_nothing_is_cancelled(petition, mona, context):
    signer(petition, "samir")
    change(petition, mona)
    OutgoingMail.objects.filter(kind="text_changed").update(context=context)

    assert leave() == {}


# --- Queued once -----------------------------------------------------------------------------------------------------


def test_no_personal_data_waits_beside_the_address_and_mails_leave_over_time(petition, mona):
    for number in range(3):
        signer(petition, f"signer{number}")
    submission = change(petition, mona)

    mails = list(OutgoingMail.objects.filter(kind="text_changed").order_by("pk"))

    assert {str(mail.context) for mail in mails} == {str({"version": submission.version_id})}
    assert {(b.due_at - a.due_at).total_seconds() for a, b in pairwise(mails)} == {1 / MAILS_A_SECOND}


def test_a_task_that_runs_again_and_the_sweep_tell_nobody_twice(petition, mona):
    signer(petition, "samir")
    submission = change(petition, mona)

    tasks.mail_rewording(submission.pk)
    mailing.queue_lost(at=now())
    tasks.mail_rewording(10**9)

    assert queued() == ["samir@example.org"]


def test_queueing_costs_the_same_for_one_and_for_many(petition, mona, django_assert_num_queries):
    for number in range(20):
        signer(petition, f"signer{number}")
    submission = publish(petition, mona)

    with django_assert_num_queries(5):  # two of them open and close the transaction
        assert mailing.queue_mails(submission_id=submission.pk, at=now()) == 20


def published(names):
    alice, mona = make_user("alice"), make_user("mona")
    petition = make_petition(author=alice)
    for name in names:
        signer(petition, name)
    submission = take(send(petition, title=TITLE), mona)
    publishing.publish_edit(submission=submission, by=mona, at=now())
    return submission


@pytest.mark.django_db(transaction=True)
def test_tasks_and_the_sweep_at_the_same_instant_tell_each_signer_once():
    submission = published([f"signer{number}" for number in range(12)])
    acts = [
        lambda: mailing.queue_mails(submission_id=submission.pk, at=now()),
        lambda: mailing.queue_lost(at=now()),
    ] * 4

    assert sorted(run_all_together(acts)) == [0] * 7 + [12]
    assert len(set(queued())) == len(queued()) == 12


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_no_mail_and_the_next_one_tells_each_once():
    submission = published([f"signer{number}" for number in range(5)])
    inserted = threading.Event()

    def dies_before_its_commit():
        with suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            mailing.queue_mails(submission_id=submission.pk, at=now())
            inserted.set()
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")  # all that the database sees of kill -9
        connections.close_all()

    worker = threading.Thread(target=dies_before_its_commit)
    worker.start()
    worker.join(timeout=20)

    assert inserted.is_set()
    assert (queued(), Submission.objects.get().mailed_at) == ([], None)
    assert mailing.queue_lost(at=now()) == 5
    assert len(queued()) == 5


@pytest.mark.django_db(transaction=True)
def test_signing_does_not_wait_for_words_that_are_being_published():
    alice, mona = make_user("alice"), make_user("mona")
    petition = make_petition(author=alice)
    submission = take(send(petition, title=TITLE), mona)
    waiting, finished = threading.Event(), []

    def publishes():
        with transaction.atomic():
            publishing.publish_edit(submission=submission, by=mona, at=now())
            waiting.wait(timeout=10)
            finished.append("publish")

    def signs():
        signer(Petition.objects.get(), "samir")
        finished.append("sign")
        waiting.set()

    run_all_together([publishes, signs])

    assert finished == ["sign", "publish"]
