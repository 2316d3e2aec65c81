"""A signer says that their signature is real, and another person answers."""

from contextlib import suppress

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from mesopinions.mail.models import OutgoingMail
from mesopinions.mail.services import send_due_mails
from petitions.models import Dispute, Invalidation, InvalidSignature, Signature, TallyDelta
from petitions.selectors import signature_count
from petitions.services import disputes
from petitions.services.fraud.applying import invalidate, undo_invalidation
from petitions.services.moderating.refusals import AlreadyDecided, FirstDecider, OwnContent
from tests.factories import make_petition, make_signature, make_user
from tests.support.concurrency import run_all_together

NOW = timezone.now()
WORDS = "J’ai signé moi-même, au marché."


@pytest.fixture
def invalidation(petition, confirmed, mona):
    return invalidate(
        petition_id=petition.pk, rule=Invalidation.Rule.BURST, ids=[confirmed.pk], by=mona, at=timezone.now()
    )


@pytest.fixture
def invalid(invalidation, confirmed):
    return Signature.objects.select_related("petition__theme").get(pk=confirmed.pk)


@pytest.fixture
def dispute(invalid):
    return disputes.file_dispute(signature=invalid, text=WORDS, at=NOW)


def answer(dispute, by, outcome="reinstated"):
    return disputes.answer_dispute(dispute=dispute, outcome=outcome, answer="Merci, c’est vu.", by=by, at=NOW)


def page_of(signature):
    return reverse("signature", args=[signature.manage_token])


def post(client, signature, text=WORDS):
    return client.post(page_of(signature), {"action": "dispute", "text": text})


# --- The signer ------------------------------------------------------------------------------------------------------


def test_the_mail_says_why_and_leads_to_the_page_where_to_dispute(invalid):
    send_due_mails()

    letter = next(letter for letter in mail.outbox if "n’est pas comptée" in letter.subject)
    assert "dans les mêmes minutes" in letter.body
    assert page_of(invalid) in letter.body
    assert "burst" not in letter.body


def test_the_page_says_why_and_takes_the_dispute_once(client, invalid):
    assert "dans les mêmes minutes" in client.get(page_of(invalid)).content.decode()

    assert post(client, invalid).status_code == 303
    assert post(client, invalid, "Autre chose").status_code == 303

    assert Dispute.objects.get().text == WORDS
    page = client.get(page_of(invalid)).content.decode()
    assert WORDS in page
    assert "Ma signature est vraie" not in page


def test_words_that_are_refused_are_kept(client, invalid):
    response = post(client, invalid, "x" * 2_001)

    assert response.status_code == 422
    assert "x" * 2_001 in response.content.decode()
    assert not Dispute.objects.exists()


def test_an_empty_dispute_is_asked_for_its_words(client, invalid):
    response = post(client, invalid, " ")

    assert response.status_code == 422
    assert "Dites en quelques mots" in response.content.decode()


def test_too_many_disputes_from_one_place_wait(client, invalid, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "appeal-ip": (1, 60)}
    post(client, invalid)

    assert post(client, invalid).status_code == 429


@pytest.mark.parametrize("status", ["pending", "confirmed"])
def test_a_signature_that_is_not_out_has_nothing_to_dispute(client, status, request):
    signature = request.getfixturevalue(status)

    assert "contester" not in client.get(page_of(signature)).content.decode()
    assert post(client, signature).status_code == 303
    assert not Dispute.objects.exists()


def test_a_link_that_leads_elsewhere_disputes_nothing(client, invalid):
    assert client.post("/signature/oscar/", {"action": "dispute", "text": WORDS}).status_code == 404
    assert not Dispute.objects.exists()


def test_the_copy_of_ones_data_says_why_it_is_out(client, invalid):
    post(client, invalid)

    copy = client.post(page_of(invalid), {"action": "download"}).json()

    assert "mêmes minutes" in copy["out_of_count_because"]
    assert copy["dispute"] == WORDS


def test_hostile_words_are_shown_as_words(client, invalid):
    post(client, invalid, "<script>alert(1)</script>")

    assert "<script>alert" not in client.get(page_of(invalid)).content.decode()


# --- The answer ------------------------------------------------------------------------------------------------------


def test_another_person_puts_that_one_back_and_counts_it(petition, dispute, luc):
    assert answer(dispute, luc)

    assert signature_count(petition.pk) == 1
    assert not InvalidSignature.objects.exists()
    assert OutgoingMail.objects.filter(kind="dispute_answered").count() == 1
    assert not OutgoingMail.objects.filter(kind="signature_reinstated").exists()


def test_one_that_is_upheld_stays_out(petition, dispute, luc, client):
    assert not answer(dispute, luc, "upheld")

    assert signature_count(petition.pk) == 0
    assert "Merci, c’est vu." in client.get(page_of(dispute.signature)).content.decode()


def test_who_took_it_out_does_not_answer(petition, dispute, mona):
    with pytest.raises(FirstDecider):
        answer(dispute, mona)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispute.objects.filter(pk=dispute.pk).update(handler=mona)

    assert signature_count(petition.pk) == 0


def test_nobody_answers_in_their_own_cause(petition, dispute, luc):
    signer = make_user("samir", is_staff=True)  # who signed with this address, with or without the account
    petition.author = luc
    petition.save()
    dispute = Dispute.objects.select_related("signature__petition").get()

    for member in (signer, luc):
        assert disputes.is_interested(dispute=dispute, member=member)
        with pytest.raises(OwnContent):
            answer(dispute, member)
    assert signature_count(petition.pk) == 0


def test_it_is_answered_once(petition, dispute, luc):
    answer(dispute, luc, "upheld")

    with pytest.raises(AlreadyDecided):
        answer(dispute, luc)
    assert signature_count(petition.pk) == 0
    assert OutgoingMail.objects.filter(kind="dispute_answered").count() == 1


def test_undoing_the_rest_does_not_count_it_twice(petition, invalidation, dispute, mona, luc):
    answer(dispute, luc)

    assert undo_invalidation(invalidation=invalidation, by=mona, at=NOW) == 0
    assert signature_count(petition.pk) == 1


def test_no_rule_takes_again_what_a_person_put_back(petition, dispute, mona, luc):
    answer(dispute, luc)

    assert (
        invalidate(petition_id=petition.pk, rule=Invalidation.Rule.NAMES, ids=[dispute.signature_id], by=mona, at=NOW)
        is None
    )
    assert signature_count(petition.pk) == 1


def test_filed_twice_the_second_is_refused(dispute):
    with pytest.raises(disputes.AlreadyDisputed):
        disputes.file_dispute(signature=dispute.signature, text="Encore", at=NOW)


@pytest.mark.django_db(transaction=True)
def test_answered_by_two_while_the_rest_is_undone_it_counts_once():
    petition, mona, staff = make_petition(), make_user("mona"), [make_user("luc"), make_user("lea")]
    signature = make_signature(petition, confirmed=True)
    invalidation = invalidate(
        petition_id=petition.pk, rule=Invalidation.Rule.BURST, ids=[signature.pk], by=mona, at=NOW
    )
    dispute = disputes.file_dispute(signature=signature, text=WORDS, at=NOW)

    def answered(by):
        with suppress(AlreadyDecided):
            answer(dispute, by)

    acts = [lambda by=by: answered(by) for by in staff]
    run_all_together([*acts, lambda: undo_invalidation(invalidation=invalidation, by=mona, at=NOW)])

    assert signature_count(petition.pk) == 1
    assert TallyDelta.objects.filter(kind="reinstatement").count() == 1
    dispute.refresh_from_db()
    assert dispute.outcome == "reinstated"
