"""Asking for a right: the form says nothing of anybody, and only who reads the mailbox goes on."""

import hashlib
import json
import logging
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from mesopinions.core.logs import JsonFormatter
from mesopinions.mail.models import OutgoingMail
from petitions.models import Petition, Signature
from privacy import requests
from privacy.consent import Purpose
from privacy.models import RequestStep, RightsRequest
from privacy.requests import Right
from tests.factories import make_petition, make_signature, make_user
from tests.privacy.mailbox import ADDRESS, FORM, SENT, ask, mailed_path, without_address
from tests.support.concurrency import run_together

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition() -> Petition:
    return make_petition()


@pytest.fixture
def signature(petition: Petition) -> Signature:
    return make_signature(petition, confirmed=True, consents=(Purpose.NEWSLETTER,), comment="Il le faut.")


@pytest.fixture
def path(signature: Signature) -> str:
    """The link of Samir's request to be erased."""
    ask()
    return mailed_path()


def the_request() -> RightsRequest:
    return RightsRequest.objects.get()


# --- Asking ----------------------------------------------------------------------------------------------------------


def test_the_page_says_each_right_and_is_the_same_for_everybody(client):
    page = client.get(FORM)

    for words in ("art. 15", "art. 16", "art. 17", "art. 18 et 21", "art. 20", "art. 7.3", "art. 85", "CNIL"):
        assert words in page.text
    assert not page.cookies
    assert "s-maxage" in page["Cache-Control"]
    assert "checked" not in page.text


def test_the_answer_is_the_same_whether_or_not_we_hold_anything(signature):
    known, unknown = ask(), ask(email="nobody@example.org")

    assert (known.status_code, known["Location"], known.content) == (303, SENT, b"")
    assert (unknown.status_code, unknown["Location"], unknown.content) == (303, SENT, b"")
    assert list(OutgoingMail.objects.filter(kind="rights_confirm").values_list("recipient", flat=True)) == [
        ADDRESS,
        "nobody@example.org",
    ]
    assert Client().get(SENT).text == Client().get(SENT).text
    assert "48" in Client().get(SENT).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"right": ""}, "Choisissez ce que vous voulez."),
        ({"right": "rectification"}, "la page dit plus bas comment faire"),
        ({"right": "everything"}, "Choisissez l’une de ces demandes"),
        ({"email": ""}, "Indiquez votre adresse e-mail."),
        ({"email": "samir"}, "semble incomplète"),
        ({"email": "samir@example.org\r\nBcc: oscar@example.org"}, "semble incomplète"),
        ({"email": "samir\0@example.org"}, ""),
        ({"email": f"{'a' * 300}@example.org"}, ""),
        ({"email": "<script>alert(1)</script>@example.org"}, "semble incomplète"),
        ({"acting_as": "heir"}, "Pour une autre personne, écrivez-nous."),
        ({"acting_as": "representative"}, "Pour une autre personne, écrivez-nous."),
    ],
)
def test_what_cannot_be_asked_so_is_refused_with_the_next_step(fields, words):
    answer = ask(**fields)

    assert answer.status_code == 422
    assert words in answer.text
    assert "<script>alert" not in answer.text
    assert not RightsRequest.objects.exists()


def test_asking_twice_keeps_one_request_and_sends_a_new_link(signature):
    ask()
    ask(email="SAMIR@example.org")

    assert the_request().right == Right.ERASURE
    assert OutgoingMail.objects.filter(kind="rights_confirm", recipient=ADDRESS).count() == 2


def test_two_rights_are_two_requests(signature):
    ask("erasure")
    ask("access")

    assert set(RightsRequest.objects.values_list("right", flat=True)) == {"erasure", "access"}


def test_nobody_can_fill_a_mailbox_with_our_mails():
    answers = [ask(email=f"samir+{number}@example.org").status_code for number in range(5)]

    assert answers == [303, 303, 303, 303, 429]  # every alias is the same mailbox


