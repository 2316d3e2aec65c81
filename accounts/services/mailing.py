"""Mails of accounts: codes to type, and word of what was done."""

from accounts.emails import Code, SecurityNotice
from accounts.models import User, Visit
from mesopinions.mail.services import queue_mail


def send_code(*, what: Code, code: str, email: str, language: str) -> None:
    """Mail a code to type. It is stored encrypted until it leaves, and worth nothing after a quarter of an hour."""
    queue_mail(kind="account_code", recipient=email, language=language, context={"what": what}, enclosed={"code": code})


def tell_stranger(*, email: str, language: str) -> None:
    """Tell an address without an account that somebody typed it at our door."""
    queue_mail(kind="account_unknown", recipient=email, language=language)


def tell_owner(*, email: str) -> None:
    """Tell who has an account that somebody, perhaps they, tried to open another for the same address.

    Nobody is told when the account has gone since it was looked for.
    """
    if user := User.objects.filter(email=User.objects.normalize_email(email)).first():
        queue_mail(kind="account_exists", recipient=user.email, language=user.language, about_id=user.pk)


def send_notice(*, user: User, what: SecurityNotice, visit: Visit, detail: str = "", to: str = "") -> None:
    """Tell the owner what was done to their account, when and from where. `to` is a former address of theirs."""
    queue_mail(
        kind="security_notice",
        recipient=to or user.email,
        language=user.language,
        about_id=user.pk,
        context={"what": what},
        enclosed={"detail": detail, "ip": visit.ip, "browser": visit.browser[:200]},
    )
