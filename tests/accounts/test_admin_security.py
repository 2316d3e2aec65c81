"""How somebody gets in, as staff see it; and second factors that were lost, taken away by an administrator."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from accounts.models import Login
from accounts.services.second_factors import reset_second_factors
from accounts.services.visits import Visit, record_login
from mesopinions.mail.compose import compose
from mesopinions.mail.models import OutgoingMail
from tests.accounts.conftest import PASSWORD
from tests.factories import make_user
from tests.support.concurrency import run_together

pytestmark = pytest.mark.django_db

ACCOUNTS = "/admin/accounts/user/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
WHY = "Téléphone perdu, rappelée au numéro de son dossier"


@pytest.fixture
def secret(alice):
    secret = generate_totp_secret()
    TOTP.activate(alice, secret)
    return secret


@pytest.fixture
def codes(alice, secret):
    return RecoveryCodes.activate(alice).get_unused_codes()


@pytest.fixture
def busy(alice, codes):
    """Alice came in with a code, from a browser that is still open, and her Google account is linked."""
    visit = Visit(ip="192.0.2.77", browser=FIREFOX, method=Login.Method.PASSWORD, with_second_factor=True)
    record_login(user=alice, visit=visit, at=timezone.now() - timedelta(days=1))
    SocialAccount.objects.create(user=alice, provider="google", uid="1234567", extra_data={"email": "a@gmail.example"})
    return open_browser(alice)


def open_browser(user):
    """Log in, with the row that allauth keeps of each session."""
    browser = Client()
    browser.force_login(user)
    key = browser.session.session_key
    UserSession.objects.create(user=user, ip="192.0.2.77", user_agent=FIREFOX, session_key=key)
    return browser


def staff(client, name, group=""):
    user = make_user(name, is_staff=True)
    user.groups.set(Group.objects.filter(name=group))
    client.force_login(user)
    return user


def shown(client, user):
    response = client.get(f"{ACCOUNTS}{user.pk}/change/")
    assert response.status_code == 200
    return response.content.decode()


def reset(client, *users, **sent):
    data = {"action": "reset_second_factors", "_selected_action": [user.pk for user in users], **sent}
    return client.post(ACCOUNTS, data, follow=True)


def notices():
    return OutgoingMail.objects.filter(kind="security_notice")


# --- What is shown ---------------------------------------------------------------------------------------------------


def test_support_sees_how_somebody_gets_in(client, alice, busy):
    staff(client, "sophie", "support")
    page = shown(client, alice)

    for words in (
        "application de codes, depuis le",
        "codes de secours, depuis le",
        "Google, depuis le",
        "Firefox sur Linux, depuis le",
    ):
        assert words in page
    assert "mot de passe, avec un second facteur, Firefox sur Linux" in page


def test_support_sees_neither_secrets_nor_from_where(client, alice, secret, codes, busy):
    staff(client, "sophie", "support")
    page = shown(client, alice)
    session_key = busy.session.session_key

    for hidden in (secret, *codes, "192.0.2.77", FIREFOX, "1234567", "a@gmail.example", session_key):
        assert hidden not in page


def test_an_account_without_any_of_it_says_so(client, alice):
    staff(client, "sophie", "support")

    assert shown(client, alice).count(">–<") == 4


@pytest.mark.parametrize("group", ["moderator", "dpo", "finance", ""])
def test_the_other_groups_see_no_account(client, alice, busy, group):
    staff(client, "luc", group)

    assert client.get(f"{ACCOUNTS}{alice.pk}/change/").status_code == 403


# --- Second factors that were lost -----------------------------------------------------------------------------------


@pytest.fixture
def administrator(client, admin):
    client.force_login(admin)
    return admin


def test_the_reason_is_asked_for_on_a_page_that_shows_what_will_go(client, administrator, alice, busy):
    page = reset(client, alice).content.decode()

    assert "application de codes, depuis le" in page
    assert 'name="reason"' in page
    assert Authenticator.objects.filter(user=alice).count() == 2


def test_an_administrator_takes_second_factors_away_with_a_reason(client, administrator, alice, busy):
    reset(client, alice, confirmed="1", reason=WHY)

    assert not Authenticator.objects.filter(user=alice).exists()
    entry = LogEntry.objects.get(object_id=str(alice.pk))
    assert (entry.user, entry.get_change_message()) == (administrator, f"Seconds facteurs retirés : {WHY}")


def test_the_sessions_end_and_the_password_stays(client, administrator, alice, busy):
    reset(client, alice, confirmed="1", reason=WHY)

    assert busy.get("/compte/").status_code == 302
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
    assert SocialAccount.objects.filter(user=alice).exists()


def test_the_owner_is_told_without_the_reason_nor_who_did_it(client, administrator, alice, busy):
    reset(client, alice, confirmed="1", reason=WHY)

    letter = compose(notices().get())
    text = f"{letter.subject} {letter.body} {letter.alternatives}"
    assert letter.to == ["alice@example.org"]
    assert "Notre équipe a retiré de votre compte" in text
    for hidden in ("Téléphone", "127.0.0.1", administrator.email, "adresse IP"):
        assert hidden not in text


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "a\0b"])
def test_without_a_reason_nothing_goes(client, administrator, alice, busy, reason):
    answer = reset(client, alice, confirmed="1", reason=reason)

    assert answer.status_code == 422
    assert Authenticator.objects.filter(user=alice).count() == 2
    assert not notices().exists()


def test_a_second_time_does_nothing_and_says_so(client, administrator, alice, busy):
    reset(client, alice, confirmed="1", reason=WHY)
    answer = reset(client, alice, confirmed="1", reason=WHY)

    assert "Ce compte n’a pas de second facteur." in answer.content.decode()
    assert notices().count() == 1
    assert LogEntry.objects.filter(object_id=str(alice.pk)).count() == 1


def test_one_account_at_a_time_and_never_ones_own(client, administrator, alice, secret):
    TOTP.activate(administrator, generate_totp_secret())

    for chosen in ([alice, administrator], [administrator], []):
        reset(client, *chosen, confirmed="1", reason=WHY)

    assert Authenticator.objects.count() == 2


def test_support_cannot_take_second_factors_away(client, alice, busy):
    staff(client, "sophie", "support")
    reset(client, alice, confirmed="1", reason=WHY)

    assert Authenticator.objects.filter(user=alice).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once_send_one_mail(alice, codes):
    done = run_together(4, lambda: reset_second_factors(user=alice))

    assert sorted(done) == [False, False, False, True]
    assert notices().count() == 1
