"""How petitions and signatures are erased at somebody's request (petitions/personal_data.py)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import override

from mesopinions.mail import services as mail
from petitions.emails import ABOUT_SIGNATURE
from petitions.models import Comment, Draft, Petition, Signature
from petitions.models.tally import Kind
from petitions.services import consents, tally
from petitions.services.forgetting import forget_drafts
from privacy import consent, requests
from privacy.registry import Erasing, Subject


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
        petition.video_url = ""  # it often leads to a channel with the author's name
        petition.save(update_fields=["author", "author_name", "source_ref", "outcome_words", "video_url"])


def forget_addressee(subject: Subject, really: bool) -> int:
    """Take the address of somebody out of the drafts that others mean to send them; return how many drafts that is.

    With `really` False they are only counted. Their name and role stay in what the author writes.
    """
    address = subject.email.casefold()
    drafts = Draft.objects.select_for_update() if really else Draft.objects.all()
    found = [
        draft
        for draft in drafts.filter(recipients__icontains=address)
        if any(one.get("email", "").casefold() == address for one in draft.recipients)
    ]
    for draft in found if really else ():
        for one in draft.recipients:
            if one.get("email", "").casefold() == address:
                one["email"] = ""
        draft.save(update_fields=["recipients"])
    return len(found)
