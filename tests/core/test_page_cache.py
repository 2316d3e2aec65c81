"""The one-second cache: the same bytes for everybody, for one second, and never longer."""

import gzip
import threading
import time
import urllib.request

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mesopinions.core import page_cache
from mesopinions.core.page_cache import CACHE_CONTROL, PageCacheMiddleware, cacheable_page, copies, forget_page
from petitions.models import Petition
from petitions.services.signing import confirm_signature
from tests.factories import make_petition, make_signature
from tests.support.concurrency import run_together
from tests.support.outages import NOBODY_LISTENS, database_down

HOST = "testserver"
KEY = f"page:{HOST}:/:"


class Site:
    """A process that serves one page, counts its renders and can be slow."""

    def __init__(self, *, seconds=0.0, status=200, **headers):
        self.renders, self.seconds, self.status, self.headers = 0, seconds, status, headers
        self.answer = PageCacheMiddleware(cacheable_page(self._render))

    def _render(self, request):
        self.renders += 1
        time.sleep(self.seconds)
        return HttpResponse(f"render {self.renders} " + "é" * 500, status=self.status, headers=self.headers)

    def get(self, path="/", **headers):
        return self.answer(RequestFactory().get(path, headers={"host": HOST, **headers}))


def forget_process():
    """Stand in for another process, which shares nothing but Redis."""
    copies.clear()


def queries_of(act):
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


@pytest.fixture
def client():
    """A reader whose browser names the host, as all do."""
    return Client(headers={"host": HOST}, raise_request_exception=False)


@pytest.fixture
def clock(monkeypatch):
    """Time that the test moves."""
    now = [5000.0]
    monkeypatch.setattr(page_cache.time, "monotonic", lambda: now[0])
    return now


# --- The same for everybody ------------------------------------------------------------------------------------------


@pytest.fixture
def public_pages(petition):
    names = ("petition", "petition_history", "petition_journal", "sign_pending")
    return ["/", "/petitions/", "/en/", reverse("my_signatures"), *map(petition.url_of, names)]


@pytest.fixture
def petition(db):
    return make_petition()


def test_reading_sets_no_cookie_and_varies_by_nothing_but_compression(client, public_pages):
    for address in public_pages:
        for _ in range(2):
            response = client.get(address, headers={"accept-language": "en"})
            assert (response.status_code, response["Cache-Control"]) == (200, CACHE_CONTROL)
            assert not response.cookies
            assert response["Vary"] == "Accept-Encoding"
            assert "csrfmiddlewaretoken" not in response.content.decode()


def test_the_second_reader_costs_no_query(client, public_pages):
    for address in public_pages:
        first = client.get(address)

        assert queries_of(lambda address=address, first=first: client.get(address)) == 0
        assert client.get(address).content == first.content


def test_a_copy_carries_the_headers_of_the_page(client, petition):
    first, second = client.get(petition.get_absolute_url()), client.get(petition.get_absolute_url())

    assert dict(second.headers) == dict(first.headers)
    assert "Content-Security-Policy" in second.headers


@pytest.mark.parametrize("cookie", ["session=x", "consent=refuse", "x=1", "="])
def test_a_reader_with_any_cookie_gets_a_page_of_their_own(cookie):
    site = Site()
    site.get()
    response = site.get(cookie=cookie)

    assert site.renders == 2
    assert response["Cache-Control"] == "private, no-cache"
    assert site.get().content.startswith(b"render 1 ")


def test_each_query_string_is_a_page_of_its_own():
    site = Site()

    bodies = {site.get(f"/petitions/{query}").content for query in ("", "?tri=recentes", "?tri=signatures", "?theme=a")}

    assert len(bodies) == 4


def test_a_page_made_for_one_host_is_not_shown_on_another():
    site = Site()

    assert site.get(host="mesopinions.test").content != site.get(host="evil.example").content


