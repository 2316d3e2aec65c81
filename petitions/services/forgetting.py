"""How the purge forgets signatures and drafts once their period has passed (petitions/personal_data.py).

No count moves.
"""

from collections.abc import Sequence
from datetime import datetime

from mesopinions.mail import services as mail
from petitions.emails import ABOUT_SIGNATURE
from petitions.models import Comment, Draft, Petition, Picture, Signature
from petitions.services import consents
from petitions.services.pictures import forget_pictures
from privacy import consent


def forget_unconfirmed(keys: Sequence[int], at: datetime) -> None:
    """Delete signatures that nobody confirmed, with their mails and consent rows, as if they had never been."""
    records = consents.record_ids(*keys)
    mail.forget(ABOUT_SIGNATURE, keys)
    Signature.objects.filter(pk__in=keys).delete()
    consent.forget(records)


def forget_ended(keys: Sequence[int], at: datetime) -> None:
    """Delete withdrawn or invalidated signatures with their comments and mails; proofs of consent name nobody now."""
    mail.forget(ABOUT_SIGNATURE, keys)
    _delete(keys, at)


def forget_counted(keys: Sequence[int], at: datetime) -> None:
    """Delete signatures that stay counted: by day and département in the tally. Comments stay, without a name."""
    Comment.objects.filter(signature__in=keys).update(signature=None)
    _delete(keys, at)


def forget_drafts(keys: Sequence[int], at: datetime) -> None:
    """Delete petitions that were never public, with their words and pictures; proofs of consent name nobody now."""
    forget_pictures(list(Picture.objects.filter(petition__in=keys).values_list("pk", flat=True)))
    drafts = Petition.objects.filter(pk__in=keys)
    for petition in drafts.filter(author__isnull=False).select_related("author"):
        consent.pseudonymise(consents.author_record_ids(petition), at=at)
    drafts.update(current_text=None, shows_refusal=False)  # it protects the words that are about to go
    drafts.delete()


def forget_unwritten(keys: Sequence[int], at: datetime) -> None:
    """Delete drafts that nobody wrote in any more. One that was never sent, or came back, takes its petition along."""
    never_public = Petition.objects.filter(pk__in=keys, status__in=Petition.WRITABLE, published_at=None)
    forget_drafts(list(never_public.values_list("pk", flat=True)), at)
    Draft.objects.filter(pk__in=keys).delete()


def _delete(keys: Sequence[int], at: datetime) -> None:
    records = consents.record_ids(*keys)
    Signature.objects.filter(pk__in=keys).delete()
    consent.pseudonymise(records, at=at)
