"""What a confirmed request shows and mails: progress, receipt, failure; and what of it is left."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail as django_mail
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from mesopinions.mail.models import OutgoingMail
from petitions.models import Petition, Signature
from privacy import requests
from privacy.consent import Purpose
from privacy.models import LegalHold, RightsRequest
from tests.factories import make_petition, make_signature, make_user
from tests.privacy.mailbox import ADDRESS, FORM, ask, mailed_path, without_address

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition() -> Petition:
    return make_petition()


@pytest.fixture
def signature(petition: Petition) -> Signature:
    return make_signature(petition, confirmed=True, consents=(Purpose.NEWSLETTER,), comment="Il le faut.")


@pytest.fixture
def path(signature: Signature) -> str:
    """The link of Samir's request, which he has confirmed."""
    return confirmed()


def confirmed(email: str = ADDRESS, count: str = "keep") -> str:
    ask(email=email)
    path = mailed_path()
    Client().post(path, {"count": count})
    return path


def the_request() -> RightsRequest:
    return RightsRequest.objects.get()


def carry_out() -> None:
    requests.execute(the_request().pk)


# --- Progress --------------------------------------------------------------------------------------------------------


def test_progress_is_shown_and_the_page_may_be_closed(client, path):
    RightsRequest.objects.update(steps_total=8, steps_done=3)
    page = client.get(path)

    assert 'value="3" max="8"' in page.text
    assert "3 étapes sur 8" in page.text
    assert "Vous pouvez fermer cette page" in page.text
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page.text


def test_before_the_first_step_the_page_says_that_it_begins(client, path):
    assert "Nous commençons dans un instant" in client.get(path).text


def test_a_failure_is_told_with_the_day_that_the_law_sets(client, path):
    RightsRequest.objects.update(status="failed", error="IntegrityError", due_on="2026-12-24")
    page = client.get(path)

    assert "24\u00a0décembre\u00a02026" in page.text
    assert "Vous n’avez rien à refaire" in page.text
    assert "IntegrityError" not in page.text


# --- The receipt -----------------------------------------------------------------------------------------------------


def test_the_page_of_the_progress_becomes_the_receipt(client, path):
    carry_out()
    in_mail = mailed_path()

    assert in_mail != path
    assert without_address(client.get(path)) == without_address(client.get(in_mail))


def test_the_receipt_names_each_source_and_the_law_behind_what_is_kept(client, path):
    carry_out()
    page = client.get(path)

    for words in ("Effacé", "Signatures", "Commentaires", "Gardé parce que la loi l’exige", "décret n° 2021-1362"):
        assert words in page.text
    assert "Les pétitions gardent de vos signatures un compte anonyme." in page.text
    assert ADDRESS not in page.text


def test_the_receipt_says_that_the_counts_went_down(client, signature):
    path = confirmed(count="remove")
    carry_out()

    assert "Vos signatures ne comptent plus." in client.get(path).text


def test_the_receipt_says_what_a_procedure_keeps_and_not_which(client, signature):
    LegalHold.objects.create(
        table="petitions.Signature", key=str(signature.pk), reason="Plainte 7", ends_on="2099-12-31"
    )
    path = confirmed()
    carry_out()
    page = client.get(path)

    assert "Gardé jusqu’à la fin d’une procédure" in page.text
    assert "Plainte" not in page.text


def test_the_receipt_is_there_for_a_week(path):
    carry_out()
    in_mail = mailed_path()
    sent_at = timezone.now()

    with time_machine.travel(sent_at + timedelta(days=6, hours=23)):
        assert Client().get(in_mail).status_code == Client().get(path).status_code == 200
    with time_machine.travel(sent_at + timedelta(days=7, minutes=1)):
        assert Client().get(in_mail).status_code == Client().get(path).status_code == 404


def test_pressing_again_after_the_end_does_nothing(client, path):
    carry_out()

    assert client.post(path, {"count": "remove"}).status_code == 303
    assert the_request().status == "done"
    assert the_request().remove_from_count is False


def test_every_source_of_an_account_has_a_name_that_a_person_understands(client):
    alice = make_user("alice", is_staff=True)
    make_petition(author=alice)
    client.force_login(alice)
    path = confirmed("alice@example.org")
    carry_out()
    page = Client().get(path)

    for words in ("Comptes", "Sessions", "Pétitions", "Versions du texte"):
        assert words in page.text
    assert "privacy." not in page.text
    assert "petitions." not in page.text


# --- The mails -------------------------------------------------------------------------------------------------------


def test_the_last_mail_says_all_that_the_page_says_and_leaves_no_trace(path):
    carry_out()
    mailed_path()
    message = django_mail.outbox[-1]
    html = str(message.alternatives[0].content)

    assert message.to == [ADDRESS]
    assert not OutgoingMail.objects.exists()
    for words in ("Signatures", "Commentaires", "RGPD, art. 7.1", "CNIL", "tribunal", "Camille Exemple"):
        assert words in message.body
        assert escape(words) in html


def test_asking_again_while_the_work_is_on_leads_to_it(client, path):
    ask()
    again = mailed_path()

    assert "est en cours" in django_mail.outbox[-1].subject
    assert "Votre demande est en cours" in client.get(again).text
    assert client.get(path).status_code == 404


def test_a_blocked_mailbox_is_not_written_to_and_the_page_says_what_to_do(client):
    page = client.get(f"{FORM}ouvrez-votre-boite-mail/")

    assert "mailto:" in page.text
    assert "ne plus jamais vous écrire" in page.text
