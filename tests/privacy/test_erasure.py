"""Erasure: source by source, once, and with a receipt of what is kept."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from mesopinions.mail.models import OutgoingMail
from petitions.models import Comment, ContributorTrace, Petition, Signature
from petitions.models.tally import Kind
from petitions.selectors import journal, signature_count
from privacy import requests
from privacy.consent import Purpose
from privacy.models import ConsentRecord, LegalHold, RequestStep, RightsRequest, Tombstone
from privacy.registry import Erasure
from privacy.requests import Right
from privacy.requests.sources import Table, all_sources
from tests.factories import make_petition, make_signature, make_user

pytestmark = pytest.mark.django_db

ADDRESS = "samir@example.org"


@pytest.fixture
def petition() -> Petition:
    return make_petition()


@pytest.fixture
def signature(petition: Petition) -> Signature:
    return make_signature(petition, confirmed=True, consents=(Purpose.NEWSLETTER,), comment="Il le faut.")


def erase(email: str = ADDRESS, *, remove_from_count: bool = False) -> RightsRequest:
    request = requests.open_by_staff(
        right=Right.ERASURE, email=email, language="fr", remove_from_count=remove_from_count, at=timezone.now()
    )
    requests.execute(request.pk)
    request.refresh_from_db()
    return request


def receipt(request: RightsRequest) -> dict[str, tuple[str, int]]:
    return {step.source: (step.action, step.found) for step in request.steps.filter(found__gt=0)}


def test_every_table_comes_before_those_that_it_points_to():
    order = [source.model for source in all_sources() if isinstance(source, Table)]

    assert order.index(Comment) < order.index(Signature) < order.index(ConsentRecord) < order.index(User)


def test_a_signer_is_erased_and_an_anonymous_count_stays(petition, signature):
    request = erase()

    assert (request.status, request.email) == ("done", "")
    assert not Signature.objects.exists()
    assert signature_count(petition.pk) == 1
    assert journal(petition.pk) == []
    assert not ConsentRecord.objects.filter(pseudonymised_at=None).exists()
    assert receipt(request)["petitions.Signature"] == ("delete", 1)


def test_a_signer_may_leave_the_count_too_and_the_journal_says_so(petition, signature):
    erase(remove_from_count=True)

    assert signature_count(petition.pk) == 0
    assert [line.kind for line in journal(petition.pk)] == [Kind.ERASURE]


def test_nothing_of_anybody_else_is_touched(petition, signature):
    other = make_signature(petition, "nadia", confirmed=True, comment="Moi aussi.")
    alias = make_signature(make_petition(slug="une-autre"), email="samir+news@example.org", confirmed=True)

    erase()

    assert set(Signature.objects.all()) == {other, alias}
    assert Comment.objects.get().signature == other
    assert ConsentRecord.objects.filter(pseudonymised_at=None).count() == 2


def test_who_published_a_comment_is_archived_for_justice_and_the_receipt_can_say_so(signature):
    request = erase()

    trace = ContributorTrace.objects.get()
    assert (trace.what, trace.email) == ("comment", ADDRESS)
    assert receipt(request)["petitions.ContributorTrace"] == ("keep", 1)


def test_an_author_leaves_their_petitions_without_a_name_and_their_drafts_go():
    alice = make_user("alice")
    public = make_petition(author=alice)
    make_petition(author=alice, status="draft", slug="brouillon")

    erase("alice@example.org")

    petition = Petition.objects.get()
    assert (petition.pk, petition.author, petition.author_name) == (public.pk, None, "Auteur retiré")
    assert not User.objects.exists()
    assert ContributorTrace.objects.get().email == "alice@example.org"


def test_a_second_erasure_finds_nothing_left_but_what_the_law_keeps(signature):
    erase()

    OutgoingMail.objects.all().delete()
    again = receipt(erase())

    assert {action for action, _found in again.values()} == {"keep"}


def test_each_source_is_dealt_with_once_however_often_the_work_is_started(petition, signature):
    request = erase(remove_from_count=True)
    RightsRequest.objects.filter(pk=request.pk).update(status="executing", closed_at=None, email=ADDRESS)

    requests.execute(request.pk)

    assert RequestStep.objects.filter(source="petitions.Signature").count() == 1
    assert signature_count(petition.pk) == 0


def test_a_row_under_a_legal_hold_stays_and_the_receipt_counts_it(signature):
    LegalHold.objects.create(
        table="petitions.Signature", key=str(signature.pk), reason="Plainte 7", ends_on="2099-12-31"
    )

    request = erase()

    assert Signature.objects.get() == signature
    assert request.steps.get(source="petitions.Signature").held == 1


def test_what_was_never_confirmed_leaves_no_proof(petition):
    make_signature(petition)

    erase()

    assert not Signature.objects.exists()
    assert not ConsentRecord.objects.exists()


def test_a_dry_run_tells_what_the_erasure_does(petition, signature):
    make_user("samir")
    before = requests.would_erase(requests.subject_of(ADDRESS), timezone.now())

    request = erase()

    told = {line.source: (str(line.action), line.found) for line in before if line.found}
    done = receipt(request)
    del done["petitions.ContributorTrace"], done["privacy.RightsRequest"]  # made by the erasure itself
    assert told == done


def test_a_restored_row_is_erased_again_with_the_same_choice(petition, signature):
    erase(remove_from_count=True)
    Tombstone.objects.update(erased_at=timezone.now())
    back = make_signature(petition, confirmed=True)
    Tombstone.objects.filter(table="petitions.Signature").update(key=str(back.pk))

    assert requests.erase_again(timezone.now()) >= 1

    assert not Signature.objects.exists()
    assert signature_count(petition.pk) == 0


def test_a_step_that_fails_stops_the_request_and_it_can_be_tried_again(signature, monkeypatch, caplog):
    def fail(*args: object) -> None:
        raise ValueError(ADDRESS)

    with monkeypatch.context() as patch:
        patch.setattr("privacy.requests.erasing.erase_rows", fail)
        request = erase()
    assert (request.status, request.error) == ("failed", "ValueError")
    assert ADDRESS not in caplog.text
    assert requests.try_again(request=request, at=timezone.now())
    requests.execute(request.pk)
    request.refresh_from_db()

    assert request.status == "done"
    assert not Signature.objects.exists()


def test_the_command_prints_what_it_does(signature, capsys):
    call_command("erase_subject", ADDRESS, "--dry-run")
    assert "petitions.Signature" in capsys.readouterr().out
    assert Signature.objects.exists()
    call_command("erase_subject", ADDRESS)

    assert not Signature.objects.exists()


def test_no_mail_of_the_person_stays_but_the_one_that_tells_them(signature):
    erase()

    assert list(OutgoingMail.objects.values_list("kind", flat=True)) == ["rights_erased"]


def test_the_strongest_action_is_what_a_receipt_says():
    recipients = next(source for source in all_sources() if source.name == "petitions.Recipient")

    assert recipients.erasure is Erasure.CLEAR
