"""What reaches a log line, and what never does."""

import io
import json
import logging
import sys
import time

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from mesopinions.core.logs import JsonFormatter, masked
from petitions.models import Signature
from tests.factories import make_petition, make_signature

WORDS = "une ligne\n(puis une autre)\n\nContext"
NAME = "Samir Benali"
SECRETS = ("samir", "benali", "59440", "avesnes", "203.0.113.9", "une ligne", "puis une autre")


@pytest.fixture
def lines():
    """Every line that the site logs during the test, as JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def quiet():
    """A visitor for whom the site's failures are answers."""
    return Client(raise_request_exception=False)


@pytest.fixture
def signature(db):
    return make_signature(make_petition(), ip_address="203.0.113.9", comment=WORDS)


def sign_twice(request):
    """Break a constraint with a row full of personal data."""
    row = Signature.objects.values().get()
    with transaction.atomic():
        Signature.objects.create(**row | {"id": None})
    return HttpResponse()


def lose_a_time(request):
    """Break a check constraint: PostgreSQL's DETAIL shows the whole row."""
    with transaction.atomic():
        Signature.objects.update(status="confirmed", city=WORDS)
    return HttpResponse()


def send_a_word(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::int", [NAME])
    return HttpResponse()


urlpatterns = [
    path("twice/", sign_twice),
    path("time/", lose_a_time),
    path("word/", send_a_word),
    path("signature/<str:token>/", lambda request, token: 1 / 0),
]
handler400 = "mesopinions.core.views.bad_request"
handler500 = "mesopinions.core.views.server_error"


@pytest.mark.parametrize("address", ["/twice/", "/time/", "/word/"])
def test_a_failed_statement_shows_no_row_in_the_logs(quiet, signature, settings, lines, address):
    settings.ROOT_URLCONF = __name__

    assert quiet.get(address).status_code == 500
    (line,) = [line for line in lines() if line["logger"] == "django.request"]
    assert "psycopg.errors" in line["exception"]
    assert "test_logs.py" in line["exception"]
    assert not [secret for secret in SECRETS if secret in json.dumps(line, ensure_ascii=False).lower()]


def test_a_failure_still_says_which_rule_was_broken(quiet, signature, settings, lines):
    settings.ROOT_URLCONF = __name__
    quiet.get("/time/")

    assert "confirmed_has_a_time" in lines()[-1]["exception"]


@pytest.mark.parametrize("error", [IntegrityError, DataError])
def test_a_row_stays_hidden_when_a_message_quotes_the_error(error):
    quoted = repr(error('duplicate key "one"\nDETAIL:  Failing row contains (Samir,\nBenali).'))
    text = f"Task mail.send_due raised unexpected: {quoted}\nTraceback (most recent call last):\n  File tasks.py"

    assert "duplicate key" in masked(text)
    assert "Samir" not in masked(text)
    assert "Benali" not in masked(text)
    assert "tasks.py" in masked(text)


@pytest.mark.parametrize("name", ["signature", "signature_confirm", "signature_thanks", "signature_disown"])
def test_a_link_that_is_not_found_is_not_in_the_logs(client, db, lines, name):
    token = "c2VjcmV0LXRva2VuLW9mLXNhbWly"
    for address in (reverse(name, args=[token]), "/en" + reverse(name, args=[token])):
        assert client.get(address).status_code == 404

    messages = [line["message"] for line in lines() if line["logger"] == "django.request"]
    assert len(messages) == 2
    assert all("/signature/***" in message and token not in message for message in messages)


def test_a_link_whose_page_fails_is_not_in_the_logs(quiet, settings, lines):
    settings.ROOT_URLCONF = __name__
    quiet.get("/signature/c2VjcmV0LXRva2VuLW9mLXNhbWly/")

    assert "/signature/***" in lines()[-1]["message"]
    assert "c2VjcmV0" not in json.dumps(lines())


@pytest.mark.parametrize(
    "address", ["samir@example.org", "Samir.Benali+x@example.org", "samir%40example.org", "SAMIR%40EXAMPLE.ORG"]
)
@pytest.mark.parametrize("text", ["{}", "to {}, again", "<{}>", "email={}&x=1", "({})", "'{}'", "/find/{}/"])
def test_an_address_is_masked_wherever_it_stands(text, address):
    kept = masked(text.format(address)).lower()

    assert "samir" not in kept
    assert "example" not in kept


def test_an_address_in_a_path_is_not_in_the_logs(client, db, lines):
    client.get("/recherche/samir@example.org/")
    client.get("/recherche/samir%40example.org/")

    assert "samir" not in json.dumps(lines())


def test_what_is_no_secret_is_kept():
    text = "Mail 7 (confirm_signature), try 2: SMTPServerDisconnected at /srv/mail/services.py:151"

    assert masked(text) == text


def test_a_query_string_is_not_in_the_logs(quiet, db, lines):
    quiet.get("/rien/?q=Benali&token=secret")
    quiet.get("/petitions/?tri=Benali")

    assert len(lines()) >= 2
    assert "Benali" not in json.dumps(lines())
    assert "secret" not in json.dumps(lines())


@pytest.mark.parametrize("text", ["a" * 60_000, "a@" * 30_000, "%40" * 20_000, "=" * 60_000, "\nDETAIL " * 8_000])
def test_masking_a_long_line_takes_no_time(text):
    began = time.monotonic()
    masked(text)

    assert time.monotonic() - began < 2


def test_the_id_of_a_request_is_in_the_answer_and_in_its_lines(client, db, lines):
    first, second = client.get("/rien/"), client.get("/rien/")
    logged = [line["request"] for line in lines() if line["logger"] == "django.request"]

    assert logged == [first["X-Request-ID"], second["X-Request-ID"]]
    assert logged[0] != logged[1]
    assert len(logged[0]) == 16


def test_a_visitor_does_not_choose_the_id(client, db):
    assert client.get("/rien/", headers={"x-request-id": "mine"})["X-Request-ID"] != "mine"


def test_a_line_outside_a_request_has_no_id(client, db, lines):
    client.get("/rien/")
    logging.getLogger("tests").warning("after")

    assert "request" not in lines()[-1]


def test_a_line_says_when_where_and_how_bad(lines):
    logging.getLogger("tests").error("Bonjour %s", "été")
    line = lines()[-1]

    assert (line["level"], line["logger"], line["message"]) == ("ERROR", "tests", "Bonjour été")
    assert line["at"].endswith("+00:00")


@pytest.mark.parametrize("text", ["\ud800", "a\nb", '"}{"', "\x00\x1b[31m", "\u2028"])
def test_every_text_is_one_line_of_json_that_any_stream_can_write(text):
    record = logging.LogRecord("tests", logging.ERROR, __file__, 1, text, None, None)
    line = JsonFormatter().format(record)

    assert len(line.splitlines()) == 1
    assert line.isascii()
    assert json.loads(line)["message"] == text


def test_a_failure_with_no_exception_is_logged_too():
    record = logging.LogRecord("tests", logging.ERROR, __file__, 1, "x", None, sys.exc_info())

    assert "exception" not in json.loads(JsonFormatter().format(record))