def test_one_visitor_asks_for_so_many_addresses_an_hour():
    answers = [ask(email=f"someone{number}@example.org").status_code for number in range(21)]

    assert answers == [303] * 20 + [429]


def test_another_site_cannot_send_the_form():
    answer = Client(headers={"sec-fetch-site": "cross-site"}).post(FORM, {"right": "erasure", "email": ADDRESS})

    assert answer.status_code == 403


def test_somebody_with_a_session_needs_its_token(client):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("oscar"))

    assert client.post(FORM, {"right": "erasure", "email": ADDRESS}).status_code == 422
    assert not RightsRequest.objects.exists()


def test_a_request_is_due_a_month_later_on_a_working_day():
    with time_machine.travel("2026-01-31 11:00Z", tick=False):
        ask()

    assert str(the_request().due_on) == "2026-03-02"  # 28 February is a Saturday


# --- The link --------------------------------------------------------------------------------------------------------


def test_the_link_is_in_the_mail_and_nowhere_else(path):
    token = path.rstrip("/").rpartition("/")[2]

    stored = json.dumps([*RightsRequest.objects.values(), *OutgoingMail.objects.values()], default=str)
    assert token not in stored
    assert the_request().token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert len(token) >= 43


def test_opening_the_link_shows_what_will_be_done_and_does_nothing(client, path):
    before = RightsRequest.objects.values().get()
    page = client.get(path)
    client.head(path)

    assert page.status_code == 200
    for words in ("Sera effacé", "Signatures", "Commentaires", "La loi nous fait garder", "RGPD, art. 7.1"):
        assert words in page.text
    assert RightsRequest.objects.values().get() == before
    assert Signature.objects.exists()


def test_the_page_behind_the_link_is_kept_nowhere_and_names_itself_to_nobody(client, path):
    page = client.get(path)

    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "strict-origin"
    assert page["X-Robots-Tag"] == "noindex"
    assert not page.cookies
    assert ADDRESS not in page.text


def test_no_log_holds_the_address_or_the_link(signature, caplog):
    caplog.set_level(logging.DEBUG)
    ask()
    path = mailed_path()
    Client().get(path)
    Client().get(f"{path}x/")
    Client().get(f"{path[:-2]}/")
    Client().post(path, {"count": "keep"})

    lines = "\n".join(JsonFormatter().format(record) for record in caplog.records)
    assert path.rstrip("/").rpartition("/")[2][:20] not in lines
    assert ADDRESS not in lines


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_links_that_lead_nowhere_all_get_the_same_answer(path, method):
    def opened(path):
        return getattr(Client(), method)(path)

    with time_machine.travel(timezone.now() + timedelta(hours=49)):
        old = opened(path)
    cut = opened(f"{path[:-3]}/")
    ask()
    mailed_path()
    replaced = opened(path)
    guessed = opened(f"{FORM}{the_request().pk}/")

    assert {answer.status_code for answer in (old, cut, replaced, guessed)} == {404}
    assert {without_address(answer) for answer in (cut, replaced, guessed)} == {without_address(old)}
    assert method == "head" or "Refaire la demande" in old.text
    assert the_request().status == "email_pending"


def test_the_link_works_for_two_days_to_the_minute(path):
    sent_at = timezone.now()
    with time_machine.travel(sent_at + timedelta(hours=47, minutes=59)):
        assert Client().get(path).status_code == 200
    with time_machine.travel(sent_at + timedelta(hours=48, minutes=1)):
        assert Client().get(path).status_code == 404


def test_a_link_opens_in_any_browser_and_no_account_opens_without_it(path):
    staff = Client()
    staff.force_login(User.objects.create_superuser("admin@example.org"))

    assert Client().get(path).status_code == 200
    assert staff.get(f"{FORM}{the_request().pk}/").status_code == 404


def test_so_many_links_a_minute_are_tried(client):
    answers = {client.get(f"{FORM}{'x' * 40}{number}/").status_code for number in range(121)}

    assert answers == {404, 429}


