"""An application of codes, recovery codes and passkeys: what they let in, and what they do not."""

import itertools
import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import unquote

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.utils import timezone

from mesopinions.core import crypto
from tests.accounts.acts import (
    LOGIN,
    RECOVERY,
    SECURITY,
    TOTP_ON,
    add_totp,
    key_of_a_device,
    log_in,
    prove,
    totp_code,
)
from tests.accounts.mailbox import notices
from tests.factories import make_user

pytestmark = pytest.mark.django_db

SECOND, TOTP_OFF = "/compte/2fa/authenticate/", "/compte/2fa/totp/deactivate/"
NEW_CODES, DOWNLOAD = "/compte/2fa/recovery-codes/generate/", "/compte/2fa/recovery-codes/download/"
PASSKEY_ADD, AGAIN_WITH_PASSKEY = "/compte/2fa/webauthn/add/", "/compte/2fa/webauthn/reauthenticate/"
# The middle of a step of 30 seconds, so that no test crosses its end.
MOMENT = timezone.now().replace(second=15, microsecond=0)


@pytest.fixture
def clock():
    with time_machine.travel(MOMENT, tick=False) as clock:
        yield clock


@pytest.fixture
def here(clock, client, alice):
    client.force_login(alice)
    return prove(client)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What happens within is committed at its end: allauth mails only then."""
    return django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def secret(here):
    """The secret of Alice's application."""
    return add_totp(here)


@pytest.fixture
def at_the_door(clock, secret, alice):
    """Alice in another browser, a while later, after her password."""
    clock.shift(timedelta(minutes=30))
    return log_in(Client(), alice)


def is_in(browser):
    return browser.get(SECURITY).status_code == 200


def type_code(browser, code):
    return browser.post(SECOND, {"code": code})


def recovery_codes(browser):
    return re.findall(r"<code>(\d{8})</code>", browser.get(RECOVERY).content.decode())


# --- The application of codes ----------------------------------------------------------------------------------------


def test_the_secret_can_be_scanned_or_copied_without_any_script(here):
    page = here.get(TOTP_ON)

    secret = page.context["form"].secret
    assert "data:image/svg+xml;base64," in page.content.decode()
    assert " ".join(re.findall(".{4}", secret)) in page.content.decode()
    assert "issuer=MesOpinions" in unescape(page.content.decode())


def test_adding_an_application_is_told_by_mail_and_gives_recovery_codes(here, alice, committed):
    secret = here.get(TOTP_ON).context["form"].secret

    with committed:
        answer = here.post(TOTP_ON, {"code": totp_code(secret)})

    assert answer.headers["Location"] == RECOVERY
    assert notices() == ["totp_added"]
    assert len(recovery_codes(here)) == 10


@pytest.mark.parametrize("code", ["000000", "", "abc", "é", "9" * 500, "\0"])
def test_an_application_that_shows_another_code_is_not_added(here, code):
    here.get(TOTP_ON)

    answer = here.post(TOTP_ON, {"code": code})

    assert answer.status_code == 422
    assert 'id="id_code_error"' in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_a_password_alone_no_longer_lets_in(at_the_door):
    assert not is_in(at_the_door)
    assert at_the_door.get(SECURITY).headers["Location"].startswith(LOGIN)
    assert at_the_door.get(SECOND).status_code == 200


def test_the_page_says_what_to_do_without_the_device(at_the_door, settings):
    page = unescape(at_the_door.get(SECOND).content.decode())

    assert "Code de l’application, ou code de secours" in page
    assert f"mailto:{settings.CONTROLLER['privacy_email']}" in page


def test_who_has_passkeys_alone_is_asked_for_no_application(clock, alice):
    Authenticator.objects.create(user=alice, type="webauthn", data={"name": "x", "credential": key_of_a_device()})

    page = unescape(log_in(Client(), alice).get(SECOND).content.decode())

    assert "Code de secours" in page
    assert "Code de l’application" not in page


def test_the_code_of_the_moment_lets_in(at_the_door, secret):
    assert type_code(at_the_door, totp_code(secret)).status_code == 302
    assert is_in(at_the_door)


def test_a_code_typed_with_a_space_lets_in(at_the_door, secret):
    code = totp_code(secret)
    type_code(at_the_door, f" {code[:3]} {code[3:]} ")

    assert is_in(at_the_door)


