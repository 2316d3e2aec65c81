"""What a mail provider tells of mails that came back, or were reported as spam. django-anymail reads its words.

Only the providers whose words tell a mailbox that does not exist from one that is full or busy: Anymail calls both
« bounced ». To add one, add its line to PROVIDERS and a body of its documentation to tests/mail/test_returns.py.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from anymail.exceptions import AnymailConfigurationError
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from anymail.webhooks.base import AnymailBaseWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.conf import settings
from django.http import HttpRequest

from mesopinions.core.addresses import MAX_ADDRESS
from mesopinions.mail.models import BlockReason


class UnreadableReturn(Exception):
    """The body is not what the provider documents. Carries no detail: a body holds addresses."""


@dataclass(frozen=True, slots=True)
class Return:
    """One mailbox to leave alone, why, and since when. Its repr names nobody."""

    address: str = field(repr=False)
    reason: BlockReason
    at: datetime


@dataclass(frozen=True, slots=True)
class Provider:
    """Who reads its words, and which of its bounces are for good."""

    reader: type[AnymailBaseWebhookView]
    is_for_good: Callable[[AnymailTrackingEvent], bool]


def _brevo(event: AnymailTrackingEvent) -> bool:
    return event.esp_event.get("event") in {"hard_bounce", "invalid_email"}


def _mailgun(event: AnymailTrackingEvent) -> bool:
    return bool(event.event_type == EventType.BOUNCED and event.reject_reason == RejectReason.BOUNCED)


def _mailjet(event: AnymailTrackingEvent) -> bool:
    return event.event_type == EventType.BOUNCED and event.esp_event.get("hard_bounce") is True


def _postmark(event: AnymailTrackingEvent) -> bool:
    kind = event.esp_event.get("Type") or event.esp_event.get("SuppressionReason")
    return kind in {"HardBounce", "BadEmailAddress"}


PROVIDERS: Mapping[str, Provider] = {
    "brevo": Provider(BrevoTrackingWebhookView, _brevo),
    "mailgun": Provider(MailgunTrackingWebhookView, _mailgun),
    "mailjet": Provider(MailjetTrackingWebhookView, _mailjet),
    "postmark": Provider(PostmarkTrackingWebhookView, _postmark),
}
# What json and Anymail raise for a body that is not as documented.
UNREADABLE = (
    AttributeError, LookupError, TypeError, ValueError, OverflowError, RecursionError, AnymailConfigurationError,
)  # fmt: skip
TOLD_BY_THE_READER = {
    EventType.COMPLAINED: BlockReason.COMPLAINED,
    EventType.UNSUBSCRIBED: BlockReason.ASKED,
}


def is_open(provider: str) -> bool:
    """Say whether this site listens to the provider: it has the secrets that prove who speaks."""
    if provider == "mailgun" and not settings.MAILGUN_WEBHOOK_SIGNING_KEY:
        return False
    return provider in PROVIDERS and bool(settings.MAIL_WEBHOOK_SECRET)


def read_returns(provider: str, request: HttpRequest) -> list[Return]:
    """Return what the provider says, without what changes nothing for us: deliveries, openings, full mailboxes.

    Raises Anymail's validation failure, which Django answers with 400, for a wrong secret, and UnreadableReturn.
    """
    # Its views are asked here, not mounted: they would answer a body that they cannot read with a failure of ours.
    options = {"webhook_signing_key": settings.MAILGUN_WEBHOOK_SIGNING_KEY} if provider == "mailgun" else {}
    known = PROVIDERS[provider]
    reader = known.reader(webhook_secret=settings.MAIL_WEBHOOK_SECRET, **options)
    try:
        reader.run_validators(request)
        return list(_returns(known, reader.parse_events(request)))
    except UNREADABLE:
        raise UnreadableReturn from None


def _returns(provider: Provider, events: list[AnymailTrackingEvent]) -> Iterator[Return]:
    now = datetime.now(UTC)
    for event in events:
        reason = _reason(provider, event)
        if reason and _is_address(event.recipient):
            yield Return(event.recipient, reason, min(event.timestamp or now, now))


def _reason(provider: Provider, event: AnymailTrackingEvent) -> BlockReason | None:
    if event.event_type in {EventType.BOUNCED, EventType.REJECTED}:
        return BlockReason.BOUNCED if provider.is_for_good(event) else None
    return TOLD_BY_THE_READER.get(event.event_type)


def _is_address(text: Any) -> bool:
    return isinstance(text, str) and "@" in text and len(text) <= MAX_ADDRESS
