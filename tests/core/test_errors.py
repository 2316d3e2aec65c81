"""Every error is a page of the site, in the reader's language, and says what to do next."""

import io
from copy import deepcopy

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.test import Client
from django.urls import path, reverse

from mesopinions.core.views import error_page
from mesopinions.urls import handler400, handler403, handler404, handler500  # noqa: F401  Django reads them here
from mesopinions.urls import urlpatterns as site_urls
from petitions.models import Signature
from tests.factories import make_petition, make_signature, make_user, sign_data
from tests.support.outages import database_down


def raising(error):
    def view(request):
        raise error

    return view


def broken_processor(request):
    raise ValueError("a context processor is broken too")


# The site's own addresses, and some that fail.
urlpatterns = [
    path("broken/", raising(ValueError("broken"))),
    path("forbidden/", raising(PermissionDenied())),
    path("lost/", raising(OperationalError("server closed the connection"))),
    path("closed/", raising(InterfaceError("connection already closed"))),
    path("typo/", raising(ProgrammingError("no such column"))),
    *site_urls,
]


@pytest.fixture
def visitor(settings):
    """Somebody to whom a failure of the site is an answer."""
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.fixture
def petition(db):
    return make_petition()


def is_page_of_the_site(response):
    page = response.content.decode()
    return 'class="logo"' in page and "<h1>" in page and response["Content-Type"] == "text/html; charset=utf-8"


def ask(visitor, status, prefix):
    """Make the site answer `status`, in French or under /en."""
    petition = make_petition(status="removed" if status == 410 else "published")
    asked = {
        400: lambda: visitor.get(f"{prefix}/?%00"),
        403: lambda: visitor.post(
            prefix + reverse("sign", args=[petition.pk]), headers={"origin": "https://evil.example"}
        ),
        404: lambda: visitor.get(f"{prefix}/rien/"),
        405: lambda: visitor.post(prefix + petition.get_absolute_url()),
        410: lambda: visitor.get(prefix + petition.get_absolute_url()),
        413: lambda: visitor.post(f"{prefix}/mes-signatures/", {"email": "x" * 1_100_000}),
    }
    return asked[status]()


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 413])
def test_an_error_is_a_page_in_both_languages(visitor, db, status):
    french, english = ask(visitor, status, ""), ask(visitor, status, "/en")

    assert (french.status_code, english.status_code) == (status, status)
    assert is_page_of_the_site(french)
    assert is_page_of_the_site(english)
    assert '<html lang="en">' in english.content.decode()
    assert "no-store" in french["Cache-Control"]
    assert heading(french) != heading(english)


def heading(response):
    return response.content.decode().split("<h1>")[1].split("</h1>")[0]


def test_405_names_the_methods_that_work(visitor, petition):
    assert visitor.put(petition.get_absolute_url())["Allow"] == "GET, HEAD"


def test_a_body_that_is_too_large_stores_nothing(visitor, petition):
    response = visitor.post(reverse("sign", args=[petition.pk]), sign_data(comment="x" * 1_000_001))

    assert response.status_code == 413
    assert not Signature.objects.exists()


