"""The staff's lists open as fast with a million rows as with ten."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from mesopinions.core import staff as staff_lists
from mesopinions.core.staff import BoundedPaginator
from petitions.models import Signature
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

SMALL = {Group}  # a handful of rows, and Django's own list
TABLES = re.compile(r'FROM "(petitions|privacy|mail)_')
SIGNATURES = "/admin/petitions/signature/"
LONG = (
    SIGNATURES,
    "/admin/petitions/comment/",
    "/admin/petitions/dailytally/",
    "/admin/privacy/consentrecord/",
    "/admin/mail/outgoingmail/",
)


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser("admin@example.org"))
    return client


@pytest.fixture
def signatures(db):
    petition = make_petition()
    return [make_signature(petition, f"signer{number}", confirmed=True, comment="Oui") for number in range(8)]


@pytest.fixture
def short(monkeypatch):
    """Count up to five, two a page."""
    monkeypatch.setattr(staff_lists, "COUNTED_AT_MOST", 5)
    monkeypatch.setattr(admin.site._registry[Signature], "list_per_page", 2)
    monkeypatch.setattr(admin.site._registry[Signature], "list_max_show_all", 3)


def shown(client, address=SIGNATURES, **query):
    return client.get(address, query)


def rows(response):
    return [row.pk for row in response.context["cl"].result_list]


def test_every_list_counts_up_to_a_bound():
    counting = {
        model._meta.label
        for model, options in admin.site._registry.items()
        if model not in SMALL and not issubclass(options.paginator, BoundedPaginator)
    }

    assert counting == set()


@pytest.mark.parametrize("address", LONG)
@pytest.mark.parametrize("query", [{}, {"q": "samir@example.org"}, {"p": "2"}])
def test_no_list_reads_a_whole_table_to_show_a_page(staff, signatures, address, query):
    with CaptureQueriesContext(connection) as queries:
        assert staff.get(address, query, follow=True).status_code == 200
    reads = [query["sql"] for query in queries if TABLES.search(query["sql"])]
    whole = [sql for sql in reads if re.search("COUNT|MIN|MAX|DISTINCT", sql) and "LIMIT 10001" not in sql]

    assert reads or query
    assert whole == []


def test_a_count_beyond_the_bound_says_so_and_how_to_go_on(staff, signatures, short):
    page = shown(staff).content.decode()

    assert "Plus de 5 signatures" in page
    assert "triez dans l’autre sens" in page


def test_a_count_within_the_bound_is_exact(staff, signatures):
    assert "8\n    signatures" in shown(staff).content.decode()


def test_the_pages_within_the_bound_follow_each_other(staff, signatures, short):
    numbers = sorted((signature.pk for signature in signatures), reverse=True)

    assert rows(shown(staff)) == numbers[:2]
    assert rows(shown(staff, p=2)) == numbers[2:4]
    assert rows(shown(staff, p=3)) == numbers[4:5]


def test_a_page_beyond_the_bound_leads_back_to_the_first(staff, signatures, short):
    response = staff.get(SIGNATURES, {"p": "4"}, follow=True)

    assert response.status_code == 200
    assert rows(response)[0] == max(signature.pk for signature in signatures)


def test_the_oldest_rows_are_a_sort_away(staff, signatures, short):
    numbers = sorted(signature.pk for signature in signatures)
    column = shown(staff).context["cl"].list_display.index("number")

    assert rows(shown(staff, o=column)) == numbers[:2]


def test_only_what_has_an_index_is_offered_as_an_order(staff, signatures):
    headers = re.findall(r'<th scope="col" class="([^"]*)"', shown(staff).content.decode())

    assert [header for header in headers if "sortable" in header] == ["sortable column-number sorted descending"]


def test_a_page_walks_down_the_key(staff, signatures):
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE petitions_signature")
        cursor.execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as queries:
        shown(staff)
    page = next(query["sql"] for query in queries if 'ORDER BY "petitions_signature"."id" DESC' in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {page}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Index Scan Backward using petitions_signature_pkey" in plan
    assert "Sort" not in plan
