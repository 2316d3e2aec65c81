"""« Modifier »: what the author writes is kept, and what is public stays until somebody has read it."""

import pytest
from django.test import Client
from django.urls import reverse

from petitions.models import Draft, Petition, Picture, Submission
from petitions.services import drafting
from petitions.services.moderating import reading
from petitions.services.rewording import editing
from tests.factories import make_petition, make_signature, make_user
from tests.petitions.content.conftest import picture_bytes, upload
from tests.petitions.rewording.conftest import NOTE, REGION, TITLE, now, send, take
from tests.support.concurrency import run_together

pytestmark = pytest.mark.django_db


def address(petition):
    return reverse("space_edit", args=[petition.pk])


def typed(**fields):
    """What the page sends when nothing is changed, with these fields on top."""
    words = {
        "title": "Rouvrons la ligne",
        "text": "Les rails sont là.\n\nAgissons.",
        "recipients-0-name": REGION["name"],
        "recipients-0-role": REGION["role"],
        "recipients-0-email": "",
        "note": "",
        "video_url": "",
        "image_alt": "",
        "goal": "",
        "go": "send",
    }
    return words | fields


def post(browser, petition, **fields):
    return browser.post(address(petition), typed(**fields))


# --- Whose -----------------------------------------------------------------------------------------------------------


def test_nobody_else_sees_or_changes_it(petition):
    oscar = Client()
    oscar.force_login(make_user("oscar"))

    assert oscar.get(address(petition)).status_code == 404
    assert post(oscar, petition, title="À moi").status_code == 404
    with pytest.raises(editing.NotYours):
        editing.begin_edit(petition=petition, by=make_user("mallory"), at=now())
    assert not Draft.objects.exists()


def test_without_a_login_the_words_wait_in_the_session(client, petition, alice):
    response = post(client, petition, title=TITLE, note=NOTE, go="later")

    assert response["Location"].startswith("/compte/login/")
    client.force_login(alice)
    shown = client.get(address(petition)).content.decode()
    assert TITLE in shown
    assert NOTE in shown


@pytest.mark.parametrize("status", ["closed", "removed", "rejected", "submitted"])
def test_only_what_can_be_signed_can_change(author, alice, status):
    petition = make_petition(author=alice, status=status)

    assert author.get(address(petition)).status_code == 303
    with pytest.raises(editing.AlreadySent):
        editing.begin_edit(petition=petition, by=alice, at=now())


# --- Writing ---------------------------------------------------------------------------------------------------------


def test_opening_the_page_writes_nothing(author, petition):
    response = author.get(address(petition))

    assert response.status_code == 200
    assert "Rouvrons la ligne" in response.content.decode()
    assert not Draft.objects.exists()


def test_an_edit_begins_with_what_is_public_and_goes_on_where_it_was_left(petition, alice):
    petition.recipients.update(email="region@example.org")
    draft = editing.begin_edit(petition=petition, by=alice, at=now())

    assert (draft.title, draft.text) == (petition.text.title, petition.text.text)
    assert draft.recipients == [{**REGION, "email": "region@example.org"}]
    editing.save_edit(draft=draft, at=now(), title=TITLE)
    assert editing.begin_edit(petition=petition, by=alice, at=now()).title == TITLE


def test_saving_keeps_the_words_and_leaves_the_public_ones(author, petition):
    assert post(author, petition, title=TITLE, go="later")["Location"] == "/espace/?gardee"

    assert Draft.objects.get().title == TITLE
    petition.refresh_from_db()
    assert petition.text.title == "Rouvrons la ligne"
    assert not Submission.objects.exists()


def test_a_script_saves_while_one_writes_and_makes_nothing_public(author, petition):
    response = post(author, petition, title=TITLE, goal="500", go="autosave")

    assert response.json()["seen"]
    petition.refresh_from_db()
    assert (Draft.objects.get().title, Draft.objects.get().goal, petition.goal) == (TITLE, 500, None)


def test_words_of_another_window_are_not_overwritten(author, petition):
    seen = author.get(address(petition)).context["seen"]
    post(author, petition, title="De l’autre fenêtre", go="later", seen=seen)

    response = post(author, petition, title="De celle-ci", go="later", seen=seen)

    assert response.status_code == 409
    shown = response.content.decode()
    assert "De l’autre fenêtre" in shown
    assert "De celle-ci" in shown
    assert Draft.objects.get().title == "De l’autre fenêtre"


def test_what_is_wrong_is_said_and_the_words_stay(author, petition):
    response = post(author, petition, title=TITLE, text="", note=NOTE)

    assert response.status_code == 422
    assert TITLE in response.content.decode()
    assert "Écrivez votre texte" in response.content.decode()
    assert not Submission.objects.exists()


def test_a_recipient_can_be_added_without_a_script(author, petition):
    response = post(author, petition, go="add")

    assert "recipients-1-name" in author.get(response["Location"]).content.decode()


# --- What changes at once --------------------------------------------------------------------------------------------


def test_a_goal_and_a_video_change_at_once_and_nobody_has_to_read(author, petition):
    make_signature(petition, confirmed=True)
    response = post(author, petition, goal="5 000", video_url="https://www.youtube.com/watch?v=dQw4w9WgXcQ")

    assert response["Location"] == "/espace/?changee"
    petition.refresh_from_db()
    assert petition.goal == 5000
    assert "dQw4w9WgXcQ" in petition.video_url
    assert (Draft.objects.count(), Submission.objects.count()) == (0, 0)


