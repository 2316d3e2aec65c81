"""News of a petition: published once, never rewritten, and read by everybody."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from petitions.models import Comment, Petition, Update
from petitions.selectors import story, voices
from petitions.selectors.updates import PAGE
from petitions.services import closing, updates
from tests.factories import make_petition, make_signature, make_update
from tests.support.concurrency import run_together

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    """A reader whose cookie asks for a page of their own: no copy hides what a page costs."""
    return Client(headers={"cookie": "consent=refuse"})


def page(client, address):
    return client.get(address).content.decode()


def queries_of(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


# --- Publishing ------------------------------------------------------------------------------------------------------


def test_updates_are_numbered_from_one_in_each_petition(petition):
    other = make_petition(slug="autre")

    numbers = [make_update(of, number).number for number, of in enumerate([petition, petition, other])]

    assert numbers == [1, 2, 1]


def test_the_same_words_sent_twice_are_one_update(petition):
    first, again = make_update(petition), make_update(petition)

    assert first == again
    assert Update.objects.count() == 1


@pytest.mark.parametrize("status", ["draft", "submitted", "rejected", "removed"])
def test_a_petition_that_is_not_public_has_no_news(status):
    with pytest.raises(updates.NotPublic):
        make_update(make_petition(status=status))


def test_a_closed_petition_may_still_tell_what_came_of_it():
    assert make_update(make_petition(status="closed")).number == 1


def test_the_database_refuses_news_of_what_was_never_published():
    draft = make_petition(status="draft")

    with pytest.raises(IntegrityError, match="never published"), transaction.atomic():
        Update.objects.create(petition=draft, number=1, title="Titre", text="Texte", published_at=timezone.now())


@pytest.mark.parametrize("change", [{"title": "Autre"}, {"text": "Autre"}, {"number": 7}, {"published_at": None}])
def test_the_database_refuses_to_rewrite_an_update(petition, change):
    make_update(petition)

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Update.objects.update(**change)


def test_the_database_refuses_to_mail_an_update_again(petition):
    update = make_update(petition)
    updates.queue_mails(update_id=update.pk, at=timezone.now())

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Update.objects.update(mailed_at=None)


@pytest.mark.parametrize("words", [{"title": ""}, {"text": ""}, {"number": 0}])
def test_the_database_refuses_an_update_without_words_or_number(petition, words):
    fields = {"petition": petition, "number": 1, "title": "Titre", "text": "Texte", "published_at": timezone.now()}

    with pytest.raises(IntegrityError), transaction.atomic():
        Update.objects.create(**{**fields, **words})


@pytest.mark.django_db(transaction=True)
def test_two_updates_at_the_same_instant_get_two_numbers():
    petition = make_petition()
    texts = iter(["Une", "Deux", "Trois", "Quatre"])

    run_together(4, lambda: make_update(petition, text=next(texts)))

    assert sorted(Update.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_a_double_click_publishes_once():
    petition = make_petition()

    run_together(6, lambda: make_update(petition))

    assert Update.objects.count() == 1


def test_hiding_and_showing_twice_change_nothing_more(petition):
    update = make_update(petition)
    now = timezone.now()

    hidden = [updates.hide_update(update=update, at=at) for at in (now, now + timedelta(hours=1))]
    assert Update.objects.get().hidden_at == now
    shown = [updates.show_update(update=update) for _ in range(2)]

    assert (hidden, shown) == ([True, False], [True, False])


# --- Pages -----------------------------------------------------------------------------------------------------------


def test_the_petition_shows_its_latest_update_and_no_hidden_one(client, petition):
    make_update(petition, 1)
    latest = make_update(petition, 2)
    address = petition.get_absolute_url()

    assert "Nouvelle 2" in page(client, address)
    assert "Nouvelle 1" not in page(client, address)
    updates.hide_update(update=latest, at=timezone.now())
    assert "Nouvelle 2" not in page(client, address)
    assert "Nouvelle 1" in page(client, address)


def test_an_update_leads_to_its_neighbours_past_a_hidden_one(client, petition):
    made = [make_update(petition, number) for number in range(1, 5)]
    updates.hide_update(update=made[1], at=timezone.now())

    context = client.get(petition.url_of("petition_update", 3)).context

    assert context["before_url"] == petition.url_of("petition_update", 1)
    assert context["after_url"] == petition.url_of("petition_update", 4)


def test_the_first_update_has_none_before_and_the_last_none_after(client, petition):
    make_update(petition)

    text = page(client, petition.url_of("petition_update", 1))

    assert "La Région nous reçoit lundi." in text
    assert 'rel="prev"' not in text
    assert 'rel="next"' not in text


@pytest.mark.parametrize("number", [0, 2, 32768, 10**17])
def test_a_number_without_a_public_update_is_not_found(client, petition, number):
    make_update(petition)

    assert client.get(petition.url_of("petition_update", number)).status_code == 404


def test_a_hidden_update_is_not_found(client, petition):
    updates.hide_update(update=make_update(petition), at=timezone.now())

    assert client.get(petition.url_of("petition_update", 1)).status_code == 404
    assert "Nouvelle 1" not in page(client, petition.url_of("petition_updates"))


def test_words_are_never_markup(client, petition):
    make_update(petition, text="<script>alert(1)</script>\n\n{{ petition }} <img src=x onerror=alert(1)>")

    for name in (("petition_update", 1), ("petition_updates",), ("petition",)):
        text = page(client, petition.url_of(*name))
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;" in text


@pytest.mark.parametrize("name", [("petition_updates",), ("petition_update", 1), ("petition_comments",)])
class TestAddresses:
    def test_an_old_theme_or_slug_leads_to_the_page(self, client, petition, name):
        make_update(petition)
        address = petition.url_of(*name)
        old = address.replace("/social/", "/sante/").replace(petition.slug, "ancien")

        answer = client.get(old)

        assert (answer.status_code, answer["Location"]) == (301, address)

    def test_a_removed_petition_says_it_is_gone(self, client, petition, name):
        make_update(petition)
        Petition.objects.update(status="removed")

        answer = client.get(petition.url_of(*name))

        assert answer.status_code == 410
        assert "Nouvelle" not in answer.content.decode()

    def test_a_draft_is_not_found(self, client, petition, name):
        draft = make_petition(status="draft")

        assert client.get(draft.url_of(*name)).status_code == 404

    def test_a_stranger_gets_a_page_that_can_be_kept_and_no_cookie(self, client, petition, name):
        make_update(petition)

        answer = Client().get(petition.url_of(*name))

        assert "s-maxage" in answer["Cache-Control"]
        assert not answer.cookies

    def test_a_page_costs_the_same_with_one_row_and_with_many(self, client, petition, name):
        make_update(petition)
        make_signature(petition, confirmed=True, comment="Parce que.")
        few = queries_of(client, petition.url_of(*name))
        for number in range(2, 15):
            make_update(petition, number)
            make_signature(petition, f"signer{number}", confirmed=True, comment="Parce que.", is_name_public=True)

        assert queries_of(client, petition.url_of(*name)) == few <= 4


# --- The story -------------------------------------------------------------------------------------------------------


def told(petition, **fields):
    """Return the kinds of events, page by page."""
    petition.refresh_from_db()
    pages, cursor = [], ""
    while True:
        part = story(petition, after=cursor)
        pages.append([event.kind for event in part.events])
        cursor = part.next_cursor
        if not cursor:
            return pages


def test_a_story_begins_with_the_launch_and_ends_with_the_outcome(petition):
    make_update(petition)
    closing.close_petition(petition=petition, at=timezone.now())
    Petition.objects.update(outcome="victory", outcome_on=timezone.localdate())

    assert told(petition) == [["outcome", "closed", "update", "launched"]]


def test_each_event_stands_on_one_page_alone(petition):
    for number in range(PAGE + 3):
        make_update(petition, number)
    closing.close_petition(petition=petition, at=timezone.now())

    assert told(petition) == [["closed"] + ["update"] * PAGE, ["update"] * 3 + ["launched"]]


def test_updates_of_the_same_instant_are_all_told_once(petition):
    now = timezone.now()
    for number in range(2 * PAGE + 1):
        updates.publish_update(petition=petition, title=f"Nouvelle {number}", text="Texte", at=now)

    assert sum(page.count("update") for page in told(petition)) == 2 * PAGE + 1


@pytest.mark.parametrize("cursor", ["x", "1-2-3", "9" * 60, "99999999999999999999-1", "1-99999999999999999999", "-"])
@pytest.mark.parametrize("name", ["petition_updates", "petition_comments"])
def test_a_cursor_that_we_did_not_make_is_no_error(client, petition, name, cursor):
    make_update(petition)

    assert client.get(petition.url_of(name), {"apres": cursor}).status_code == 200


# --- Comments --------------------------------------------------------------------------------------------------------


def comment(petition, number):
    make_signature(petition, f"signer{number}", confirmed=True, comment=f"Raison {number}.")


def test_the_pages_of_comments_show_each_once_and_no_hidden_one(client, petition, monkeypatch):
    monkeypatch.setattr(voices, "COMMENTS_PAGE", 3)
    for number in range(8):
        comment(petition, number)
    Comment.objects.update(published_at=timezone.now())  # all of one instant
    Comment.objects.filter(text="Raison 4.").update(hidden_at=timezone.now())
    shown, address = [], petition.url_of("petition_comments")
    while address:
        found = client.get(address).context["page"]
        shown += [one.text for one in found.comments]
        address = f"{petition.url_of('petition_comments')}?apres={found.next_cursor}" if found.next_cursor else ""

    assert sorted(shown) == [f"Raison {number}." for number in range(8) if number != 4]


def test_a_comment_that_waits_for_its_confirmation_is_not_shown(client, petition):
    make_signature(petition, comment="Pas encore.")

    assert "Pas encore." not in page(client, petition.url_of("petition_comments"))


def test_the_petition_leads_to_all_comments_when_it_does_not_show_them_all(client, petition):
    link = f'<a href="{petition.url_of("petition_comments")}">Lire tous'
    for number in range(voices.PUBLIC_COMMENTS):
        comment(petition, number)
    assert link not in page(client, petition.get_absolute_url())

    comment(petition, 99)

    assert link in page(client, petition.get_absolute_url())


def test_many_comments_are_not_counted_to_the_end(client, petition, monkeypatch):
    monkeypatch.setattr(voices, "COMMENTS_COUNTED", 3)
    for number in range(5):
        comment(petition, number)

    assert "Plus de 3 commentaires" in page(client, petition.url_of("petition_comments"))


def test_every_page_of_a_petition_leads_to_the_others(client, petition):
    names = ["petition", "petition_updates", "petition_comments", "petition_history", "petition_journal"]

    for name in names:
        text = page(client, petition.url_of(name))
        assert f'href="{petition.url_of(name)}" aria-current="page"' in text
        assert all(f'<a href="{petition.url_of(other)}"' in text for other in names)


def test_the_pages_speak_english(client, petition):
    make_update(petition)
    address = reverse("petition_updates", args=[petition.theme.slug, petition.slug, petition.pk])

    assert "Updates" in page(client, f"/en{address}")
