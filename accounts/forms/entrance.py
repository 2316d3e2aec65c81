"""The ways in: log in, register, type a code. They say the same for an address that we know and one that we do not."""

from typing import Any

from allauth.account import forms as allauth
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import as_code, as_email, as_password
from accounts.models import User
from accounts.services.pretending import pretend_to_register


class LoginForm(allauth.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_email(self.fields["login"])
        as_password(self.fields["password"], _("Mot de passe"))

    def clean_login(self) -> str:
        return User.objects.normalize_email(super().clean_login())


class SignupForm(allauth.SignupForm):
    account_already_exists: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_email(self.fields["email"])
        as_password(self.fields["password1"], _("Mot de passe"), is_new=True)
        self.fields["password1"].help_text = _(
            "Dix signes au moins : plusieurs mots valent mieux qu’un. "
            "Sans mot de passe, vous recevrez un code par e-mail à chaque connexion."
        )

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account, or tell its owner by mail that it exists: both look alike and take as long."""
        if not self.account_already_exists:
            try:
                with transaction.atomic():
                    user, response = super().try_save(request)
                return user, response
            except IntegrityError:  # somebody was faster by a moment
                self.account_already_exists = True
        else:
            pretend_to_register(password=self.cleaned_data.get("password1") or None)
        user, response = super().try_save(request)
        return user, response


class RequestCodeForm(allauth.RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_email(self.fields["email"])

    def clean_email(self) -> str:
        self.cleaned_data["email"] = User.objects.normalize_email(self.cleaned_data["email"])
        email: str = super().clean_email()
        return email


class LoginCodeForm(allauth.ConfirmLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_code(self.fields["code"])


class EmailCodeForm(allauth.ConfirmEmailVerificationCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_code(self.fields["code"])
