"""Passwords: change, set, forgotten, asked again. One field each: a browser can show what was typed."""

from typing import Any

from allauth.account import forms as allauth
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import as_code, as_email, as_password
from accounts.models import User


class ChangePasswordForm(allauth.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        as_password(self.fields["oldpassword"], _("Mot de passe actuel"))
        as_password(self.fields["password1"], _("Nouveau mot de passe"), is_new=True)


class SetPasswordForm(allauth.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        as_password(self.fields["password1"], _("Mot de passe"), is_new=True)


class ResetPasswordForm(allauth.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_email(self.fields["email"])

    def clean_email(self) -> str:
        self.cleaned_data["email"] = User.objects.normalize_email(self.cleaned_data["email"])
        email: str = super().clean_email()
        return email


class ResetCodeForm(allauth.ConfirmPasswordResetCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_code(self.fields["code"])


class NewPasswordForm(allauth.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        as_password(self.fields["password1"], _("Nouveau mot de passe"), is_new=True)


class ReauthenticateForm(allauth.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_password(self.fields["password"], _("Mot de passe"))