def test_a_body_that_is_just_small_enough_is_read(visitor, petition, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000

    assert visitor.post(reverse("sign", args=[petition.pk]), sign_data(comment="x" * 1_900)).status_code == 303


def test_too_many_fields_are_a_bad_request(visitor, petition):
    fields = {f"field{number}": "x" for number in range(201)}

    assert visitor.post(reverse("sign", args=[petition.pk]), fields).status_code == 400


def test_a_large_body_to_the_login_page_is_413_too(visitor, db):
    assert visitor.post(reverse("account_login"), {"login": "x" * 1_100_000}).status_code == 413


def test_429_says_when_to_come_back(visitor, db, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"resend-ip": (0, 90)}
    response = visitor.post("/mes-signatures/", {"email": "samir@example.org"})

    assert response.status_code == 429
    assert response["Retry-After"] == "90"
    assert "Réessayez dans 90 secondes." in response.content.decode()


@pytest.mark.parametrize(("wait", "said"), [(1, "1 seconde."), (119, "119 secondes."), (121, "3 minutes.")])
def test_the_wait_that_is_told_is_never_too_short(rf, wait, said):
    assert f"Réessayez dans {said}" in error_page(rf.get("/"), 429, retry_after=wait).text


def test_a_failure_of_ours_is_a_page_that_shows_nothing_of_it(visitor, db):
    response = visitor.get("/broken/")

    assert response.status_code == 500
    assert is_page_of_the_site(response)
    assert "broken" not in response.content.decode()
    assert "Something went wrong on our side" in response.content.decode()


def test_the_page_of_a_failure_needs_nothing_that_may_be_broken(visitor, db, settings):
    settings.TEMPLATES = deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["OPTIONS"]["context_processors"].append(f"{__name__}.broken_processor")

    assert is_page_of_the_site(visitor.get("/broken/"))
    assert (visitor.get("/").status_code, visitor.get("/lost/").status_code) == (500, 503)


def test_what_a_view_forbids_is_a_page(visitor, db):
    assert (visitor.get("/forbidden/").status_code, is_page_of_the_site(visitor.get("/forbidden/"))) == (403, True)


# --- The database is down --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/lost/", "/closed/"])
def test_a_lost_connection_is_503_and_not_our_mistake(visitor, db, address):
    response = visitor.get(address)

    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert is_page_of_the_site(response)
    assert "réessayez dans une minute" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_a_mistake_in_a_statement_is_ours(visitor, db):
    assert visitor.get("/typo/").status_code == 500


def test_while_the_database_is_down_writing_is_503_and_a_cached_page_answers(visitor, transactional_db):
    petition = make_petition()
    token = make_signature(petition).manage_token
    page, form = petition.get_absolute_url(), reverse("sign", args=[petition.pk])
    visitor.get(page)
    with database_down():
        read = visitor.get(page)
        signed = visitor.post(form, sign_data("nadia"))
        confirmed = visitor.post(reverse("signature_confirm", args=[token]))
        unseen = visitor.get("/petitions/")

    assert read.status_code == 200
    assert {answer.status_code for answer in (signed, confirmed, unseen)} == {503}
    assert {answer["Retry-After"] for answer in (signed, confirmed, unseen)} == {"60"}
    assert is_page_of_the_site(signed)


def test_the_site_works_again_when_the_database_is_back(visitor, transactional_db):
    petition = make_petition()
    with database_down():
        assert visitor.post(reverse("sign", args=[petition.pk]), sign_data()).status_code == 503

    assert visitor.post(reverse("sign", args=[petition.pk]), sign_data()).status_code == 303
    assert Signature.objects.count() == 1


def test_somebody_logged_in_reads_503_while_the_database_is_down(visitor, transactional_db):
    visitor.force_login(make_user("samir"))
    with database_down():
        answers = [visitor.get("/"), visitor.get("/rien/")]  # the page of a 404 greets them by name

    assert [answer.status_code for answer in answers] == [503, 503]
    assert all(is_page_of_the_site(answer) for answer in answers)


def test_a_connection_that_postgresql_cut_is_replaced_for_the_next_visitor(visitor, transactional_db):
    petition = make_petition()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    connection.close()

    assert visitor.get(petition.get_absolute_url()).status_code == 200


def test_a_client_that_hangs_up_breaks_nothing(visitor, petition):
    class HungUp(io.BytesIO):
        def read(self, size=-1):
            raise OSError("connection reset")

    response = visitor.post(
        reverse("sign", args=[petition.pk]),
        content_type="application/x-www-form-urlencoded",
        CONTENT_LENGTH="100",
        **{"wsgi.input": HungUp()},
    )

    assert response.status_code in {400, 500}
    assert not Signature.objects.exists()
