"""Taking signatures out and putting them back: counts stay exact and each signer is told once."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection
from django.utils import timezone

from mesopinions.mail.models import OutgoingMail
from petitions import selectors
from petitions.models import Comment, Dispute, Invalidation, InvalidSignature, Signature
from petitions.services import own_data, signing, tally
from petitions.services.fraud.applying import invalidate, undo_invalidation
from privacy.registry import registry
from tests.factories import make_petition, make_signature, make_user
from tests.support.concurrency import run_together
from tests.support.floods import Crowd, write

NOW = timezone.now()


def out(petition, ids, by, at=NOW):
    return invalidate(petition_id=petition.pk, rule=Invalidation.Rule.NETWORK, ids=ids, by=by, at=at)


def back(invalidation, by, at=NOW):
    return undo_invalidation(invalidation=invalidation, by=by, at=at)


def counted(petition):
    exact = Signature.objects.filter(petition=petition, status="confirmed").count()
    assert selectors.signature_count(petition.pk) == exact
    return exact


def told(kind):
    return sorted(OutgoingMail.objects.filter(kind=kind).values_list("about_id", flat=True))


def test_what_is_taken_out_leaves_the_count_and_each_signer_is_told(petition, mona, flood):
    honest = make_signature(petition, confirmed=True)

    done = out(petition, flood, mona)

    assert (done.found, done.applied_by, counted(petition)) == (40, mona, 1)
    assert told("signature_invalidated") == flood
    assert InvalidSignature.objects.filter(invalidation=done).count() == 40
    honest.refresh_from_db()
    assert honest.status == "confirmed"


def test_applied_twice_nothing_is_left_to_take(petition, mona, flood):
    out(petition, flood, mona)

    assert out(petition, flood, mona) is None
    assert Invalidation.objects.count() == 1
    assert told("signature_invalidated") == flood
    assert counted(petition) == 0


def test_undone_exactly_those_come_back_and_are_told(petition, mona, flood):
    first = out(petition, flood[:10], mona)
    second = out(petition, flood[10:], mona)

    assert back(second, mona) == 30

    assert counted(petition) == 30
    assert told("signature_reinstated") == flood[10:]
    assert back(second, mona) == 0
    assert counted(petition) == 30
    assert back(first, mona) == 10
    assert counted(petition) == 40


def test_one_that_waits_for_its_confirmation_moves_no_count_and_waits_again(petition, pending, mona):
    done = out(petition, [pending.pk], mona)
    assert not signing.confirm_signature(link=pending.link, at=NOW)

    assert back(done, mona) == 1

    assert counted(petition) == 0
    pending.refresh_from_db()
    assert pending.status == "pending"
    assert signing.confirm_signature(link=pending.link, at=NOW)
    assert counted(petition) == 1


def test_those_withdrawn_or_erased_meanwhile_stay_gone(petition, mona, flood):
    signing.withdraw_signature(signature=Signature.objects.get(pk=flood[0]), at=NOW)
    done = out(petition, flood, mona)
    own_data.erase_signature(signature=Signature.objects.get(pk=flood[1]), remove_from_count=True, at=NOW)

    assert (done.found, back(done, mona), counted(petition)) == (39, 38, 38)


def test_another_petitions_signatures_are_not_touched(petition, mona):
    other = make_petition(slug="autre")
    foreign = make_signature(other, confirmed=True)

    assert out(petition, [foreign.pk], mona) is None
    assert counted(other) == 1


def test_words_and_names_leave_the_page_and_come_back(petition, mona):
    signature = make_signature(petition, confirmed=True, comment="Bravo", is_name_public=True)
    done = out(petition, [signature.pk], mona)

    assert not selectors.public_comments(petition.pk).comments
    assert not selectors.number_of_comments(petition.pk)
    assert not selectors.public_signers(petition.pk)

    back(done, mona)
    assert [comment.text for comment in selectors.public_comments(petition.pk).comments] == ["Bravo"]
    assert len(selectors.public_signers(petition.pk)) == 1


def test_a_comment_whose_signature_was_purged_stays(petition):
    Comment.objects.create(petition=petition, text="Bravo", published_at=NOW)

    assert len(selectors.public_comments(petition.pk).comments) == 1


def test_the_journal_has_one_line_a_day_and_reason(petition, mona, flood, client):
    done = out(petition, flood, mona, at=NOW)
    tally.fold()
    back(done, mona, at=NOW)

    lines = [(line.label, line.total) for line in selectors.journal(petition.pk)]
    page = client.get(petition.url_of("petition_journal")).content.decode()

    assert lines == [("signatures rétablies", 40), ("signatures invalidées", -40)]
    assert "Signatures invalidées" in page
    assert "Signatures rétablies" in page


def test_a_dispute_that_waits_ends_with_the_undoing(petition, mona, flood):
    done = out(petition, flood, mona)
    Dispute.objects.create(signature_id=flood[0], text="C’est moi.", first_decider=mona)

    back(done, mona)

    dispute = Dispute.objects.get()
    assert (dispute.outcome, dispute.handler, bool(dispute.answer)) == ("reinstated", None, True)


def test_killed_in_the_middle_nothing_has_happened(petition, mona, flood):
    killed = mock.patch("petitions.services.fraud.applying.enqueue_soon", side_effect=KeyboardInterrupt)
    with killed, pytest.raises(KeyboardInterrupt):
        out(petition, flood, mona)

    assert counted(petition) == 40
    assert not told("signature_invalidated")
    assert not Invalidation.objects.exists()


def test_one_act_takes_a_bounded_number_and_the_next_the_others(petition, mona, flood):
    with mock.patch("petitions.services.fraud.applying.AT_MOST", 30):
        assert [out(petition, flood, mona).found for _ in range(2)] == [30, 10]


def test_it_is_forgotten_six_months_after_it_was_taken_out(petition, mona, flood):
    Signature.objects.filter(petition=petition).update(created_at=NOW - timedelta(days=170))
    out(petition, flood, mona)
    rule = next(rule for part in registry.of(Signature) for rule in part.rules if rule.name == "invalidated")

    first = Signature.objects.annotate(ends_at=rule.ends_at)[0]

    assert first.ends_at > NOW + timedelta(days=170)


@pytest.mark.django_db(transaction=True)
def test_applied_and_undone_by_many_at_once_the_count_is_exact():
    petition, mona = make_petition(), make_user("mona")
    ids = write(petition, Crowd(petition).fast_network(60))

    applied = [done for done in run_together(6, lambda: out(petition, ids, mona)) if done]
    assert (len(applied), counted(petition), told("signature_invalidated")) == (1, 0, ids)

    undone = run_together(6, lambda: back(applied[0], mona))
    assert (sorted(undone)[-2:], counted(petition), told("signature_reinstated")) == ([0, 60], 60, ids)


@pytest.mark.django_db(transaction=True)
def test_links_confirmed_while_a_rule_is_applied_are_counted_or_out_never_both():
    petition, mona = make_petition(), make_user("mona")
    pending = [make_signature(petition, f"s{number}") for number in range(12)]
    ids = [signature.pk for signature in pending]
    steps = iter([*(signature.link for signature in pending), None])

    def step():
        link = next(steps)
        return signing.confirm_signature(link=link, at=NOW) if link else out(petition, ids, mona)

    run_together(13, step)

    assert connection.in_atomic_block is False
    assert counted(petition) == 0 == Signature.objects.exclude(status="invalidated").count()
