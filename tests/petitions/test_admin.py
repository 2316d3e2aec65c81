"""Petitions, signatures and comments in the admin: found fast, shown without names."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from petitions.models import DailyTally
from petitions.services import tally
from tests.factories import make_petition, make_signature, make_user

pytestmark = pytest.mark.django_db

PETITIONS = "/admin/petitions/petition/"
SIGNATURES = "/admin/petitions/signature/"
COMMENTS = "/admin/petitions/comment/"
TALLIES = "/admin/petitions/dailytally/"
READ_ONLY = (PETITIONS, SIGNATURES, COMMENTS, TALLIES)
HOSTILE = (
    "' OR 1=1 --",
    "%_\\",
    '"',
    "9" * 5000,
    "٣٤",
    "12 34",
    "\u202e💥",
    "a@" * 3000,
    "@",
    "x" * 20_000,
    "-1",
    "1e9",
    "{{ 7*7 }}",
)


def found(client, address, **query):
    return sorted(row.pk for row in client.get(address, query).context["cl"].queryset)


def fill(first, last):
    for number in range(first, last):
        petition = make_petition(slug=f"p{number}", title=f"Pétition {number}")
        make_signature(petition, f"s{number}", confirmed=True, comment=f"Bravo {number}")
    tally.fold()


def test_a_list_costs_as_many_queries_for_fifty_rows_as_for_five(staff):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            for address in READ_ONLY:
                assert staff.get(address).status_code == 200
        return len(captured)

    fill(0, 5)
    staff.get(PETITIONS)
    for_five = queries()
    fill(5, 50)

    assert queries() == for_five


@pytest.mark.parametrize("address", [SIGNATURES, COMMENTS, TALLIES])
def test_a_list_names_no_signer(staff, petition, address):
    make_signature(petition, "samir", confirmed=True, comment="Bravo", is_name_public=True)
    tally.fold()

    page = staff.get(address).content.decode()

    assert "Rouvrons la ligne" in page
    assert all(secret not in page for secret in ("Samir", "samir@", "Benali", "59440", "Avesnes"))


def test_a_petition_shows_its_title_in_force_its_exact_count_and_its_public_page(staff, petition):
    make_signature(petition, confirmed=True)  # not folded yet

    page = staff.get(PETITIONS).content.decode()

    assert "Rouvrons la ligne" in page
    assert '<td class="field-exact_count">1</td>' in page
    assert f'href="{petition.get_absolute_url()}"' in page


def test_a_draft_has_no_public_page(staff):
    draft = make_petition(status="draft")

    assert draft.get_absolute_url() not in staff.get(PETITIONS).content.decode()
    assert draft.get_absolute_url() not in staff.get(f"{PETITIONS}{draft.pk}/change/").content.decode()


def test_a_petition_is_found_by_its_number_and_by_words_of_its_title(staff, petition):
    other = make_petition(title="Sauvons le bocage")

    assert found(staff, PETITIONS) == [petition.pk, other.pk]
    assert found(staff, PETITIONS, q=f" {other.pk} ") == [other.pk]
    assert found(staff, PETITIONS, q="bocage sauvons") == [other.pk]
    assert found(staff, PETITIONS, q="canal") == []


def test_a_number_can_be_pasted_as_it_is_shown(staff):
    petition = make_petition(pk=13_986)

    assert found(staff, PETITIONS, q="13\u202f986") == [petition.pk]


def test_petitions_that_close_soon_are_those_open_and_not_over(staff):
    today = timezone.localdate()
    soon = make_petition(closes_on=today + timedelta(days=7))
    later = make_petition(closes_on=today + timedelta(days=30))
    make_petition(closes_on=today + timedelta(days=31))
    make_petition(closes_on=today - timedelta(days=1))
    make_petition(closes_on=today, status="closed")

    assert found(staff, PETITIONS, fin="7") == [soon.pk]
    assert found(staff, PETITIONS, fin="30") == [soon.pk, later.pk]


@pytest.mark.parametrize("words", ["samir+ailleurs@example.org", "SAMIR@Example.org"])
def test_a_signature_is_found_by_its_number_or_its_whole_mailbox(staff, petition, words):
    signature, _other = make_signature(petition), make_signature(petition, "nadia")

    assert found(staff, SIGNATURES, q=str(signature.pk)) == [signature.pk]
    assert found(staff, SIGNATURES, q=words) == [signature.pk]


@pytest.mark.parametrize("words", ["samir", "example.org", "Benali", "@example.org"])
def test_a_part_of_an_address_or_a_name_finds_no_signature(staff, pending, words):
    assert found(staff, SIGNATURES, q=words) == []


def test_one_signature_at_a_time_shows_its_data(staff, pending):
    page = staff.get(f"{SIGNATURES}{pending.pk}/change/").content.decode()

    assert all(fact in page for fact in ("Samir", "Benali", "samir@example.org", "59440", "Avesnes-sur-Helpe"))


def member_of(client, group):
    member = make_user("luc", is_staff=True)
    member.groups.set(Group.objects.filter(name=group))
    client.force_login(member)
    return client


def test_a_moderator_reads_a_signature_without_its_address_and_finds_none_by_one(client, pending):
    luc = member_of(client, "moderator")
    page = luc.get(f"{SIGNATURES}{pending.pk}/change/").content.decode()

    assert "Benali" in page
    assert "samir@example.org" not in page
    assert found(luc, SIGNATURES, q="samir@example.org") == []


def test_who_answers_people_finds_their_signatures_by_the_address_that_they_write_from(client, pending):
    luc = member_of(client, "support")

    assert found(luc, SIGNATURES, q="samir@example.org") == [pending.pk]
    assert "samir@example.org" in luc.get(f"{SIGNATURES}{pending.pk}/change/").content.decode()


def test_reading_a_signature_is_noted_in_the_journal(client, pending):
    member_of(client, "moderator").get(f"{SIGNATURES}{pending.pk}/change/")

    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.get_change_message()) == (str(pending.pk), "Consulté")


def test_a_petition_leads_to_its_own_signatures(staff, confirmed):
    make_signature(make_petition(), "nadia")
    page = staff.get(f"{PETITIONS}{confirmed.petition_id}/change/").content.decode()
    query = f"petition__id__exact={confirmed.petition_id}"

    assert f'href="{SIGNATURES}?{query}"' in page
    assert found(staff, SIGNATURES, petition__id__exact=confirmed.petition_id) == [confirmed.pk]


def test_a_petition_shows_its_texts_and_its_recipients(staff, petition):
    page = staff.get(f"{PETITIONS}{petition.pk}/change/").content.decode()

    assert "Les rails sont là." in page
    assert "La Région" in page


def test_the_tally_is_found_by_petition(staff, confirmed):
    make_signature(make_petition(), "nadia", confirmed=True)
    tally.fold()
    own = DailyTally.objects.get(petition=confirmed.petition_id)

    assert found(staff, TALLIES, q=str(confirmed.petition_id)) == [own.pk]


@pytest.mark.parametrize("words", HOSTILE)
def test_no_search_breaks_a_list(staff, pending, words):
    for address in (*READ_ONLY, "/admin/petitions/theme/", "/admin/petitions/partner/"):
        assert staff.get(address, {"q": words}).status_code == 200


@pytest.mark.parametrize("value", ["", "zzz", "9" * 40, "-1", "💥"])
def test_no_filter_breaks_a_list(staff, pending, value):
    for name in (
        "fin",
        "visible",
        "status__exact",
        "theme__id__exact",
        "petition__id__exact",
        "published_at__year",
        "o",
    ):
        for address in READ_ONLY:
            assert staff.get(address, {name: value}, follow=True).status_code in {200, 400}
