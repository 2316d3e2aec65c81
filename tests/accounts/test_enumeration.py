"""Nobody learns from the doors whose address has an account: same bytes, same headers, same cookies, same time."""

import statistics
import time
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.accounts.elsewhere import SIGNUP as SOCIAL_SIGNUP
from tests.accounts.elsewhere import log_in_with, made, prove
from tests.accounts.mailbox import without_tokens
from tests.accounts.test_codes import NEW_PASSWORD, RESET, RESET_CODE
from tests.accounts.test_login import BY_CODE, CODE, LOGIN, LOGOUT
from tests.accounts.test_signup import CONFIRM, SIGNUP
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

WRONG = {"code": "BCDF-GHJK"}
ONES_OWN_HEADERS = {"X-Request-ID", "Expires", "Date", "Retry-After"}
# Addresses of one length, because it shows in a page that repeats the address.
ANSWERS_ALIKE = ("alice", "oscar", "nadia", "samir")
Step = tuple[str, str, dict[str, str]]


@pytest.fixture
def people(db):
    """Alice has an account, Oscar's is closed, Nadia never confirmed hers, Samir has none and Luc has no password."""
    make_user("alice")
    make_user("oscar", is_active=False)
    make_user("nadia", confirmed=False)


def telling(response: HttpResponse, email: str) -> tuple[object, ...]:
    """Return all that an answer tells, but for what differs from one visitor to the next."""
    headers = {name: value for name, value in response.headers.items() if name not in ONES_OWN_HEADERS}
    cookies = {
        name: (len(cookie.value), cookie["max-age"], cookie["path"]) for name, cookie in response.cookies.items()
    }
    body = without_tokens(response.content).replace(email.encode(), b"WHO")
    return response.status_code, headers, cookies, body


def conversation(steps: list[Step], email: str) -> list[tuple[object, ...]]:
    client = Client()
    answers = []
    for method, path, words in steps:
        words = {name: value.replace("WHO", email) for name, value in words.items()}
        answers.append(telling(getattr(client, method)(path, words), email))
    return answers


def code_pages(path: str, begin: Step) -> list[Step]:
    """A code is asked for, mistyped, sent again, mistyped until it ends, and asked for again."""
    wrong, again = ("post", path, WRONG), ("post", path, {"action": "resend"})
    look = ("get", path, {})
    return [
        begin,
        look,
        wrong,
        look,
        again,
        look,
        again,
        look,
        again,
        wrong,
        wrong,
        look,
        ("get", LOGIN, {}),
        begin,
        look,
    ]


