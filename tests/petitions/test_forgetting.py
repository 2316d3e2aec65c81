"""How signatures are forgotten once their period has passed: no count moves, and no proof names anybody."""

from datetime import timedelta

from django.utils import timezone

from mesopinions.mail.models import OutgoingMail
from petitions.models import Comment, Petition, Signature
from petitions.selectors import signature_count
from privacy.models import ConsentRecord, PurgeRun
from privacy.services.purging import purge_due
from privacy.services.rules import all_rules
from tests.factories import make_petition, make_signature

PENDING, SIGNATURES = "petitions.signature:unconfirmed", "petitions.signature:counted"
WITHDRAWN, CONNECTION = "petitions.signature:withdrawn", "petitions.signature:connection"


def carry_out(name: str, *, after: timedelta = timedelta()) -> PurgeRun:
    [run] = purge_due(as_of=timezone.now() + after, rules=[rule for rule in all_rules() if rule.name == name])
    return run


def test_an_unconfirmed_signature_goes_after_seven_days_with_its_mails_and_consents(petition, pending):
    assert carry_out(PENDING, after=timedelta(days=6, hours=23)).handled == 0
    carry_out(PENDING, after=timedelta(days=7, minutes=1))

    assert not Signature.objects.exists()
    assert not ConsentRecord.objects.exists()
    assert not OutgoingMail.objects.filter(about_id=pending.pk).exists()


def test_a_counted_signature_goes_six_months_after_the_end_and_the_count_stays(petition, confirmed):
    Comment.objects.create(petition=petition, signature=confirmed, text="Oui.", published_at=timezone.now())
    Petition.objects.filter(pk=petition.pk).update(status="closed", closed_at=timezone.now())

    assert carry_out(SIGNATURES, after=timedelta(days=180)).handled == 0
    carry_out(SIGNATURES, after=timedelta(days=186))

    assert not Signature.objects.exists()
    assert signature_count(petition.pk) == 1
    assert Comment.objects.get().signature is None
    assert not ConsentRecord.objects.filter(pseudonymised_at=None).exists()


def test_a_counted_signature_goes_after_three_years_whatever_the_petition_does(petition, confirmed):
    carry_out(SIGNATURES, after=timedelta(days=3 * 366))

    assert not Signature.objects.exists()
    assert signature_count(petition.pk) == 1


def test_the_proof_of_a_withdrawal_goes_after_thirty_days(petition, confirmed):
    Signature.objects.filter(pk=confirmed.pk).update(status="withdrawn", withdrawn_at=timezone.now())

    assert carry_out(WITHDRAWN, after=timedelta(days=29)).handled == 0
    assert carry_out(WITHDRAWN, after=timedelta(days=31)).handled == 1


def test_a_purged_signature_takes_only_its_own_consents(petition, confirmed):
    other = make_signature(make_petition(slug="une-autre"), confirmed=True)
    Signature.objects.filter(pk=confirmed.pk).update(created_at=timezone.now() - timedelta(days=3 * 366))

    carry_out(SIGNATURES)

    assert Signature.objects.get() == other
    assert ConsentRecord.objects.get(pseudonymised_at=None).pk == other.consent_id


def test_the_network_address_goes_after_six_months_and_is_due_once(petition, confirmed):
    Signature.objects.filter(pk=confirmed.pk).update(ip_address="192.0.2.7", browser="Firefox")

    assert carry_out(CONNECTION, after=timedelta(days=186)).handled == 1
    assert carry_out(CONNECTION, after=timedelta(days=186)).due == 0
    confirmed.refresh_from_db()
    assert (confirmed.ip_address, confirmed.browser) == (None, "")
