"""The end of an account that its owner closed: once, whole, whatever else happens; and of one that nobody confirmed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Login, Profile, User
from accounts.services import closing
from accounts.services.inactivity import warn_inactive
from accounts.services.visits import Visit, record_login
from mesopinions.mail.compose import compose
from mesopinions.mail.models import OutgoingMail
from petitions.models import Comment, Petition, Signature
from petitions.selectors import signature_count
from privacy import consent, requests
from privacy.consent import Purpose
from privacy.models import RightsRequest
from privacy.registry import Subject
from privacy.requests import Right
from privacy.services.purging import purge_due
from tests.accounts.ending import WEEK, close, end
from tests.factories import PASSWORD, make_petition, make_signature, make_user
from tests.support.concurrency import run_all_together, run_together

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(db) -> User:
    return make_user("alice", public_name="Alice Martin")


def requests_of_erasure() -> int:
    return RightsRequest.objects.filter(right=Right.ERASURE).count()


# --- The end ----------------------------------------------------------------------------------------------------------


def test_before_the_week_is_over_nothing_happens(alice):
    ends = close(alice)
    end(ends - timedelta(seconds=1))

    assert User.objects.filter(pk=alice.pk, is_active=True).exists()
    assert requests_of_erasure() == 0


@pytest.mark.parametrize(("leaves_counts", "left"), [(True, 0), (False, 1)])
def test_after_a_week_nothing_is_left_but_what_was_said(alice, leaves_counts, left):
    Profile.objects.create(user=alice, address="3 rue des Tilleuls")
    public = make_petition(author=alice, author_name="Alice Martin")
    make_petition(author=alice, slug="brouillon", status="draft")
    signed = make_petition(slug="signee")
    make_signature(signed, "alice", confirmed=True, comment="Il le faut.", consents=(Purpose.NEWSLETTER,))
    OutgoingMail.objects.all().delete()
    end(close(alice, leaves_counts=leaves_counts))

    assert not User.objects.exists()
    assert not Profile.objects.exists()
    assert not Signature.objects.exists()
    assert not Comment.objects.exists()
    assert Petition.objects.get(pk=public.pk).author_name == "Auteur retiré"
    assert not Petition.objects.filter(slug="brouillon").exists()
    assert signature_count(signed.pk) == left
    assert not consent.is_granted(Subject("alice@example.org"), Purpose.NEWSLETTER)
    assert [told.kind for told in OutgoingMail.objects.all()] == ["rights_erased"]
    request = RightsRequest.objects.get()
    assert (request.status, request.email, request.user) == ("done", "", None)


def test_what_was_signed_under_a_former_address_goes_too(alice):
    signature = make_signature(make_petition(), "former", confirmed=True)
    Signature.objects.filter(pk=signature.pk).update(user=alice)
    end(close(alice))

    assert not Signature.objects.exists()


def test_an_aliass_signature_is_a_neighbours_and_stays(alice):
    make_signature(make_petition(), email="alice+x@example.org", confirmed=True)
    end(close(alice))

    assert Signature.objects.get().email == "alice+x@example.org"


def test_from_the_moment_the_work_is_handed_over_nobody_gets_in(client, alice):
    ends = close(alice)
    client.force_login(alice)
    closing.close_due(now=ends)

    assert client.get("/compte/").status_code == 302
    assert client.post("/compte/login/", {"login": alice.email, "password": PASSWORD}).status_code != 200
    assert client.get("/compte/").status_code == 302
    assert not closing.keep_account(user_id=alice.pk)


def test_the_job_run_twice_opens_one_request(alice):
    ends = close(alice)

    assert [closing.close_due(now=ends) for _again in range(2)] == [1, 0]
    assert requests_of_erasure() == 1


@pytest.mark.django_db(transaction=True)
def test_jobs_at_once_open_one_request_an_account():
    accounts = [make_user(name) for name in ("alice", "nadia", "samir")]
    for user in accounts:
        close(user, at=timezone.now() - WEEK)
    done = run_together(4, lambda: closing.close_due(now=timezone.now()))

    assert sum(done) == 3
    assert requests_of_erasure() == 3


def test_a_job_killed_before_its_commit_leaves_the_account_to_the_next(alice, monkeypatch):
    ends = close(alice)

    def killed(*_args, **_fields):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(User, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            closing.close_due(now=ends)
    assert requests_of_erasure() == 0
    end(ends)

    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_keeps_the_account_while_the_job_runs_has_it_whole_or_loses_it_whole():
    for number in range(5):
        alice = make_user(f"alice{number}")
        close(alice, at=timezone.now() - WEEK)
        kept, _ended = run_all_together(
            [lambda pk=alice.pk: closing.keep_account(user_id=pk), lambda: closing.close_due(now=timezone.now())]
        )
        user = User.objects.get(pk=alice.pk)

        assert user.is_active is kept
        assert user.closes_at is None
        assert RightsRequest.objects.filter(user=alice).exists() is not kept


@pytest.mark.django_db(transaction=True)
def test_a_login_in_the_second_of_the_end_keeps_nothing_open(client):
    alice = make_user("alice")
    close(alice, at=timezone.now() - WEEK)
    visit = Visit(ip="192.0.2.1", browser="Firefox", method=Login.Method.PASSWORD)
    run_all_together(
        [
            lambda: record_login(user=alice, visit=visit, at=timezone.now()),
            lambda: closing.close_due(now=timezone.now()),
        ]
    )
    client.force_login(alice)

    assert client.get("/compte/").status_code == 302
    end(timezone.now())
    assert not User.objects.exists()
    assert not Login.objects.exists()


def test_a_signature_made_between_the_end_and_the_work_goes_too(alice):
    ends = close(alice)
    closing.close_due(now=ends)
    signature = make_signature(make_petition(), "alice", confirmed=True)
    Signature.objects.filter(pk=signature.pk).update(user=alice)
    end(ends)

    assert not Signature.objects.exists()


def test_an_erasure_that_waits_for_its_mail_is_taken_over(alice):
    ends = close(alice, leaves_counts=True)
    waiting = requests.open_request(right=Right.ERASURE, email=alice.email, language="fr", at=timezone.now())
    end(ends)

    assert not User.objects.exists()
    request = RightsRequest.objects.get()
    assert (request.pk, request.status, request.remove_from_count) == (waiting.pk, "done", True)


def test_an_erasure_that_failed_is_taken_up_again(alice):
    failed = requests.open_by_staff(
        right=Right.ERASURE, email=alice.email, language="fr", remove_from_count=False, at=timezone.now()
    )
    RightsRequest.objects.filter(pk=failed.pk).update(status="failed", error="ValueError")
    end(close(alice))

    assert not User.objects.exists()
    assert RightsRequest.objects.get().status == "done"


def test_an_erasure_under_way_goes_first_and_the_next_run_sees_what_it_left(alice):
    ends = close(alice)
    running = requests.open_by_staff(
        right=Right.ERASURE, email=alice.email, language="fr", remove_from_count=False, at=timezone.now()
    )
    RightsRequest.objects.filter(pk=running.pk).update(user=None)  # it began before there was an account

    assert closing.close_due(now=ends) == 0
    assert User.objects.filter(pk=alice.pk, is_active=True, closes_at=ends).exists()
    RightsRequest.objects.filter(pk=running.pk).update(status="done", email="", closed_at=timezone.now())
    end(ends)
    assert not User.objects.exists()


def test_an_account_that_staff_put_to_sleep_meanwhile_ends_all_the_same(alice):
    ends = close(alice)
    User.objects.update(is_active=False)
    end(ends)

    assert not User.objects.exists()


def test_who_joined_the_staff_meanwhile_is_not_erased(alice):
    ends = close(alice)
    User.objects.update(is_staff=True)
    end(ends)

    assert User.objects.filter(pk=alice.pk, is_active=True).exists()


# --- Beside the other ends of an account ------------------------------------------------------------------------------


def test_a_closing_account_gets_no_warning_of_inactivity_and_is_not_purged_as_one(alice):
    now = timezone.now()
    User.objects.update(last_seen_at=now - timedelta(days=800))
    close(alice)
    for days in (0, 1, 9, 17):
        warn_inactive(now=now + timedelta(days=days))
    assert not OutgoingMail.objects.filter(kind="account_ending").exists()
    User.objects.update(notice=User.Notice.DUE, notice_at=now)
    purge_due(as_of=now + timedelta(days=20), over_brake=True)

    assert User.objects.exists()


def test_a_warning_that_waits_says_nothing_once_the_account_is_closing(alice):
    User.objects.update(last_seen_at=timezone.now() - timedelta(days=705))
    warn_inactive(now=timezone.now())
    close(alice)

    assert compose(OutgoingMail.objects.get(kind="account_ending")) is None


# --- An address that nobody confirmed ---------------------------------------------------------------------------------


def test_an_account_whose_address_nobody_confirmed_goes_after_a_week():
    for name, fields in (
        ("samir", {"confirmed": False}),
        ("mona", {"confirmed": False, "is_staff": True}),
        ("alice", {}),
    ):
        make_user(name, **fields)
    now = timezone.now()
    purge_due(as_of=now + timedelta(days=6), over_brake=True)
    assert User.objects.count() == 3
    runs = purge_due(as_of=now + timedelta(days=8), over_brake=True)

    assert {run.status for run in runs} == {"done"}
    assert sorted(User.objects.values_list("email", flat=True)) == ["alice@example.org", "mona@example.org"]


def test_an_unconfirmed_account_takes_nothing_along_of_who_reads_the_mail_of_its_address():
    signature = make_signature(make_petition(), "nadia", confirmed=True)
    make_user("nadia", confirmed=False)
    purge_due(as_of=timezone.now() + timedelta(days=8), over_brake=True)

    assert not User.objects.exists()
    assert Signature.objects.get().pk == signature.pk
    assert consent.is_granted(
        Subject(signature.email), Purpose.POLITICAL_SIGNATURE, scope=f"petition:{signature.petition_id}"
    )
