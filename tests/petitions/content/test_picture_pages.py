"""Giving a picture and a video, seeing them, and who may."""

import io
import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mesopinions.core.uploads import BYTES_KEPT, CappedFileUploadHandler
from petitions.models import Draft, Petition, Picture, TextVersion
from petitions.services import drafting, forgetting
from petitions.services.erasing import erase_author
from petitions.services.moderating import deciding, reading
from petitions.services.pictures import BYTES_AT_MOST, folder_of, store_picture
from privacy.registry import Erasing
from tests.factories import make_petition, make_user
from tests.petitions.content.conftest import picture_bytes, upload
from tests.petitions.launch.conftest import EVERYTHING, LAUNCH, address, page_of

WATCH = "https://www.youtube.com/watch?v=aqz-KE-bpKQ"


def send(browser, draft, go="later", **data):
    return browser.post(address(draft, "image"), {"go": go, **data})


def given(browser, draft, *, alt="Un quai vide", data=None, **more):
    response = send(browser, draft, image=upload(data or picture_bytes()), image_alt=alt, **more)
    assert response.status_code == 303, response.content.decode()
    return Draft.objects.select_related("picture").get(pk=draft.pk).picture


def file_url(picture, width=480):
    return reverse("picture", args=[picture.name, width])


def with_picture(petition):
    picture = store_picture(petition=petition, file=upload(picture_bytes()), alt="Un quai", at=timezone.now())
    Petition.objects.filter(pk=petition.pk).update(picture=picture)
    return picture


# --- Giving one ------------------------------------------------------------------------------------------------------


def test_a_picture_is_given_with_what_it_shows_and_is_there_on_the_step_and_at_the_review(author, draft):
    picture = given(author, draft, video_url="")

    assert (picture.alt, picture.petition_id, picture.width) == ("Un quai vide", draft.pk, 640)
    for word in ("image", "relire"):
        assert file_url(picture) in page_of(author, draft, word)
    assert 'enctype="multipart/form-data"' in page_of(author, draft, "image")


@pytest.mark.parametrize("go", ["next", "back", "later", "details", "autosave"])
def test_a_picture_without_words_is_refused_and_leaves_nothing(author, draft, media, go):
    response = send(author, draft, go, image=upload(picture_bytes()), image_alt=" \u202e ", video_url=WATCH)

    assert response.status_code == 422
    assert "ce que l’image montre" in (response.json()["words"] if go == "autosave" else response.content.decode())
    assert not media.exists()
    assert not Draft.objects.get().video_url


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<svg/onload=alert(1)>", "JPEG, PNG ou WebP"),
        (picture_bytes(size=(100, 100)), "320 pixels"),
        (picture_bytes().ljust(BYTES_AT_MOST + 1, b"\0"), "8\u00a0Mo"),
        (picture_bytes().ljust(BYTES_KEPT + 3_000_000, b"\0"), "8\u00a0Mo"),
        (b"", "vide"),
        (b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + b"x" * 500, "capture d’écran"),
    ],
    ids=["svg", "small", "one byte more", "much more", "empty", "of a telephone"],
)
def test_a_file_that_is_refused_says_why_and_keeps_what_was_typed(author, draft, media, data, words):
    response = send(author, draft, image=upload(data), image_alt="Un quai", video_url=WATCH)

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert 'value="Un quai"' in page
    assert WATCH in page
    assert not Draft.objects.get().video_url
    assert not media.exists()


def test_a_picture_beside_a_wrong_field_is_asked_for_again(author, draft, media):
    response = send(author, draft, image=upload(picture_bytes()), image_alt="Un quai", video_url="non")

    assert response.status_code == 422
    assert "Choisissez l’image de nouveau" in response.content.decode()
    assert not media.exists()