CONVERSATIONS: dict[str, list[Step]] = {
    "register": code_pages(CONFIRM, ("post", SIGNUP, {"email": "WHO"})),
    "register with a password": code_pages(CONFIRM, ("post", SIGNUP, {"email": "WHO", "password1": PASSWORD})),
    "register with a weak password": [("post", SIGNUP, {"email": "WHO", "password1": "azerty12345"})],
    "register, then give up": [
        ("post", SIGNUP, {"email": "WHO"}),
        *[("get", path, {}) for path in (LOGIN, SIGNUP, BY_CODE)],
        ("post", LOGOUT, {}),
        *[("get", path, {}) for path in (CONFIRM, LOGIN, SIGNUP, CODE, RESET_CODE)],
        ("post", CONFIRM, {"action": "resend"}),
    ],
    "register, then try the password": [
        ("post", SIGNUP, {"email": "WHO", "password1": "les carottes sont cuites"}),
        ("post", LOGOUT, {}),
        ("post", LOGIN, {"login": "WHO", "password": "les carottes sont cuites"}),
        ("get", CONFIRM, {}),
    ],
    "a code": code_pages(CODE, ("post", BY_CODE, {"email": "WHO"})),
    "a code, then something else": [
        ("post", BY_CODE, {"email": "WHO"}),
        *[("get", path, {}) for path in (LOGIN, SIGNUP, CODE, CONFIRM)],
    ],
    "a forgotten password": code_pages(RESET_CODE, ("post", RESET, {"email": "WHO"})),
    "a forgotten password without its code": [
        ("post", RESET, {"email": "WHO"}),
        ("get", NEW_PASSWORD, {}),
        ("post", NEW_PASSWORD, {"password1": PASSWORD}),
    ],
    "a wrong password, until it is limited": [("post", LOGIN, {"login": "WHO", "password": "wrong"})] * 11,
    "a change of address on the page of the code": [
        ("post", SIGNUP, {"email": "WHO"}),
        ("post", CONFIRM, {"action": "change", "email": "luc@example.org"}),
        ("get", CONFIRM, {}),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_every_answer_is_the_same_whoever_has_an_account(people, redis_client, name):
    told = {}
    for who in ANSWERS_ALIKE:
        told[who] = conversation(CONVERSATIONS[name], f"{who}@example.org")
        redis_client.flushdb()  # what one visitor's IP address was counted for

    for who in ANSWERS_ALIKE:
        assert told[who] == told["alice"], who


def test_a_right_password_of_an_account_that_is_not_open_is_as_wrong_as_any(people):
    steps = [("post", LOGIN, {"login": "WHO", "password": PASSWORD})] * 11
    told = {who: conversation(steps, f"{who}@example.org") for who in ("oscar", "nadia", "samir")}

    assert told["oscar"] == told["nadia"] == told["samir"]
    assert [status for status, *_ in told["oscar"]] == [422] * 10 + [429]


def test_nothing_answers_in_another_format(people):
    """allauth answers scripts in JSON, with more words than the pages."""
    headers = {"X-Requested-With": "XMLHttpRequest", "Accept": "application/json"}
    for path, words in (
        (LOGIN, {"login": "alice@example.org", "password": "x"}),
        (SIGNUP, {"email": "alice@example.org"}),
    ):
        assert Client().post(path, words, headers=headers)["Content-Type"].startswith("text/html")


# --- Time -------------------------------------------------------------------------------------------------------------

numbers = count()
LOGS_IN: Step = ("post", LOGIN, {"login": "WHO", "password": "a wrong one"})
REGISTERS: Step = ("post", SIGNUP, {"email": "WHO"})
REGISTERS_WITH_PASSWORD: Step = ("post", SIGNUP, {"email": "WHO", "password1": "les carottes sont cuites"})
ASKS_FOR_A_CODE: Step = ("post", BY_CODE, {"email": "WHO"})
FORGOT: Step = ("post", RESET, {"email": "WHO"})
AGAIN = {"action": "resend"}
# The last step of each is timed.
TIMED: dict[str, list[Step]] = {
    "log in": [LOGS_IN],
    "register": [REGISTERS],
    "register with a password": [REGISTERS_WITH_PASSWORD],
    "ask for a code": [ASKS_FOR_A_CODE],
    "forget the password": [FORGOT],
    "mistype the code that confirms": [REGISTERS, ("post", CONFIRM, WRONG)],
    "mistype the code to log in": [ASKS_FOR_A_CODE, ("post", CODE, WRONG)],
    "mistype the code of a forgotten password": [FORGOT, ("post", RESET_CODE, WRONG)],
    "ask again for the code that confirms": [REGISTERS, ("post", CONFIRM, AGAIN)],
    "ask again for the code to log in": [ASKS_FOR_A_CODE, ("post", CODE, AGAIN)],
    "try too often": [ASKS_FOR_A_CODE, ("post", CODE, WRONG), ("post", CODE, WRONG), ("post", CODE, WRONG)],
}


def visitor() -> Client:
    """Return somebody who looked at a page: what a first request loads is no part of an answer."""
    client = Client(REMOTE_ADDR=f"192.0.2.{next(numbers) % 250}")
    client.get(LOGIN)
    return client


def send(client: Client, steps: list[Step], email: str) -> None:
    for _method, path, words in steps:
        client.post(path, {name: value.replace("WHO", email) for name, value in words.items()})


def seconds(steps: list[Step], email: str, begin: Callable[[], Client] = visitor) -> float:
    """Return how long the site works on the last step. A busy machine makes it wait, and not work."""
    client = begin()
    send(client, steps[:-1], email)
    begun = time.process_time()
    send(client, steps[-1:], email)
    return time.process_time() - begun


def questions(steps: list[Step], email: str, begin: Callable[[], Client] = visitor) -> int:
    """Return how often the last step asks the database."""
    client = begin()
    send(client, steps[:-1], email)
    with CaptureQueriesContext(connection) as asked:
        send(client, steps[-1:], email)
    return len(asked)


def nobodys() -> str:
    return f"nobody{next(numbers)}@example.org"


def ratio(times: int, *how: Any) -> float:
    """Return how much longer the slower of both takes: they take turns, and their fastest quarters are compared."""
    known, unknown = [], []
    for turn in range(times):
        known.append(seconds(how[0], f"{('alice', 'oscar', 'nadia')[turn % 3]}@example.org", *how[1:]))
        unknown.append(seconds(how[0], nobodys(), *how[1:]))
    quick = [statistics.quantiles(times, n=4)[0] for times in (known, unknown)]
    return max(quick) / min(quick)


def expect_alike(*how: Any) -> None:
    """The same work within a third in this process, and in the database but for looking somebody up."""
    ratio(2, *how)  # the first requests import and compile

    assert abs(questions(how[0], "alice@example.org", *how[1:]) - questions(how[0], nobodys(), *how[1:])) <= 6
    assert any(ratio(12, *how) < 1.4 for _ in range(4))


@pytest.fixture
def crowd(db, costly_passwords, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | dict.fromkeys(settings.RATE_LIMITS, (10_000, 60))
    for who in ("alice", "oscar", "nadia"):
        make_user(who)


@pytest.fixture
def come_by_google(google) -> Callable[[], Client]:
    """Somebody new at Google, in front of the form that shows what it told."""

    def come() -> Client:
        google.person["sub"] = str(next(numbers))
        client = visitor()
        assert log_in_with(client, "google")["Location"] == SOCIAL_SIGNUP
        return client

    return come


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", TIMED)
def test_the_time_of_an_answer_tells_nothing(crowd, name):
    expect_alike(TIMED[name])


@pytest.mark.timeout(240)
def test_the_time_of_the_form_after_google_tells_nothing(crowd, come_by_google):
    expect_alike([("post", SOCIAL_SIGNUP, {"email": "WHO"})], come_by_google)


@pytest.mark.timeout(240)
def test_the_time_of_a_change_of_address_tells_nothing(crowd):
    luc = visitor()
    luc.force_login(make_user("luc"))

    def proven() -> Client:
        prove(luc)
        return luc

    expect_alike([("post", "/compte/email/", {"email": "WHO"})], proven)
    assert luc.get("/compte/email/confirmer/").status_code == 200


@pytest.mark.parametrize("path", [SIGNUP, SOCIAL_SIGNUP])
def test_what_is_done_for_the_same_time_leaves_nothing(people, come_by_google, path):
    client = come_by_google()
    before = made()

    assert client.post(path, {"email": "alice@example.org", "password1": PASSWORD})["Location"] == CONFIRM

    assert made() == before
