"""What is forgotten by itself, as the mails and the manage page promise. Periods: petitions/personal_data.py."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from mesopinions.mail import services as mail
from petitions.emails import ABOUT_SIGNATURE
from petitions.models import Signature, SignerLink
from petitions.services import consents
from privacy import consent

UNCONFIRMED_FOR = timedelta(days=7)
WITHDRAWN_FOR = timedelta(days=30)
MAILS_FOR = timedelta(days=7)
BATCH = 500


def expire(now: datetime) -> int:
    """Delete what is due at `now` in batches that commit one by one, and return how many rows went.

    Unconfirmed signatures go with their consent rows; proofs of withdrawn ones lose name, address and petition. No
    count moves. Safe to run twice, at once or after a kill.
    """
    gone = 0
    while batch := _forget_batch(now):
        gone += batch
    gone += SignerLink.objects.filter(expires_at__lt=now).delete()[0]
    return gone + mail.forget_ended(before=now - MAILS_FOR)


@transaction.atomic
def _forget_batch(now: datetime) -> int:
    due = Q(status=Signature.Status.PENDING, created_at__lt=now - UNCONFIRMED_FOR) | Q(
        status=Signature.Status.WITHDRAWN, withdrawn_at__lt=now - WITHDRAWN_FOR
    )
    batch = list(Signature.objects.select_for_update(skip_locked=True).filter(due).order_by("pk")[:BATCH])
    for signature in batch:
        records = consents.record_ids(signature)
        mail.forget(ABOUT_SIGNATURE, signature.pk)
        signature.delete()
        if signature.status == Signature.Status.PENDING:
            consent.forget(records)
        else:
            consent.pseudonymise(records, at=now)
    return len(batch)
