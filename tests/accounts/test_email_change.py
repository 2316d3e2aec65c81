"""A new e-mail address: both mailboxes say yes, or nothing changes."""

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.emails import Code
from accounts.models import User
from mesopinions.mail.models import OutgoingMail
from tests.accounts.acts import SECURITY, log_in, prove
from tests.accounts.mailbox import last_code, notices, without_tokens
from tests.factories import make_user
from tests.support.concurrency import run_all_together

pytestmark = pytest.mark.django_db

CHANGE, CONFIRM = "/compte/email/", "/compte/email/confirmer/"
OLD, NEW = "alice@example.org", "alice.neuve@example.org"
WRONG = "BCDF-GHJK"


@pytest.fixture
def here(client, alice):
    client.force_login(alice)
    return prove(client)


@pytest.fixture
def asked(here):
    """Alice asked for her new address, and both codes are mailed."""
    assert here.post(CHANGE, {"email": NEW}).status_code == 303
    return here


def type_codes(browser, old="", new=""):
    return browser.post(CONFIRM, {"old": old, "new": new})


def type_right_codes(browser, old=OLD, new=NEW):
    return type_codes(browser, last_code(old), last_code(new))


def text_of(answer):
    return unescape(answer.content.decode())


def address_of(user):
    return User.objects.get(pk=user.pk).email


def test_both_codes_change_the_address_everywhere(asked, alice):
    User.objects.update(email_confirmed_at=timezone.now() - timedelta(days=400))

    answer = type_right_codes(asked)

    assert (answer.status_code, answer.headers["Location"]) == (303, SECURITY)
    alice.refresh_from_db()
    assert (alice.email, alice.canonical_email) == (NEW, NEW)
    assert timezone.now() - alice.email_confirmed_at < timedelta(minutes=1)
    assert list(EmailAddress.objects.values_list("user", "email", "verified", "primary")) == [
        (alice.pk, NEW, True, True)
    ]


def test_each_mailbox_gets_its_own_code(asked):
    mails = OutgoingMail.objects.order_by("pk")

    assert [(mail.recipient, mail.context["what"]) for mail in mails] == [(OLD, Code.OLD_EMAIL), (NEW, Code.NEW_EMAIL)]
    assert last_code(OLD) != last_code(NEW)


def test_the_former_mailbox_is_told_what_was_done_and_from_where(asked, alice):
    type_right_codes(asked)

    assert notices(OLD) == ["email_changed"]
    notice = OutgoingMail.objects.get(kind="security_notice").read_enclosed()
    assert (notice["detail"], notice["ip"]) == (NEW, "127.0.0.1")


def test_other_sessions_end_and_this_one_stays(asked, alice):
    other = log_in(Client(), alice)

    type_right_codes(asked)

    assert asked.get(SECURITY).status_code == 200
    assert other.get(SECURITY).status_code == 302


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("/compte/password/reset/", "/compte/password/reset/confirm/"),
        ("/compte/login/code/", "/compte/login/code/confirm/"),
    ],
)
def test_a_code_that_went_to_the_former_mailbox_before_lets_nobody_in_after(asked, alice, begin, end):
    right = last_code(OLD), last_code(NEW)
    thief = Client()
    assert thief.post(begin, {"email": OLD}).status_code == 302
    stolen = last_code(OLD)

    type_codes(asked, *right)
    thief.post(end, {"code": stolen})

    assert address_of(alice) == NEW
    assert thief.get("/compte/password/reset/complete/").status_code == 302
    assert thief.get(SECURITY).status_code == 302


def test_one_logs_in_with_the_new_address_alone(asked, alice):
    type_right_codes(asked)
    alice.refresh_from_db()

    log_in(Client(), alice)
    assert Client().post("/compte/login/", {"login": OLD, "password": "trois petits tigres"}).status_code == 422


def test_the_address_is_stored_as_accounts_store_theirs(here, alice):
    here.post(CHANGE, {"email": "  Alice.Neuve@EXAMPLE.org "})

    type_right_codes(here)

    assert address_of(alice) == NEW


