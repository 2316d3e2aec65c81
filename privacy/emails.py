"""Mails about requests to exercise a right."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from mesopinions.mail.kinds import Letter, kind, site_url
from mesopinions.mail.models import OutgoingMail
from privacy.models import RightsRequest
from privacy.requests.links import new_link
from privacy.requests.receipts import receipt_of


@kind("rights_confirm")
def rights_confirm(mail: OutgoingMail) -> Letter | None:
    """Lead whoever reads the mailbox to the request. The link is made as the mail leaves, and only its hash is kept."""
    request = RightsRequest.objects.filter(pk=mail.about_id or 0, closed_at=None).first()
    return _letter(request) if request else None


@kind("rights_ready")
def rights_ready(mail: OutgoingMail) -> Letter | None:
    """Lead to the copy that was asked for, as long as it is there."""
    request = _done(mail)
    return _letter(request) if request and request.file_name else None


@kind("rights_erased", leaves_trace=False)
def rights_erased(mail: OutgoingMail) -> Letter | None:
    """Say what was erased, what is kept and who else may be asked (GDPR art. 12.4)."""
    request = _done(mail)
    return _letter(request, receipt=receipt_of(request.steps.all())) if request else None


def _done(mail: OutgoingMail) -> RightsRequest | None:
    return RightsRequest.objects.filter(pk=mail.about_id or 0, status=RightsRequest.Status.DONE).first()


def _letter(request: RightsRequest, **context: object) -> Letter:
    token = new_link(request=request, at=timezone.now())
    request_url = site_url(reverse("rights_request", args=[token]))
    dpo_name = settings.CONTROLLER["dpo_name"]
    return Letter({"request": request, "request_url": request_url, "dpo_name": dpo_name, **context})
