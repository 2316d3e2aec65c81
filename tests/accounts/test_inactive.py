"""An account that nobody uses ends after two years, and never before its owner was told twice."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Login, User
from accounts.services.inactivity import warn_inactive
from accounts.services.visits import Visit, record_login
from mesopinions.mail.compose import compose
from mesopinions.mail.models import OutgoingMail
from petitions.models import ContributorTrace, Petition, Signature
from privacy import consent
from privacy.consent import Purpose
from privacy.models import ConsentRecord
from privacy.registry import Subject
from privacy.services.purging import purge_due
from tests.factories import make_petition, make_signature, make_user
from tests.support.concurrency import run_together

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TWO_YEARS = timedelta(days=731)


@pytest.fixture
def alice() -> User:
    """Alice came last on the day that is NOW."""
    alice = make_user("alice")
    came(alice, NOW)
    return alice


def came(user: User, at: datetime) -> None:
    record_login(user=user, visit=Visit(ip="192.0.2.1", browser="Firefox", method=Login.Method.CODE), at=at)


def warnings() -> int:
    return OutgoingMail.objects.filter(kind="account_ending").count()


def purge(at: datetime) -> None:
    purge_due(as_of=at, over_brake=True)


def warn_and_end() -> None:
    """Live through the two years day by day, as the jobs do."""
    for days in (700, 702, 723, 725, 731, 732, 733):
        warn_inactive(now=NOW + timedelta(days=days))
    purge(NOW + timedelta(days=734))


def test_the_owner_is_told_a_month_and_a_week_before_and_once_each(alice):
    told = {}
    for days in (690, 702, 703, 710, 724, 725, 730):
        warn_inactive(now=NOW + timedelta(days=days))
        told[days] = warnings()

    assert told == {690: 0, 702: 1, 703: 1, 710: 1, 724: 2, 725: 2, 730: 2}


def test_an_account_ends_only_after_both_warnings(alice):
    purge(NOW + TWO_YEARS * 2)
    assert User.objects.exists()

    warn_and_end()

    assert not User.objects.exists()


def test_a_job_that_was_down_delays_the_end_and_never_skips_a_warning(alice):
    late = NOW + timedelta(days=1000)
    warn_inactive(now=late)
    warn_inactive(now=late + timedelta(days=1))
    assert warnings() == 1
    warn_inactive(now=late + timedelta(days=8))
    assert warnings() == 2
    purge(late + timedelta(days=9))
    assert User.objects.exists()
    warn_inactive(now=late + timedelta(days=16))
    purge(late + timedelta(days=17))

    assert not User.objects.exists()


def test_a_login_keeps_the_account_and_starts_again(alice):
    warn_inactive(now=NOW + timedelta(days=705))
    came(alice, NOW + timedelta(days=706))

    for days in (725, 740, 760):
        warn_inactive(now=NOW + timedelta(days=days))
    purge(NOW + timedelta(days=760))

    assert User.objects.get().notice == User.Notice.NONE
    assert warnings() == 1


def test_who_came_back_before_the_mail_left_is_told_nothing(alice):
    warn_inactive(now=NOW + timedelta(days=705))
    mail = OutgoingMail.objects.get(kind="account_ending")

    assert "connectez-vous" in compose(mail).body
    came(alice, NOW)
    assert compose(mail) is None


def test_the_mail_names_the_day(alice):
    warn_inactive(now=NOW + timedelta(days=705))

    message = compose(OutgoingMail.objects.get(kind="account_ending"))

    assert str((NOW + timedelta(days=731)).year) in message.body


def test_public_petitions_and_signatures_outlive_the_account_and_drafts_do_not(alice):
    public = make_petition(author=alice)
    make_petition(author=alice, slug="brouillon", status="draft")
    signature = make_signature(make_petition(slug="signee"), email=alice.email, confirmed=True)
    Signature.objects.filter(pk=signature.pk).update(user=alice)

    for days in (702, 725, 732):
        warn_inactive(now=NOW + timedelta(days=days))
    runs = purge_due(as_of=NOW + timedelta(days=734), over_brake=True)
    purge(NOW + timedelta(days=736))

    assert {run.status for run in runs} == {"done"}
    assert not User.objects.exists()
    assert Petition.objects.get(pk=public.pk).author_name == "Alice Martin"
    assert not Petition.objects.filter(slug="brouillon").exists()
    assert Signature.objects.get().user is None
    assert ContributorTrace.objects.get().email == alice.email


def test_consents_of_an_ended_account_hold_for_its_address(alice):
    subject = Subject(alice.email, alice.pk)
    consent.record(subject, Purpose.AUTHOR_UPDATES, language="fr", place="test", scope="petition:1", at=NOW)
    consent.record(subject, Purpose.FOLLOW_PETITION, language="fr", place="test", scope="petition:1")

    consent.detach_accounts([alice.pk])

    assert ConsentRecord.objects.filter(subject_user=None).count() == 2
    assert consent.is_granted(Subject(alice.email), Purpose.AUTHOR_UPDATES, scope="petition:1")


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_warn_once():
    for name in ("alice", "nadia", "samir"):
        came(make_user(name), NOW - timedelta(days=705))

    run_together(4, lambda: warn_inactive(now=NOW))

    assert warnings() == 3
