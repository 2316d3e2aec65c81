"""The ghost as an author whose texts are read, as a signer who was doubted, and as one of those who decide."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from petitions.models import (
    Appeal,
    Comment,
    Decision,
    Dispute,
    Draft,
    Invalidation,
    Petition,
    Reason,
    Signature,
    Submission,
    Theme,
)
from petitions.services import disputes, drafting
from petitions.services.fraud import applying
from petitions.services.moderating import appeals, deciding, reading
from petitions.services.pictures import Given
from petitions.services.rewording import editing, publishing
from tests.factories import make_petition, make_user
from tests.petitions.content.conftest import picture_bytes
from tests.privacy.ghost.account import browser_of
from tests.privacy.ghost.cast import Person

TO_SOMEBODY = {"name": "La Région", "role": "autorité des transports", "email": "region@example.org"}
VIDEO = "https://www.youtube.com/watch?v="


def write_and_be_read(person: Person, author: User) -> None:
    """Have a draft under way, a petition refused, one returned with an appeal, and one published, then reworded."""
    _begin_without_an_account(person)
    _draft(person, author, picture=True)
    refused = _send(_draft(person, author, shows_refusal=True))
    deciding.refuse(submission=refused, reason=Reason.UNCLEAR, statement=person.words, by=_mona(), at=timezone.now())
    assert Petition.objects.get(pk=refused.petition_id).shows_refusal
    returned = _send(_draft(person, author))
    _appeal(
        person,
        deciding.return_petition(
            submission=returned, reason=Reason.UNCLEAR, statement=person.words, by=_mona(), at=timezone.now()
        ),
    )
    _reword(person, author)


def be_doubted(person: Person, signature: Signature) -> None:
    """Lose a signature to a rule, and dispute it; have its comment hidden, and appeal."""
    at = timezone.now()
    applying.invalidate(
        petition_id=signature.petition_id, rule=Invalidation.Rule.MANUAL, ids=[signature.pk], by=_mona(), at=at
    )
    dispute = disputes.file_dispute(signature=signature, text=person.words, at=at)
    disputes.answer_dispute(dispute=dispute, outcome=Dispute.Outcome.UPHELD, answer=person.words, by=_nora(), at=at)
    comment = Comment.objects.get(signature=signature)
    hidden = _decide(
        Decision.Subject.COMMENT,
        comment.pk,
        signature.petition,
        act=Decision.Act.HIDDEN,
        statement=f"{person.first_name} : {person.comment}",
        decided_by=_mona(),
    )
    Appeal.objects.create(
        decision=hidden, text=person.words, due_on=timezone.localdate(), first_decider=hidden.decided_by
    )


def decide_about_others(person: Person, staff: User) -> None:
    """Decide, answer, take signatures out; and be whom another author means to write to."""
    petition = make_petition(slug="jugee")
    decided = _decide(
        Decision.Subject.PETITION,
        petition.pk,
        petition,
        act=Decision.Act.REMOVED,
        statement=person.words,
        decided_by=staff,
    )
    Appeal.objects.create(decision=decided, text=person.words, due_on=timezone.localdate(), first_decider=staff)
    Invalidation.objects.create(
        petition=petition, rule=Invalidation.Rule.BURST, found=0, applied_by=staff, undone_by=staff
    )
    addressed = {**TO_SOMEBODY, "email": person.email.swapcase()}
    other = make_petition(slug="en-ecriture", status="draft")
    Draft.objects.create(petition=other, title="À remettre", recipients=[TO_SOMEBODY, addressed])


def _begin_without_an_account(person: Person) -> None:
    """Type a title, then be asked for an account, and give one's address."""
    visitor = browser_of(person)
    assert visitor.post(reverse("launch"), {"title": person.words}).status_code == 303
    visitor.post(reverse("account_request_login_code"), {"email": person.email})
    assert visitor.session["launch"]["words"]["title"] == person.words


def _draft(person: Person, author: User, *, title: str = "", picture: bool = False, **fields: Any) -> Draft:
    at = timezone.now()
    draft = drafting.start_draft(
        author=author,
        title=title or person.words,
        text=person.words,
        recipients=[TO_SOMEBODY],
        theme=Theme.objects.get(slug="social"),
        author_name=f"{person.first_name} {person.last_name}",
        note=person.words,
        at=at,
        image=Given(person.words, SimpleUploadedFile("photo.jpg", picture_bytes())) if picture else None,
        **fields,
    )
    Draft.objects.filter(pk=draft.pk).update(video_url=VIDEO + person.words)
    return draft


def _send(draft: Draft) -> Submission:
    sent = drafting.submit_draft(petition=draft.petition, language="fr", at=timezone.now())
    assert reading.claim(submission=sent, by=_mona(), at=timezone.now())
    return sent


def _appeal(person: Person, decision: Decision) -> None:
    appeal = appeals.file_appeal(decision=decision, text=person.words, at=timezone.now())
    appeals.claim_appeal(appeal=appeal, by=_nora(), at=timezone.now())
    appeals.answer_appeal(
        appeal=appeal, outcome=Appeal.Outcome.UPHELD, answer=person.words, by=_nora(), at=timezone.now()
    )


def _reword(person: Person, author: User) -> None:
    """Publish what was sent, then one more version; a third waits to be read."""
    # The address of what is public repeats its title, and stays with it.
    first = _send(_draft(person, author, title="Une gare pour tous", picture=True))
    deciding.publish_launch(submission=first, by=_mona(), at=timezone.now())
    petition = Petition.objects.get(pk=first.petition_id)
    second = _next_version(person, petition, author, "bis")
    publishing.publish_edit(submission=second, by=_mona(), at=timezone.now())
    _next_version(person, Petition.objects.get(pk=petition.pk), author, "ter")


def _next_version(person: Person, petition: Petition, author: User, word: str) -> Submission:
    at = timezone.now()
    draft = editing.begin_edit(petition=petition, by=author, at=at)
    editing.save_edit(draft=draft, text=f"{person.words} {word}", note=person.words, at=at)
    sent = editing.send_edit(petition=petition, at=at)
    assert reading.claim(submission=sent, by=_mona(), at=at)
    return sent


def _decide(subject: Decision.Subject, key: int, petition: Petition, **fields: Any) -> Decision:
    return Decision.objects.create(
        subject=subject, subject_id=key, petition_id=petition.pk, reason=Reason.OTHER, **fields
    )


def _mona() -> User:
    return User.objects.filter(email="mona@example.org").first() or make_user("mona", is_staff=True)


def _nora() -> User:
    return User.objects.filter(email="nora@example.org").first() or make_user("nora", is_staff=True)
