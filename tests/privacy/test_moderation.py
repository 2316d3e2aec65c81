"""What launching and moderating hold: who gets a copy of it, what an erasure leaves, and when it goes by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from petitions.models import (
    Appeal,
    Comment,
    Decision,
    Dispute,
    Draft,
    Invalidation,
    InvalidSignature,
    Petition,
    Picture,
    Signature,
    Submission,
    TextVersion,
    Theme,
)
from petitions.services import drafting
from petitions.services.moderating import appeals, comments, deciding, reading
from petitions.services.pictures import Given
from petitions.services.rewording import editing
from privacy import requests
from privacy.models import ConsentRecord
from privacy.requests import Right
from privacy.services.purging import purge_due
from privacy.services.rules import all_rules
from tests.factories import make_petition, make_signature, make_user
from tests.petitions.content.conftest import picture_bytes
from tests.privacy.copies import Copy

pytestmark = pytest.mark.django_db

NOW = timezone.now()
ALICE = "alice@example.org"
REGION = {"name": "La Région", "role": "transports", "email": "Region@example.org"}
WHY = {"reason": "unclear", "statement": "Dites à qui vous demandez quoi."}


@pytest.fixture(autouse=True)
def pictures(tmp_path: Path, settings: LazySettings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "pictures"


@pytest.fixture
def alice() -> User:
    return make_user("alice", public_name="Alice Martin")


@pytest.fixture
def mona() -> User:
    return make_user("mona", is_staff=True)


@pytest.fixture
def luc() -> User:
    return make_user("luc", is_staff=True)


def begin(author: User, *, at: datetime = NOW, **fields: Any) -> Draft:
    image = Given("Une gare vide", SimpleUploadedFile("gare.jpg", picture_bytes()))
    return drafting.start_draft(
        author=author,
        title="Rouvrons la gare",
        text="Elle est fermée.",
        recipients=[REGION],
        theme=Theme.objects.get(slug="social"),
        image=image,
        at=at,
        **fields,
    )


@pytest.fixture
def send(alice: User, mona: User) -> Callable[..., Submission]:
    """Return how Alice sends a petition that Mona then reads."""

    def send(*, at: datetime = NOW, **fields: Any) -> Submission:
        petition = begin(alice, at=at, **fields).petition
        submission = drafting.submit_draft(petition=petition, language="fr", at=at)
        reading.claim(submission=submission, by=mona, at=at)
        return submission

    return send


def answered(decision: Decision, by: User, *, at: datetime = NOW) -> Appeal:
    appeal = appeals.file_appeal(decision=decision, text="Relisez la fin.", at=at)
    appeals.claim_appeal(appeal=appeal, by=by, at=at)
    appeal.refresh_from_db()
    appeals.answer_appeal(appeal=appeal, outcome=Appeal.Outcome.UPHELD, answer="Rien ne change.", by=by, at=at)
    return appeal


def erase(email: str) -> set[str]:
    """Erase somebody, and return the sources that the receipt says are kept."""
    request = requests.open_by_staff(
        right=Right.ERASURE, email=email, language="fr", remove_from_count=False, at=timezone.now()
    )
    requests.execute(request.pk)
    request.refresh_from_db()
    assert request.status == "done", request.error
    return set(request.steps.filter(action="keep", found__gt=0).values_list("source", flat=True))


def carry_out(name: str, *, after: timedelta) -> int:
    [run] = purge_due(as_of=NOW + after, rules=[rule for rule in all_rules() if rule.name == name])
    assert (run.status, run.failed) == ("done", 0), run.error
    return run.handled


# --- Copies -----------------------------------------------------------------------------------------------------------


def test_an_author_reads_why_they_were_refused_and_what_came_of_their_appeal(send, mona, luc):
    answered(deciding.return_petition(submission=send(), **WHY, by=mona, at=NOW), luc)

    copy = Copy(ALICE)

    [decision] = copy.rows("petitions.Decision")
    assert decision["act"] == {"value": "returned", "label": "à reprendre"}
    assert (decision["reason"]["label"], decision["statement"]) == ("pas assez claire", WHY["statement"])
    [appeal] = copy.rows("petitions.Appeal")
    assert (appeal["text"], appeal["answer"]) == ("Relisez la fin.", "Rien ne change.")
    assert copy.rows("petitions.Submission")[0]["text"] == "Elle est fermée."
    assert WHY["statement"] in copy.page


def test_whom_an_author_writes_to_and_who_read_it_are_in_no_copy_of_theirs(send, mona):
    submission = send()
    deciding.publish_launch(submission=submission, by=mona, at=NOW)
    draft = editing.begin_edit(petition=Petition.objects.get(), by=User.objects.get(email=ALICE), at=NOW)
    assert draft.recipients

    copy = Copy(ALICE)

    for stranger in ("La Région", "region@", "mona"):
        assert stranger.casefold() not in copy.everything.casefold(), stranger
    assert not {"recipients", "claimed_by"} & {name for row in copy.rows("petitions.Submission") for name in row}


def test_staff_get_their_decisions_without_the_words_about_others(send, mona, luc):
    answered(deciding.return_petition(submission=send(), **WHY, by=mona, at=NOW), luc)

    for who in ("mona@example.org", "luc@example.org"):
        copy = Copy(who)
        for words in (WHY["statement"], "Relisez la fin.", "Rien ne change.", "Alice", "gare"):
            assert words not in copy.everything, (who, words)
    assert [row["act"]["value"] for row in Copy("mona@example.org").rows("petitions.Decision")] == ["returned"]
    assert [row["outcome"]["value"] for row in Copy("luc@example.org").rows("petitions.Appeal")] == ["upheld"]


def test_a_signer_without_an_account_reads_why_their_comment_was_hidden_and_nobody_else_does(mona, luc):
    signature = make_signature(make_petition(), confirmed=True, comment="Il le faut.")
    make_signature(signature.petition, "nadia", confirmed=True, comment="Moi aussi.")
    comments.hide_comment(comment=Comment.objects.get(signature=signature), **WHY, by=mona, at=NOW)
    answered(Decision.objects.get(), luc)

    copy = Copy()

    assert copy.rows("petitions.Decision")[0]["statement"] == WHY["statement"]
    assert copy.rows("petitions.Appeal")[0]["text"] == "Relisez la fin."
    assert Copy("nadia@example.org").rows("petitions.Decision") == []
    assert Copy("samir+nouvelles@example.org").rows("petitions.Decision") == []


# --- Erasures ---------------------------------------------------------------------------------------------------------


def test_a_decision_and_its_appeal_outlive_its_author_and_lead_to_no_account(send, mona, luc):
    answered(deciding.return_petition(submission=send(), **WHY, by=mona, at=NOW), luc)

    kept = erase(ALICE)

    assert {"petitions.Decision", "petitions.Appeal"} <= kept
    decision = Decision.objects.get()
    assert (decision.told, decision.submission, decision.statement) == (None, None, WHY["statement"])
    assert decision.appeal.text == "Relisez la fin."
    assert not Petition.objects.exists()
    assert not Submission.objects.exists()


def test_a_member_of_the_team_who_goes_leaves_the_acts_and_no_name(send, mona, luc):
    answered(deciding.return_petition(submission=send(), **WHY, by=mona, at=NOW), luc)

    assert "petitions.Decision" in erase("mona@example.org")
    assert "petitions.Appeal" in erase("luc@example.org")

    decision = Decision.objects.get()
    assert (decision.decided_by, decision.appeal.handler, decision.appeal.first_decider) == (None, None, None)
    assert Submission.objects.get().claimed_by is None


@pytest.mark.django_db(transaction=True)
def test_a_draft_goes_with_its_picture_and_its_files(alice, pictures):
    begin(alice)
    assert list(pictures.rglob("*.webp"))

    erase(ALICE)

    assert not Draft.objects.exists()
    assert not Picture.objects.exists()
    assert not list(pictures.rglob("*"))


@pytest.mark.django_db(transaction=True)
def test_a_public_petition_keeps_its_words_and_its_picture_without_its_author_or_their_video(send, mona, pictures):
    submission = send(video_url="https://youtu.be/aqz-KE-bpKQ")
    deciding.publish_launch(submission=submission, by=mona, at=NOW)
    editing.begin_edit(petition=Petition.objects.get(), by=User.objects.get(email=ALICE), at=NOW)

    assert {"petitions.TextVersion", "petitions.Picture"} <= erase(ALICE)

    petition = Petition.objects.get()
    assert (petition.author, petition.author_name, petition.video_url) == (None, "Auteur retiré", "")
    assert petition.picture == Picture.objects.get()
    assert list(pictures.rglob("*.webp"))
    assert TextVersion.objects.get().text == "Elle est fermée."
    assert not Submission.objects.exists()
    assert not Draft.objects.exists()


def test_a_decision_maker_who_asks_has_their_address_taken_out_of_what_others_write(alice):
    begin(alice)
    alias = {**REGION, "email": "region+presse@example.org"}
    Draft.objects.update(recipients=[REGION, alias])

    erase("region@example.org")
    erase("elsewhere@example.org")

    draft = Draft.objects.get()
    assert [one["email"] for one in draft.recipients] == ["", alias["email"]]
    assert {one["name"] for one in draft.recipients} == {"La Région"}


def test_what_a_signer_disputed_goes_with_their_signature(mona):
    signature = make_signature(make_petition(), confirmed=True)
    _invalidate(signature, at=NOW)
    Dispute.objects.create(signature=signature, text="C’est bien moi.", handler=mona)

    erase("samir@example.org")

    assert not Dispute.objects.exists()
    assert not InvalidSignature.objects.exists()
    assert Invalidation.objects.get().found == 1


# --- The purge --------------------------------------------------------------------------------------------------------


def _invalidate(signature: Signature, *, at: datetime) -> None:
    Signature.objects.filter(pk=signature.pk).update(status=Signature.Status.INVALIDATED)
    act = Invalidation.objects.create(petition=signature.petition, rule=Invalidation.Rule.BURST, found=1)
    InvalidSignature.objects.create(invalidation=act, signature=signature, at=at)


def test_an_old_signature_that_is_invalidated_can_still_be_disputed_for_six_months():
    signature = make_signature(make_petition(), confirmed=True)
    Signature.objects.filter(pk=signature.pk).update(created_at=NOW - timedelta(days=300))
    _invalidate(signature, at=NOW)

    assert carry_out("petitions.signature:invalidated", after=timedelta(days=180)) == 0
    assert carry_out("petitions.signature:invalidated", after=timedelta(days=186)) == 1
    assert not Signature.objects.exists()


def test_a_draft_that_nobody_writes_in_goes_after_a_year_with_its_petition_and_its_proofs(send, mona):
    deciding.return_petition(submission=send(), **WHY, by=mona, at=NOW)

    assert carry_out("petitions.draft", after=timedelta(days=364)) == 0
    assert carry_out("petitions.draft", after=timedelta(days=367)) == 1

    assert not Petition.objects.exists()
    assert not Picture.objects.exists()
    assert ConsentRecord.objects.count() == ConsentRecord.objects.exclude(pseudonymised_at=None).count() == 1
    assert Decision.objects.get().submission is None


def test_a_refused_petition_goes_after_a_year_and_the_decision_stays(send, mona):
    deciding.refuse(submission=send(shows_refusal=True), **WHY, by=mona, at=NOW)
    assert Petition.objects.get().shows_refusal

    assert carry_out("petitions.petition:refused", after=timedelta(days=364)) == 0
    assert carry_out("petitions.petition:refused", after=timedelta(days=367)) == 1

    assert not Petition.objects.exists()
    assert not Submission.objects.exists()
    assert Decision.objects.get().statement == WHY["statement"]


def test_a_decision_waits_for_the_end_of_its_appeal(send, mona, luc):
    decision = deciding.return_petition(submission=send(), **WHY, by=mona, at=NOW)
    answered(decision, luc, at=NOW + timedelta(days=100))
    five_years = timedelta(days=5 * 365 + 2)

    assert carry_out("petitions.decision", after=five_years) == 0
    assert carry_out("petitions.appeal", after=five_years) == 0
    assert carry_out("petitions.decision", after=five_years + timedelta(days=101)) == 1
    assert not Appeal.objects.exists()


def test_what_was_sent_goes_five_years_after_it_was_decided_or_else_sent(send, mona):
    deciding.publish_launch(submission=send(), by=mona, at=NOW + timedelta(days=10))
    petition = Petition.objects.get()
    Submission.objects.create(petition=petition, kind="edit", title="Un titre", text="Un texte", sent_at=NOW)
    five_years = timedelta(days=5 * 365 + 2)

    assert carry_out("petitions.submission", after=five_years) == 1
    assert carry_out("petitions.submission", after=five_years + timedelta(days=11)) == 1
    assert TextVersion.objects.get().petition == petition


def test_acts_against_fraud_go_after_five_years():
    Invalidation.objects.create(petition=make_petition(), rule=Invalidation.Rule.BURST, found=3, applied_at=NOW)

    assert carry_out("petitions.invalidation", after=timedelta(days=5 * 365)) == 0
    assert carry_out("petitions.invalidation", after=timedelta(days=5 * 365 + 2)) == 1
