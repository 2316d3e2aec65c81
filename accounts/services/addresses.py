"""The e-mail address of an account: confirmed, and changed."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts.emails import Code, SecurityNotice
from accounts.models import User
from accounts.services import codes, mailing, sessions
from accounts.services.visits import Visit


class AddressTaken(Exception):
    """Another account has this address. Carries none on purpose."""


@transaction.atomic
def note_confirmed(*, user_id: int, email: str, at: datetime) -> None:
    """Note that the owner reads the mail of this address. allauth's own table says so already."""
    user = User.objects.select_for_update().get(pk=user_id)
    user.email = User.objects.normalize_email(email)
    user.email_confirmed_at = at
    user.save(update_fields=["email", "email_confirmed_at"])


@transaction.atomic
def mail_both_codes(*, user: User, new_email: str, challenge: codes.Challenge, at: datetime) -> None:
    """Mail one code to the address of the account and another to `new_email`, and await both.

    If `new_email` has an account its owner is told instead, and the code that we await is one that nobody was given:
    whoever asked sees no difference.
    """
    old, new = codes.make_code(), codes.make_code()
    mailing.send_code(what=Code.OLD_EMAIL, code=old, email=user.email, language=user.language)
    if User.objects.filter(email=new_email).exists():
        mailing.tell_owner(email=new_email)
    else:
        mailing.send_code(what=Code.NEW_EMAIL, code=new, email=new_email, language=user.language)
    challenge.begin({"old": old, "new": new}, at=at, about=new_email)


@transaction.atomic
def change_email(*, user_id: int, new_email: str, this_session: str | None, visit: Visit, at: datetime) -> None:
    """Give the account an address that its owner showed to read, end its other sessions and tell the former address.

    Raises AddressTaken when another account was faster; nothing has changed then.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    former = user.email
    user.email = User.objects.normalize_email(new_email)
    user.email_confirmed_at = at
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "email_confirmed_at"])
            EmailAddress.objects.filter(user=user).delete()
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    except IntegrityError:
        raise AddressTaken from None
    sessions.end_other_sessions(user_id=user.pk, but=this_session)
    mailing.send_notice(user=user, what=SecurityNotice.EMAIL_CHANGED, detail=user.email, visit=visit, to=former)
