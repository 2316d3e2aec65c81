"""Meta's data-deletion callback: somebody removed us from their Facebook account, and Meta's servers say so."""

import json
import time
from html import unescape

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import FacebookDeletion, User
from mesopinions.core import providers
from mesopinions.core.logs import masked
from mesopinions.mail.compose import compose
from mesopinions.mail.models import OutgoingMail
from privacy.models import Tombstone
from privacy.requests import erase_again
from tests.accounts.elsewhere import everything_stored, link, mails
from tests.factories import make_user
from tests.fakes.facebook import signed_request
from tests.support.concurrency import run_together

pytestmark = pytest.mark.django_db

CALLBACK = "/compte/facebook/suppression/"
FACEBOOK_ID = "10158000000000042"


def told(**changes):
    return {"algorithm": "HMAC-SHA256", "issued_at": int(time.time()), "user_id": FACEBOOK_ID} | changes


def call(client, request=None, **fields):
    return client.post(CALLBACK, fields or {"signed_request": request or signed_request(told())})


def without(name):
    return {key: value for key, value in told().items() if key != name}


@pytest.fixture
def linked(alice):
    return link(alice, "facebook", FACEBOOK_ID, "alice@facebook.example")


# --- What is done ----------------------------------------------------------------------------------------------------


def test_the_link_goes_the_account_stays_and_its_owner_is_told(client, linked, alice):
    response = call(client)

    assert response.status_code == 200
    assert not SocialAccount.objects.exists()
    assert User.objects.get() == alice
    assert mails() == [("security_notice", "alice@example.org")]
    assert "alice@facebook.example" not in everything_stored()


def test_the_answer_is_what_meta_wants(client, linked):
    answer = call(client).json()

    assert set(answer) == {"url", "confirmation_code"}
    assert answer["confirmation_code"].isalnum()
    path = reverse("facebook_deletion_status", args=[answer["confirmation_code"]])
    assert answer["url"] == f"http://localhost:8000{path}"


def test_another_link_and_other_people_are_left_alone(client, linked, alice):
    google = link(alice, "google", FACEBOOK_ID)
    other = link(make_user("oscar"), "facebook", "77")

    call(client)

    assert set(SocialAccount.objects.all()) == {google, other}


def test_the_same_request_gets_the_same_answer_and_is_done_once(client, linked):
    request = signed_request(told())

    answers = [call(client, request).json() for _ in range(3)]

    assert answers[0] == answers[1] == answers[2]
    assert FacebookDeletion.objects.count() == 1
    assert FacebookDeletion.objects.get().found
    assert len(mails()) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_request_many_times_at_once_is_done_once(linked):
    request = signed_request(told())
    answers = []

    def send():
        answers.append(call(Client(), request).content)
        connection.close()

    run_together(8, send)

    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert FacebookDeletion.objects.get().found
    assert len(mails()) == 1


def test_a_person_whom_we_do_not_know_gets_an_answer_of_the_same_shape(client, linked):
    known = call(client)
    unknown = call(client, signed_request(told(user_id="999")))

    assert known.status_code == unknown.status_code == 200
    assert set(known.json()) == set(unknown.json())
    assert {len(answer.json()["url"]) for answer in (known, unknown)} == {len(known.json()["url"])}
    assert len(mails()) == 1


def test_no_row_says_whom_it_was_about(client, linked):
    answer = call(client).json()

    stored = everything_stored()
    assert FACEBOOK_ID not in stored
    assert answer["confirmation_code"] not in stored


def test_a_restored_backup_ends_the_link_again(client, linked):
    call(client)
    assert Tombstone.objects.values_list("table", "key").get() == ("socialaccount.SocialAccount", str(linked.pk))
    SocialAccount.objects.bulk_create([linked])

    assert erase_again(timezone.now()) == 1
    assert not SocialAccount.objects.exists()


def test_meta_needs_no_cookie_and_no_token_of_a_form(linked):
    meta = Client(enforce_csrf_checks=True)

    assert call(meta).status_code == 200
    assert not meta.cookies


def test_no_log_keeps_the_code(client, linked):
    answer = call(client).json()

    assert answer["confirmation_code"] not in masked(f"Not Found: {answer['url']}")


# --- What is refused -------------------------------------------------------------------------------------------------


