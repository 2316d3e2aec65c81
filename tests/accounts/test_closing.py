"""An account that its owner closes: what is said first, who may, and a week to change one’s mind."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.models import User
from accounts.services import closing
from mesopinions.mail.compose import compose
from mesopinions.mail.models import OutgoingMail
from tests.accounts.ending import WEEK, close, end
from tests.factories import PASSWORD, make_petition, make_signature, make_user
from tests.support.concurrency import run_together

pytestmark = pytest.mark.django_db

CLOSE, KEEP = "/compte/fermer/", "/compte/fermer/annuler/"


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
