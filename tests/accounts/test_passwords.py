"""Passwords: which are refused, and who stays in when one changes."""

import time

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from accounts.passwords import GuessablePasswordValidator
from tests.accounts.conftest import PASSWORD
from tests.accounts.mailbox import last_code, notices
from tests.accounts.test_codes import ANOTHER, NEW_PASSWORD, RESET_CODE, forget
from tests.accounts.test_login import LOGIN, is_logged_in, log_in

CHANGE, SET, AGAIN = "/compte/password/change/", "/compte/password/set/", "/compte/reauthenticate/"
ALICE = User(email="alice.martin@example.org", first_name="Alice", last_name="Martin")


@pytest.mark.parametrize(
    "password",
    [
        "azerty12345",
        "Soleil2024!",
        "aaaaaaaaaa",
        "abcabcabcabc",
        "motdepasse1",
        "Marseille13",
        "1234567890",
        "MesOpinions1",
        "alice.martin@example.org",
        "AliceMartin1",
        "alicemartin1985",
        "Toulouse31000",
        "anniversaire12",
        "!!PARIS75000",
        "MonChien2024!",
        "trottinette",
        "",
        "court",
    ],
)
def test_a_password_that_others_would_guess_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, ALICE)


@pytest.mark.parametrize(
    "password",
    [
        "trois petits tigres bleus",
        "cheval agrafe pile correct",
        "chevalagrafepilecorrect",
        "mG7$kq2!xVz0",
        "kVxQpzRtYwLm",
        "山田花子は今日も元気です",
    ],
)
def test_a_password_that_takes_long_to_guess_is_taken(password):
    validate_password(password, ALICE)


def test_a_password_without_an_account_is_judged_too():
    with pytest.raises(ValidationError):
        GuessablePasswordValidator().validate("azerty12345")
    assert "mots" in GuessablePasswordValidator().get_help_text()


@pytest.mark.parametrize("password", ["a" * 10_000, "azerty" * 2_000, "trois petits tigres " * 500])
def test_a_very_long_password_hangs_nothing(password):
    begun = time.monotonic()
    GuessablePasswordValidator().validate(f"mG7$kq2!xVz0 {password}")

    assert time.monotonic() - begun < 2


@pytest.mark.django_db
def test_a_very_long_password_serves_whole(client, alice):
    alice.password = make_password("x" * 9_999 + "y")
    alice.save()

    assert log_in(client, password="x" * 10_000).status_code == 422
    assert log_in(client, password="x" * 9_999 + "y").status_code == 302


@pytest.mark.django_db
def test_an_empty_space_is_part_of_a_password(client, alice):
    alice.set_password(" trois petits tigres ")
    alice.save()

    assert log_in(client, password="trois petits tigres").status_code == 422
    assert log_in(client, password=" trois petits tigres ").status_code == 302


# --- Change, set, forgotten: every other session ends -----------------------------------------------------------------


@pytest.fixture
def elsewhere_too(alice):
    """Alice's other browser, in which she is logged in."""
    other = Client()
    log_in(other)
    return other


def prove(client):
    """Give the password again, as sensitive pages ask."""
    client.post(AGAIN, {"password": PASSWORD})


def sessions_of(user):
    return set(user.usersession_set.values_list("session_key", flat=True))


@pytest.mark.django_db
def test_changing_the_password_ends_every_other_session_and_tells_the_owner(client, alice, elsewhere_too):
    log_in(client)
    prove(client)
    response = client.post(CHANGE, {"oldpassword": PASSWORD, "password1": ANOTHER})

    assert (response.status_code, response.url) == (302, "/compte/securite/")
    assert client.get("/compte/").status_code == 200
    assert elsewhere_too.get("/compte/").status_code == 302
    assert not is_logged_in(elsewhere_too)
    assert sessions_of(alice) == {client.session.session_key}
    assert notices() == ["password_changed"]
    assert log_in(Client(), password=ANOTHER).status_code == 302


@pytest.mark.django_db
def test_a_forgotten_password_ends_every_other_session_and_tells_the_owner(client, alice, elsewhere_too):
    forget(client)
    client.post(RESET_CODE, {"code": last_code()})
    client.post(NEW_PASSWORD, {"password1": ANOTHER})

    assert client.get("/compte/").status_code == 200
    assert elsewhere_too.get("/compte/").status_code == 302
    assert sessions_of(alice) == {client.session.session_key}
    assert "password_changed" in notices()


@pytest.mark.django_db
def test_a_first_password_ends_every_other_session_and_tells_the_owner(alice):
    alice.set_unusable_password()
    alice.save()
    here, there = Client(), Client()
    for client in (here, there):
        client.post("/compte/login/code/", {"email": alice.email})
        client.post("/compte/login/code/confirm/", {"code": last_code()})
    assert here.get(CHANGE).status_code == 302
    here.post("/compte/reauthenticate/code/")
    here.post("/compte/reauthenticate/code/", {"code": last_code()})
    response = here.post(SET, {"password1": ANOTHER})

    assert response.status_code == 302
    assert here.get("/compte/").status_code == 200
    assert there.get("/compte/").status_code == 302
    assert "password_set" in notices()
    assert log_in(Client(), password=ANOTHER).status_code == 302


@pytest.mark.django_db
def test_the_present_password_is_asked_for(client, alice):
    log_in(client)
    prove(client)
    response = client.post(CHANGE, {"oldpassword": "wrong", "password1": ANOTHER})

    assert response.status_code == 422
    assert "actuel" in response.content.decode()
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


@pytest.mark.django_db
def test_who_is_not_in_changes_no_password(client, alice):
    for path in (CHANGE, SET, AGAIN):
        assert client.post(path, {"password": PASSWORD, "password1": ANOTHER}).url.startswith(LOGIN)


@pytest.mark.django_db
def test_the_password_asked_again_is_limited_too(client, alice, settings):
    client.force_login(alice)
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"login-email": (2, 900)}

    answers = [client.post(AGAIN, {"password": "wrong"}).status_code for _ in range(3)]

    assert answers == [422, 422, 429]


def test_production_hashes_at_a_price_that_guessing_cannot_pay(costly_passwords):
    """OWASP, Password Storage: Argon2id with 19 MiB and two passes at the least."""
    algorithm, variety, _version, costs, _rest = make_password(PASSWORD).split("$", 4)
    memory, passes, _lanes = (int(cost.partition("=")[2]) for cost in costs.split(","))

    assert (algorithm, variety) == ("argon2", "argon2id")
    assert memory >= 19 * 1024
    assert passes >= 2
