"""What the owner of an account does, step by step."""

import base64
import hashlib
import hmac
import struct
import time

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.test import Client
from fido2.cose import ES256
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

from accounts.models import User
from tests.accounts.conftest import PASSWORD
from tests.accounts.mailbox import last_code

LOGIN, AGAIN, AGAIN_BY_CODE = "/compte/login/", "/compte/reauthenticate/", "/compte/reauthenticate/code/"
SECURITY, TOTP_ON, RECOVERY = "/compte/securite/", "/compte/2fa/totp/activate/", "/compte/2fa/recovery-codes/"


def log_in(client: Client, user: User, **headers: str) -> Client:
    """Come in with the password of the tests."""
    answer = client.post(LOGIN, {"login": user.email, "password": PASSWORD}, headers=headers)
    assert answer.status_code == 302, answer.status_code
    return client


def prove(client: Client) -> Client:
    """Write in the session that the password was just shown again. Its page is tried in test_reauthentication."""
    session = client.session
    shown = {"method": "password", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [*session.get("account_authentication_methods", []), shown]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return client


def prove_by_code(client: Client, user: User) -> Client:
    """Ask for a code by mail and type it."""
    client.post(AGAIN_BY_CODE)
    assert client.post(AGAIN_BY_CODE, {"code": last_code(user.email)}).status_code == 303
    return client


def totp_code(secret: str, *, steps: int = 0) -> str:
    """Return what an application shows now, or some steps of 30 seconds from now (RFC 6238)."""
    counter = int(time.time()) // 30 + steps
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", counter), "sha1")
    offset = digest[-1] & 0xF
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def key_of_a_device() -> dict[str, object]:
    """Return what a device answers when it makes a passkey (Web Authentication level 2, 6.5), with a key of its own."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = AttestedCredentialData.create(Aaguid(bytes(16)), b"a passkey", public)
    site = hashlib.sha256(settings.SITE_URL.hostname.encode()).digest()
    seen = AuthenticatorData.create(
        site, AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT, 0, made
    )
    answer = RegistrationResponse(
        raw_id=b"a passkey",
        response=AuthenticatorAttestationResponse(
            client_data=CollectedClientData.create("webauthn.create", b"challenge", settings.SITE_ORIGIN),
            attestation_object=AttestationObject.create("none", seen, {}),
        ),
    )
    return dict(answer)


def add_totp(client: Client) -> str:
    """Add an application of codes and return its secret. Needs a proof just before."""
    secret = str(client.get(TOTP_ON).context["form"].secret)
    assert client.post(TOTP_ON, {"code": totp_code(secret)}).status_code == 302
    return secret