@pytest.mark.parametrize("steps", [-1, 1])
def test_a_clock_that_is_half_a_minute_off_lets_in(at_the_door, secret, steps):
    type_code(at_the_door, totp_code(secret, steps=steps))

    assert is_in(at_the_door)


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_clock_that_is_a_minute_off_does_not(at_the_door, secret, steps):
    answer = type_code(at_the_door, totp_code(secret, steps=steps))

    assert answer.status_code == 422
    assert "Ce code n’est pas le bon, ou il a déjà servi." in unescape(answer.content.decode())
    assert not is_in(at_the_door)


@pytest.mark.parametrize("later", [0, 31, 59])
def test_a_code_serves_once_as_long_as_it_would_be_taken(at_the_door, secret, alice, clock, later):
    code = totp_code(secret, steps=1)
    type_code(at_the_door, code)
    clock.shift(timedelta(seconds=later))

    watcher = log_in(Client(), alice)

    assert type_code(watcher, code).status_code == 422
    assert not is_in(watcher)


def test_the_code_that_added_the_application_opens_nothing(here, alice):
    secret = add_totp(here)
    watcher = log_in(Client(), alice)

    assert type_code(watcher, totp_code(secret)).status_code == 422


def test_a_code_of_somebody_else_opens_nothing(at_the_door, clock):
    oscar = make_user("oscar")
    theirs = Client()
    theirs.force_login(oscar)
    other = add_totp(prove(theirs))
    clock.shift(timedelta(minutes=2))

    assert type_code(at_the_door, totp_code(other)).status_code == 422


def test_ten_wrong_codes_keep_the_right_one_out_for_a_while(at_the_door, secret, clock):
    for _ in range(10):
        type_code(at_the_door, "000000")

    answer = type_code(at_the_door, totp_code(secret))

    assert answer.status_code == 422
    assert "Il y a eu trop d’essais." in unescape(answer.content.decode())
    assert not is_in(at_the_door)


def test_removing_the_application_is_told_and_takes_the_recovery_codes_along(here, secret, alice):
    answer = here.post(TOTP_OFF)

    assert answer.headers["Location"] == "/compte/2fa/"
    assert notices() == ["totp_removed"]
    assert not Authenticator.objects.exists()
    assert is_in(log_in(Client(), alice))


def test_somebody_at_the_door_removes_nothing(at_the_door):
    for address in (TOTP_OFF, NEW_CODES, RECOVERY, DOWNLOAD, PASSKEY_ADD):
        assert at_the_door.post(address).headers["Location"].startswith(LOGIN)
    assert Authenticator.objects.count() == 2


# --- Recovery codes --------------------------------------------------------------------------------------------------


def test_a_recovery_code_lets_in_once(here, secret, alice):
    code, *_others = recovery_codes(here)
    first, second = log_in(Client(), alice), log_in(Client(), alice)

    type_code(first, code)
    assert is_in(first)
    assert type_code(second, code).status_code == 422
    assert "Il en reste 9," in unescape(first.get(SECURITY).content.decode())


def test_recovery_codes_are_shown_once_with_a_file_that_needs_no_script(here, secret):
    page = here.get(RECOVERY).content.decode()
    codes = re.findall(r"<code>(\d{8})</code>", page)
    [file] = re.findall(r'href="data:text/plain;charset=utf-8,([^"]+)"', page)

    assert len(codes) == 10
    assert re.findall(r"^\d{8}$", unquote(file), re.MULTILINE) == codes
    assert recovery_codes(here) == []
    assert here.get(DOWNLOAD).status_code == 403


def test_the_file_alone_shows_them_once_too(here, secret):
    answer = here.get(DOWNLOAD)

    assert len(re.findall(r"^\d{8}$", answer.content.decode(), re.MULTILINE)) == 10
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert recovery_codes(here) == []


def test_new_recovery_codes_replace_the_old_and_are_told(here, secret, alice, committed):
    old = recovery_codes(here)

    with committed:
        here.post(NEW_CODES)

    new = recovery_codes(here)
    assert len(new) == 10
    assert not set(old) & set(new)
    assert notices() == ["recovery_codes"]
    assert type_code(log_in(Client(), alice), old[0]).status_code == 422


def test_without_a_second_factor_there_are_no_recovery_codes(here):
    answer = here.post(NEW_CODES)

    assert answer.status_code == 422
    assert "Ajoutez d’abord" in unescape(answer.content.decode())
    assert here.get(RECOVERY).status_code == 404


# --- At rest ---------------------------------------------------------------------------------------------------------


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, data::text FROM mfa_authenticator")
        return dict(cursor.fetchall())


