"""What Google or Facebook told, shown before an account is made of it."""

from typing import Any

from allauth.socialaccount import forms as allauth
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import as_email
from accounts.models import User


class SocialSignupForm(allauth.SignupForm):
    first_name = forms.CharField(label=_("Prénom"), max_length=100, required=False)
    last_name = forms.CharField(label=_("Nom"), max_length=100, required=False)
    field_order = ("first_name", "last_name", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_email(self.fields["email"])

    def save(self, request: HttpRequest) -> User:
        """Make the account with what the person left in the form, and with no other address than this one."""
        chosen = self.cleaned_data["email"]
        told = self.sociallogin.email_addresses
        self.sociallogin.email_addresses = [address for address in told if address.email.lower() == chosen]
        user: User = super().save(request)
        return user
