"""Between the form and the confirmation: the mail once more, and the end of signing."""

from datetime import timedelta

import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from mesopinions.mail.models import OutgoingMail
from petitions.models import Signature
from petitions.selectors import signature_count
from petitions.services.closing import close_due
from tests.factories import make_signature, sign_data


def sign(client, petition, **fields):
    return client.post(reverse("sign", args=[petition.pk]), sign_data(**fields))


def pending_address(petition):
    return petition.url_of("sign_pending")


def test_resending_gives_one_more_mail_to_who_signed_and_the_same_page_to_who_did_not(client, petition, pending):
    OutgoingMail.objects.all().delete()
    known = client.post(pending_address(petition), {"email": "samir@example.org"})
    unknown = client.post(pending_address(petition), {"email": "oscar@example.org"})

    assert (known.status_code, unknown.status_code) == (200, 200)
    assert known.content == unknown.content
    assert OutgoingMail.objects.get().kind == "confirm_signature"


def test_resending_too_often_waits(client, petition, pending):
    allowed = settings.RATE_LIMITS["resend-email"][0]
    answers = [
        client.post(pending_address(petition), {"email": "samir@example.org"}).status_code for _ in range(allowed + 1)
    ]

    assert answers == [200] * allowed + [429]


def test_a_withdrawn_signer_may_sign_again(client, petition, confirmed):
    client.post(reverse("signature", args=[confirmed.manage_token]), {"action": "withdraw"})
    sign(client, petition)

    assert set(Signature.objects.values_list("status", flat=True)) == {"withdrawn", "pending"}


def test_a_petition_closes_by_itself_and_links_still_confirm_for_a_day(client, petition):
    pending = make_signature(petition)
    late = make_signature(petition, "nadia")
    end = petition.ended_at()
    assert close_due(timezone.localdate(end + timedelta(minutes=1)), at=end + timedelta(minutes=1)) == 1
    with time_machine.travel(end + timedelta(hours=23), tick=False):
        in_time = client.post(reverse("signature_confirm", args=[pending.manage_token]))
    with time_machine.travel(end + timedelta(hours=25), tick=False):
        too_late = client.post(reverse("signature_confirm", args=[late.manage_token]))

    assert (in_time.status_code, too_late.status_code) == (303, 409)
    assert signature_count(petition.pk) == 1
