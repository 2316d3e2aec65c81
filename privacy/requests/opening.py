"""Open a request, and let nobody but who reads the mailbox go on with it."""

import calendar
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from mesopinions.core.enqueue import enqueue
from mesopinions.core.working_days import working_day_from
from mesopinions.mail.services import queue_mail
from privacy.models import Right, RightsRequest
from privacy.registry import Subject
from privacy.requests.links import READABLE_FOR, request_of
from privacy.requests.sources import subject_of

UNCONFIRMED_CLOSES_AFTER = timedelta(days=30)
EXECUTE = "privacy.execute"

Status = RightsRequest.Status


@transaction.atomic
def open_request(*, right: Right, email: str, language: str, at: datetime) -> RightsRequest:
    """Open a request and mail the link that leads to it; one that is open already gets a new link.

    The same happens whether or not we hold anything about the address.
    """
    subject = subject_of(email)
    request, _is_new = RightsRequest.objects.select_for_update().get_or_create(
        subject_key=subject.key,
        right=right,
        status__in=RightsRequest.OPEN,
        defaults={
            "email": email,
            "user_id": subject.user_id,
            "status": Status.EMAIL_PENDING,
            "language": language,
            "received_at": at,
            "due_on": due_on(timezone.localdate(at)),
        },
    )
    queue_mail(kind="rights_confirm", recipient=request.email, language=language, about_id=request.pk)
    return request


@transaction.atomic
def confirm_request(*, token: str, remove_from_count: bool, at: datetime) -> RightsRequest:
    """Let the work begin, once. Raises BadLink."""
    request = request_of(token, at)
    locked = RightsRequest.objects.select_for_update().get(pk=request.pk)
    if locked.status == Status.EMAIL_PENDING:
        locked.status = Status.EXECUTING
        locked.confirmed_at = locked.touched_at = at
        locked.remove_from_count = remove_from_count
        locked.token_expires_at = at + READABLE_FOR
        locked.save()
        enqueue(EXECUTE, locked.pk)
    return locked


def open_by_staff(*, right: Right, email: str, language: str, remove_from_count: bool, at: datetime) -> RightsRequest:
    """Open a request whose author was recognised otherwise, ready to execute."""
    subject: Subject = subject_of(email)
    open_ones = RightsRequest.objects.filter(subject_key=subject.key, right=right, status__in=RightsRequest.OPEN)
    with transaction.atomic():
        request = open_ones.select_for_update().first() or RightsRequest(
            subject_key=subject.key, right=right, received_at=at, due_on=due_on(timezone.localdate(at))
        )
        request.email, request.user_id, request.language = email, subject.user_id, request.language or language
        request.status, request.confirmed_at, request.touched_at = Status.EXECUTING, at, at
        request.remove_from_count = remove_from_count
        request.save()
    return request


@transaction.atomic
def open_confirmed(
    *, right: Right, subject: Subject, language: str, remove_from_count: bool, at: datetime
) -> RightsRequest | None:
    """Let the work begin for somebody who logged in to ask for it; a request of theirs that waits is taken over.

    Return None, and change nothing, while one is being carried out.
    """
    request, is_new = RightsRequest.objects.select_for_update().get_or_create(
        subject_key=subject.key,
        right=right,
        status__in=RightsRequest.OPEN,
        defaults={"language": language, "received_at": at, "due_on": due_on(timezone.localdate(at))},
    )
    if not is_new and request.status == Status.EXECUTING:
        return None
    request.email, request.user_id, request.remove_from_count = subject.email, subject.user_id, remove_from_count
    request.status, request.confirmed_at, request.touched_at, request.error = Status.EXECUTING, at, at, ""
    request.save()
    enqueue(EXECUTE, request.pk)
    return request


def due_on(received_on: date) -> date:
    """Return the last day to answer: a calendar month later (GDPR art. 12.3), or the next working day.

    31 January becomes 28 or 29 February.
    """
    year, month = divmod(received_on.year * 12 + received_on.month, 12)
    day = min(received_on.day, calendar.monthrange(year, month + 1)[1])
    return working_day_from(date(year, month + 1, day))