# --- Half of it is nothing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", ["neither", "the old", "the new"])
def test_one_code_alone_changes_nothing(asked, alice, known):
    old = last_code(OLD) if known == "the old" else WRONG
    new = last_code(NEW) if known == "the new" else WRONG

    answer = type_codes(asked, old, new)

    assert answer.status_code == 422
    assert ('id="id_old_error"' in text_of(answer)) == (known != "the old")
    assert ('id="id_new_error"' in text_of(answer)) == (known != "the new")
    assert address_of(alice) == OLD


def test_the_codes_in_the_wrong_fields_are_wrong(asked, alice):
    assert type_codes(asked, last_code(NEW), last_code(OLD)).status_code == 422
    assert address_of(alice) == OLD


def test_a_code_for_another_thing_is_worthless_here(asked, alice):
    assert type_codes(asked, last_code(OLD), last_code(OLD)).status_code == 422


def test_three_wrong_tries_end_it_even_for_the_right_codes(asked, alice):
    for _ in range(2):
        assert type_codes(asked, WRONG, WRONG).status_code == 422
    answer = type_codes(asked, WRONG, WRONG)

    assert answer.headers["Location"] == CHANGE
    assert "votre adresse n’a pas changé" in text_of(asked.get(CHANGE))
    assert type_right_codes(asked).headers["Location"] == CHANGE
    assert address_of(alice) == OLD


def test_an_empty_form_costs_no_try(asked, alice):
    for _ in range(5):
        assert type_codes(asked).status_code == 422

    type_right_codes(asked)

    assert address_of(alice) == NEW


def test_the_codes_are_worth_a_quarter_of_an_hour(asked, alice):
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert type_right_codes(asked).headers["Location"] == CHANGE

    assert address_of(alice) == OLD


def test_a_mail_that_takes_longer_than_a_proof_lasts_is_still_good(asked, alice):
    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        type_right_codes(asked)

    assert address_of(alice) == NEW


def test_new_codes_replace_the_former(asked, alice):
    former = last_code(OLD), last_code(NEW)
    assert asked.post(CONFIRM, {"action": "resend"}).headers["Location"] == CONFIRM

    assert type_codes(asked, *former).status_code == 422
    type_right_codes(asked)
    assert address_of(alice) == NEW


def test_another_address_replaces_the_first_one_asked_for(asked, alice):
    first = last_code(NEW)
    asked.post(CHANGE, {"email": "autre@example.org"})

    assert type_codes(asked, last_code(OLD), first).status_code == 422
    type_right_codes(asked, new="autre@example.org")
    assert address_of(alice) == "autre@example.org"


def test_the_codes_serve_once(asked, alice):
    type_right_codes(asked)

    assert type_right_codes(asked).headers["Location"] == CHANGE


def test_codes_of_another_browser_are_worthless(asked, alice):
    other = Client()
    other.force_login(alice)
    prove(other)

    assert type_right_codes(other).headers["Location"] == CHANGE
    assert address_of(alice) == OLD


def test_nobody_confirms_without_asking_first(here):
    assert here.get(CONFIRM).headers["Location"] == CHANGE


def test_looking_at_the_pages_mails_and_changes_nothing(asked, alice):
    count = OutgoingMail.objects.count()
    for address in (CHANGE, CONFIRM):
        assert asked.get(address).status_code == 200

    assert OutgoingMail.objects.count() == count
    assert address_of(alice) == OLD


def test_the_session_holds_no_code(asked):
    stored = str(Session.objects.get(pk=asked.session.session_key).get_decoded())

    for email in (OLD, NEW):
        assert last_code(email).replace("-", "").lower() not in stored.replace("-", "").lower()


def test_both_pages_say_what_to_do_without_the_old_mailbox(asked, settings):
    for address in (CHANGE, CONFIRM):
        assert f"mailto:{settings.CONTROLLER['privacy_email']}" in asked.get(address).content.decode()


# --- An address that is somebody else's ------------------------------------------------------------------------------


