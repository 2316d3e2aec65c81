"""Every kind of mail is complete."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import User
from mesopinions.core import crypto
from mesopinions.mail import kinds
from mesopinions.mail.checks import kinds_have_templates
from mesopinions.mail.compose import compose
from mesopinions.mail.models import OutgoingMail
from petitions.models import Appeal, Decision, Invalidation, Signature, SignerLink, Submission, TextVersion, Update
from petitions.services import disputes
from petitions.services.fraud import applying
from petitions.services.moderating import appeals, deciding, reading
from petitions.services.rewording import editing, publishing
from petitions.services.signing import withdraw_signature
from privacy import requests
from privacy.consent import Purpose
from privacy.models import RightsRequest
from privacy.requests import Right
from tests.factories import make_petition, make_signature, make_update, make_user

TITLE = "L’été & l’hiver"


def _pending() -> int:
    return make_signature(make_petition(title=TITLE)).pk


def _confirmed() -> int:
    return make_signature(make_petition(title=TITLE), confirmed=True).pk


def _withdrawn() -> int:
    signature = Signature.objects.get(pk=_confirmed())
    withdraw_signature(signature=signature, at=timezone.now())
    return signature.pk


def _told() -> int:
    signature = make_signature(make_petition(title=TITLE), confirmed=True, consents=(Purpose.AUTHOR_UPDATES,))
    make_update(signature.petition)
    return signature.pk


def _reworded() -> int:
    petition = make_petition(title=TITLE, author=_staff("alice"))
    signature = make_signature(petition, confirmed=True)
    draft = editing.begin_edit(petition=petition, by=_staff("alice"), at=timezone.now())
    editing.save_edit(draft=draft, at=timezone.now(), title=f"{TITLE} ici", note="Pour être plus clair.")
    submission = editing.send_edit(petition=petition, at=timezone.now())
    reading.claim(submission=submission, by=_staff("mona"), at=timezone.now())
    publishing.publish_edit(submission=submission, by=_staff("mona"), at=timezone.now())
    return signature.pk


def _invalid() -> int:
    signature = Signature.objects.get(pk=_confirmed())
    applying.invalidate(
        petition_id=signature.petition_id,
        rule=Invalidation.Rule.NETWORK,
        ids=[signature.pk],
        by=_staff("mona"),
        at=timezone.now(),
    )
    return signature.pk


def _disputed() -> int:
    signature = Signature.objects.get(pk=_invalid())
    dispute = disputes.file_dispute(signature=signature, text="C’est bien moi.", at=timezone.now())
    disputes.answer_dispute(
        dispute=dispute, outcome="reinstated", answer="Merci de l’avoir dit.", by=_staff("luc"), at=timezone.now()
    )
    return signature.pk


def _link() -> int:
    return SignerLink.objects.create(email="samir@example.org", expires_at=timezone.now() + timedelta(hours=1)).pk


def _sleeping() -> int:
    user = User.objects.filter(email="samir@example.org").first() or make_user("samir")
    User.objects.filter(pk=user.pk).update(notice=User.Notice.FIRST, notice_at=timezone.now(), closes_at=None)
    return user.pk


def _owner(**fields: object) -> int:
    user = User.objects.filter(email="samir@example.org").first() or make_user("samir")
    User.objects.filter(pk=user.pk).update(**fields or {"last_seen_at": timezone.now()})
    return user.pk


def _closing() -> int:
    return _owner(closes_at=timezone.now() + timedelta(days=7))


def _asked() -> int:
    _confirmed()
    return requests.open_request(right=Right.ERASURE, email="samir@example.org", language="fr", at=timezone.now()).pk


def _erased() -> int:
    _confirmed()
    request = requests.open_by_staff(
        right=Right.ERASURE, email="samir@example.org", language="fr", remove_from_count=True, at=timezone.now()
    )
    requests.execute(request.pk)
    return request.pk


def _ready() -> int:
    now = timezone.now()
    request = RightsRequest.objects.create(
        right=Right.ACCESS, status="done", subject_key="0" * 64, language="fr", due_on=now, closed_at=now, file_name="a"
    )
    return request.pk


def _published() -> int:
    return deciding.publish_launch(submission=_taken(), by=_staff("mona"), at=timezone.now()).pk


def _returned() -> int:
    why = {"reason": "unclear", "statement": "Dites à qui vous demandez quoi.\n\nEt quand."}
    return deciding.return_petition(submission=_taken(), **why, by=_staff("mona"), at=timezone.now()).pk


def _appealed() -> int:
    decision = Decision.objects.get(pk=_returned())
    return appeals.file_appeal(decision=decision, text="Relisez la fin.", at=timezone.now()).pk


def _answered() -> int:
    appeal = Appeal.objects.get(pk=_appealed())
    appeals.claim_appeal(appeal=appeal, by=_staff("luc"), at=timezone.now())
    answer = {"outcome": "reversed", "answer": "Elle est claire."}
    appeals.answer_appeal(appeal=appeal, **answer, by=_staff("luc"), at=timezone.now())
    return appeal.pk


def _taken() -> Submission:
    petition = make_petition(title=TITLE, status="submitted", author=_staff("samir"))
    submission = Submission.objects.create(petition=petition, kind="launch", title=TITLE, text="Agissons.")
    reading.claim(submission=submission, by=_staff("mona"), at=timezone.now())
    return submission


def _staff(name: str) -> User:
    return User.objects.filter(email=f"{name}@example.org").first() or make_user(name)


# What a mail of each kind is about. A new kind gets its line here.
ABOUT: dict[str, Callable[[], int]] = {
    "account_closing": _closing,
    "account_code": _owner,
    "account_ending": _sleeping,
    "account_exists": _owner,
    "account_unknown": _owner,
    "already_signed": _confirmed,
    "appeal_answered": _answered,
    "appeal_received": _appealed,
    "confirm_signature": _pending,
    "decision": _returned,
    "dispute_answered": _disputed,
    "my_signatures": _link,
    "petition_published": _published,
    "petition_update": _told,
    "rights_confirm": _asked,
    "rights_erased": _erased,
    "rights_ready": _ready,
    "security_notice": _owner,
    "signature_invalidated": _invalid,
    "signature_reinstated": _confirmed,
    "signature_withdrawn": _withdrawn,
    "signed_with_account": _confirmed,
    "text_changed": _reworded,
}


# What a mail of each kind carries with it, in clear and enclosed.
CARRIED: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "account_code": ({"what": "login"}, {"code": "KPQR-STVW"}),
    "security_notice": (
        {"what": "provider_added"},
        {"detail": "Google", "ip": "192.0.2.1", "browser": "Mozilla/5.0 (Android 14; Mobile) Firefox/143.0"},
    ),
}


def mail_about(kind: str, language: str = "fr") -> OutgoingMail:
    """Return a mail of that kind, as the outbox would hold it, about something made for it."""
    about = ABOUT[kind]()
    context, enclosed = CARRIED.get(kind, ({}, {}))
    if kind == "petition_update":
        context = {"update": Update.objects.latest("pk").pk}
    elif kind == "text_changed":
        context = {"version": TextVersion.objects.latest("pk").pk}
    return OutgoingMail(
        message_id=uuid4(),
        kind=kind,
        recipient="samir@example.org",
        language=language,
        about_id=about,
        context=context,
        enclosed=crypto.encrypt(json.dumps(enclosed).encode()) if enclosed else None,
        created_at=timezone.now(),
    )


def test_every_kind_has_a_line_in_this_file():
    assert kinds.registered_kinds() == sorted(ABOUT)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", sorted(ABOUT))
def test_every_kind_is_complete_in_every_language(db, kind, language):
    message = compose(mail_about(kind, language))

    html = str(message.alternatives[0].content)
    assert message.subject
    assert "http://localhost:8000/" in message.body
    assert f'<html lang="{language}"' in html
    for text in (message.subject, message.body, html):
        assert "{{" not in text
        assert "None" not in text
    assert "&amp;" not in message.subject + message.body
    assert ("Une question sur vos données" in message.body) == (language == "fr")


def test_every_registered_kind_has_its_three_templates():
    assert kinds_have_templates() == []


def test_a_kind_without_templates_fails_the_check(monkeypatch):
    monkeypatch.setitem(kinds._builders, "forgotten", lambda _mail: None)

    assert [error.msg.rpartition(" ")[2] for error in kinds_have_templates()] == [
        "emails/forgotten/subject.txt.",
        "emails/forgotten/body.txt.",
        "emails/forgotten/body.html.",
    ]


def test_two_kinds_cannot_share_a_name(monkeypatch):
    monkeypatch.setitem(kinds._builders, "taken", lambda _mail: None)

    with pytest.raises(ValueError, match="taken"):
        kinds.kind("taken")(lambda _mail: None)
