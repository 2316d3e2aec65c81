"""Work that is done for nothing, so that its time tells nobody whose address has an account."""

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.crypto import get_random_string

from accounts.models import User


def pretend_to_register(*, password: str | None = None, provider: str = "") -> None:
    """Make an account of nobody's as a registration does, by `provider` if it is one, and undo it."""
    with transaction.atomic():
        user = User.objects.create_user(f"{get_random_string(20)}@nobody.invalid", password)
        if provider:
            SocialAccount.objects.create(user=user, provider=provider, uid=get_random_string(20))
        transaction.set_rollback(True)
