"""What Google, Facebook and Meta's servers tell."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from allauth.socialaccount import forms as allauth
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import as_email
from accounts.models import User
from accounts.services.pretending import pretend_to_register

REQUEST_LIVES_FOR = timedelta(days=1)
CLOCKS_DIFFER_BY = timedelta(minutes=10)


class SocialSignupForm(allauth.SignupForm):
    """What a provider told, shown before an account is made of it."""

    account_already_exists: bool

    first_name = forms.CharField(label=_("Prénom"), max_length=100, required=False)
    last_name = forms.CharField(label=_("Nom"), max_length=100, required=False)
    field_order = ("first_name", "last_name", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_email(self.fields["email"])
        self.fields["first_name"].widget.attrs["autocomplete"] = "given-name"
        self.fields["last_name"].widget.attrs["autocomplete"] = "family-name"
        self.fields["email"].help_text = (
            _("Si vous en indiquez une autre, nous y enverrons un code à recopier.")
            if any(address.verified for address in self.sociallogin.email_addresses)
            else _("Nous y enverrons un code à recopier, pour savoir qu’elle est bien à vous.")
        )

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account, or tell its owner by mail that it exists: both take as long."""
        if self.account_already_exists:
            pretend_to_register(provider=self.sociallogin.account.provider)
        try:
            with transaction.atomic():
                user, response = super().try_save(request)
        except IntegrityError:  # the form was sent twice at once: the other one made the account
            return None, redirect("account_login")
        return user, response

    def save(self, request: HttpRequest) -> User:
        """Make the account with what the person left in the form, and with no other address than this one."""
        chosen = self.cleaned_data["email"]
        told = self.sociallogin.email_addresses
        self.sociallogin.email_addresses = [address for address in told if address.email.lower() == chosen]
        # allauth keeps the name that was told where the person left none.
        self.sociallogin.user.first_name = self.cleaned_data["first_name"]
        self.sociallogin.user.last_name = self.cleaned_data["last_name"]
        user: User = super().save(request)
        return user


class DisconnectForm(forms.Form):
    """Which of their accounts elsewhere somebody wants to unlink."""

    account = forms.ModelChoiceField(
        queryset=SocialAccount.objects.none(),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Ce lien n’existe plus. Voici ceux qui restent.")
        ),
    )

    def __init__(self, user: User, data: Any) -> None:
        super().__init__(data)
        self.fields["account"].queryset = SocialAccount.objects.filter(user=user)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class DeletionRequest:
    """What Meta asks: forget this person. Its repr names nobody."""

    facebook_id: str = field(repr=False)
    signed: str = field(repr=False)


class FacebookDeletionForm(forms.Form):
    """Meta's `signed_request`: base64url(HMAC-SHA256) and base64url(JSON), with a point between them."""

    signed_request = forms.CharField(max_length=4096)

    def __init__(self, data: Any, *, secret: str, at: datetime) -> None:
        super().__init__(data)
        self.secret = secret
        self.at = at

    def clean_signed_request(self) -> DeletionRequest:
        """Return what was asked. Raises ValidationError, always the same, for what Meta did not sign today."""
        proof, _point, signed = self.cleaned_data["signed_request"].partition(".")
        try:
            genuine = hmac.digest(self.secret.encode(), signed.encode("ascii"), hashlib.sha256)
            if not hmac.compare_digest(_decoded(proof), genuine):
                raise ValueError
            told = json.loads(_decoded(signed))
            return DeletionRequest(_facebook_id(told, self.at), signed)
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
            raise ValidationError("not a request of Meta's", code="unsigned") from None


def _decoded(text: str) -> bytes:
    raw = text.encode("ascii")
    return urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))


def _facebook_id(told: dict[str, Any], at: datetime) -> str:
    """Return whom it is about. Raises one of clean_signed_request's errors for what is no request, or an old one."""
    facebook_id = told["user_id"]
    issued_at = told.get("issued_at", at.timestamp())
    oldest, newest = (at - REQUEST_LIVES_FOR).timestamp(), (at + CLOCKS_DIFFER_BY).timestamp()
    if told["algorithm"].upper() != "HMAC-SHA256" or not oldest <= issued_at <= newest:
        raise ValueError
    if not facebook_id.isascii() or not facebook_id.isalnum():
        raise ValueError
    return str(facebook_id)
