"""Pages to read: what they show, where they lead, and what they cost."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from petitions.goals import MILESTONES, next_goal, percent_of
from petitions.models import Signature, TallyDelta, TextVersion
from petitions.models.tally import Kind
from petitions.selectors.front import Totals
from petitions.services import signing, tally
from tests.factories import make_petition, make_signature

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


# --- What a page costs -----------------------------------------------------------------------------------------------


def grow(petition, signers):
    """Give the petition signers who say their name and why, and a count that moves both ways."""
    for number in range(signers):
        signature = make_signature(
            petition, f"signer{number}", confirmed=True, is_name_public=True, comment=f"Raison {number}"
        )
        if number % 3 == 0:
            signing.withdraw_signature(signature=signature, at=timezone.now() - timedelta(days=number))


@pytest.mark.parametrize("name", ["petition", "petition_history", "petition_journal", "sign_pending"])
def test_a_page_costs_the_same_with_one_signer_and_with_many(client, name):
    petition = make_petition()
    grow(petition, 1)
    few = queries_of(client, petition.url_of(name))
    grow(make_petition(slug="autre"), 3)
    for number in range(2, 9):
        TextVersion.objects.create(petition=petition, number=number, title="Titre", text="Texte")
    grow_more = [make_signature(petition, f"more{n}", confirmed=True, is_name_public=True) for n in range(12)]

    assert queries_of(client, petition.url_of(name)) == few <= 7
    assert len(grow_more) == 12


# --- One petition ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["petition", "petition_history", "petition_journal"])
@pytest.mark.parametrize("changed", ["/autre-theme/rouvrons-la-ligne/", "/social/ancien-titre/", "/x/y/"])
def test_an_old_theme_or_slug_leads_to_the_address_of_today(client, name, changed):
    petition = make_petition()
    today = petition.url_of(name)
    response = client.get(today.replace("/social/rouvrons-la-ligne/", changed))

    assert (response.status_code, response["Location"]) == (301, today)


def test_the_short_address_leads_to_the_full_one(client):
    petition = make_petition()
    response = client.get(f"/en/petition/{petition.pk}/")

    assert (response.status_code, response["Location"]) == (301, f"/en{petition.get_absolute_url()}")


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "rejected"])
@pytest.mark.parametrize("name", ["petition", "petition_history", "petition_journal", "sign_pending"])
def test_a_petition_that_is_not_public_is_not_found(client, status, name):
    petition = make_petition(status=status, title="Cachée")
    response = client.get(petition.url_of(name))

    assert response.status_code == 404
    assert "Cachée" not in response.content.decode()


def test_a_removed_petition_is_gone_and_shows_no_word_of_it(client):
    petition = make_petition(status="removed", title="Cachée")

    for address in (petition.get_absolute_url(), petition.url_of("petition_history"), f"/petition/{petition.pk}/"):
        response = client.get(address)
        assert response.status_code == 410
        assert "Cachée" not in response.content.decode()
        assert "n’est plus en ligne" in response.content.decode()
        assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("number", [0, 99, 10**18, 10**30])
def test_a_petition_that_never_was_is_not_found(client, number):
    for address in (f"/petition/{number}/", f"/petition/a/b/{number}/", f"/petition/a/b/{number}/journal/"):
        assert client.get(address).status_code == 404


def test_a_closed_petition_can_be_read_and_not_signed(client):
    shown = page(client, make_petition(status="closed").get_absolute_url())

    assert "Cette pétition est close" in shown
    assert 'name="first_name"' not in shown


def test_words_of_the_author_are_text_and_never_html(client):
    petition = make_petition(author_name="<i>Alice</i>")
    petition.current_text = TextVersion.objects.create(
        petition=petition, number=2, title="<b>Titre</b>", text="<script>alert(1)</script>\n\n[lien](javascript:1)"
    )
    petition.save()
    shown = page(client, petition.get_absolute_url())

    assert "<b>Titre" not in shown
    assert "<i>Alice" not in shown
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_history_shows_every_text_that_was_signed(client):
    petition = make_petition(title="Premier titre")
    TextVersion.objects.create(petition=petition, number=2, title="Second titre", text="Autrement dit.")
    shown = page(client, petition.url_of("petition_history"))

    assert shown.index("Second titre") < shown.rindex("Premier titre")
    assert "Les rails sont là." in shown


@pytest.mark.parametrize(("total", "written"), [(0, "0"), (1, "1"), (1234567, "1 234 567".replace(" ", "\u202f"))])
def test_the_counter_has_plain_digits_for_scripts_and_grouped_ones_for_people(client, total, written):
    petition = make_petition(signatures_total=total)
    shown = page(client, petition.get_absolute_url())

    assert f'data-signature-count="{total}"' in shown
    assert f'data-signature-count="{total}"' in page(client, f"/en{petition.get_absolute_url()}")
    assert total == 0 or f">{written} <small>" in shown


def test_imported_signatures_are_shown_apart_and_counted_in_nothing(client):
    petition = make_petition(signatures_total=12, imported_signatures=3456)
    shown = page(client, petition.get_absolute_url())

    assert 'data-signature-count="12"' in shown
    assert "3\u202f456</b> signatures importées" in shown
    assert "3\u202f468" not in shown
    assert client.get("/").context["front"].totals == Totals(signatures=12, petitions=1, victories=0)


# --- The journal -----------------------------------------------------------------------------------------------------


def lines_of(client, petition):
    return [
        (line.day, line.kind, line.total) for line in client.get(petition.url_of("petition_journal")).context["entries"]
    ]


def test_the_journal_has_a_line_a_day_and_reason_and_none_for_what_came_in(client):
    petition, today = make_petition(), timezone.localdate()
    earlier = today - timedelta(days=3)
    for day, kind, delta in [
        (today, Kind.CONFIRMATION, 1), (today, Kind.WITHDRAWAL, -1), (today, Kind.WITHDRAWAL, -1),
        (today, Kind.CORRECTION, -1), (today, Kind.CORRECTION, 1), (today, Kind.ERASURE, -1),
        (earlier, Kind.INVALIDATION, -1), (earlier, Kind.REINSTATEMENT, 1),
    ]:  # fmt: skip
        TallyDelta.objects.create(petition=petition, day=day, departement="59", kind=kind, delta=delta)
    lines = lines_of(client, petition)

    assert [line[0] for line in lines] == [today, today, earlier, earlier]
    assert set(lines) == {
        (today, Kind.WITHDRAWAL, -2),
        (today, Kind.ERASURE, -1),
        (earlier, Kind.INVALIDATION, -1),
        (earlier, Kind.REINSTATEMENT, 1),
    }


def test_folding_changes_no_line_and_no_count(client):
    petition = make_petition()
    grow(petition, 7)
    before, count = lines_of(client, petition), client.get(petition.get_absolute_url()).context["petition"].count
    tally.fold()

    assert (lines_of(client, petition), client.get(petition.get_absolute_url()).context["petition"].count) == (
        before,
        count,
    )
    assert count == 4


def test_the_journal_names_nobody(client):
    petition = make_petition()
    grow(petition, 4)
    shown = page(client, petition.url_of("petition_journal"))

    assert [name for name in ("Benali", "Signer0", "Avesnes", "59440", "example.org") if name in shown] == []


# --- Goals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "goal", "shown"),
    [(0, None, 100), (99, None, 100), (100, None, 500), (99_999, None, 100_000), (100_000, None, 200_000),
     (4_149_985, None, 4_200_000), (0, 50, 50), (50, 50, 100), (0, 1_000, 100), (600, 700, 700), (700, 700, 1_000)],
)  # fmt: skip
def test_the_goal_is_the_next_milestone_or_the_authors_if_it_is_nearer(count, goal, shown):
    assert next_goal(count, goal) == shown


@pytest.mark.parametrize(
    ("count", "goal", "percent"), [(0, 100, 0), (1, 100_000, 1), (99, 100, 99), (100, 100, 100), (250, 100, 100)]
)
def test_the_bar_is_never_empty_after_a_first_signature_nor_over_full(count, goal, percent):
    assert percent_of(count, goal) == percent


def test_no_count_is_ever_beyond_its_goal():
    assert all(next_goal(count, None) > count for step in MILESTONES for count in (step - 1, step, step + 1))


def test_a_first_day_in_another_time_zone_is_the_day_in_paris(client):
    petition = make_petition()
    signature = make_signature(petition, confirmed=True)
    # 22:30 UTC on 1 July is half past midnight on the 2nd in Paris.
    signing.withdraw_signature(
        signature=Signature.objects.select_related("petition").get(pk=signature.pk),
        at=timezone.datetime(2026, 7, 1, 22, 30, tzinfo=timezone.get_fixed_timezone(0)),
    )

    assert lines_of(client, petition)[0][0] == date(2026, 7, 2)


def test_each_page_names_its_address_in_the_other_language(client):
    petition = make_petition()

    assert f'href="/en{petition.get_absolute_url()}"' in page(client, petition.get_absolute_url())
    assert f'href="{petition.get_absolute_url()}"' in page(client, f"/en{petition.get_absolute_url()}")
    assert reverse("petition_list") in page(client, "/")
