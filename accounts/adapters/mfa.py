"""Second factors: what allauth stores of them is encrypted with FIELD_KEYS, and what it calls them is ours."""

import base64
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import browsers
from accounts.models import User
from mesopinions.core import crypto


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": _(
            "Ajoutez d’abord une application de codes ou une clé d’accès : les codes de secours la remplacent."
        ),
        "incorrect_code": _("Ce code n’est pas le bon, ou il a déjà servi."),
        "unverified_email": _("Confirmez d’abord votre adresse e-mail."),
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(crypto.encrypt(text.encode())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret. Raises crypto.Unreadable when none of FIELD_KEYS made it."""
        return crypto.decrypt(base64.b64decode(encrypted_text)).decode()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Name a passkey after the browser that makes it: that is how its owner knows it."""
        return browsers.in_words(context.request.META.get("HTTP_USER_AGENT", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, Any]:
        """Tie passkeys to the name of the site (WebAuthn level 2, 5.4.2), whatever host a request names."""
        return {"id": settings.SITE_URL.hostname, "name": settings.MFA_TOTP_ISSUER}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """Tell the device which account a passkey opens, in words that its owner picks from a list."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"name": user.email, "display_name": user.get_full_name() or user.email}
