"""Every kind of mail is complete."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from mesopinions.mail import kinds
from mesopinions.mail.checks import kinds_have_templates
from mesopinions.mail.compose import compose
from mesopinions.mail.models import OutgoingMail
from petitions.models import Signature, SignerLink, Update
from petitions.services.signing import withdraw_signature
from privacy.consent import Purpose
from tests.factories import make_petition, make_signature, make_update

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


def _link() -> int:
    return SignerLink.objects.create(email="samir@example.org", expires_at=timezone.now() + timedelta(hours=1)).pk


# What a mail of each kind is about. A new kind gets its line here.
ABOUT: dict[str, Callable[[], int]] = {
    "already_signed": _confirmed,
    "confirm_signature": _pending,
    "my_signatures": _link,
    "petition_update": _told,
    "signature_withdrawn": _withdrawn,
    "signed_with_account": _confirmed,
}


def mail_about(kind: str, language: str = "fr") -> OutgoingMail:
    """Return a mail of that kind, as the outbox would hold it, about something made for it."""
    about = ABOUT[kind]()
    context = {"update": Update.objects.latest("pk").pk} if kind == "petition_update" else {}
    return OutgoingMail(
        message_id=uuid4(), kind=kind, recipient="samir@example.org", language=language, about_id=about, context=context
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
