"""Refused petitions that can be read: where one looks for them, for a year, and nowhere else."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from petitions.models import Decision, Petition, Reason, Submission, TextVersion
from petitions.services.erasing import erase_author
from petitions.services.moderating import deciding, reading
from privacy.registry import Erasing
from privacy.services.purging import purge_due
from privacy.services.rules import all_rules
from tests.factories import sign_data
from tests.petitions.moderation.conftest import send

pytestmark = pytest.mark.django_db

LIST = "/petitions/?statut=refusees"
now = timezone.now


def refuse(author, by, *, reason="duplicate", agrees=True, at=None, **fields):
    at = at or now()
    submission = send(author, at=at, shows_refusal=agrees, **fields)
    reading.claim(submission=submission, by=by, at=at)
    deciding.refuse(submission=submission, reason=reason, statement="Une autre existe déjà.", by=by, at=at)
    return Petition.objects.with_text().get(pk=submission.petition_id)


def test_a_readable_refusal_says_so_and_can_be_neither_signed_nor_shared(alice, mona, client):
    petition = refuse(alice, mona)

    response = client.get(petition.get_absolute_url())
    page = response.content.decode()
    assert response.status_code == 200
    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page
    for words in ("Cette pétition a été refusée", "déjà demandée par une autre pétition", "Les rails sont là."):
        assert words in page
    for absent in ("sign-form", "facebook", "data-signature-count", "region@example.org", "Une autre existe déjà."):
        assert absent not in page
    assert client.post(f"/petition/{petition.pk}/signer/", sign_data()).status_code == 404


def test_its_other_addresses_lead_to_it_or_nowhere(alice, mona, client):
    petition = refuse(alice, mona)
    address = petition.get_absolute_url()

    assert client.get(f"/petition/{petition.pk}/")["Location"] == address
    assert client.get(f"/petition/sport/autre/{petition.pk}/")["Location"] == address
    for name in ("petition_history", "petition_journal", "petition_updates", "petition_comments", "sign_pending"):
        assert client.get(petition.url_of(name)).status_code == 404
    assert client.get(f"/petition/{petition.pk}/image.png").status_code == 404


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason not in Reason.readable_when_refused()])
def test_what_may_harm_somebody_is_never_readable(alice, mona, client, reason):
    petition = refuse(alice, mona, reason=reason)

    assert client.get(petition.get_absolute_url()).status_code == 404
    assert not TextVersion.objects.exists()
    assert "Rouvrons la ligne" not in client.get(LIST).content.decode()


def test_what_its_author_did_not_agree_to_show_is_not_readable(alice, mona, client):
    petition = refuse(alice, mona, agrees=False)

    assert client.get(petition.get_absolute_url()).status_code == 404
    assert "Rouvrons la ligne" not in client.get(LIST).content.decode()


def test_the_list_of_refused_ones_is_theirs_alone(alice, mona, client):
    petition = refuse(alice, mona)

    response = client.get(LIST)
    page = response.content.decode()
    assert petition.get_absolute_url() in page
    assert "déjà demandée par une autre pétition" in page
    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page
    others = ("/", "/petitions/", "/victoires/", *(f"/petitions/?statut={one}" for one in ("ouvertes", "closes")))
    for address in (*others, "/petitions/?q=rails", f"{LIST}&theme=sport"):
        assert "Rouvrons la ligne" not in client.get(address).content.decode()
    assert client.get(f"/auteur/{alice.slug}/").status_code == 404
    assert petition.get_absolute_url() in client.get(f"{LIST}&theme=social").content.decode()


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("rails", True),
        ("Région LIGNE", True),
        ("region", True),
        ("rails -région", False),
        ("vélo", False),
        ("%", False),
    ],
)
def test_refused_ones_are_searched_among_themselves(alice, mona, client, words, is_found):
    petition = refuse(alice, mona)

    page = client.get(LIST, {"statut": "refusees", "q": words}).content.decode()

    assert (petition.get_absolute_url() in page) is is_found


def test_the_list_has_pages_the_latest_first(alice, mona, client, monkeypatch):
    monkeypatch.setattr("petitions.services.drafting.OPEN_DRAFTS_AT_MOST", 99)
    for number in range(14):
        refuse(alice, mona, title=f"Pétition numéro {number:02}", at=now() - timedelta(hours=20 - number))

    page = client.get(LIST).context["page"]
    rest = client.get(f"{LIST}&apres={page.next_cursor}").context["page"]
    titles = [card.title for card in (*page.cards, *rest.cards)]
    assert titles == [f"Pétition numéro {number:02}" for number in reversed(range(14))]
    assert rest.next_cursor == ""


def test_the_list_costs_as_many_queries_for_ten_as_for_two(alice, mona, client, monkeypatch):
    monkeypatch.setattr("petitions.services.drafting.OPEN_DRAFTS_AT_MOST", 99)

    def queries(address):
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    for number in range(2):
        refuse(alice, mona, title=f"Pétition numéro {number}")
    few = queries(LIST)
    for number in range(2, 10):
        refuse(alice, mona, title=f"Pétition numéro {number}")

    assert queries(f"{LIST}&a=1") == few


def test_a_refusal_is_readable_for_twelve_months_then_not_found(alice, mona, client):
    refused_at = now() - timedelta(days=366 + 1)
    petition = refuse(alice, mona, at=refused_at, closes_on=timezone.localdate())
    address = petition.get_absolute_url()

    with time_machine.travel(refused_at + timedelta(days=360), tick=False):
        assert client.get(address).status_code == 200
        assert address in client.get(LIST).content.decode()
    assert client.get(address, {"a": 1}).status_code == 404
    assert address not in client.get(f"{LIST}&a=1").content.decode()


def carry_out(after):
    [rule] = [rule for rule in all_rules() if rule.name == "petitions.petition:refused"]
    [run] = purge_due(as_of=now() + after, rules=[rule])
    return run.handled


@pytest.mark.parametrize("agrees", [True, False])
def test_a_refused_petition_goes_after_twelve_months_and_its_decision_stays(alice, mona, agrees):
    refuse(alice, mona, agrees=agrees)

    assert carry_out(timedelta(days=364)) == 0
    assert carry_out(timedelta(days=367)) == 1
    assert not Petition.objects.exists()
    assert not Submission.objects.exists()
    assert not TextVersion.objects.exists()
    assert Decision.objects.get().statement == "Une autre existe déjà."


def test_an_author_who_is_erased_takes_a_readable_refusal_along(alice, mona, client):
    petition = refuse(alice, mona)

    erase_author([petition.pk], Erasing(at=now()))

    assert client.get(petition.get_absolute_url()).status_code == 404
    assert not TextVersion.objects.exists()
