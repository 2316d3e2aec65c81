"""Google and Facebook: little is taken, nothing is kept that is not needed, and no account is linked by its e-mail."""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest

from accounts.models import User

# What is kept of what a provider tells: it shows the owner which of their accounts over there is connected.
KEPT = ("email",)


class SocialAdapter(DefaultSocialAccountAdapter):
    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Suggest a name and an address to the form, and drop the rest before anything is stored."""
        told = sociallogin.account.extra_data
        sociallogin.account.extra_data = {name: told[name] for name in KEPT if told.get(name)}
        user: User = super().populate_user(request, sociallogin, data)
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        sociallogin.token = None  # or it would wait in the session
