"""Carry a confirmed request out, one source a transaction, so that a killed worker's successor goes on after it."""

import logging
from datetime import datetime, timedelta
from functools import partial

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from mesopinions.core.enqueue import enqueue
from mesopinions.mail.services import queue_mail
from privacy.models import RequestStep, Right, RightsRequest
from privacy.registry import Erasing, Subject
from privacy.requests import packages
from privacy.requests.erasing import erase_source, would_erase
from privacy.requests.exporting import Copied, copied_sources, count
from privacy.requests.links import READABLE_FOR
from privacy.requests.opening import EXECUTE, UNCONFIRMED_CLOSES_AFTER
from privacy.requests.packing import Package, write_package
from privacy.requests.sources import PersonalSource, all_sources

logger = logging.getLogger(__name__)

# A request that moved within this time is in other hands.
BUSY_FOR = timedelta(minutes=2)
Status = RightsRequest.Status
COPY = "copy"


class Overtaken(Exception):
    """Another worker closed the request meanwhile."""


def execute(request_id: int) -> None:
    """Do what is left of a request. Safe to call twice, at once, or for one that is closed or not confirmed."""
    request = RightsRequest.objects.filter(pk=request_id, status=Status.EXECUTING).first()
    if request is None:
        return
    try:
        if request.right == Right.ERASURE:
            _erase(request)
        else:
            _export(request)
    except Overtaken:
        return
    except (OperationalError, InterfaceError):
        raise  # the database went away: the sweep comes back to it
    except Exception as error:
        _fail(request_id, error)


def resume_requests(*, now: datetime) -> int:
    """Send every request that nobody is working on to a worker again, and return how many there were."""
    left = RightsRequest.objects.filter(status=Status.EXECUTING, touched_at__lte=now - BUSY_FOR)
    for request in left:
        enqueue(EXECUTE, request.pk)
    return len(left)


def close_unconfirmed(*, now: datetime) -> int:
    """Close the requests that nobody confirmed, and forget their addresses. Returns how many there were."""
    return RightsRequest.objects.filter(
        status=Status.EMAIL_PENDING, received_at__lte=now - UNCONFIRMED_CLOSES_AFTER
    ).update(status=Status.EXPIRED, closed_at=now, email="", token_hash=None, user=None)


@transaction.atomic
def try_again(*, request: RightsRequest, at: datetime) -> bool:
    """Put a request that failed back to work. Return whether this call did."""
    failed = RightsRequest.objects.filter(pk=request.pk, status=Status.FAILED)
    if not failed.update(status=Status.EXECUTING, error="", touched_at=at):
        return False
    enqueue(EXECUTE, request.pk)
    return True


def _erase(request: RightsRequest) -> None:
    _plan(request.pk)
    for source in all_sources():
        _erase_step(request.pk, source)
    _close_erasure(request.pk)


@transaction.atomic
def _plan(request_id: int) -> None:
    """Note what every source holds before the first is touched: erasing one may empty the next."""
    request = _locked(request_id)
    if request.steps_total:
        return
    lines = would_erase(Subject(request.email, request.user_id), timezone.now())
    RequestStep.objects.bulk_create(
        RequestStep(request=request, source=line.source, found=line.found, held=line.held, action=line.action)
        for line in lines
    )
    RightsRequest.objects.filter(pk=request_id).update(steps_total=len(lines), touched_at=timezone.now())


@transaction.atomic
def _erase_step(request_id: int, source: PersonalSource) -> None:
    """Erase one source and note it, unless a worker before us did."""
    request = _locked(request_id)
    # A source that came with a deployment since the plan is added to it.
    step = request.steps.filter(source=source.name).first() or RequestStep(request=request, source=source.name)
    if request.status != Status.EXECUTING or step.done_at:
        return
    now = timezone.now()
    subject = Subject(request.email, request.user_id)
    line = erase_source(source, subject, Erasing(now, request.remove_from_count))
    step.found, step.held, step.action, step.done_at = max(step.found or 0, line.found), line.held, line.action, now
    step.save()
    # Not save(): the step may have erased the account, and so emptied this row's own link to it.
    RightsRequest.objects.filter(pk=request_id).update(steps_done=request.steps_done + 1, touched_at=now)


@transaction.atomic
def _close_erasure(request_id: int) -> None:
    request = _locked(request_id)
    if request.status != Status.EXECUTING:
        return
    now = timezone.now()
    queue_mail(kind="rights_erased", recipient=request.email, language=request.language, about_id=request.pk)
    request.status, request.closed_at, request.touched_at, request.email = Status.DONE, now, now, ""
    request.token_expires_at = now + READABLE_FOR
    request.save(update_fields=["status", "closed_at", "touched_at", "email", "token_expires_at"])


def _export(request: RightsRequest) -> None:
    """Make the package from the start, whatever a worker before us had of it. Of two at once, the first to end wins."""
    right = Right(request.right)
    subject = Subject(request.email, request.user_id)
    _plan_copy(request.pk, copied_sources(right), subject)
    package = Package(subject, right, request.language, timezone.now())
    # Killed from here on, the file has no row and `packages.tidy` deletes it.
    name = packages.write(lambda target: write_package(package, target, partial(_note_copied, request.pk)))
    if not _close_copy(request.pk, name):
        packages.forget(name)


@transaction.atomic
def _plan_copy(request_id: int, sources: list[Copied], subject: Subject) -> None:
    request = _executing(request_id)
    request.steps.all().delete()
    RequestStep.objects.bulk_create(
        RequestStep(request=request, source=copied.name, found=count(copied, subject), action=COPY)
        for copied in sources
    )
    RightsRequest.objects.filter(pk=request_id).update(
        steps_total=len(sources), steps_done=0, touched_at=timezone.now()
    )


@transaction.atomic
def _note_copied(request_id: int, copied: Copied, rows: int) -> None:
    request, now = _executing(request_id), timezone.now()
    request.steps.filter(source=copied.name).update(found=rows, done_at=now)
    done = request.steps.filter(done_at__isnull=False).count()
    RightsRequest.objects.filter(pk=request_id).update(steps_done=done, touched_at=now)


@transaction.atomic
def _close_copy(request_id: int, file_name: str) -> bool:
    """Give the file to the request, unless another worker's is there. Return whether it is this one."""
    request = _locked(request_id)
    if request.status != Status.EXECUTING:
        return False
    now = timezone.now()
    request.steps.filter(done_at=None).update(done_at=now)
    queue_mail(kind="rights_ready", recipient=request.email, language=request.language, about_id=request.pk)
    request.status, request.closed_at, request.touched_at, request.email = Status.DONE, now, now, ""
    request.file_name, request.file_ready_at, request.token_expires_at = file_name, now, now + READABLE_FOR
    request.steps_done = request.steps_total
    request.save()
    return True


@transaction.atomic
def _fail(request_id: int, error: Exception) -> None:
    request = _locked(request_id)
    if request.status != Status.EXECUTING:
        return
    # The class only: the text of an exception may hold an address or a name.
    logger.error("Request %d (%s) failed: %s", request.pk, request.right, type(error).__name__)
    request.status, request.error, request.touched_at = Status.FAILED, type(error).__name__[:60], timezone.now()
    request.save(update_fields=["status", "error", "touched_at"])


def _executing(request_id: int) -> RightsRequest:
    request = _locked(request_id)
    if request.status != Status.EXECUTING:
        raise Overtaken
    return request


def _locked(request_id: int) -> RightsRequest:
    return RightsRequest.objects.select_for_update().get(pk=request_id)
