"""The ghost's account: registered, confirmed, secured, and left with a foot in every door."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.emails import SecurityNotice
from accounts.models import FacebookDeletion, Profile, User
from accounts.services import mailing
from accounts.services.visits import Visit
from mesopinions.core import redis
from mesopinions.mail.models import OutgoingMail
from tests.factories import PASSWORD
from tests.privacy.ghost.cast import Person


def browser_of(person: Person) -> Client:
    """Return a browser that nobody is logged in with."""
    return Client(REMOTE_ADDR=person.ip_address, HTTP_USER_AGENT=person.browser)


def register(browser: Client, person: Person) -> User:
    """Open an account as everybody does: address, password, mailed code. Then tell everything of oneself."""
    browser.post(reverse("account_signup"), {"email": person.email, "password1": PASSWORD})
    browser.post(reverse("account_email_verification_sent"), {"code": _mailed_code(person)})
    user = User.objects.get(email__iexact=person.email)
    assert user.email_confirmed_at
    assert browser.session["_auth_user_id"] == str(user.pk)
    user.first_name, user.last_name, user.public_bio = person.first_name, person.last_name, person.words
    user.public_name = user.get_full_name()
    user.save()
    Profile.objects.create(
        user=user, phone=person.phone, address=person.street, postal_code="59440", city=person.city, country="FR"
    )
    return user


def secure(person: Person, user: User) -> None:
    """Log in from several places, once with the wrong password, connect Google and Facebook, add second factors."""
    for password in ("ce n’est pas lui", PASSWORD):
        browser_of(person).post(reverse("account_login"), {"login": person.email, "password": password})
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    _log_in_with_two_factors(browser_of(person), person, secret)
    assert [login.with_second_factor for login in user.logins.order_by("pk")] == [False, False, True]
    for provider in ("google", "facebook"):
        SocialAccount.objects.create(
            user=user, provider=provider, uid=person.provider_uid, extra_data={"email": person.email}
        )
    FacebookDeletion.objects.create(code_hash=f"{user.pk:064x}", found=True)
    RecoveryCodes.activate(user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": person.passkey})
    Authenticator.objects.update(last_used_at=timezone.now())


def leave_doors_open(person: Person, user: User) -> None:
    """Begin everything that waits for a code or a second factor, and end nothing of it. Its mails do not leave."""
    _wait_until_mails_may_be_asked_for_again()
    typed = {"email": person.email}
    for page, fields in {
        "account_login": {"login": person.email, "password": PASSWORD},
        "account_signup": {**typed, "password1": PASSWORD},
        "account_request_login_code": typed,
        "account_reset_password": typed,
    }.items():
        browser = browser_of(person)
        response = browser.post(reverse(page), fields)
        assert response.status_code == 302, page
        assert browser.session.session_key, page
        assert "_auth_user_id" not in browser.session, page
    _remember(browser_of(person), "socialaccount_sociallogin", _told_by_google(person))
    member = browser_of(person)
    member.force_login(user)
    _remember(member, "account_email_verification_code", {"user_id": str(user.pk), "email": person.next_email})
    visit = Visit(ip=person.ip_address, browser=person.browser)
    mailing.send_notice(
        user=user, what=SecurityNotice.EMAIL_CHANGED, detail=person.email, visit=visit, to=person.next_email
    )
    User.objects.filter(pk=user.pk).update(closes_at=timezone.now(), leaves_counts=True)


def _log_in_with_two_factors(browser: Client, person: Person, secret: str) -> None:
    browser.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    browser.post(reverse("mfa_authenticate"), {"code": code})


def _wait_until_mails_may_be_asked_for_again() -> None:
    client = redis.client()
    for key in client.scan_iter("limit:*"):
        client.delete(key)


def _mailed_code(person: Person) -> str:
    mail = OutgoingMail.objects.filter(kind="account_code", recipient__iexact=person.email).latest("pk")
    code: str = mail.read_enclosed()["code"]
    return code


def _remember(browser: Client, name: str, value: Any) -> None:
    session = browser.session
    session[name] = value
    session.save()


def _told_by_google(person: Person) -> dict[str, Any]:
    """Return what allauth keeps of somebody who comes from Google for the first time."""
    return {
        "account": {"provider": "google", "uid": person.provider_uid, "extra_data": {"email": person.email}},
        "user": {"email": person.email, "first_name": person.first_name, "last_name": person.last_name},
        "email_addresses": [{"email": person.email, "verified": True}],
    }
