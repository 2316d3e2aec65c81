"""Which mails somebody wants, and in which language."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.selectors.people import subject_of
from accounts.selectors.preferences import TAKEN_BACK_HERE
from accounts.services.profile import forget_phone
from privacy import consent
from privacy.consent import Purpose

PLACE = "preferences"


def choose_language(*, user_id: int, language: User.Language) -> None:
    """Write to the owner of this account in this language from now on."""
    User.objects.filter(pk=user_id).update(language=language)


@transaction.atomic
def subscribe(*, user_id: int, language: str, at: datetime) -> bool:
    """Record that the owner of this account wants the newsletter, and say whether that is new.

    Nobody says yes from an address that is not confirmed.
    """
    subject = subject_of(User.objects.select_for_update().get(pk=user_id))
    if subject is None or consent.is_granted(subject, Purpose.NEWSLETTER):
        return False
    consent.record(subject, Purpose.NEWSLETTER, language=language, place=PLACE, at=at)
    return True


@transaction.atomic
def take_back(*, user_id: int, record_id: int, language: str, at: datetime) -> Purpose | None:
    """Withdraw what this record grants, and return what that was.

    Return None, and change nothing, when it is no consent of theirs, no longer in force, or not taken back like this.
    """
    subject = subject_of(User.objects.select_for_update().get(pk=user_id))
    record = consent.records_of(subject).filter(pk=record_id, purpose__in=TAKEN_BACK_HERE).first() if subject else None
    if subject is None or record is None:
        return None
    purpose = Purpose(record.purpose)
    if not consent.withdraw_everywhere(subject, purpose, scope=record.scope, language=language, place=PLACE, at=at):
        return None
    if purpose is Purpose.PHONE_CONTACT:
        forget_phone(user_id=user_id)
    return purpose