# --- Confirming ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", ["", "both"])
def test_who_signed_says_what_becomes_of_the_counts_and_nothing_is_chosen_for_them(client, path, count):
    assert "checked" not in client.get(path).text

    answer = client.post(path, {"count": count})

    assert answer.status_code == 422
    assert "Choisissez ce que deviennent les comptes." in answer.text
    assert the_request().status == "email_pending"


@pytest.mark.parametrize(("count", "removes"), [("remove", True), ("keep", False)])
def test_the_button_starts_the_work_with_the_choice(client, path, count, removes):
    answer = client.post(path, {"count": count})

    assert (answer.status_code, answer["Location"]) == (303, path)
    assert (the_request().status, the_request().remove_from_count) == ("executing", removes)


def test_who_signed_nothing_is_not_asked_about_counts(client):
    make_user("oscar")
    ask(email="oscar@example.org")
    path = mailed_path()

    assert 'name="count"' not in client.get(path).text
    assert client.post(path).status_code == 303
    assert the_request().status == "executing"


def test_an_address_that_we_do_not_know_is_told_so_behind_its_link_alone(client):
    ask(email="nobody@example.org")
    path = mailed_path()
    OutgoingMail.objects.all().delete()

    assert "Nous n’avons rien trouvé à effacer" in client.get(path).text


@pytest.mark.parametrize("right", ["access", "portability"])
def test_a_copy_asks_for_nothing_but_the_button(client, signature, right):
    ask(right)
    path = mailed_path()

    assert 'name="count"' not in client.get(path).text
    assert client.post(path).status_code == 303
    assert the_request().status == "executing"


def test_pressing_twice_starts_once(client, path):
    client.post(path, {"count": "keep"})
    client.post(path, {"count": "remove"})

    assert the_request().remove_from_count is False


@pytest.mark.django_db(transaction=True)
def test_two_browsers_that_confirm_at_once_start_one_work(path):
    answers = run_together(4, lambda: Client().post(path, {"count": "keep"}).status_code)
    requests.execute(the_request().pk)

    assert answers == [303] * 4
    assert RequestStep.objects.filter(source="petitions.Signature").count() == 1


def test_another_site_cannot_press_the_button(path):
    answer = Client(headers={"sec-fetch-site": "cross-site"}).post(path, {"count": "remove"})

    assert answer.status_code == 403
    assert the_request().status == "email_pending"


def test_a_session_needs_its_token_to_press_it(path):
    oscar = Client(enforce_csrf_checks=True)
    oscar.force_login(make_user("oscar"))
    answer = oscar.post(path, {"count": "keep"})

    assert "csrfmiddlewaretoken" in answer.text
    assert the_request().status == "email_pending"


# --- Time ------------------------------------------------------------------------------------------------------------


def test_what_nobody_confirms_is_closed_after_thirty_days_and_names_nobody(path):
    at = timezone.now()

    assert requests.close_unconfirmed(now=at + timedelta(days=29)) == 0
    assert requests.close_unconfirmed(now=at + timedelta(days=31)) == 1
    assert (the_request().status, the_request().email, the_request().token_hash) == ("expired", "", None)
    assert Client().get(path).status_code == 404


def test_a_mail_that_comes_too_late_for_its_request_does_not_leave():
    ask()
    requests.close_unconfirmed(now=timezone.now() + timedelta(days=31))
    OutgoingMail.objects.update(due_at=timezone.now())

    with pytest.raises(IndexError):
        mailed_path()
    assert OutgoingMail.objects.get().cancelled_at is not None


def test_a_late_link_is_renewed_by_asking_again_and_the_deadline_stays(signature):
    ask()
    first = the_request()
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        ask()
        path = mailed_path()
        assert Client().get(path).status_code == 200

    assert (the_request().pk, the_request().due_on) == (first.pk, first.due_on)


def test_english_asks_in_english():
    Client().post(f"/en{FORM}", {"right": "access", "email": ADDRESS})

    assert mailed_path().startswith("/en/")
