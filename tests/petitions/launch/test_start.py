"""The way into the launch: for everybody, with every field at once, and back after the login."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from petitions.models import Draft, Petition
from petitions.services import drafting
from tests.factories import PASSWORD, make_petition, make_user
from tests.petitions.launch.conftest import EVERYTHING, LAUNCH, address, page_of

# --- All at once -----------------------------------------------------------------------------------------------------


def test_every_field_at_once_makes_a_draft_that_only_waits_to_be_read_over(author):
    response = author.post(LAUNCH, EVERYTHING)

    draft = Draft.objects.select_related("theme").get()
    assert response["Location"] == address(draft, "relire")
    assert (draft.title, draft.goal, draft.theme.slug) == ("Rouvrez la gare", 1000, "social")
    assert draft.recipients[0] == {"name": "La Région", "role": "transports", "email": "region@example.org"}
    assert draft.video_url == "https://www.youtube.com/watch?v=aqz-KE-bpKQ"


def test_what_is_missing_from_all_at_once_is_the_next_step(author):
    response = author.post(LAUNCH, {name: EVERYTHING[name] for name in ("title", "text", "theme")})

    assert response["Location"] == address(Draft.objects.get(), "destinataires")


@pytest.mark.parametrize(
    "wrong", [{"closes_on": "2999-01-01"}, {"theme": "couleur"}, {"text": "x" * 20_001}, {"recipients-0-email": "non"}]
)
def test_one_wrong_field_of_all_stores_nothing_and_shows_every_word(author, wrong):
    response = author.post(LAUNCH, EVERYTHING | wrong)

    page = response.content.decode()
    assert response.status_code == 422
    assert not Draft.objects.exists()
    assert all(word in page for word in ("Rouvrez la gare", "Collectif Rail", "SNCF Réseau"))


def test_too_many_drafts_is_said_with_the_way_to_them(author, alice):
    for number in range(drafting.OPEN_DRAFTS_AT_MOST):
        drafting.start_draft(author=alice, title=f"Titre {number}", at=timezone.now())

    response = author.post(LAUNCH, {"title": "Un de trop"})

    assert response.status_code == 422
    assert reverse("space") in response.content.decode()


def test_an_account_without_a_confirmed_address_begins_nothing(client, db):
    client.force_login(make_user("oscar", confirmed=False))

    assert client.post(LAUNCH, {"title": "Rouvrez la gare"}).status_code == 422
    assert not Petition.objects.exists()


# --- Without an account ----------------------------------------------------------------------------------------------


def log_in(browser, address):
    there = address.partition("=")[2]
    response = browser.post(address, {"login": "alice@example.org", "password": PASSWORD, "next": there})
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def test_a_visitor_types_a_title_sees_what_looks_like_it_and_finds_it_again_after_the_login(client, alice):
    make_petition(title="Rouvrons la gare de Langres")
    similar = client.post(LAUNCH, {"title": "Rouvrez la gare de Langres"})["Location"]
    page = client.get(similar).content.decode()
    assert "Rouvrons la gare de Langres" in page
    assert f"/compte/signup/?next={LAUNCH}" in page

    there = log_in(client, f"/compte/login/?next={LAUNCH}")

    assert urlsplit(there).path == LAUNCH
    assert "Rouvrez la gare de Langres</textarea>" in client.get(there).content.decode()
    response = client.post(LAUNCH, {"title": "Rouvrez la gare de Langres"})
    assert response["Location"] == address(Draft.objects.get(), "texte")
    assert "launch" not in client.session


def test_a_visitor_hears_what_would_make_a_title_better_before_an_account_is_asked_for(client, alice):
    shout = "SAUVONS LA GARE DE LANGRES, APPELEZ LE 06 12 34 56 78"
    page = client.get(client.post(LAUNCH, {"title": shout})["Location"]).content.decode()
    assert "semble crier" in page
    assert "<q>06 12 34 56 78</q>" in page

    changing = client.get(LAUNCH).content.decode()
    lower = client.post(LAUNCH, {"title": shout, "go": "normal-case"}).content.decode()

    assert "normal-case" in changing
    assert "Sauvons la gare de langres, appelez le" in lower
    assert "semble crier" not in lower


def test_a_visitor_who_sent_every_field_finds_them_all_again(client, alice):
    client.post(LAUNCH, EVERYTHING)
    log_in(client, f"/compte/login/?next={LAUNCH}")

    page = client.get(LAUNCH).content.decode()

    assert all(word in page for word in ("Rouvrez la gare", "Collectif Rail", "SNCF Réseau", "1 000"))


def test_a_visitor_who_reads_the_page_gets_no_cookie(client, db):
    assert client.get(LAUNCH).status_code == 200
    assert not client.cookies


def test_the_page_of_similar_petitions_without_a_title_leads_to_the_title(client, db):
    assert client.get(f"{LAUNCH}semblables/")["Location"] == LAUNCH


@pytest.mark.parametrize("word", ["titre", "texte", "destinataires", "details"])
def test_words_sent_after_a_logout_wait_behind_the_login(author, ready, word):
    data = {name: value for name, value in EVERYTHING.items() if name != "text"} | {"text": "Des mots à moi."}
    author.logout()
    response = author.post(address(ready, word), {"go": "next", "seen": "0" * 16, **data})
    assert response["Location"] == f"/compte/login/?next={address(ready, word)}"
    log_in(author, response["Location"])

    page = page_of(author, ready, word)

    shown = {"titre": "Rouvrez la gare", "texte": "Des mots à moi.", "destinataires": "SNCF Réseau", "details": "Rail"}
    assert shown[word] in page
    assert 'value="0000000000000000"' in page  # an older page is still known as one


def test_a_form_of_another_site_leaves_nothing_in_the_session(client, draft):
    response = client.post(address(draft, "texte"), {"text": "À moi"}, headers={"sec-fetch-site": "cross-site"})

    assert response.status_code == 403


def test_a_form_of_another_site_changes_no_draft(alice, draft):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)

    response = browser.post(address(draft, "texte"), {"text": "À moi", "go": "next"})

    assert response.status_code == 422
    assert Draft.objects.get().text == ""


def test_a_visitor_who_tries_too_many_titles_is_asked_to_wait(client, db, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"search-ip": (2, 60)}
    similar = client.post(LAUNCH, {"title": "Rouvrez la gare"})["Location"]

    assert client.get(similar).status_code == 200
    assert client.get(similar).status_code == client.post(LAUNCH, {"title": "Encore"}).status_code == 429
