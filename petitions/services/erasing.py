"""How petitions and signatures are erased at somebody's request (petitions/personal_data.py)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import override

from mesopinions.mail import services as mail
from petitions.emails import ABOUT_SIGNATURE
from petitions.models import Comment, Petition, Signature
from petitions.models.tally import Kind
from petitions.services import consents, tally
from petitions.services.forgetting import forget_drafts
from privacy import consent, requests
from privacy.registry import Erasing


def erase_signatures(keys: Sequence[int], erasing: Erasing) -> int:
    """Delete signatures with their comments and mails, and return how many proofs of consent name nobody now.

    A counted one leaves the count as a line of the public journal if the person asked for that, else an anonymous
    count stays. What was never confirmed leaves no proof either.
    """
    for signature in Signature.objects.filter(pk__in=keys, status=Signature.Status.CONFIRMED):
        if erasing.remove_from_count:
            tally.count(signature, Kind.ERASURE, erasing.at)
    pending = Signature.objects.filter(pk__in=keys, status=Signature.Status.PENDING).values_list("pk", flat=True)
    never_made = consents.record_ids(*pending)
    proofs = sorted(set(consents.record_ids(*keys)) - set(never_made))
    comments = list(Comment.objects.filter(signature__in=keys).values_list("pk", flat=True))
    mail.forget(ABOUT_SIGNATURE, keys)
    Signature.objects.filter(pk__in=keys).delete()
    consent.forget(never_made)
    requests.bury(Comment._meta.label, comments, erasing)
    requests.bury("privacy.ConsentRecord", proofs, erasing)
    return consent.pseudonymise(proofs, at=erasing.at)


def erase_author(keys: Sequence[int], erasing: Erasing) -> None:
    """Take the author's name off petitions that were public; delete those that never were."""
    petitions = Petition.objects.filter(pk__in=keys)
    forget_drafts(list(petitions.filter(published_at=None).values_list("pk", flat=True)), erasing.at)
    for petition in petitions.filter(published_at__isnull=False):
        with override(petition.language):
            petition.author_name = _("Auteur retiré")
        petition.author = None
        petition.source_ref = None
        petition.outcome_words = ""
        petition.video_url = ""  # it leads to an account elsewhere, which may name its author
        petition.save(update_fields=["author", "author_name", "source_ref", "outcome_words", "video_url"])
