"""« Historique »: every version with its day, its reason, whom it asked and what it changed."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from petitions.models import TextVersion
from petitions.selectors.rewordings import history_of
from tests.factories import make_signature
from tests.petitions.rewording.conftest import NOTE, REGION, TITLE, publish, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    """Somebody whose cookie asks for a page of their own: no copy hides what it costs."""
    return Client(headers={"cookie": "consent=refuse"})


def history(reader, petition):
    petition.refresh_from_db()
    response = reader.get(petition.url_of("petition_history"))
    assert response.status_code == 200
    return response.content.decode()


def test_each_version_says_when_why_to_whom_and_what_it_changed(reader, petition, mona):
    state = [REGION | {"email": "region@example.org"}, {"name": "L’État", "role": "", "email": "etat@example.org"}]
    publish(petition, mona, title=TITLE, recipients=state)
    shown = history(reader, petition)

    second, first = shown.index("Version 2"), shown.index("Version 1")
    assert second < shown.index(NOTE) < first
    assert second < shown.index("<ins>L’État</ins>") < first
    assert second < shown.index("<ins>et la gare</ins>") < first
    assert shown.index("La Région, autorité des transports", first)
    assert "Ce qui a changé" not in shown[first:]
    assert "region@example.org" not in shown
    assert shown.count("En vigueur") == 1


def test_who_signed_and_who_read_are_not_in_it(reader, petition, mona):
    make_signature(petition, confirmed=True)
    publish(petition, mona)
    shown = history(reader, petition)

    assert "Samir" not in shown
    assert "mona" not in shown.lower()


def test_what_waits_or_was_refused_is_not_in_it(reader, petition, mona):
    send(petition, title="Jamais lu")

    assert "Jamais lu" not in history(reader, petition)


def test_hostile_words_are_text(reader, petition, mona):
    hostile = "<script>alert(1)</script>"
    publish(petition, mona, title=f"Titre {hostile}", text=f"Les rails {hostile}", note=hostile)

    shown = history(reader, petition)

    assert hostile not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_a_version_in_force_that_is_not_the_last_is_named(reader, petition):
    TextVersion.objects.create(petition=petition, number=2, title="Pas encore", text="Rien.")

    shown = history(reader, petition)

    assert shown.index("Version 1") < shown.index("En vigueur")


def test_ten_versions_cost_as_many_queries_as_two(reader, petition, mona):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            history(reader, petition)
        return len(queries)

    publish(petition, mona, title="Titre 2")
    two = cost()
    for number in range(3, 10):
        publish(petition, mona, title=f"Titre {number}")

    assert cost() == two
    assert len(history_of(petition)) == 9


def test_the_page_of_a_signature_says_which_version_was_signed_and_what_changed_since(reader, petition, mona):
    pending = make_signature(petition, "pending")
    publish(petition, mona, title=TITLE)
    address = reverse("signature", args=[pending.manage_token])
    shown = reader.get(address).content.decode()

    assert "Vous avez signé la version 1" in shown
    assert "<ins>et la gare</ins>" in shown
    assert shown.index("et la gare") < shown.index("Confirmer ma signature")
    samir = make_signature(petition, "samir", confirmed=True)
    assert "Le texte a changé" not in reader.get(reverse("signature", args=[samir.manage_token])).content.decode()