def test_a_new_picture_takes_the_place_of_the_former_whose_files_go(author, draft, django_capture_on_commit_callbacks):
    first = given(author, draft)
    with django_capture_on_commit_callbacks(execute=True):
        second = given(author, draft, alt="Un train")

    assert [picture.pk for picture in Picture.objects.all()] == [second.pk]
    assert not folder_of(first.name).exists()
    assert folder_of(second.name).exists()


def test_the_words_of_a_picture_change_without_sending_it_again_and_may_not_be_emptied(author, draft):
    picture = given(author, draft)
    assert send(author, draft, image_alt="Un quai, sous la pluie").status_code == 303
    refused = send(author, draft, image_alt="")

    picture.refresh_from_db()
    assert (refused.status_code, picture.alt) == (422, "Un quai, sous la pluie")


def test_a_picture_is_removed_by_its_button_and_the_rest_is_kept(author, draft, django_capture_on_commit_callbacks):
    picture = given(author, draft)
    assert 'value="remove-picture"' in page_of(author, draft, "image")
    with django_capture_on_commit_callbacks(execute=True):
        response = send(author, draft, "remove-picture", image_alt="", image=upload(b"x"), video_url=WATCH)

    assert response["Location"] == address(draft, "image")
    assert not Picture.objects.exists()
    assert not folder_of(picture.name).exists()
    assert Draft.objects.get().video_url == WATCH
    assert 'value="remove-picture"' not in page_of(author, draft, "image")
    assert send(author, draft, "remove-picture").status_code == 303  # twice does no more


def test_nothing_changes_in_what_was_sent(author, ready):
    picture = given(author, ready)
    drafting.submit_draft(petition=ready.petition, language="fr", at=timezone.now())

    assert send(author, ready, image=upload(picture_bytes()), image_alt="Autre").status_code == 409
    assert send(author, ready, "remove-picture").status_code == 409
    assert [found.pk for found in Picture.objects.all()] == [picture.pk]


def test_a_stranger_gives_no_picture(oscar, draft, media):
    assert send(oscar, draft, image=upload(picture_bytes()), image_alt="À moi").status_code == 404
    assert not media.exists()


def test_the_fields_and_a_file_may_be_hostile_in_any_way(author, draft):
    for image in ("pas un fichier", upload(b"\0" * 100, name="a\0b"), upload(picture_bytes(), name="\u202e" * 300)):
        for go in ("next", "autosave", "remove-picture", "normal-case"):
            response = send(author, draft, go, image=image, image_alt="a\u202eb" * 80, video_url="x\0")
            assert response.status_code in {200, 303, 422}
            if hasattr(image, "seek"):
                image.seek(0)
    assert send(author, draft, "normal-case", image_alt="", video_url="").status_code == 303


def test_two_files_are_one_too_many(author, draft):
    files = [upload(picture_bytes()) for _ in range(3)]

    assert send(author, draft, image=files, image_alt="x").status_code == 400


def test_a_file_of_any_size_takes_little_room_while_it_arrives():
    handler = CappedFileUploadHandler()
    handler.new_file("image", "x.jpg", "image/jpeg", None)
    for start in range(0, BYTES_KEPT * 3, 1_000_000):
        handler.receive_data_chunk(b"\0" * 1_000_000, start)
    file = handler.file_complete(BYTES_KEPT * 3)

    assert file.size == BYTES_KEPT * 3
    assert file.file.seek(0, io.SEEK_END) == BYTES_KEPT


# --- All at once -----------------------------------------------------------------------------------------------------


def test_every_field_at_once_may_have_a_picture(author):
    data = EVERYTHING | {"image": upload(picture_bytes()), "image_alt": "Un quai"}
    assert author.post(LAUNCH, data)["Location"] == address(Draft.objects.get(), "relire")

    draft = Draft.objects.select_related("picture").get()
    assert (draft.picture.alt, draft.video_url) == ("Un quai", WATCH)


