"""Second factors that their owner lost and can no longer show."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.emails import SecurityNotice
from accounts.models import User, Visit
from accounts.services.mailing import send_notice
from accounts.services.sessions import end_other_sessions

# What the staff do is no visit of the owner's: the mail tells neither their address nor their browser.
OF_THE_STAFF = Visit(ip="", browser="")


@transaction.atomic
def reset_second_factors(*, user: User) -> bool:
    """Remove the second factors of an account, end its sessions and tell its owner. False when it has none.

    Password and connected accounts stay: they alone let the owner in, until they add a second factor again.
    """
    User.objects.select_for_update().get(pk=user.pk)
    removed, _by_model = Authenticator.objects.filter(user=user).delete()
    if removed:
        end_other_sessions(user_id=user.pk, but=None)
        send_notice(user=user, what=SecurityNotice.FACTORS_RESET, visit=OF_THE_STAFF)
    return bool(removed)