def test_the_address_of_a_recipient_changes_at_once(author, petition):
    post(author, petition, **{"recipients-0-email": "cabinet@example.org"})

    assert petition.recipients.get().email == "cabinet@example.org"
    assert not Submission.objects.exists()


# --- Sending ---------------------------------------------------------------------------------------------------------


def test_before_the_first_signature_no_reason_is_asked_for(author, petition):
    assert post(author, petition, title=TITLE)["Location"] == "/espace/?modifiee"

    submission = Submission.objects.get()
    assert (submission.kind, submission.title, submission.recipients) == ("edit", TITLE, [REGION])


def test_once_somebody_has_signed_a_reason_is_owed(author, petition):
    make_signature(petition, confirmed=True)

    response = post(author, petition, title=TITLE)

    assert response.status_code == 422
    assert "Dites en une phrase pourquoi" in response.content.decode()
    assert Draft.objects.get().title == TITLE
    assert post(author, petition, title=TITLE, note=NOTE).status_code == 303
    assert Submission.objects.get().note == NOTE


def test_the_page_says_beforehand_how_many_are_told(author, petition):
    for number in range(3):
        make_signature(petition, f"signer{number}", confirmed=True)
    make_signature(petition, "pending")

    assert "chacun de vos 3 signataires" in author.get(address(petition)).content.decode()


def test_the_words_that_are_public_are_not_sent_again(petition, alice):
    with pytest.raises(editing.NothingChanged):
        send(petition, text="Les rails sont là.\n\nAgissons. ")


def test_sending_needs_a_confirmed_address(petition, alice):
    alice.email_confirmed_at = None
    alice.save()

    with pytest.raises(drafting.NotConfirmed):
        send(petition, title=TITLE)


@pytest.mark.django_db(transaction=True)
def test_sent_from_windows_at_the_same_instant_it_is_one(transactional_db):
    alice = make_user("alice")
    petition = make_petition(author=alice)
    draft = editing.begin_edit(petition=petition, by=alice, at=now())
    editing.save_edit(draft=draft, at=now(), title=TITLE)

    sent = run_together(6, lambda: editing.send_edit(petition=petition, at=now()).pk)

    assert len(set(sent)) == 1
    assert Submission.objects.count() == 1


def test_what_waits_is_not_written_over_and_the_words_of_a_late_window_stay_on_screen(author, petition):
    post(author, petition, title=TITLE)

    late = post(author, petition, title="Trop tard", go="later")

    assert late.status_code == 409
    assert "Trop tard" in late.content.decode()
    assert Draft.objects.get().title == TITLE
    assert "attend d’être lue" in author.get(address(petition)).content.decode()
    assert "attend d’être lue" in author.get("/espace/").content.decode()


def test_the_author_takes_it_back_until_somebody_reads(author, petition, mona):
    post(author, petition, title=TITLE)
    assert post(author, petition, go="take-back").status_code == 303
    assert not Submission.objects.exists()
    assert Draft.objects.get().title == TITLE

    post(author, petition, title=TITLE)
    reading.claim(submission=Submission.objects.get(), by=mona, at=now())
    assert post(author, petition, go="take-back")["Location"] == "/espace/?lue"
    assert Submission.objects.count() == 1


def test_the_author_may_come_back_to_the_public_text(author, petition):
    post(author, petition, title=TITLE, go="later")
    post(author, petition, go="drop")

    assert not Draft.objects.exists()


def test_it_does_not_count_among_unfinished_petitions(petition, alice):
    send(petition, title=TITLE)

    drafting.start_draft(author=alice, title="Une autre", at=now())

    assert Petition.objects.filter(status="draft").count() == 1


def test_hostile_words_are_text(author, petition):
    post(author, petition, title="<script>alert(1)</script>", go="later")

    shown = author.get(address(petition)).content.decode()

    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_a_moderator_who_wrote_it_does_not_read_it(petition, alice):
    submission = send(petition, title=TITLE)

    with pytest.raises(reading.OwnContent):
        take(submission, alice)


# --- The picture -----------------------------------------------------------------------------------------------------


def give_picture(browser, petition, alt):
    return post(browser, petition, image=upload(picture_bytes()), image_alt=alt, go="later")


def test_a_picture_changes_at_once_and_takes_the_place_of_the_one_before(author, petition, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    assert give_picture(author, petition, "Un quai vide")["Location"] == "/espace/?gardee"
    petition.refresh_from_db()
    first = petition.picture
    assert first.alt == "Un quai vide"

    give_picture(author, petition, "Un train")

    petition.refresh_from_db()
    assert petition.picture.alt == "Un train"
    assert Picture.objects.get() == petition.picture == Draft.objects.get().picture


def test_a_picture_that_is_none_is_refused_and_the_words_stay(author, petition, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    response = post(author, petition, title=TITLE, image=upload(b"GIF89a"), image_alt="Un quai", go="later")

    assert response.status_code == 422
    assert TITLE in response.content.decode()
    petition.refresh_from_db()
    assert petition.picture is None


def test_a_picture_can_be_taken_away_and_the_words_typed_beside_it_stay(author, petition, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    give_picture(author, petition, "Un quai vide")

    response = post(author, petition, title=TITLE, image_alt="Un quai vide", go="remove-picture")

    assert response.status_code == 303
    petition.refresh_from_db()
    assert (petition.picture, Picture.objects.count(), Draft.objects.get().title) == (None, 0, TITLE)