def told_about(alice, email):
    """Return all that somebody sees who asks for this address and does not read its mail."""
    browser = Client()
    browser.force_login(alice)
    prove(browser)
    sent = browser.post(CHANGE, {"email": email})
    code = last_code(OLD)
    pages = [browser.get(CONFIRM), type_codes(browser, code, WRONG)]
    pages += [browser.post(CONFIRM, {"action": "resend"}), browser.get(CONFIRM)]
    shown = [
        (page.status_code, without_tokens(page.content).decode().replace(email, "WHO").replace(code, "OLD"))
        for page in pages
    ]
    return sent.status_code, sent.headers["Location"], shown


def test_an_address_with_an_account_gets_the_same_pages_and_its_owner_a_mail(alice):
    make_user("samir")

    assert told_about(alice, "samir@example.org") == told_about(alice, "xamir@example.org")
    kinds = OutgoingMail.objects.filter(recipient="samir@example.org").values_list("kind", flat=True)
    assert list(kinds) == ["account_exists", "account_exists"]


def test_nothing_succeeds_for_an_address_with_an_account(here, alice):
    make_user("samir")
    here.post(CHANGE, {"email": "SAMIR@example.org"})

    for guess in (last_code(OLD), "", WRONG):
        type_codes(here, last_code(OLD), guess)

    assert address_of(alice) == OLD
    assert User.objects.filter(email="samir@example.org").count() == 1


def test_an_address_that_got_an_account_meanwhile_is_not_taken_away(asked, alice):
    make_user("alice.neuve")

    answer = type_right_codes(asked)

    assert answer.headers["Location"] == CHANGE
    assert "vient de servir à un autre compte" in text_of(asked.get(CHANGE))
    assert address_of(alice) == OLD
    assert EmailAddress.objects.get(user=alice).email == OLD
    assert notices(OLD) == []


@pytest.mark.django_db(transaction=True)
def test_two_accounts_that_want_one_address_at_once_get_it_once(alice):
    oscar = make_user("oscar")
    browsers = {}
    for user in (alice, oscar):
        browser = Client()
        browser.force_login(user)
        prove(browser).post(CHANGE, {"email": NEW})
        browsers[user.email] = browser, last_code(user.email), last_code(NEW)

    answers = run_all_together(
        [lambda codes=codes: type_codes(*codes).headers["Location"] for codes in browsers.values()]
    )

    assert sorted(answers) == [CHANGE, SECURITY]
    assert User.objects.filter(email=NEW).count() == EmailAddress.objects.filter(email=NEW, verified=True).count() == 1


# --- Hostile input ---------------------------------------------------------------------------------------------------


NO_ADDRESS = ["", " ", OLD, "ALICE@example.org", "pas une adresse", "a@b", "é@example.org", "x" * 300 + "@example.org"]
HOSTILE = ["\0@example.org", "a\r\nBcc: b@c.fr", "<script>@example.org", "\u202egro.elpmaxe@ecila", "a@[192.0.2.1]"]


@pytest.mark.parametrize("email", [*NO_ADDRESS, *HOSTILE])
def test_an_address_that_cannot_be_is_refused_with_its_field(here, email):
    answer = here.post(CHANGE, {"email": email})

    assert answer.status_code == 422
    assert 'id="id_email_error"' in text_of(answer)
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("word", ["é" * 20, "x" * 5000, "\0", "<script>", "１２３４"])
def test_a_strange_code_is_refused_like_any_other(asked, alice, word):
    assert type_codes(asked, word, word).status_code == 422


def test_who_asks_too_often_waits(here, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"code-mail-user": (2, 3600)}
    for number in range(2):
        here.post(CHANGE, {"email": f"a{number}@example.org"})

    assert here.post(CHANGE, {"email": "a3@example.org"}).status_code == 429
    assert here.post(CONFIRM, {"action": "resend"}).status_code == 429


def test_nobody_floods_a_mailbox_from_several_accounts(here, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"code-mail-email": (1, 3600)}
    oscar = Client()
    oscar.force_login(make_user("oscar"))

    assert prove(oscar).post(CHANGE, {"email": NEW}).status_code == 303
    assert here.post(CHANGE, {"email": NEW}).status_code == 429


def test_who_guesses_too_often_waits(asked, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"code-typed-user": (1, 900)}
    type_codes(asked, WRONG, WRONG)

    assert type_codes(asked, WRONG, WRONG).status_code == 429
