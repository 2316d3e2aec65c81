"""Before an act that could take an account from its owner, everybody proves again who they are."""

from datetime import timedelta
from html import unescape
from urllib.parse import quote

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from mesopinions.mail.models import OutgoingMail
from tests.accounts.acts import (
    AGAIN,
    AGAIN_BY_CODE,
    TOTP_ON,
    add_totp,
    log_in,
    prove,
    prove_by_code,
    totp_code,
)
from tests.accounts.mailbox import last_code

pytestmark = pytest.mark.django_db

SENSITIVE = [
    ("account_email", []),
    ("account_change_password", []),
    ("account_set_password", []),
    ("socialaccount_connections", []),
    ("mfa_activate_totp", []),
    ("mfa_deactivate_totp", []),
    ("mfa_view_recovery_codes", []),
    ("mfa_generate_recovery_codes", []),
    ("mfa_download_recovery_codes", []),
    ("mfa_add_webauthn", []),
    ("mfa_remove_webauthn", [1]),
    ("mfa_edit_webauthn", [1]),
]


@pytest.fixture
def nora(db):
    """Nora has no password: she comes in with mailed codes."""
    return get_user_model().objects.create_user("nora@example.org", email_confirmed_at=timezone.now())


@pytest.fixture
def as_nora(client, nora):
    client.force_login(nora)
    return client


def led_to(client):
    """Return where each sensitive page leads, by GET and by POST."""
    for name, arguments in SENSITIVE:
        address = reverse(name, args=arguments)
        for answer in (client.get(address), client.post(address)):
            yield address, answer.status_code, answer.headers.get("Location")


def expected(way):
    for name, arguments in SENSITIVE:
        address = reverse(name, args=arguments)
        yield from [(address, 302, f"{way}?next={quote(address, safe='')}")] * 2


def test_a_login_alone_opens_no_sensitive_page(client, alice):
    log_in(client, alice)

    assert list(led_to(client)) == list(expected(AGAIN))


def test_an_account_without_password_proves_itself_with_a_mailed_code(as_nora):
    assert list(led_to(as_nora)) == list(expected(AGAIN_BY_CODE))


def test_a_stranger_is_led_to_the_login(client):
    assert client.get(TOTP_ON).headers["Location"] == f"/compte/login/?next={TOTP_ON}"


def test_a_password_shown_again_leads_back_to_what_one_wanted(client, alice):
    log_in(client, alice)

    answer = client.post(AGAIN, {"password": "trois petits tigres", "next": TOTP_ON})

    assert answer.headers["Location"] == TOTP_ON
    assert client.get(TOTP_ON).status_code == 200


def test_what_was_sent_before_the_proof_is_not_kept(client, alice):
    log_in(client, alice)

    client.post("/compte/password/change/", {"oldpassword": "trois petits tigres", "password1": "quatre grands lions"})

    assert "quatre grands lions" not in str(dict(client.session))


def test_a_proof_is_worth_five_minutes(client, alice):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        prove(log_in(client, alice))
        clock.shift(timedelta(minutes=4, seconds=59))
        assert client.get(TOTP_ON).status_code == 200
        clock.shift(timedelta(seconds=2))
        assert client.get(TOTP_ON).status_code == 302


def test_a_proof_dies_with_the_session(client, alice):
    prove(log_in(client, alice))
    client.post("/compte/logout/")

    log_in(client, alice)

    assert client.get(TOTP_ON).status_code == 302


def test_an_account_with_a_second_factor_may_show_either_proof(client, alice):
    secret = add_totp(prove(log_in(client, alice)))
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        page = unescape(client.get(AGAIN).content.decode())
        assert reverse("mfa_reauthenticate") in page
        answer = client.post(reverse("mfa_reauthenticate"), {"code": totp_code(secret), "next": TOTP_ON})

        assert answer.headers["Location"] == TOTP_ON


# --- The mailed code -------------------------------------------------------------------------------------------------


def test_looking_at_the_page_mails_nothing(as_nora):
    assert as_nora.get(AGAIN_BY_CODE).status_code == 200
    assert not OutgoingMail.objects.exists()


def test_a_mailed_code_opens_the_page_that_asked_for_it(as_nora, nora):
    asked = as_nora.post(AGAIN_BY_CODE, {"next": TOTP_ON})
    assert asked.headers["Location"] == f"{AGAIN_BY_CODE}?next={quote(TOTP_ON, safe='')}"

    answer = as_nora.post(AGAIN_BY_CODE, {"code": last_code(nora.email).lower(), "next": TOTP_ON})

    assert (answer.status_code, answer.headers["Location"]) == (303, TOTP_ON)
    assert as_nora.get(TOTP_ON).status_code == 200


