"""Accounts as staff make, see and help them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class NewAccountForm(forms.ModelForm):
    """Staff make an account; its owner confirms the address, and comes in with mailed codes."""

    class Meta:
        model = User
        fields = ("email",)

    def clean_email(self) -> str:
        return User.objects.normalize_email(self.cleaned_data["email"])

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        user: User = super().save(commit)
        return user


class AccountForm(forms.ModelForm):
    """Staff look at an account, and change what they may."""

    class Meta:
        model = User
        fields = ("public_name", "public_bio", "language", "is_active", "is_staff", "is_superuser", "groups")
        widgets = {"public_bio": forms.Textarea(attrs={"rows": 4}), "groups": forms.CheckboxSelectMultiple}
        help_texts = {"groups": ""}


class ResetForm(forms.Form):
    """Why somebody's second factors are taken away."""

    reason = forms.CharField(
        label=_("Pourquoi, et à quoi vous avez reconnu la personne"),
        max_length=500,
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 4}),
        error_messages={"required": _("Écrivez pourquoi.")},
        help_text=_("Reste dans le journal : n’y mettez ni nom ni adresse."),
    )
