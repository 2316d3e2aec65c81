"""Work that is done for nothing, so that its time tells nobody whose address has an account."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.crypto import get_random_string

from accounts.models import User

# How often allauth looks the address of a new account up. Fewer or more would show in the time of the answer, which
# tests/accounts/test_enumeration.py holds against a real registration.
LOOK_UPS = 5


def pretend_to_register(*, password: str | None = None, provider: str = "") -> None:
    """Make an account of nobody's as a registration does, by `provider` if it is one, and undo it."""
    with transaction.atomic():
        user = User.objects.create_user(f"{get_random_string(20)}@nobody.invalid", password)
        for _turn in range(LOOK_UPS):
            EmailAddress.objects.filter(user=user, email=user.email).first()
        if provider:
            SocialAccount.objects.create(user=user, provider=provider, uid=get_random_string(20))
        transaction.set_rollback(True)


def look_up_nobody() -> User | None:
    """Ask the database for an account that it never had, as for one that it has."""
    return User.objects.filter(pk=0).first()
