"""Codes, passkeys and second factors: what is typed about them."""

import struct
import textwrap
from collections.abc import Callable
from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as factors
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import as_code
from accounts.models import User
from mesopinions.core import rate_limit

NAME_AT_MOST = 60
# How reading a hostile answer fails in fido2: JSON of another shape, CBOR cut or nested without end, no signature.
UNREADABLE = (
    *(AttributeError, LookupError, RecursionError, TypeError, ValueError),
    *(struct.error, InvalidSignature, UnsupportedAlgorithm),
)


class MailedCodeForm(forms.Form):
    """One code that was mailed."""

    code = forms.CharField(max_length=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_code(self.fields["code"])


class _OneUse:
    """A code that works once, and may be guessed ten times in a quarter of an hour.

    allauth forgets a used code after 30 seconds, but a tolerant clock takes it for 90.
    """

    label = _("Code de l’application, ou code de secours")
    fields: dict[str, forms.Field]
    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = self.label
        field.error_messages["required"] = _("Recopiez le code.")
        attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false", "maxlength": 20}
        field.widget = forms.TextInput(attrs=attributes)

    def clean_code(self) -> str:
        if rate_limit.hit({"factor-user": str(self.user.pk)}):
            raise ValidationError(_("Il y a eu trop d’essais. Attendez un quart d’heure, puis réessayez."))
        code: str = super().clean_code()  # type: ignore[misc]
        takes = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        if not cache.add(f"accounts.used-code:{self.user.pk}:{normalize_user_code(code)}", 1, timeout=takes):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_OneUse, factors.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not Authenticator.objects.filter(user=self.user, type=Authenticator.Type.TOTP).exists():
            self.fields["code"].label = _("Code de secours")


class ReauthenticateForm(_OneUse, factors.ReauthenticateForm):
    pass


class ActivateTOTPForm(_OneUse, totp.ActivateTOTPForm):
    label = _("Code que montre l’application")

    @property
    def spelled_secret(self) -> str:
        """Return the secret as one copies it by hand, four characters at a time."""
        return " ".join(textwrap.wrap(self.secret, 4))


class _FromADevice:
    """What a device answered. What cannot be read is refused like a wrong answer: the library lets its readers fail."""

    def _clean_fields(self) -> None:
        self._read(super()._clean_fields)  # type: ignore[misc]

    def _clean_form(self) -> None:
        self._read(super()._clean_form)  # type: ignore[misc]

    def _read(self, clean: Callable[[], None]) -> None:
        try:
            clean()
        except UNREADABLE:
            self.add_error("credential", get_adapter().validation_error("incorrect_code"))  # type: ignore[attr-defined]


class AuthenticatePasskeyForm(_FromADevice, webauthn.AuthenticateWebAuthnForm):
    pass


class LoginPasskeyForm(_FromADevice, webauthn.LoginWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(_FromADevice, webauthn.ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(_FromADevice, webauthn.AddWebAuthnForm):
    """A passkey is always one that lets its owner in by itself: settings.MFA_WEBAUTHN_USER_VERIFICATION."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]
        as_name(self.fields["name"])


class RenamePasskeyForm(webauthn.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_name(self.fields["name"])


def as_name(field: forms.Field) -> None:
    """Make `field` ask for the name of a passkey."""
    field.label = _("Nom de cette clé")
    field.help_text = _("Pour la reconnaître dans la liste : le nom de l’appareil où elle se trouve, par exemple.")
    field.error_messages["required"] = _("Donnez un nom à cette clé.")
    field.validators.append(MaxLengthValidator(NAME_AT_MOST, _("Ce nom est long. Écrivez-le en soixante signes.")))
    field.widget = forms.TextInput(attrs={"maxlength": NAME_AT_MOST, "autocomplete": "off"})
