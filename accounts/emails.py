"""Mails to the owners of accounts."""

from django.urls import reverse

from accounts.models import User
from accounts.selectors import ends_at
from mesopinions.mail.kinds import Letter, kind, site_url
from mesopinions.mail.models import OutgoingMail


@kind("account_ending")
def account_ending(mail: OutgoingMail) -> Letter | None:
    """Say when the account ends and how to keep it. Whoever came back meanwhile is told nothing."""
    user = User.objects.filter(pk=mail.about_id or 0).exclude(notice=User.Notice.NONE).first()
    if user is None:
        return None
    return Letter({"first_name": user.first_name, "ends_at": ends_at(user), "login_url": site_url(reverse("login"))})
