"""What somebody agreed to, as they see it and take it back."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.selectors.people import subject_of
from mesopinions.core.addresses import address_key
from mesopinions.mail.models import BlockReason, MailBlock
from privacy import consent
from privacy.consent import Purpose

# What can be taken back on its own, in the order of the page. A signature and the name beside it are taken back where
# they are shown (« Mes signatures »), because more than a consent changes with them.
TAKEN_BACK_HERE = (
    Purpose.NEWSLETTER,
    Purpose.AUTHOR_UPDATES,
    Purpose.FOLLOW_AUTHOR,
    Purpose.FOLLOW_PETITION,
    Purpose.PARTNER_SHARE,
    Purpose.PHONE_CONTACT,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A consent in force. `words` are those that were agreed to; braces in them wait for what `scope` names."""

    record_id: int
    purpose: Purpose
    scope: str
    words: str
    since: datetime

    @property
    def title(self) -> str:
        return str(self.purpose.label)


def choices_of(user: User, *, language: str) -> list[Choice]:
    """Return the consents that this person can take back on the page of preferences (1 query).

    They are those of the account and of its confirmed address; there are none while the address is not confirmed.
    """
    subject = subject_of(user)
    records = consent.current(subject) if subject else []
    found = [
        Choice(
            record_id=record.pk,
            purpose=Purpose(record.purpose),
            scope=record.scope,
            words=consent.text_of(Purpose(record.purpose), record.text_version).words(language),
            since=record.recorded_at,
        )
        for record in records
        if record.granted and record.purpose in TAKEN_BACK_HERE
    ]
    return sorted(found, key=lambda choice: (TAKEN_BACK_HERE.index(choice.purpose), -choice.record_id))


def agrees_to(user: User, purpose: Purpose) -> bool:
    """Say whether the owner of this account agrees now to what concerns the whole site (1 query)."""
    subject = subject_of(user)
    return subject is not None and consent.is_granted(subject, purpose)


def asked_block(user: User) -> MailBlock | None:
    """Return the block that the reader of this mailbox asked for, if it stands (1 query)."""
    subject = subject_of(user)
    if subject is None:
        return None
    return MailBlock.objects.filter(address_key=address_key(subject.email), reason=BlockReason.ASKED).first()