def test_a_code_leads_to_no_other_site(as_nora, nora):
    as_nora.post(AGAIN_BY_CODE, {"next": "https://evil.example/"})

    answer = as_nora.post(AGAIN_BY_CODE, {"code": last_code(nora.email), "next": "https://evil.example/"})

    assert answer.headers["Location"] == "/compte/securite/"


def test_a_code_serves_once(as_nora, nora):
    prove_by_code(as_nora, nora)

    as_nora.post(AGAIN_BY_CODE, {"code": last_code(nora.email)})

    assert "Ce code ne sert plus." in unescape(as_nora.get(AGAIN_BY_CODE).content.decode())


def test_a_code_is_worth_a_quarter_of_an_hour(as_nora, nora):
    as_nora.post(AGAIN_BY_CODE)

    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        as_nora.post(AGAIN_BY_CODE, {"code": last_code(nora.email)})

        assert as_nora.get(TOTP_ON).status_code == 302


def test_a_new_code_replaces_the_former(as_nora, nora):
    as_nora.post(AGAIN_BY_CODE)
    former = last_code(nora.email)
    as_nora.post(AGAIN_BY_CODE)

    assert as_nora.post(AGAIN_BY_CODE, {"code": former}).status_code == 422
    assert as_nora.post(AGAIN_BY_CODE, {"code": last_code(nora.email)}).status_code == 303


@pytest.mark.parametrize("word", ["BCDF-GHJK", "", " ", "é" * 20, "x" * 5000, "\0", "<script>", "１２３４"])
def test_a_wrong_code_is_refused_with_its_field(as_nora, nora, word):
    as_nora.post(AGAIN_BY_CODE)

    answer = as_nora.post(AGAIN_BY_CODE, {"code": word})

    assert answer.status_code == 422
    assert 'id="id_code_error"' in answer.content.decode()


def test_three_wrong_codes_end_the_right_one(as_nora, nora):
    as_nora.post(AGAIN_BY_CODE)
    for _ in range(3):
        as_nora.post(AGAIN_BY_CODE, {"code": "BCDF-GHJK"})

    as_nora.post(AGAIN_BY_CODE, {"code": last_code(nora.email)})

    assert as_nora.get(TOTP_ON).status_code == 302


def test_another_code_gives_no_more_tries(as_nora, nora):
    as_nora.post(AGAIN_BY_CODE)
    for _ in range(2):
        as_nora.post(AGAIN_BY_CODE, {"code": "BCDF-GHJK"})
    as_nora.post(AGAIN_BY_CODE)

    assert as_nora.post(AGAIN_BY_CODE, {"code": "BCDF-GHJK"}).status_code == 303
    as_nora.post(AGAIN_BY_CODE, {"code": last_code(nora.email)})
    assert as_nora.get(TOTP_ON).status_code == 302


def test_who_types_too_many_codes_waits(as_nora, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"code-typed-user": (2, 900)}
    for _ in range(2):
        as_nora.post(AGAIN_BY_CODE, {"code": "BCDF-GHJK"})

    answer = as_nora.post(AGAIN_BY_CODE, {"code": "BCDF-GHJK"})

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900


def test_who_asks_for_too_many_codes_waits(as_nora, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"code-mail-user": (1, 3600)}
    as_nora.post(AGAIN_BY_CODE)

    assert as_nora.post(AGAIN_BY_CODE).status_code == 429
    assert OutgoingMail.objects.count() == 1


def test_the_session_does_not_hold_the_code(as_nora, nora):
    as_nora.post(AGAIN_BY_CODE)
    code = last_code(nora.email)

    stored = str(Session.objects.get(pk=as_nora.session.session_key).get_decoded())

    assert code not in stored
    assert code.replace("-", "").lower() not in stored.lower()


def test_an_account_with_a_password_cannot_choose_the_mailed_code(client, alice):
    log_in(client, alice)

    answer = client.post(f"{AGAIN_BY_CODE}?next={TOTP_ON}")

    assert answer.headers["Location"] == f"{AGAIN}?next={quote(TOTP_ON, safe='')}"
    assert not OutgoingMail.objects.filter(kind="account_code").exists()


def test_in_english_one_comes_back_to_the_english_page(as_nora):
    answer = as_nora.get("/en/compte/2fa/totp/activate/")

    assert answer.headers["Location"].startswith("/en/compte/reauthenticate/code/?next=%2Fen%2Fcompte")
