"""News and outcomes in the admin: staff act in the author's name, through the services."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from mesopinions.mail.compose import compose
from mesopinions.mail.models import OutgoingMail
from petitions.models import Decision, Petition, Update
from petitions.services.moderating import appeals
from tests.factories import make_petition, make_update, make_user

pytestmark = pytest.mark.django_db

UPDATES = "/admin/petitions/update/"
PETITIONS = "/admin/petitions/petition/"
WHY = {"reason": "falsehood", "statement": "La Région n’a reçu personne.", "confirmed": "1"}


@pytest.fixture
def mona():
    return make_user("mona", is_staff=True)


def allow(user, *codenames):
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))


def tick(client, address, action, *rows, **data):
    return client.post(address, {"action": action, "_selected_action": [row.pk for row in rows], **data}, follow=True)


def write(client, petition, title="Nous sommes reçus", text="Lundi, à dix heures."):
    return client.post(f"{UPDATES}add/", {"petition": petition.pk, "title": title, "text": text})


# --- Publishing ------------------------------------------------------------------------------------------------------


def test_staff_publish_news_through_the_service(staff, petition):
    answer = write(staff, petition, title="  Nous \u202e sommes reçus ", text="Un.\r\n\r\nDeux.\u200b ")

    update = Update.objects.get()
    assert answer.status_code == 302
    assert (update.number, update.title, update.text) == (1, "Nous sommes reçus", "Un.\n\nDeux.")
    assert LogEntry.objects.get().object_id == str(update.pk)


def test_the_same_form_sent_twice_publishes_once(staff, petition):
    write(staff, petition)
    answer = write(staff, petition)

    assert answer.status_code == 302
    assert Update.objects.count() == 1


@pytest.mark.parametrize(
    ("title", "text"),
    [("", "Texte"), ("Titre", ""), ("x" * 201, "Texte"), ("Titre", "x" * 10_001), ("\u200b", "Texte"), ("a\0b", "c")],
)
def test_what_is_no_news_is_refused_with_a_word(staff, petition, title, text):
    answer = write(staff, petition, title, text)

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    assert not Update.objects.exists()


@pytest.mark.parametrize("status", ["draft", "rejected", "removed"])
def test_a_petition_that_is_not_public_gets_no_news(staff, status):
    answer = write(staff, make_petition(status=status))

    assert "pas publique" in answer.content.decode()
    assert not Update.objects.exists()


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30])
def test_a_number_without_a_petition_is_no_error(staff, number):
    answer = staff.post(f"{UPDATES}add/", {"petition": number, "title": "Titre", "text": "Texte"})

    assert answer.status_code == 200


def test_a_published_update_can_be_neither_rewritten_nor_deleted(staff, petition):
    update = make_update(petition)

    answers = [
        staff.post(f"{UPDATES}{update.pk}/change/", {"title": "Autre", "text": "Autre"}).status_code,
        staff.post(f"{UPDATES}{update.pk}/delete/", {"post": "yes"}).status_code,
    ]

    assert answers == [403, 403]
    assert "La Région nous reçoit lundi." in staff.get(f"{UPDATES}{update.pk}/change/").content.decode()
    assert Update.objects.get().title == "Nouvelle 1"


# --- Hiding ----------------------------------------------------------------------------------------------------------


def test_hidden_news_leaves_the_public_page_and_comes_back(staff, client, petition):
    update = make_update(petition)
    address = petition.url_of("petition_update", 1)
    staff_cookies = staff.cookies

    for action, status in (("hide", 404), ("hide", 404), ("show", 200), ("show", 200)):
        tick(staff, UPDATES, action, update, **WHY)
        assert staff.get(address).status_code == status

    assert staff_cookies
    assert LogEntry.objects.filter(object_id=update.pk).count() == 2


def test_hiding_asks_why_and_tells_the_author_who_may_appeal(staff, petition):
    petition.author = make_user("alice", language="en")
    petition.save()
    update = make_update(petition)
    assert "Proposer un texte" in tick(staff, UPDATES, "hide", update).content.decode()
    assert Update.objects.get().hidden_at is None

    tick(staff, UPDATES, "hide", update, **WHY)

    decision = Decision.objects.get()
    assert (decision.subject, decision.act, decision.reason) == ("update", "hidden", "falsehood")
    letter = compose(OutgoingMail.objects.get(kind="decision"))
    assert letter.subject.startswith("Your news is hidden")
    for words in (WHY["statement"], "La Région nous reçoit lundi.", "/en/decision/"):
        assert words in letter.body
    luc = make_user("luc", is_staff=True)
    appeal = appeals.file_appeal(decision=decision, text="It did.", at=timezone.now())
    appeals.claim_appeal(appeal=appeal, by=luc, at=timezone.now())
    appeals.answer_appeal(appeal=appeal, outcome="reversed", answer="You are right.", by=luc, at=timezone.now())
    assert Update.objects.get().hidden_at is None
    assert Decision.objects.filter(subject="update", act="shown").count() == 1


def test_nobody_hides_their_own_news(staff, petition):
    petition.author = User.objects.get(is_superuser=True)
    petition.save()

    page = tick(staff, UPDATES, "hide", make_update(petition), **WHY)

    assert "une autre personne doit en décider" in page.content.decode()
    assert Update.objects.get().hidden_at is None


def test_news_is_found_by_its_words_its_state_and_its_petition(staff, petition):
    first, second = make_update(petition, 1), make_update(petition, 2, text="Une autre date.")
    tick(staff, UPDATES, "hide", second, **WHY)

    def found(**query):
        return [row.pk for row in staff.get(UPDATES, query).context["cl"].queryset]

    assert found(visible="masque") == [second.pk]
    assert found(visible="public") == [first.pk]
    assert found(q="autre date") == [second.pk]
    assert found(courrier="attend") == [second.pk, first.pk]
    assert found(petition__id__exact=petition.pk + 1) == []
    assert found(petition__status__exact="closed") == []


def test_the_list_costs_as_many_queries_for_thirty_rows_as_for_three(staff, petition):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert staff.get(UPDATES).status_code == 200
        return len(captured)

    for number in range(3):
        make_update(petition, number)
    staff.get(UPDATES)
    few = queries()
    for number in range(3, 30):
        make_update(make_petition(slug=f"p{number}"), number)

    assert queries() == few


# --- Outcomes --------------------------------------------------------------------------------------------------------


def declare(client, *petitions, **fields):
    data = {"outcome": "victory", "on": timezone.localdate().isoformat(), "words": "La ligne rouvre.", **fields}
    return tick(client, PETITIONS, "declare_outcome", *petitions, confirmed="1", **data)


def test_declaring_asks_first_and_changes_nothing(staff, petition):
    page = tick(staff, PETITIONS, "declare_outcome", petition).content.decode()

    assert "Déclarer cette issue" in page
    assert "Rouvrons la ligne" in page
    assert Petition.objects.get().outcome == ""


def test_a_declared_outcome_is_public_and_noted_once(staff, petition):
    declare(staff, petition)
    declare(staff, petition)

    petition.refresh_from_db()
    assert (petition.outcome, petition.outcome_words, petition.status) == ("victory", "La ligne rouvre.", "closed")
    assert LogEntry.objects.filter(object_id=petition.pk).count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": ""},
        {"outcome": "gagné"},
        {"words": ""},
        {"words": "x" * 601},
        {"on": ""},
        {"on": "hier"},
        {"on": "0001-01-01"},
        {"on": (timezone.localdate() + timedelta(days=2)).isoformat()},
    ],
)
def test_half_an_outcome_is_shown_again_with_what_is_missing(staff, petition, fields):
    answer = declare(staff, petition, **fields)

    assert answer.context["form"].errors
    assert Petition.objects.get().outcome == ""


def test_one_petition_at_a_time_and_only_a_public_one(staff, petition):
    for chosen in ((petition, make_petition(slug="autre")), (make_petition(status="draft", slug="brouillon"),)):
        assert "Choisissez une seule pétition" in declare(staff, *chosen).content.decode()

    assert not Petition.objects.exclude(outcome="").exists()


# --- Who -------------------------------------------------------------------------------------------------------------


def test_staff_without_a_right_see_and_write_nothing(client, petition, mona):
    client.force_login(mona)
    update = make_update(petition)

    answers = [client.get(UPDATES), client.get(f"{UPDATES}{update.pk}/change/"), write(client, petition, "Autre")]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert Update.objects.count() == 1


def test_whoever_may_only_look_is_offered_no_act(client, petition, mona):
    allow(mona, "view_update", "view_petition")
    client.force_login(mona)
    update = make_update(petition)

    tick(client, UPDATES, "hide", update, **WHY)
    declare(client, petition)
    answer = write(client, petition, "Autre")

    assert not client.get(UPDATES).context["action_form"]
    assert answer.status_code == 403
    assert (Update.objects.get().hidden_at, Petition.objects.get().outcome) == (None, "")


def test_a_moderator_may_hide_without_being_able_to_publish(client, petition, mona):
    allow(mona, "view_update", "change_update")
    client.force_login(mona)

    tick(client, UPDATES, "hide", make_update(petition), **WHY)

    assert Update.objects.get().hidden_at
    assert write(client, petition, "Autre").status_code == 403


def test_a_visitor_is_led_to_the_login(client, petition):
    make_update(petition)

    for address in (UPDATES, f"{UPDATES}add/"):
        assert client.get(address)["Location"].startswith("/admin/login/")
