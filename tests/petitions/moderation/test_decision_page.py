"""`/decision/<token>/`: for who holds the link, kept by nobody, and the way to an appeal."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mesopinions.core import tokens
from mesopinions.core.logs import masked
from petitions.models import Appeal, Decision
from petitions.selectors.decisions import token_of
from petitions.services.moderating import appeals, comments, deciding
from tests.factories import make_user
from tests.petitions.moderation.conftest import WHY

pytestmark = pytest.mark.django_db

now = timezone.now
HOSTILE = "<script>alert(1)</script> & « \u202eoui » {{ x }}"


@pytest.fixture
def refused(taken, mona):
    return deciding.refuse(submission=taken, **WHY, by=mona, at=now())


def address_of(decision):
    return reverse("decision", args=[token_of(decision)])


def test_the_page_gives_the_reasons_and_the_way_to_contest_them(refused, client):
    response = client.get(address_of(refused))

    page = response.content.decode()
    for words in (
        "Pétition refusée",
        "Rouvrons la ligne",
        "Pas assez claire",
        "La charte des pétitions",
        "Dites à qui vous demandez quoi.",
        "Les rails sont là.",
        "Demander un nouvel examen",
        "article 21",
    ):
        assert words in page
    assert "mona" not in page.lower()


def test_no_cache_keeps_it_and_no_search_engine_lists_it(refused, client):
    response = client.get(address_of(refused))

    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_no_log_keeps_its_address(refused, client, caplog):
    with caplog.at_level(logging.DEBUG):
        client.get(address_of(refused))

    assert token_of(refused) not in masked(address_of(refused))
    assert token_of(refused) not in masked(caplog.text)


@pytest.mark.parametrize("scope", [scope for scope in tokens.Scope if scope is not tokens.Scope.DECISION])
def test_a_link_of_another_kind_leads_nowhere(refused, client, scope):
    assert client.get(reverse("decision", args=[tokens.make(scope, refused.pk)])).status_code == 404


@pytest.mark.parametrize("token", ["1", "A" * 30, "é", "x" * 3000])
def test_a_guessed_link_leads_nowhere(refused, client, token):
    for answer in (client.get(reverse("decision", args=[token])), client.post(reverse("decision", args=[token]))):
        assert answer.status_code == 404


def test_a_link_with_more_numbers_than_ours_leads_nowhere(refused, client):
    token = tokens.make(tokens.Scope.DECISION, refused.pk, 1)

    assert client.get(reverse("decision", args=[token])).status_code == 404


def test_a_decision_that_is_gone_says_so(refused, client):
    address = address_of(refused)
    Decision.objects.all().delete()

    assert client.get(address).status_code == 410


def test_opening_files_nothing(refused, client):
    client.get(address_of(refused))
    client.head(address_of(refused))

    assert not Appeal.objects.exists()


def test_an_appeal_is_filed_and_the_page_follows_it(refused, client, luc):
    answer = client.post(address_of(refused), {"text": f"  {HOSTILE}\r\n\r\nEncore.  "})

    assert (answer.status_code, answer["Location"]) == (303, f"{address_of(refused)}#recours")
    appeal = Appeal.objects.get()
    assert appeal.text == "<script>alert(1)</script> & « oui » {{ x }}\n\nEncore."
    page = client.get(address_of(refused)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "Demander un nouvel examen" not in page
    assert "Une autre personne relit tout." in page

    appeals.claim_appeal(appeal=appeal, by=luc, at=now())
    appeals.answer_appeal(appeal=appeal, outcome="upheld", answer="Il manque qui décide.", by=luc, at=now())
    page = client.get(address_of(refused)).content.decode()
    assert "La décision est maintenue" in page
    assert "Il manque qui décide." in page


def test_an_appeal_sent_twice_leads_to_the_same_page(refused, client):
    for words in ("Relisez.", "Relisez encore."):
        assert client.post(address_of(refused), {"text": words}).status_code == 303

    assert Appeal.objects.get().text == "Relisez."


@pytest.mark.parametrize("words", ["", "   ", "\u200b", "x" * 5_001, "a\0b"])
def test_what_is_no_appeal_is_shown_again_with_its_words(refused, client, words):
    answer = client.post(address_of(refused), {"text": words})

    assert answer.status_code == 422
    assert answer.context["form"].errors["text"]
    if len(words) > 100:
        assert words in answer.content.decode()
    assert not Appeal.objects.exists()


def test_after_six_months_the_page_says_that_it_is_too_late_and_keeps_the_words(refused, client):
    with time_machine.travel(now() + timedelta(days=186), tick=False):
        page = client.get(address_of(refused)).content.decode()
        answer = client.post(address_of(refused), {"text": "Relisez quand même."})

    assert "Ce délai est passé." in page
    assert "<textarea" not in page
    assert answer.status_code == 422
    assert "On ne peut plus demander à revoir cette décision." in answer.content.decode()
    assert "Relisez quand même." in answer.content.decode()
    assert not Appeal.objects.exists()


def test_what_went_well_has_no_appeal(taken, mona, client):
    published = deciding.publish_launch(submission=taken, by=mona, at=now())

    page = client.get(address_of(published)).content.decode()
    assert "Pétition publiée" in page
    assert "<textarea" not in page
    assert client.post(address_of(published), {"text": "Merci."}).status_code == 422


def test_a_signer_reads_what_was_hidden_and_contests_it_without_an_account(comment, mona, client):
    comments.hide_comment(comment=comment, reason="hate", statement="Ce mot blesse.", by=mona, at=now())
    decision = Decision.objects.get()

    page = client.get(address_of(decision)).content.decode()
    assert "Un mot de trop" in page
    assert client.post(address_of(decision), {"text": "C’était de l’ironie."}).status_code == 303


def test_many_appeals_from_one_place_have_to_wait(refused, client, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "appeal-ip": (2, 3600)}

    answers = [client.post(address_of(refused), {"text": ""}).status_code for _ in range(3)]

    assert answers == [422, 422, 429]


def test_another_site_cannot_file_an_appeal(refused):
    browser = Client(enforce_csrf_checks=True)

    answer = browser.post(address_of(refused), {"text": "x"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    browser.force_login(make_user("oscar"))
    assert browser.post(address_of(refused), {"text": "Mes mots"}).status_code == 422
    assert not Appeal.objects.exists()


def test_the_page_speaks_english_too(refused, client):
    page = client.get(f"/en{address_of(refused)}").content.decode()

    assert '<html lang="en"' in page
    assert "The petition charter" in page
