"""Many people at the same instant: the count stays exact and nobody waits for a deadlock."""

from collections import Counter
from itertools import chain

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mesopinions.mail.models import OutgoingMail
from petitions.models import DailyTally, Petition, Signature, TallyDelta
from petitions.selectors import signature_count
from petitions.services import own_data, signing, tally
from privacy.models import ConsentRecord
from tests.factories import make_petition, make_signature, sign_data
from tests.support.concurrency import run_all_together, run_together

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_address_at_the_same_instant_signs_once():
    petition = make_petition()
    address = reverse("sign", args=[petition.pk])

    answers = run_together(8, lambda: Client().post(address, sign_data()))

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(303, petition.url_of("sign_pending"))}
    assert Signature.objects.count() == 1
    assert ConsentRecord.objects.count() == 1
    assert OutgoingMail.objects.filter(kind="confirm_signature").count() >= 1


def test_aliases_of_one_mailbox_at_the_same_instant_sign_once():
    petition = make_petition()
    address = reverse("sign", args=[petition.pk])
    aliases = ["samir.b@gmail.com", "samirb@gmail.com", "samirb+1@googlemail.com", "S.A.M.I.R.B@gmail.com"]

    run_all_together([lambda alias=alias: Client().post(address, sign_data(email=alias)) for alias in aliases])

    assert Signature.objects.count() == 1


def test_a_link_confirmed_by_sixteen_threads_counts_once():
    signature = make_signature(make_petition())
    address = reverse("signature_confirm", args=[signature.manage_token])

    answers = run_together(16, lambda: Client().post(address).status_code)

    assert answers == [303] * 16
    assert signature_count(signature.petition_id) == 1


@pytest.mark.timeout(120)
def test_32_threads_confirm_500_signatures_each_link_twice_while_the_ledger_is_folded(settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "link-ip": (1_000_000, 60)}
    petition = make_petition()
    signatures = [make_signature(petition, f"signer{number}") for number in range(500)]
    links = [reverse("signature_confirm", args=[signature.manage_token]) for signature in signatures] * 2

    def confirm(share):
        client = Client()
        return [client.post(link).status_code for link in share]

    def fold_meanwhile():
        for _ in range(20):
            tally.fold()
        return []

    shares = [lambda share=links[place::32]: confirm(share) for place in range(32)]
    answers = run_all_together([*shares, fold_meanwhile, fold_meanwhile])

    assert Counter(chain.from_iterable(answers)) == {303: 1_000}
    assert signature_count(petition.pk) == 500
    tally.fold()
    assert not TallyDelta.objects.exists()
    assert Petition.objects.get().signatures_total == 500
    assert [day.total for day in DailyTally.objects.all()] == [500]


def test_withdrawn_and_erased_at_the_same_instant_counts_down_once():
    signature = make_signature(make_petition(), confirmed=True)
    now = timezone.now()

    run_all_together(
        [
            lambda: signing.withdraw_signature(signature=signature, at=now),
            lambda: own_data.erase_signature(signature=signature, remove_from_count=True, at=now),
        ]
    )

    assert signature_count(signature.petition_id) == 0
    assert not Signature.objects.exists()


def test_confirmed_and_disowned_at_the_same_instant_is_one_or_the_other():
    signature = make_signature(make_petition())
    now = timezone.now()

    def disown():
        try:
            own_data.disown_signature(signature=signature, block=False, at=now)
        except own_data.NotPending:
            return None

    run_all_together([lambda: signing.confirm_signature(link=signature.link, at=now), disown])

    remaining = Signature.objects.filter(status="confirmed").count()
    assert signature_count(signature.petition_id) == remaining
    assert ConsentRecord.objects.count() == remaining


def test_two_folds_at_once_count_each_delta_once():
    petition = make_petition()
    for number in range(40):
        make_signature(petition, f"signer{number}", confirmed=True)

    run_together(4, tally.fold)

    assert signature_count(petition.pk) == 40
    tally.fold()
    assert Petition.objects.get().signatures_total == 40


def test_a_fold_killed_before_its_commit_loses_nothing():
    petition = make_petition()
    make_signature(petition, confirmed=True)
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(tally.FOLD, [tally.BATCH])
        cursor.execute("ROLLBACK")

    assert signature_count(petition.pk) == 1
    assert tally.fold() == 1
    assert signature_count(petition.pk) == 1