def test_the_database_holds_no_secret_in_clear(here, secret):
    rows = stored()

    assert secret not in str(rows)
    assert not re.search(r"\b[0-9a-f]{80}\b", rows["recovery_codes"])
    assert not any(code in rows["recovery_codes"] for code in recovery_codes(here))


def test_a_new_key_still_reads_what_the_old_one_wrote(at_the_door, secret, settings):
    settings.FIELD_KEYS = ["a new key, as long and as random as it takes: 8f2c1", *settings.FIELD_KEYS]

    type_code(at_the_door, totp_code(secret))

    assert is_in(at_the_door)


def test_without_the_key_nothing_is_read(at_the_door, secret, settings):
    settings.FIELD_KEYS = ["another key, as long and as random as it takes: 1b7"]

    with pytest.raises(crypto.Unreadable):
        type_code(at_the_door, totp_code(secret))


# --- Passkeys, as far as no device is needed -------------------------------------------------------------------------


def hostile_answers():
    """Return what no device says: other JSON, fields that are missing or of another kind, bytes without a meaning."""
    yield from ("", "{}", "[]", "null", "1", '"x"', "{", '{"id": 1}')
    whole = {
        "id": "AAAA",
        "rawId": "AAAA",
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {
            "clientDataJSON": "e30",
            "attestationObject": "oA",
            "authenticatorData": "A" * 60,
            "signature": "AAAA",
            "userHandle": "MQ",
        },
    }
    yield json.dumps(whole)
    for name in whole:
        yield json.dumps({key: value for key, value in whole.items() if key != name})
        yield json.dumps(whole | {name: [1]})
    for name, value in itertools.product(whole["response"], ["", "é", None, 1, [], "gYGBgQ", "gYGB" * 9000, "_" * 37]):
        yield json.dumps(whole | {"response": whole["response"] | {name: value}})


@pytest.mark.parametrize("address", [PASSKEY_ADD, SECOND, "/compte/2fa/webauthn/login/", AGAIN_WITH_PASSKEY])
def test_what_no_device_said_is_refused(here, alice, settings, address):
    settings.MFA_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS = False
    Authenticator.objects.create(user=alice, type="webauthn", data={"name": "x", "credential": key_of_a_device()})
    browser = here if address in {PASSKEY_ADD, AGAIN_WITH_PASSKEY} else log_in(Client(), alice)
    if "login" in address:
        browser = Client()

    browser.get(address, headers={"Accept": "application/json"})

    for credential in hostile_answers():
        answer = browser.post(address, {"credential": credential, "name": "x"})
        assert answer.status_code in {200, 302, 422}, credential

    assert Authenticator.objects.count() == 1
    assert browser is here or not is_in(browser)


def test_the_login_page_asks_for_a_passkey_of_this_site(client, db, settings):
    asked = json.loads(client.get("/compte/2fa/webauthn/login/", headers={"Accept": "application/json"}).content)[
        "request_options"
    ]["publicKey"]

    assert asked["rpId"] == settings.SITE_URL.hostname
    assert asked["userVerification"] == "required"
    assert not asked.get("allowCredentials")


def test_whoever_opens_that_address_by_hand_is_led_to_the_login(client, db):
    assert client.get("/compte/2fa/webauthn/login/").headers["Location"] == LOGIN


@pytest.mark.parametrize(("name", "status"), [("Téléphone de Léa", 302), ("", 422), ("x" * 61, 422), ("\0", 422)])
def test_a_passkey_takes_a_name_that_fits_a_line(here, alice, name, status):
    key = Authenticator.objects.create(user=alice, type="webauthn", data={"name": "Clé", "credential": {}})

    assert here.post(f"/compte/2fa/webauthn/keys/{key.pk}/edit/", {"name": name}).status_code == status
    key.refresh_from_db()
    assert key.data["name"] == (name if status == 302 else "Clé")


def test_nobody_renames_or_removes_the_passkey_of_somebody_else(here, alice):
    theirs = Authenticator.objects.create(user=make_user("oscar"), type="webauthn", data={"name": "Clé d’Oscar"})

    for act in ("edit", "remove"):
        address = f"/compte/2fa/webauthn/keys/{theirs.pk}/{act}/"
        assert here.get(address).status_code == 404
        assert here.post(address, {"name": "à moi"}).status_code == 404
    assert Authenticator.objects.get().data["name"] == "Clé d’Oscar"


def test_the_former_pages_of_the_library_lead_to_the_one_page(here):
    for address in ("/compte/2fa/", "/compte/2fa/webauthn/"):
        assert here.get(address).headers["Location"] == SECURITY
