"""A new e-mail address, and the two codes that confirm it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import as_code, as_email
from accounts.models import User
from mesopinions.core.addresses import valid_email


class NewAddressForm(forms.Form):
    email = forms.CharField(max_length=254, validators=[valid_email])

    def __init__(self, *args: Any, current: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = current
        field = self.fields["email"]
        as_email(field)
        field.label = _("Nouvelle adresse e-mail")
        field.error_messages["required"] = _("Indiquez votre nouvelle adresse e-mail.")
        field.widget.attrs["autocomplete"] = "email"

    def clean_email(self) -> str:
        """Return the address as accounts store theirs."""
        email = User.objects.normalize_email(self.cleaned_data["email"])
        if email == self.current:
            raise ValidationError(_("C’est déjà l’adresse de votre compte. Indiquez-en une autre."))
        return email


class BothCodesForm(forms.Form):
    old = forms.CharField(max_length=20)
    new = forms.CharField(max_length=20)

    def __init__(self, *args: Any, current: str, wanted: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, email in (("old", current), ("new", wanted)):
            as_code(self.fields[name])
            self.fields[name].label = _("Code reçu à %(email)s") % {"email": email}
