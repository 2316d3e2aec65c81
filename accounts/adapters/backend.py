"""Who gets in with a password."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from accounts.models import User


class PasswordBackend(AuthenticationBackend):
    """Let in the owner of a confirmed, open account. Every other right password is as wrong as one of nobody’s account.

    Else somebody could register an address of another’s and read in what the password then opens whether it was known.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        self.unstash_authenticated_user()  # allauth would say that the account is closed
        return user if user and user.email_confirmed_at else None
