"""What the owner of an account tells of themselves."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import Profile, User
from accounts.selectors.people import subject_of
from privacy import consent
from privacy.consent import Purpose

NAMES = ("first_name", "last_name", "public_name", "public_bio")
CONTACT = ("phone", "address", "postal_code", "city", "country")
PLACE = "profile"


@transaction.atomic
def update_profile(*, user_id: int, told: Mapping[str, str], may_call: bool, language: str, at: datetime) -> None:
    """Keep what is told, a text for each of NAMES and CONTACT, '' for nothing.

    A number is kept while its owner agrees to be called, and agreeing without a number means nothing. Petitions keep
    the name that they were published under.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    for name in NAMES:
        setattr(user, name, told[name])
    user.save(update_fields=NAMES)
    subject = subject_of(user)
    may_call = bool(may_call and told["phone"] and subject)
    _keep_contact(user_id, {name: told[name] for name in CONTACT} | ({} if may_call else {"phone": ""}))
    if subject and may_call != consent.is_granted(subject, Purpose.PHONE_CONTACT):
        consent.record(subject, Purpose.PHONE_CONTACT, granted=may_call, language=language, place=PLACE, at=at)


def forget_phone(*, user_id: int) -> None:
    """Forget the number of somebody who does not want to be called any more. Call it where that is recorded."""
    profile = Profile.objects.select_for_update().filter(pk=user_id).first()
    if profile:
        _keep_contact(user_id, {name: getattr(profile, name) for name in CONTACT} | {"phone": ""})


def _keep_contact(user_id: int, contact: Mapping[str, str]) -> None:
    """Write the row, or have none where there is nothing to write."""
    if any(contact.values()):
        Profile.objects.update_or_create(user_id=user_id, defaults=contact)
    else:
        Profile.objects.filter(pk=user_id).delete()
