"""Accounts as staff make and see them."""

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from accounts.models import User


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
