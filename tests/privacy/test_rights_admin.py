"""Rights requests in the admin: by their day, without addresses in the list, and each reading leaves a line."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import User
from privacy import requests
from privacy.models import RightsRequest
from privacy.requests import Right
from tests.privacy.mailbox import ADDRESS, ask, mailed_path

pytestmark = pytest.mark.django_db

LIST = "/admin/privacy/rightsrequest/"


def staff_with(*rights: str) -> Client:
    mona = User.objects.create_user(f"mona{len(rights)}@example.org", is_staff=True)
    mona.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(mona)
    return client


@pytest.fixture
def mona() -> Client:
    return staff_with("view_rightsrequest", "view_requeststep")


@pytest.fixture
def asked(db) -> RightsRequest:
    ask()
    return RightsRequest.objects.get()


def due_in(days: int, **fields: object) -> RightsRequest:
    request = requests.open_request(
        right=Right.ACCESS, email=f"someone{days}@example.org", language="fr", at=timezone.now()
    )
    RightsRequest.objects.filter(pk=request.pk).update(due_on=timezone.localdate() + timedelta(days=days), **fields)
    return request


def found(client, **query):
    return {row.pk for row in client.get(LIST, query).context["cl"].queryset}


def test_the_list_names_nobody_and_is_no_reading(mona, asked):
    page = mona.get(LIST)

    assert ADDRESS not in page.text
    assert asked.subject_key not in page.text
    assert not LogEntry.objects.exists()


def test_one_request_shows_its_address_and_the_reading_is_noted_without_it(mona, asked):
    page = mona.get(f"{LIST}{asked.pk}/change/")

    entry = LogEntry.objects.get()
    assert ADDRESS in page.text
    assert (entry.object_id, entry.change_message) == (str(asked.pk), "Consulté")
    assert "samir" not in entry.object_repr


def test_what_became_of_each_source_is_told_in_words(mona, asked):
    RightsRequest.objects.update(status="executing")
    requests.execute(asked.pk)
    page = mona.get(f"{LIST}{asked.pk}/change/").text

    assert "petitions.Signature" in page
    assert "remplacé par une empreinte" in page


def test_no_page_of_the_staff_leads_to_the_link(mona, asked):
    token = mailed_path().rstrip("/").rpartition("/")[2]
    asked.refresh_from_db()
    page = mona.get(f"{LIST}{asked.pk}/change/").text

    assert token not in page
    assert asked.token_hash not in page


def test_a_request_is_found_by_number_and_by_whole_address(mona, asked):
    due_in(3)

    assert found(mona, q=str(asked.pk)) == found(mona, q="SAMIR@example.org") == {asked.pk}
    assert found(mona, q="samir") == found(mona, q="samir+alias@example.org") == set()


@pytest.mark.parametrize("words", ["'", "%", "9" * 5000, "@@", "x" * 20_000, "{}"])
def test_no_search_breaks_the_list(mona, asked, words):
    assert mona.get(LIST, {"q": words}).status_code == 200


def test_what_is_late_or_soon_due_is_told_in_words_and_found_by_filter(mona):
    late, soon, later = due_in(-1), due_in(10), due_in(11)
    closed = due_in(-5, status="done", closed_at=timezone.now(), email="")
    page = mona.get(LIST).text

    assert page.count("(dépassée)") == 1
    assert page.count("(bientôt)") == 1
    assert found(mona, echeance="passee") == {late.pk}
    assert found(mona, echeance="proche") == {soon.pk}
    assert found(mona, echeance="ouverte") == {late.pk, soon.pk, later.pk}
    assert closed.pk in found(mona)


@pytest.mark.parametrize("page", ["add/", "{}/delete/"])
def test_nobody_writes_a_request_here(mona, asked, page):
    assert mona.post(LIST + page.format(asked.pk), {"post": "yes"}).status_code == 403


def test_staff_without_the_right_see_nothing(asked):
    nadia = staff_with()

    assert nadia.get(LIST).status_code == nadia.get(f"{LIST}{asked.pk}/change/").status_code == 403
    assert not LogEntry.objects.exists()


def test_a_failed_request_is_taken_up_again_and_others_are_left_alone(asked):
    failed = due_in(3, status="failed", error="ValueError")
    data = {"action": "try_again", "_selected_action": [asked.pk, failed.pk]}
    reader, dpo = staff_with("view_rightsrequest"), staff_with("view_rightsrequest", "change_rightsrequest")

    reader.post(LIST, data)
    assert RightsRequest.objects.get(pk=failed.pk).status == "failed"
    page = dpo.post(LIST, data, follow=True)

    assert "1 sur 2" in page.text
    assert dict(RightsRequest.objects.values_list("pk", "status")) == {
        asked.pk: "email_pending",
        failed.pk: "executing",
    }
    assert LogEntry.objects.get().object_id == str(failed.pk)
