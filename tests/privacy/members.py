"""Somebody with an account, and with something in everything that hangs on it."""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from accounts.models import Login, Profile, User
from accounts.services.visits import Visit, record_login


def make_member(name: str) -> User:
    """Make an account with a row in every table that accounts fill."""
    user = User.objects.create_user(f"{name}@example.org", email_confirmed_at=timezone.now())
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session.create()
    UserSession.objects.create(user=user, ip="192.0.2.1", user_agent="Firefox", session_key=session.session_key)
    SocialAccount.objects.create(user=user, provider="google", uid=f"g-{name}", extra_data={"email": user.email})
    RecoveryCodes.activate(user)
    TOTP.activate(user, generate_totp_secret())
    Authenticator.objects.create(user=user, type="webauthn", data={"name": f"clé de {name}"})
    record_login(user=user, visit=Visit(ip="192.0.2.1", browser="Firefox", method=Login.Method.CODE), at=timezone.now())
    Profile.objects.create(
        user=user, phone="+33199001122", address="4 rue des Lices", city="Avesnes-sur-Helpe", country="FR"
    )
    return user
