"""Mails about requests to exercise a right."""

from django.urls import reverse
from django.utils import timezone

from mesopinions.mail.kinds import Letter, kind, site_url
from mesopinions.mail.models import OutgoingMail
from privacy.models import RightsRequest
from privacy.requests.opening import CONFIRM_WITHIN, READABLE_FOR, new_link


@kind("rights_confirm")
def rights_confirm(mail: OutgoingMail) -> Letter | None:
    """Lead whoever reads the mailbox to the request. The link is made as the mail leaves, and only its hash is kept."""
    return _with_link(mail, closed=False)


@kind("rights_erased", leaves_trace=False)
def rights_erased(mail: OutgoingMail) -> Letter | None:
    """Say what was erased and what is kept."""
    return _with_link(mail, closed=True)


def _with_link(mail: OutgoingMail, *, closed: bool) -> Letter | None:
    request = RightsRequest.objects.filter(pk=mail.about_id or 0, closed_at__isnull=not closed).first()
    if request is None:
        return None
    lasts = CONFIRM_WITHIN if request.status == RightsRequest.Status.EMAIL_PENDING else READABLE_FOR
    token = new_link(request=request, at=timezone.now(), lasts=lasts)
    return Letter({"request": request, "request_url": site_url(reverse("rights_request", args=[token]))})