def tampered():
    proof, _, payload = signed_request(told()).partition(".")
    other = signed_request(told(user_id="1")).partition(".")[2]
    return {
        "nothing": "",
        "no point": proof,
        "no signature": f".{payload}",
        "no payload": f"{proof}.",
        "another payload": f"{proof}.{other}",
        "another signature": f"{proof[:-2]}AA.{payload}",
        "cut": f"{proof}.{payload[:-3]}",
        "two points": f"{proof}.{payload}.{payload}",
        "another secret": signed_request(told(), secret="google-secret"),
        "an empty secret": signed_request(told(), secret=""),
        "no base64": f"{proof}.é€",
        "zero byte": f"{proof}\0.{payload}",
        "too long": f"{proof}.{'A' * 5000}",
    }


@pytest.mark.parametrize("how", tampered())
def test_what_meta_did_not_sign_is_refused_and_changes_nothing(client, linked, how):
    response = call(client, signed_request=tampered()[how])

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 400
    assert SocialAccount.objects.get() == linked
    assert not FacebookDeletion.objects.exists()
    assert mails() == []


SIGNED_NONSENSE = {
    "no object": [1, 2],
    "a text": "HMAC-SHA256",
    "nothing": None,
    "no algorithm": without("algorithm"),
    "another algorithm": told(algorithm="none"),
    "a strange algorithm": told(algorithm=7),
    "nobody": without("user_id"),
    "an empty name": told(user_id=""),
    "a number": told(user_id=10158000000000042),
    "a strange name": told(user_id="1' OR '1'='1"),
    "zero byte": told(user_id="1\0"),
    "old": told(issued_at=int(time.time()) - 2 * 24 * 3600),
    "of the future": told(issued_at=int(time.time()) + 24 * 3600),
    "a strange time": told(issued_at="today"),
    "no time at all": told(issued_at=float("nan")),
    "without end": told(issued_at=float("inf")),
}


@pytest.mark.parametrize("how", SIGNED_NONSENSE)
def test_what_meta_signed_but_never_says_is_refused(client, linked, how):
    assert call(client, signed_request(SIGNED_NONSENSE[how])).status_code == 400
    assert SocialAccount.objects.get() == linked


@pytest.mark.parametrize(
    "request_", [told(issued_at=int(time.time()) - 3600), without("issued_at")], ids=["of today", "undated"]
)
def test_a_request_of_today_or_without_a_date_is_done(client, linked, request_):
    assert call(client, signed_request(request_)).status_code == 200
    assert not SocialAccount.objects.exists()


def test_a_body_without_the_field_is_refused(client, linked):
    assert call(client, other="x").status_code == 400
    assert client.post(CALLBACK, json.dumps(told()), content_type="application/json").status_code == 400
    assert client.post(CALLBACK, b"\xff\xfe", content_type="application/x-www-form-urlencoded").status_code == 400


@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_only_a_post_asks(client, linked, method):
    assert getattr(client, method)(CALLBACK).status_code == 405


def test_a_site_without_facebook_has_no_such_page(client, settings, linked):
    keys = providers.Keys("a client", "a secret", "")
    settings.SOCIALACCOUNT_PROVIDERS = providers.configured(google=keys, facebook=providers.Keys("", "", ""))

    assert call(client).status_code == 404
    assert SocialAccount.objects.get() == linked


# --- The page that tells ---------------------------------------------------------------------------------------------


def status_page(client, answer):
    return client.get(reverse("facebook_deletion_status", args=[answer.json()["confirmation_code"]]))


def test_the_page_tells_what_was_done_and_how_to_erase_the_rest(client, linked):
    page = status_page(client, call(client))

    html = unescape(page.content.decode())
    assert page.status_code == 200
    assert "nous n’avons plus rien de votre compte Facebook" in html
    assert str(timezone.localdate().year) in html
    assert f'href="{reverse("rights")}"' in html
    assert "5 ans" in html
    assert "alice" not in html
    assert "no-store" in page["Cache-Control"]


def test_the_page_says_when_there_was_nothing(client, db):
    html = unescape(status_page(client, call(client)).content.decode())

    assert "Il n’y avait rien à effacer" in html


@pytest.mark.parametrize("code", ["A" * 32, "x", "1", "é", "%00", "..", "A" * 5000])
def test_an_unknown_code_is_not_found(client, linked, code):
    call(client)

    assert client.get(f"{CALLBACK}{code}/").status_code in {400, 404}


def test_the_notice_names_facebook_and_no_address_of_meta(client, linked):
    call(client)

    text = compose(OutgoingMail.objects.get()).body
    assert "Votre compte Facebook n’ouvre plus votre compte MesOpinions." in text
    assert "127.0.0.1" not in text
