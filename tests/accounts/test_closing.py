"""An account that its owner closes: shown first, kept for a week, then erased once and for good."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

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
from tests.factories import PASSWORD, make_petition, make_signature, make_user
from tests.support.concurrency import run_all_together, run_together

pytestmark = pytest.mark.django_db

CLOSE, KEEP = "/compte/fermer/", "/compte/fermer/annuler/"
WEEK = timedelta(days=7)


@pytest.fixture
def alice(db) -> User:
    return make_user("alice", public_name="Alice Martin")


def proved(client: Client, user: User) -> Client:
    """Log in, and prove again who it is."""
    client.force_login(user)
    session = client.session
    now = timezone.now().timestamp()
    session["account_authentication_methods"] = [{"method": "password", "at": now, "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def close(user: User, *, leaves_counts: bool = False, at: datetime | None = None) -> datetime:
    return closing.close_account(
        user_id=user.pk, leaves_counts=leaves_counts, session_key=None, at=at or timezone.now()
    )


def end(at: datetime) -> None:
    """Run the job, and the work it sends to the workers."""
    closing.close_due(now=at)
    for request in RightsRequest.objects.filter(status="executing"):
        requests.execute(request.pk)


def requests_of_erasure() -> int:
    return RightsRequest.objects.filter(right=Right.ERASURE).count()


# --- What is said first -----------------------------------------------------------------------------------------------


def test_the_page_shows_this_persons_things_and_changes_nothing(client, alice):
    make_petition(author=alice)
    for number in range(2):
        make_signature(make_petition(slug=f"p{number}"), "alice", confirmed=True, comment="Il le faut.")
    client.force_login(alice)
    page = " ".join(client.get(CLOSE).content.decode().split())

    for words in (
        "Sera effacé",
        "La loi nous fait garder",
        "Auteur retiré",
        "CPCE, art. L34-1",
        "Retirer mes signatures",
    ):
        assert escape(words) in page
    assert "Signatures <span" in page
    alice.refresh_from_db()
    assert alice.closes_at is None


def test_who_signed_nothing_is_not_asked_about_counts(client, alice):
    client.force_login(alice)

    assert 'name="count"' not in client.get(CLOSE).content.decode()


def test_neither_answer_about_counts_is_chosen_beforehand(client, alice):
    make_signature(make_petition(), "alice", confirmed=True)
    client.force_login(alice)
    page = client.get(CLOSE).content.decode()

    assert page.count('name="count"') == 2
    assert " checked" not in page


# --- Closing ----------------------------------------------------------------------------------------------------------


def test_closing_asks_first_who_is_there_and_keeps_the_answer_chosen(client, alice):
    make_signature(make_petition(), "alice", confirmed=True)
    client.force_login(alice)
    response = client.post(CLOSE, {"count": "remove"})
    back = response.headers["Location"]

    assert back == f"{CLOSE}?count=remove"
    assert client.get(back).url.startswith("/compte/reauthenticate/")
    alice.refresh_from_db()
    assert alice.closes_at is None
    page = proved(client, alice).get(back).content.decode()
    assert 'value="remove"' in page.partition(" checked")[0].rpartition("<input")[2]


def test_a_missing_answer_about_counts_is_refused(client, alice):
    make_signature(make_petition(), "alice", confirmed=True)
    response = proved(client, alice).post(CLOSE, {})

    assert response.status_code == 422
    alice.refresh_from_db()
    assert alice.closes_at is None


@pytest.mark.parametrize("count", ["all", "remove\0", "x" * 5000])
def test_a_hostile_answer_about_counts_is_refused(client, alice, count):
    make_signature(make_petition(), "alice", confirmed=True)

    assert proved(client, alice).post(CLOSE, {"count": count}).status_code == 422
    assert client.get(CLOSE, {"count": "x" * 5000}).status_code == 200


def test_a_closed_account_ends_in_a_week_and_its_owner_is_told_how_to_keep_it(client, alice):
    make_signature(make_petition(), "alice", confirmed=True)
    OutgoingMail.objects.all().delete()
    before = timezone.now()
    proved(client, alice).post(CLOSE, {"count": "remove"})

    alice.refresh_from_db()
    assert before + WEEK <= alice.closes_at <= timezone.now() + WEEK
    assert alice.leaves_counts
    letter = compose(OutgoingMail.objects.get())
    assert f"http://localhost:8000{KEEP}" in letter.body
    assert letter.to == ["alice@example.org"]
    assert not mail.outbox


def test_other_devices_are_logged_out_and_this_one_stays(client, alice):
    other = Client()
    other.post("/compte/login/", {"login": alice.email, "password": PASSWORD})
    client.post("/compte/login/", {"login": alice.email, "password": PASSWORD})
    assert other.get("/compte/").status_code == 200
    client.get("/compte/")
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": timezone.now().timestamp(), "reauthenticated": True}
    ]
    session.save()
    client.post(CLOSE, {})

    assert User.objects.get(pk=alice.pk).closes_at
    assert client.get("/compte/").status_code == 200
    assert other.get("/compte/").status_code == 302


def test_closing_twice_keeps_the_first_day_and_mails_once(alice):
    first = close(alice)
    second = close(alice, leaves_counts=True, at=timezone.now() + timedelta(days=2))

    assert first == second
    assert OutgoingMail.objects.filter(kind="account_closing").count() == 1
    assert not User.objects.get(pk=alice.pk).leaves_counts


@pytest.mark.django_db(transaction=True)
def test_closing_at_once_mails_once():
    alice = make_user("alice")
    run_together(6, lambda: close(alice))

    assert OutgoingMail.objects.filter(kind="account_closing").count() == 1


@pytest.mark.parametrize("rights", [{"is_staff": True}, {"is_staff": True, "is_superuser": True}])
def test_a_member_of_staff_is_told_to_give_their_rights_back_first(client, db, rights):
    mona = make_user("mona", **rights)
    proved(client, mona)

    assert "fait partie de l’équipe" in client.get(CLOSE).content.decode()
    assert client.post(CLOSE, {}).status_code == 409
    with pytest.raises(closing.StaffAccount):
        close(mona)
    assert User.objects.get(pk=mona.pk).closes_at is None


def test_an_unconfirmed_address_closes_and_shows_nothing(client, db):
    make_signature(make_petition(), "nadia", confirmed=True)
    nadia = make_user("nadia", confirmed=False)
    proved(client, nadia)

    assert "Sera effacé" not in client.get(CLOSE).content.decode()
    assert client.post(CLOSE, {"count": "remove"}).status_code == 409
    with pytest.raises(closing.UnconfirmedAddress):
        close(nadia)


# --- A change of mind -------------------------------------------------------------------------------------------------


def test_opening_the_link_of_the_mail_keeps_nothing_and_shows_the_button(client, alice):
    close(alice)
    assert client.get(KEEP).url == f"/compte/login/?next={KEEP}"
    client.force_login(alice)
    page = client.get(KEEP).content.decode()

    assert f'action="{KEEP}"' in page
    assert User.objects.get(pk=alice.pk).closes_at


def test_one_button_keeps_the_account_and_a_second_press_changes_nothing(client, alice):
    close(alice, leaves_counts=True)
    client.force_login(alice)
    answers = [client.post(KEEP).status_code for _again in range(2)]

    alice.refresh_from_db()
    assert (alice.closes_at, alice.leaves_counts) == (None, False)
    assert answers == [303, 302]
    end(timezone.now() + WEEK * 2)
    assert User.objects.filter(pk=alice.pk).exists()


def test_who_keeps_the_account_before_the_mail_left_gets_none(alice):
    close(alice)
    closing.keep_account(user_id=alice.pk)

    assert compose(OutgoingMail.objects.get(kind="account_closing")) is None


def test_nobody_keeps_or_closes_the_account_of_another(client, alice):
    close(alice)
    oscar = make_user("oscar")
    client.force_login(oscar)
    client.post(KEEP, {"user": alice.pk})

    assert User.objects.get(pk=alice.pk).closes_at
    assert client.get(KEEP).url == reverse("account")


def test_a_form_of_another_site_closes_and_keeps_nothing(alice):
    strict = proved(Client(enforce_csrf_checks=True), alice)

    assert strict.post(CLOSE, {}).status_code == 403
    close(alice)
    assert strict.post(KEEP, {}).status_code == 403
    assert User.objects.get(pk=alice.pk).closes_at


def test_when_the_worker_was_down_one_may_still_change_ones_mind(client, alice):
    close(alice, at=timezone.now() - WEEK * 3)
    client.force_login(alice)
    client.post(KEEP)
    end(timezone.now())

    assert User.objects.filter(pk=alice.pk, is_active=True).exists()


def test_during_the_week_everything_works_as_before(client, alice):
    petition = make_petition(author=alice, author_name="Alice Martin")
    close(alice)

    assert client.get(petition.get_absolute_url()).status_code == 200
    assert client.post("/compte/login/", {"login": alice.email, "password": PASSWORD}).status_code == 302
    assert "Votre compte ferme le" in client.get("/compte/").content.decode()


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