def test_a_picture_refused_among_every_field_stores_nothing_and_shows_every_word(author):
    response = author.post(LAUNCH, EVERYTHING | {"image": upload(b"non"), "image_alt": "Un quai"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "JPEG, PNG ou WebP" in page
    assert all(word in page for word in ("Un quai", "Collectif Rail", 'enctype="multipart/form-data"'))
    assert not Petition.objects.exists()


# --- A video ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["https://youtu.be/aqz-KE-bpKQ?si=x", "youtube.com/watch?v=aqz-KE-bpKQ&t=3"])
def test_a_video_is_kept_by_its_own_address(author, draft, url):
    send(author, draft, video_url=url)

    assert Draft.objects.get().video_url == WATCH


@pytest.mark.parametrize("url", ["https://peertube.example/w/abc", "https://www.youtube.com/@mesopinions"])
def test_a_video_of_somebody_else_is_refused_with_the_names_of_those_we_show(author, draft, url):
    response = send(author, draft, video_url=url)

    page = response.content.decode()
    assert response.status_code == 422
    assert all(name in page for name in ("YouTube", "Vimeo", "Dailymotion", url))
    assert not Draft.objects.get().video_url


# --- Who sees a file -------------------------------------------------------------------------------------------------


def test_the_picture_of_a_draft_is_for_its_author_and_the_team(author, oscar, client, draft):
    url = file_url(given(author, draft))
    mona, idle = make_user("mona", is_staff=True), make_user("idle", is_staff=True)
    mona.user_permissions.add(Permission.objects.get(codename="view_submission"))
    team, others = Client(), Client()
    team.force_login(mona)
    others.force_login(idle)

    mine = author.get(url)
    assert (mine.status_code, mine["Cache-Control"]) == (200, "private, no-store")
    assert team.get(url).status_code == 200
    assert oscar.get(url).status_code == others.get(url).status_code == Client().get(url).status_code == 404


def test_the_picture_of_a_public_petition_is_for_everybody_and_sets_no_cookie(client, db):
    picture = with_picture(make_petition())
    response = client.get(file_url(picture))

    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=86400, immutable"
    assert not response.cookies
    assert response.content.startswith(b"RIFF")


def test_the_picture_of_a_removed_petition_goes_with_it(client, db):
    petition = make_petition()
    url = file_url(with_picture(petition))
    assert client.get(url).status_code == 200
    deciding.remove(petition=petition, reason="illegal", statement="x", by=make_user("mona"), at=timezone.now())

    assert client.get(url).status_code == 404


def test_a_former_picture_of_a_public_petition_is_nobodys(client, db):
    petition = make_petition()
    with_picture(petition)
    other = store_picture(petition=petition, file=upload(picture_bytes()), alt="", at=timezone.now())

    assert client.get(file_url(other)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "media/pictures/{name}/481.webp",
        "media/pictures/{name}/0480.webp",
        "media/pictures/{name}/99999.webp",
        "media/pictures/{name}/480.webp.html",
        "media/pictures/{name}/",
        "media/pictures/{upper}/480.webp",
        "media/pictures/../pictures/{name}/480.webp",
        "media/pictures/{name}/..%2f..%2fx.webp",
        "media/pictures/" + "0" * 32 + "/480.webp",
        "media/pictures/",
        "en/media/pictures/{name}/480.webp",
    ],
)
def test_no_other_address_leads_to_a_file(client, db, path):
    picture = with_picture(make_petition())

    assert client.get("/" + path.format(name=picture.name, upper=picture.name.upper())).status_code == 404


def test_a_file_is_only_read(client, db):
    url = file_url(with_picture(make_petition()))

    assert client.head(url).status_code == 200
    assert client.post(url).status_code == client.delete(url).status_code == 405


# --- Pages -----------------------------------------------------------------------------------------------------------


def test_a_page_shows_the_picture_with_its_words_and_its_size(client, db):
    petition = make_petition()
    picture = with_picture(petition)
    page = client.get(petition.get_absolute_url()).content.decode()

    [tag] = re.findall(r"<img [^>]*media/pictures[^>]*>", page)
    assert 'width="640" height="360"' in tag
    assert 'alt="Un quai"' in tag
    assert f"{file_url(picture, 480)} 480w, {file_url(picture, 640)} 640w" in tag
    assert "video.js" not in page


def test_lists_show_the_picture_without_a_query_for_each(client, db, django_assert_max_num_queries):
    for number in range(4):
        with_picture(make_petition(slug=f"n-{number}", title=f"N° {number}"))
    with django_assert_max_num_queries(4):
        page = client.get(reverse("petition_list")).content.decode()

    assert page.count('loading="lazy"') == 4
    assert 'alt="Un quai"' not in page


def test_a_text_is_shown_as_markdown_and_described_without_its_marks(client, db):
    petition = make_petition()
    words = "## Titre\n\n**Fort** & [ici](https://a.fr)\n\n<script>alert(1)</script>"
    petition.current_text = TextVersion.objects.create(petition=petition, number=2, title="Un titre", text=words)
    petition.save()
    page = client.get(petition.get_absolute_url()).content.decode()

    assert "<h3>Titre</h3>" in page
    assert '<a href="https://a.fr" rel="nofollow ugc noopener">ici</a>' in page
    assert "<script>alert" not in page
    assert '<meta name="description" content="Titre Fort &amp; ici &lt;script&gt;alert(1)&lt;/script&gt;">' in page


def test_a_page_with_a_video_asks_its_provider_nothing_by_itself(client, db):
    petition = make_petition(video_url=WATCH)
    page = client.get(petition.get_absolute_url()).content.decode()

    assert "<iframe" not in page
    assert f'href="{WATCH}"' in page
    assert 'data-embed="https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?autoplay=1"' in page
    assert re.search(r'<script type="module" src="/static/js/video\S*\.js">', page)


def test_an_address_that_is_no_video_is_not_shown(client, db):
    petition = make_petition(video_url="https://evil.example/x")

    assert "evil.example" not in client.get(petition.get_absolute_url()).content.decode()


# --- What becomes of it ----------------------------------------------------------------------------------------------


def test_a_published_petition_has_the_picture_and_the_video_of_its_draft(author, client, ready):
    picture = given(author, ready, video_url=WATCH)
    submission = drafting.submit_draft(petition=ready.petition, language="fr", at=timezone.now())
    mona = make_user("mona", is_staff=True)
    reading.claim(submission=submission, by=mona, at=timezone.now())
    deciding.publish_launch(submission=submission, by=mona, at=timezone.now())

    petition = Petition.objects.get(pk=ready.pk)
    assert (petition.picture_id, petition.video_url) == (picture.pk, WATCH)
    assert Client().get(file_url(picture)).status_code == 200


def test_a_deleted_draft_takes_its_files_along(author, draft, django_capture_on_commit_callbacks):
    picture = given(author, draft)
    with django_capture_on_commit_callbacks(execute=True):
        drafting.delete_draft(petition=draft.petition, at=timezone.now())

    assert not Picture.objects.exists()
    assert not folder_of(picture.name).exists()


def test_a_purged_draft_takes_its_files_along(author, draft, django_capture_on_commit_callbacks):
    picture = given(author, draft)
    with django_capture_on_commit_callbacks(execute=True):
        forgetting.forget_unwritten([draft.pk], timezone.now())

    assert not folder_of(picture.name).exists()


def test_an_erased_author_takes_the_pictures_of_drafts_along_and_leaves_those_of_public_petitions(
    author, alice, draft, client, django_capture_on_commit_callbacks
):
    private = given(author, draft)
    public = make_petition(author=alice, video_url=WATCH)
    shown = with_picture(public)
    with django_capture_on_commit_callbacks(execute=True):
        erase_author([draft.pk, public.pk], Erasing(timezone.now()))

    assert not folder_of(private.name).exists()
    assert [picture.pk for picture in Picture.objects.all()] == [shown.pk]
    assert Client().get(file_url(shown)).status_code == 200
    assert not Petition.objects.get(pk=public.pk).video_url
