"""Forms of the login journey."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm, AuthenticationForm, UserChangeForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class LoginForm(AuthenticationForm):
    """E-mail and password. It says the same thing for an unknown address, a wrong password and a closed account."""

    error_messages = {
        "invalid_login": _("Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez-les, puis réessayez."),
        "inactive": _("Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez-les, puis réessayez."),
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        username, password = self.fields["username"], self.fields["password"]
        username.label = _("Adresse e-mail")
        username.widget = forms.EmailInput(
            attrs={"autocomplete": "username", "maxlength": User._meta.get_field("email").max_length}
        )
        username.error_messages["required"] = _("Indiquez votre adresse e-mail.")
        password.label = _("Mot de passe")
        password.error_messages["required"] = _("Indiquez votre mot de passe.")


class NewAccountForm(AdminUserCreationForm):
    """Staff make an account; its owner confirms the address."""

    class Meta:
        model = User
        fields = ("email",)


class AccountForm(UserChangeForm):
    """Staff look at an account, and change what they may."""

    class Meta:
        model = User
        fields = (
            "public_name",
            "public_bio",
            "language",
            "is_active",
            "is_staff",
            "is_superuser",
            "groups",
            "user_permissions",
        )
        widgets = {"public_bio": forms.Textarea(attrs={"rows": 4})}
