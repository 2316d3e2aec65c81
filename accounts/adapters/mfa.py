"""Second factors: what allauth stores of them is encrypted with FIELD_KEYS."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext_lazy as _

from mesopinions.core import crypto


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Ce code n’est pas le bon, ou il a déjà servi."),
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(crypto.encrypt(text.encode())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret. Raises crypto.Unreadable when none of FIELD_KEYS made it."""
        return crypto.decrypt(base64.b64decode(encrypted_text)).decode()
