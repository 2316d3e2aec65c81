"""The team's queues: who may open what."""

import pytest
from django.test import Client
from django.utils import timezone

from petitions.services.moderating import appeals, deciding, reading
from tests.factories import make_user
from tests.petitions.moderation.conftest import WHY, browser_of, send

pytestmark = pytest.mark.django_db

TEXTS = "/admin/petitions/submission/"
APPEALS = "/admin/petitions/appeal/"
DECISIONS = "/admin/petitions/decision/"
now = timezone.now
READ, WRITE = "read", "write"
PLACES = {
    "queue": ("get", TEXTS, READ),
    "text": ("get", TEXTS + "{text}/change/", READ),
    "take": ("post", TEXTS + "{text}/prendre/", WRITE),
    "release": ("post", TEXTS + "{text}/rendre/", WRITE),
    "publish": ("post", TEXTS + "{text}/decider/publier/", WRITE),
    "return": ("post", TEXTS + "{text}/decider/renvoyer/", WRITE),
    "refuse": ("post", TEXTS + "{text}/decider/refuser/", WRITE),
    "reconsider": ("post", TEXTS + "{text}/revenir/", WRITE),
    "appeals": ("get", APPEALS, READ),
    "appeal": ("get", APPEALS + "{appeal}/change/", READ),
    "take appeal": ("post", APPEALS + "{appeal}/prendre/", WRITE),
    "release appeal": ("post", APPEALS + "{appeal}/rendre/", WRITE),
    "answer": ("post", APPEALS + "{appeal}/repondre/", WRITE),
    "trail": ("get", DECISIONS, READ),
    "decision": ("get", DECISIONS + "{decision}/change/", READ),
}
LOOKER = ("view_submission", "view_appeal", "view_decision")


def open_place(browser, place, arguments):
    method, address, _kind = PLACES[place]
    return getattr(browser, method)(address.format(**arguments), {**WHY, "confirmed": "1"} if method == "post" else {})


@pytest.mark.parametrize("place", PLACES)
def test_who_may_open_what(place, alice, mona, luc):
    text = send(alice)
    refused = send(alice, title="Refusée")
    reading.claim(submission=refused, by=luc, at=now())
    decision = deciding.refuse(submission=refused, **WHY, by=luc, at=now())
    appeal = appeals.file_appeal(decision=decision, text="Relisez.", at=now())
    arguments = {"text": text.pk, "appeal": appeal.pk, "decision": decision.pk}
    alice_browser, stranger = Client(), Client()
    alice_browser.force_login(alice)
    people = {
        "stranger": stranger,
        "author": alice_browser,
        "staff without a right": browser_of(make_user("eve", is_staff=True), "view_theme"),
        "staff who may look": browser_of(make_user("zoe", is_staff=True), *LOOKER),
        "moderator": browser_of(mona),
    }
    kind = PLACES[place][2]

    found = {who: open_place(browser, place, arguments).status_code for who, browser in people.items()}

    assert found.pop("moderator") in {200, 302, 422}
    assert found == {
        "stranger": 302,
        "author": 302,
        "staff without a right": 403,
        "staff who may look": 200 if kind == READ else 403,
    }


def test_whoever_may_only_look_is_offered_no_button(sent, mona):
    looker = browser_of(mona, *LOOKER)

    assert "formaction" not in looker.get(TEXTS).content.decode()
    page = looker.get(f"{TEXTS}{sent.pk}/change/").content.decode()
    assert "Vous pouvez lire, et non décider." in page
    assert "prendre/" not in page
