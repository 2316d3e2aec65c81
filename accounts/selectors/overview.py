"""The front page of an account."""

from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount

from accounts.models import Login, Profile, User
from accounts.selectors.security import factors_of

PROVIDERS = {method.value: method.label for method in (Login.Method.GOOGLE, Login.Method.FACEBOOK)}


@dataclass(frozen=True, slots=True)
class Overview:
    """What stands beside each way on. `providers` are the names of the sites one may come in by."""

    has_second_factor: bool
    has_contact_details: bool
    providers: list[str]


def overview_of(user: User) -> Overview:
    """Return what the front page says of the account itself (3 queries)."""
    connected = SocialAccount.objects.filter(user=user).order_by("provider").values_list("provider", flat=True)
    return Overview(
        has_second_factor=factors_of(user).are_on,
        has_contact_details=Profile.objects.filter(pk=user.pk).exists(),
        providers=[str(PROVIDERS.get(name, name)) for name in dict.fromkeys(connected)],
    )
