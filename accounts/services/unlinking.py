"""The end of the link between an account here and one at Google or Facebook, whoever asks for it."""

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Collection
from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts.emails import SecurityNotice
from accounts.models import FacebookDeletion, Login, User
from accounts.services import mailing
from accounts.services.visits import Visit
from privacy import requests
from privacy.registry import Erasing

FROM_META = Visit(ip="", browser="")


class NoOtherWayIn(Exception):
    """Without this link its owner could not come in any more."""


@transaction.atomic
def disconnect(*, user: User, account_id: int, visit: Visit, at: datetime) -> bool:
    """Unlink one of this person's accounts elsewhere and tell them by mail. Return whether it was still there.

    Raises NoOtherWayIn when the address of the account is not confirmed: no code could be mailed to log in with.
    """
    if user.email_confirmed_at is None:
        raise NoOtherWayIn
    gone = _unlink(SocialAccount.objects.filter(pk=account_id, user=user), at)
    _tell_owners(gone, visit)
    return bool(gone)


@transaction.atomic
def drop_unproven(*, user_id: int, proven: Collection[str]) -> None:
    """Unlink the accounts elsewhere that came with an address nobody had confirmed, unless they are among `proven`.

    Call it when the address gets confirmed, with the providers shown by whoever reads its mail. Otherwise somebody
    could register with their own Google account and another's address, and wait until its owner logs in.
    """
    SocialAccount.objects.filter(user_id=user_id).exclude(provider__in=proven).delete()


@transaction.atomic
def forget_facebook(*, facebook_id: str, signed: str, at: datetime) -> str:
    """Do what Meta asks when somebody removes us from their Facebook account; return the code of its status page.

    The same request (`signed`) gets the same code, and is done once. The account here stays: only the link goes, and
    what Facebook had told. Source: developers.facebook.com/docs/development/create-an-app/app-dashboard/
    data-deletion-callback
    """
    gone = _unlink(SocialAccount.objects.filter(provider=Login.Method.FACEBOOK, uid=facebook_id), at)
    _tell_owners(gone, FROM_META)
    # Keyed and not drawn: Meta may ask again after an answer that it did not get, and only a hash is kept of the code.
    proof = hmac.digest(settings.PSEUDONYM_KEY.encode(), f"facebook-deletion\0{signed}".encode(), hashlib.sha256)
    code = b32encode(proof[:20]).decode()
    FacebookDeletion.objects.get_or_create(code_hash=hash_of(code), defaults={"received_at": at, "found": bool(gone)})
    return code


def hash_of(code: str) -> str:
    """Return what is kept of the code of a status page."""
    return hashlib.sha256(code.encode()).hexdigest()


def _unlink(found: QuerySet[SocialAccount], at: datetime) -> list[SocialAccount]:
    accounts = list(found.select_for_update(of=["self"]).select_related("user"))
    keys = [account.pk for account in accounts]
    requests.bury(SocialAccount._meta.label, keys, Erasing(at))
    SocialAccount.objects.filter(pk__in=keys).delete()
    return accounts


def _tell_owners(gone: list[SocialAccount], visit: Visit) -> None:
    for account in gone:
        name = Login.Method(account.provider).label
        mailing.send_notice(user=account.user, what=SecurityNotice.PROVIDER_REMOVED, visit=visit, detail=str(name))