def test_a_host_that_is_not_ours_never_enters_the_cache(client, db, redis_client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert not redis_client.keys("page:*")


def test_a_plain_request_is_redirected_even_while_a_copy_exists(settings):
    settings.SECURE_SSL_REDIRECT = True
    site = Site()
    site.answer(RequestFactory().get("/", secure=True))
    site.get()

    assert site.renders == 2  # Django's SecurityMiddleware below is asked


def test_somebodys_search_is_in_no_key_of_redis(redis_client):
    Site().get("/petitions/?q=samir@example.org")

    assert len(redis_client.keys("*")) == 1
    assert b"samir" not in redis_client.keys("*")[0]


def test_memory_holds_the_latest_pages_only(monkeypatch):
    monkeypatch.setattr(page_cache, "PAGES_IN_MEMORY", 3)
    site = Site()
    for number in range(9):
        site.get(f"/{number}")

    assert [copies.get(f"page:{HOST}:/{number}:") is not None for number in range(9)] == [False] * 6 + [True] * 3


# --- One second ------------------------------------------------------------------------------------------------------


def test_a_copy_ends_one_second_after_the_render_began(clock):
    site = Site()
    site.get()
    site.get()
    clock[0] += 0.999
    site.get()
    assert site.renders == 1

    clock[0] += 0.002
    page_cache.client().flushdb()  # as Redis does when its own second is over
    site.get()
    assert site.renders == 2


def test_a_slow_render_does_not_make_the_copy_last_longer(redis_client):
    began = time.monotonic()
    Site(seconds=0.4).get()

    assert copies.get(KEY).ends - began < 1.3
    assert redis_client.pttl(KEY) <= 600


def test_a_render_of_more_than_a_second_is_kept_nowhere(redis_client):
    site = Site(seconds=1.01)
    assert site.get().status_code == 200

    assert not redis_client.exists(KEY)
    assert not copies.get(KEY).is_fresh


def test_a_second_process_shows_the_same_copy_and_drops_it_with_the_first(redis_client):
    site, began = Site(), time.monotonic()
    first = site.get()
    time.sleep(0.3)
    forget_process()
    second = site.get()

    assert (site.renders, second.content, second["ETag"]) == (1, first.content, first["ETag"])
    assert copies.get(KEY).ends - began < 1.25
    time.sleep(copies.get(KEY).ends - time.monotonic() + 0.1)
    site.get()
    assert site.renders == 2


def test_a_confirmed_signature_shows_within_two_seconds(live_site):
    petition = make_petition()
    signature = make_signature(petition)
    address = f"{live_site.url}{petition.get_absolute_url()}"
    before = fetch(address)
    confirm_signature(link=signature.link, at=signature.created_at)
    confirmed = time.monotonic()
    while 'data-signature-count="1"' not in fetch(address):
        assert time.monotonic() - confirmed < 2
        time.sleep(0.1)

    assert 'data-signature-count="0"' in before


def fetch(address):
    with urllib.request.urlopen(address) as response:
        return response.read().decode()


def test_forgetting_a_page_shows_its_new_text_at_once(client, petition):
    address = petition.get_absolute_url()
    client.get(address)
    Petition.objects.update(author_name="Alice Nouvelle")
    assert "Alice Nouvelle" not in client.get(address).content.decode()

    forget_page(HOST, address)

    assert "Alice Nouvelle" in client.get(address).content.decode()


# --- Compression and conditions --------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_copy", [False, True])
def test_the_compressed_page_holds_the_same_bytes(is_copy):
    site = Site()
    plain = site.get()
    if not is_copy:
        forget_process()
        page_cache.client().flushdb()
        site.renders = 0
    zipped = site.get(**{"accept-encoding": "br, gzip"})

    assert zipped["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert len(zipped.content) < len(plain.content)
    assert "Content-Encoding" not in plain.headers


def test_a_browser_that_has_the_page_gets_304_without_a_body():
    site = Site()
    etag = site.get()["ETag"]
    response = site.get(**{"if-none-match": f'"other", {etag}'})

    assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)


# --- What is never kept ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [201, 302, 404, 410, 422, 429, 500])
def test_an_answer_that_is_no_page_is_never_kept(status, redis_client):
    site = Site(status=status)
    site.get()
    response = site.get()

    assert site.renders == 2
    assert "public" not in response["Cache-Control"]
    assert not redis_client.keys("page:*")


def test_a_page_that_was_removed_is_gone_when_its_copy_ends(client, petition):
    address = petition.get_absolute_url()
    assert client.get(address).status_code == 200
    Petition.objects.update(status="removed")
    forget_page(HOST, address)

    answers = [client.get(address) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert "no-store" in answers[0]["Cache-Control"]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_what_changes_something_is_never_answered_from_a_copy(method):
    site = Site()
    site.get()
    response = site.answer(getattr(RequestFactory(), method)("/"))

    assert site.renders == 2
    assert response["Cache-Control"] == "private, no-cache"


def test_the_answer_to_a_form_may_be_kept_by_nobody(client, petition):
    response = client.post(reverse("my_signatures"), {"email": "samir@example.org"})

    assert response.status_code == 200
    assert "public" not in response["Cache-Control"]


def test_head_answers_like_get_without_a_body(client, petition):
    response = client.head(petition.get_absolute_url())

    assert (response.status_code, response.content) == (200, b"")


def test_a_page_marked_cacheable_that_sets_a_cookie_fails_loudly():
    with pytest.raises(RuntimeError, match="sets a cookie"):
        Site(**{"Vary": "Accept, Cookie"}).get()

    def greeting(request):
        response = HttpResponse("Bonjour")
        response.set_cookie("seen", "1")
        return response

    with pytest.raises(RuntimeError, match="sets a cookie"):
        PageCacheMiddleware(cacheable_page(greeting))(RequestFactory().get("/"))


# --- Many readers, broken stores -------------------------------------------------------------------------------------


def test_readers_at_the_same_instant_share_one_render(settings):
    site = Site(seconds=0.2)
    settings.REDIS_URL = NOBODY_LISTENS

    bodies = run_together(16, lambda: site.get().content)

    assert site.renders == 1
    assert len(set(bodies)) == 1


def test_readers_of_a_copy_that_has_just_ended_share_the_next_render(clock, settings):
    settings.REDIS_URL = NOBODY_LISTENS
    site = Site()
    site.get()
    clock[0] += 1.1
    site.seconds = 0.2

    run_together(16, lambda: site.get().content)

    assert site.renders == 2


def test_an_answer_that_cannot_be_kept_does_not_make_readers_queue(settings):
    settings.REDIS_URL = NOBODY_LISTENS
    site, began = Site(seconds=0.2, status=404), time.monotonic()

    run_together(12, lambda: site.get().status_code)

    assert site.renders == 12
    assert time.monotonic() - began < 2


def test_a_render_that_fails_lets_the_next_reader_try(settings):
    attempts = []

    def view(request):
        attempts.append(threading.get_ident())
        if len(attempts) == 1:
            raise ValueError("broken")
        return HttpResponse("ok")

    middleware = PageCacheMiddleware(cacheable_page(view))
    with pytest.raises(ValueError, match="broken"):
        middleware(RequestFactory().get("/"))

    assert middleware(RequestFactory().get("/")).content == b"ok"


def test_without_redis_each_process_keeps_its_own_copy(settings):
    settings.REDIS_URL = NOBODY_LISTENS
    site = Site()
    site.get()
    site.get()

    assert site.renders == 1


def test_a_page_seen_a_moment_ago_outlives_the_database(client, transactional_db, clock):
    address = make_petition().get_absolute_url()
    page = client.get(address)
    clock[0] += 30
    page_cache.client().flushdb()
    with database_down():
        during = client.get(address)
        unseen = client.get("/petitions/")
        clock[0] += 40
        later = client.get(address)

    assert (during.status_code, during.content) == (200, page.content)
    assert (unseen.status_code, later.status_code) == (503, 503)
