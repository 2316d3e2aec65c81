"""The address of a petition's share image: who gets it, how often it is drawn, what keeps it."""

import re
from io import BytesIO

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from mesopinions.core import share_images
from petitions.models import Petition, TextVersion
from tests.factories import make_petition, make_update
from tests.support.concurrency import run_together
from tests.support.outages import NOBODY_LISTENS

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return make_petition()


@pytest.fixture
def drawings(monkeypatch):
    """What was drawn, in order."""
    made = []
    draw = share_images.draw

    def note(**words):
        made.append(words)
        return draw(**words)

    monkeypatch.setattr(share_images, "draw", note)
    return made


def address(petition, version=1):
    return f"{reverse('petition_image', args=[petition.pk])}?v={version}"


def new_words(petition, title):
    petition.current_text = TextVersion.objects.create(petition=petition, number=2, title=title, text="Agissons.")
    petition.save()


# --- What the page says ----------------------------------------------------------------------------------------------


def meta(client, petition):
    page = client.get(petition.get_absolute_url()).content.decode()
    return dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', page))


def test_the_page_names_its_picture_with_size_and_words(client, petition):
    tags = meta(client, petition)

    assert tags["og:image"] == f"{settings.SITE_ORIGIN}{address(petition)}"
    assert (tags["og:image:width"], tags["og:image:height"], tags["og:image:type"]) == ("1200", "630", "image/png")
    assert (tags["og:image:alt"], tags["twitter:card"]) == ("Rouvrons la ligne", "summary_large_image")


def test_new_words_have_a_new_address(client, petition):
    new_words(petition, "Rouvrons les deux lignes")

    assert meta(client, petition)["og:image"].endswith(address(petition, 2))


def test_a_hostile_title_stays_inside_its_attribute(client):
    petition = make_petition(title='"><script>alert(1)</script>')

    assert "<script>alert" not in client.get(petition.get_absolute_url()).content.decode()


def test_news_are_shared_with_the_picture_of_their_petition(client, petition):
    make_update(petition)
    page = client.get(petition.url_of("petition_update", 1)).content.decode()

    assert f'content="{settings.SITE_ORIGIN}{address(petition)}"' in page


# --- The picture -----------------------------------------------------------------------------------------------------


def test_it_is_a_png_that_everybody_may_keep_for_a_day(client, petition):
    response = client.get(address(petition))

    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert Image.open(BytesIO(response.content)).size == (1200, 630)
    assert response["Cache-Control"] == "public, max-age=86400"
    assert not response.cookies
    assert "Vary" not in response


def test_it_says_the_words_in_the_language_of_the_petition(client, drawings):
    english = make_petition(title="Reopen the line", language="en")
    client.get(address(english))
    client.get(f"/en{address(make_petition(slug='autre'))}")

    assert [(made["kind"], made["theme"]) for made in drawings] == [
        ("Petition", "Social"),
        ("Pétition", "Social"),
    ]


def test_a_visitor_who_has_it_gets_nothing_anew_and_nothing_is_drawn(client, petition, drawings):
    etag = client.get(address(petition))["ETag"]
    again = Client(headers={"if-none-match": etag}).get(address(petition))

    assert (again.status_code, again.content, len(drawings)) == (304, b"", 1)


def test_it_is_drawn_once_for_everybody(client, petition, drawings):
    images = {client.get(address(petition)).content for _ in range(3)}
    images.add(client.get(f"/en{address(petition)}").content)

    assert (len(images), len(drawings)) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_crowd_at_the_same_instant_makes_it_draw_once(petition, drawings):
    statuses = run_together(8, lambda: Client().get(address(petition)).status_code)

    assert (set(statuses), len(drawings)) == ({200}, 1)


@pytest.mark.parametrize("query", ["", "?v=2", "?v=0", "?v=1&x=2", "?v=01", "?x=" + "9" * 500, "?v=%3Cb%3E"])
def test_every_other_address_leads_to_the_one_and_draws_nothing(client, petition, drawings, query):
    response = client.get(reverse("petition_image", args=[petition.pk]) + query)

    assert (response.status_code, response["Location"], drawings) == (302, address(petition), [])


def test_new_words_are_drawn(client, petition, drawings):
    client.get(address(petition))
    new_words(petition, "Rouvrons les deux lignes")
    client.get(address(petition), follow=True)

    assert [made["title"] for made in drawings] == ["Rouvrons la ligne", "Rouvrons les deux lignes"]


@pytest.mark.parametrize(
    ("status", "answer"),
    [("draft", 404), ("submitted", 404), ("rejected", 404), ("published", 200), ("closed", 200), ("removed", 410)],
)
def test_it_is_as_public_as_its_petition(client, drawings, status, answer):
    petition = make_petition(status=status)

    assert client.get(address(petition)).status_code == answer
    assert len(drawings) == (answer == 200)


def test_a_removed_petition_takes_along_the_picture_that_was_drawn(client, petition):
    etag = client.get(address(petition))["ETag"]
    Petition.objects.filter(pk=petition.pk).update(status="removed")

    assert Client(headers={"if-none-match": etag}).get(address(petition)).status_code == 410


@pytest.mark.parametrize("petition_id", ["0", "999999999", "9" * 18])
def test_a_petition_that_never_was_has_none(client, petition_id):
    assert client.get(f"/petition/{petition_id}/image.png").status_code == 404


def test_it_costs_one_query_and_one_when_it_is_kept(client, petition):
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(address(petition))
        assert len(queries) == 1


def test_without_redis_it_is_drawn_each_time(client, petition, drawings, settings):
    settings.REDIS_URL = NOBODY_LISTENS
    statuses = [client.get(address(petition)).status_code for _ in range(2)]

    assert (statuses, len(drawings)) == ([200, 200], 2)


def test_who_asks_for_too_many_new_ones_waits_and_those_that_are_kept_still_come(client, petition, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "image-ip": (1, 60)}
    client.get(address(petition))
    refused = client.get(address(make_petition(slug="autre")))

    assert (refused.status_code, "Retry-After" in refused) == (429, True)
    assert client.get(address(petition)).status_code == 200
