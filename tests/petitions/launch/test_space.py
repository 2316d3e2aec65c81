"""« Mes pétitions »: where each one stands, and the ways on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from petitions.dates import latest_last_day
from petitions.models import Decision, Draft, Petition, Submission
from petitions.services import drafting
from tests.factories import make_petition, make_signature, make_user

SPACE = "/espace/"


def shown(browser):
    response = browser.get(SPACE)
    assert response.status_code == 200
    return response.content.decode()


def way(name, petition):
    return reverse(f"space_{name}", args=[petition.pk])


def send(draft):
    return drafting.submit_draft(petition=draft.petition, language="fr", at=timezone.now())


def decide(petition, act, author):
    return Decision.objects.create(
        subject="petition", subject_id=petition.pk, petition_id=petition.pk, act=act, reason="unclear",
        statement="On ne voit pas ce que vous demandez.", told=author,
    )  # fmt: skip


def test_nobody_sees_it_without_logging_in(client, db):
    assert client.get(SPACE)["Location"] == f"/compte/login/?next={SPACE}"


def test_an_author_sees_their_own_petitions_only(author, oscar, draft):
    assert draft.title in shown(author)
    assert draft.title not in shown(oscar)


@pytest.mark.parametrize("name", ["edit", "delete", "extend", "take_back"])
def test_the_ways_of_a_petition_are_its_authors(oscar, client, alice, name):
    petition = make_petition(author=alice)

    for response in (oscar.get(way(name, petition)), oscar.post(way(name, petition))):
        assert response.status_code in {404, 405}
    assert client.get(way(name, petition)).status_code == 302


def test_each_state_says_what_comes_next(author, alice, draft):
    assert way("edit", draft.petition) in shown(author)
    for status, words in {
        "published": "à signer jusqu’au",
        "closed": "close le",
        "rejected": "Elle n’est pas publiée",
        "removed": "Elle n’est plus en ligne",
    }.items():
        make_petition(author=alice, status=status, slug=status)
        assert words in shown(author)


def test_the_list_takes_the_same_queries_however_long_it_is(author, alice, django_assert_max_num_queries):
    for number in range(6):
        make_petition(author=alice, slug=f"p{number}")

    with django_assert_max_num_queries(9):
        shown(author)


def test_a_petition_that_waits_says_since_when_and_can_be_taken_back(author, ready):
    send(ready)
    assert "Elle attend d’être lue" in shown(author)

    response = author.post(way("take_back", ready.petition))

    assert response["Location"] == f"{SPACE}?reprise"
    assert Petition.objects.get().status == "draft"


def test_a_petition_that_somebody_reads_stays_with_them(author, ready):
    Submission.objects.filter(pk=send(ready).pk).update(claimed_by=make_user("mona"), claimed_at=timezone.now())

    assert way("take_back", ready.petition) not in shown(author)
    assert author.post(way("take_back", ready.petition))["Location"] == f"{SPACE}?lue"


def test_a_returned_petition_says_why_and_leads_to_its_steps(author, alice, ready):
    Submission.objects.filter(pk=send(ready).pk).update(closed_at=timezone.now())
    Petition.objects.update(status="returned")
    decide(ready.petition, Decision.Act.RETURNED, alice)

    page = shown(author)
    step = author.get(way("edit", ready.petition))["Location"]

    assert "On ne voit pas ce que vous demandez." in page
    assert "Améliorer" in page
    assert "On ne voit pas ce que vous demandez." in author.get(step).content.decode()


def test_a_refused_petition_leads_to_its_decision(author, alice):
    petition = make_petition(author=alice, status="rejected")
    decide(petition, Decision.Act.REFUSED, alice)

    assert "/decision/" in shown(author)


def test_writing_goes_on_at_the_first_step_that_lacks_something(author, draft):
    assert author.get(way("edit", draft.petition))["Location"].endswith("/texte/")


def test_what_is_not_written_any_more_leads_back(author, alice):
    petition = make_petition(author=alice, status="removed")

    assert author.get(way("edit", petition))["Location"] == SPACE


def test_a_draft_is_deleted_after_a_question(author, draft):
    assert "Supprimer ce brouillon" in author.get(way("delete", draft.petition)).content.decode()
    assert Draft.objects.exists()

    assert author.post(way("delete", draft.petition))["Location"] == f"{SPACE}?supprimee"
    assert not Petition.objects.exists()
    assert author.post(way("delete", draft.petition)).status_code == 404


def test_an_open_petition_is_extended(author, alice):
    petition = make_petition(author=alice)
    make_signature(petition, confirmed=True)
    day = petition.closes_on + timedelta(days=30)

    assert author.get(way("extend", petition)).status_code == 200
    assert author.post(way("extend", petition), {"closes_on": f"{day}"})["Location"] == f"{SPACE}?prolongee"
    assert Petition.objects.get().closes_on == day


@pytest.mark.parametrize("day", ["", "demain", "2000-01-01", "9999-12-31", "\u202e", "0000-00-00"])
def test_a_day_that_cannot_be_is_refused(author, alice, day):
    petition = make_petition(author=alice)

    response = author.post(way("extend", petition), {"closes_on": day})

    assert response.status_code == 422
    assert Petition.objects.get().closes_on == petition.closes_on


def test_the_last_day_of_thirty_months_has_no_way_on(author, alice):
    petition = make_petition(author=alice)
    Petition.objects.update(closes_on=latest_last_day(timezone.localdate(petition.published_at)))

    assert way("extend", petition) not in shown(author)


def test_a_closed_petition_is_not_extended(author, alice):
    petition = make_petition(author=alice, status="closed")

    assert author.get(way("extend", petition)).status_code == 404
    assert author.post(way("extend", petition), {"closes_on": "2030-01-01"}).status_code == 404
