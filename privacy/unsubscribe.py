"""Stop the mails that somebody agreed to, from any of them and without an account.

A mail that leaves because of a consent names the record that grants it:

    Letter(context | {"unsubscribe_url": unsubscribe.url_for(record_id)}, unsubscribe.headers_for(record_id))

Its builder asks `consent.is_granted` again when the mail leaves, so what was already queued stops too.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from mesopinions.core import tokens
from mesopinions.mail.kinds import site_url
from privacy import consent
from privacy.consent import ConsentText, Holder, Purpose
from privacy.models import ConsentRecord

# What is sent by mail because somebody said yes to it. A link made for any other consent leads nowhere.
MAILED_PURPOSES = (Purpose.AUTHOR_UPDATES, Purpose.NEWSLETTER, Purpose.FOLLOW_AUTHOR, Purpose.FOLLOW_PETITION)
PLACE = "unsubscribe_link"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a link stops: the question that its owner said yes to, and their last word on it."""

    grant: ConsentRecord
    last: ConsentRecord

    @property
    def is_on(self) -> bool:
        return self.last.granted

    @property
    def was_stopped_here(self) -> bool:
        """Only what a link of this kind stopped can be taken back by it: an old mail must not undo another choice."""
        return not self.last.granted and self.last.place == PLACE

    @property
    def agreed_to(self) -> ConsentText:
        return consent.text_of(Purpose(self.last.purpose), self.last.text_version)

    @property
    def asked_today(self) -> ConsentText:
        return consent.current_text(Purpose(self.last.purpose))


def url_for(record_id: int) -> str:
    """Return the absolute address, in the active language, that stops the mails this record consents to."""
    return site_url(reverse("unsubscribe", args=[tokens.make(tokens.Scope.UNSUBSCRIBE, record_id)]))


def headers_for(record_id: int) -> dict[str, str]:
    """Return the headers that give mail programs their own button (RFC 2369, one click: RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{url_for(record_id)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def subscription_of(record_id: int) -> Subscription | None:
    """Return what the link of this record stops, or None when the record is gone or names nobody any more."""
    return _with_last_word(_grants().filter(pk=record_id).first())


@transaction.atomic
def stop(*, record_id: int, language: str) -> bool:
    """Withdraw the consent, and say whether it stood. A second call changes nothing."""
    grant = _grants().select_for_update().filter(pk=record_id).first()
    return grant is not None and consent.withdraw(
        Holder.of(grant), Purpose(grant.purpose), scope=grant.scope, language=language, place=PLACE
    )


@transaction.atomic
def resume(*, record_id: int, language: str) -> bool:
    """Take back what such a link stopped, as a fresh yes to the question of today. A second call changes nothing."""
    found = _with_last_word(_grants().select_for_update().filter(pk=record_id).first())
    if found is None or not found.was_stopped_here:
        return False
    grant = found.grant
    consent.record(Holder.of(grant), Purpose(grant.purpose), scope=grant.scope, language=language, place=PLACE)
    return True


def _grants() -> QuerySet[ConsentRecord]:
    return ConsentRecord.objects.filter(purpose__in=MAILED_PURPOSES, granted=True, pseudonymised_at=None)


def _with_last_word(grant: ConsentRecord | None) -> Subscription | None:
    if grant is None:
        return None
    last = consent.last(Holder.of(grant), Purpose(grant.purpose), scope=grant.scope)
    return Subscription(grant, last or grant)
