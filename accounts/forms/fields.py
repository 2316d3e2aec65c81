"""allauth's fields in our words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from mesopinions.core.addresses import valid_email

EMAIL_AT_MOST = User._meta.get_field("email").max_length


def as_email(field: forms.Field) -> None:
    """Make `field` ask for the e-mail address of an account."""
    field.label = _("Adresse e-mail")
    field.error_messages["required"] = _("Indiquez votre adresse e-mail.")
    field.validators = [valid_email]
    attributes = {"autocomplete": "username", "inputmode": "email", "spellcheck": "false", "autocapitalize": "none"}
    field.widget = forms.EmailInput(attrs={**attributes, "maxlength": EMAIL_AT_MOST})


def as_code(field: forms.Field) -> None:
    """Make `field` ask for a code that was mailed."""
    field.label = _("Code reçu par e-mail")
    field.help_text = _("Huit lettres. Majuscules, espaces et tirets n’y changent rien.")
    field.error_messages["required"] = _("Recopiez le code reçu par e-mail.")
    attributes = {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "characters"}
    field.widget = forms.TextInput(attrs={**attributes, "maxlength": 20})


def as_password(field: forms.Field, label: Any, *, is_new: bool = False) -> None:
    """Make `field` ask for a password, the present one or one to choose."""
    field.label = label
    field.help_text = _("Dix signes au moins : plusieurs mots valent mieux qu’un.") if is_new else ""
    field.error_messages["required"] = _("Indiquez un mot de passe.") if is_new else _("Indiquez votre mot de passe.")
    autocomplete = "new-password" if is_new else "current-password"
    # static/js/password.js makes a button of these words.
    words = {"data-show": _("Afficher"), "data-hide": _("Masquer")}
    field.widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, **words})
