"""The pages of the launch: who may open them, what they keep, where they lead, with and without an account."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from petitions.dates import latest_last_day
from petitions.models import Draft, Submission
from petitions.services import drafting
from tests.factories import make_petition
from tests.petitions.launch.conftest import LAUNCH, TEXT, address, complete, page_of
from tests.petitions.test_hostile_input import acting_tags, naughty_strings, needs_lists

WORDS = ("titre", "semblables", "texte", "destinataires", "image", "details", "relire")


def post(browser, draft, word, go="next", **data):
    return browser.post(address(draft, word), {"go": go, **data})


# --- Whose it is -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", WORDS)
def test_a_draft_is_its_authors_alone(author, oscar, draft, word):
    assert author.get(address(draft, word)).status_code == 200
    assert oscar.get(address(draft, word)).status_code == oscar.post(address(draft, word)).status_code == 404


@pytest.mark.parametrize("word", WORDS)
def test_a_stranger_is_led_to_the_login_and_back(client, draft, word):
    response = client.get(address(draft, word))

    assert response.status_code == 302
    assert response["Location"] == f"/compte/login/?next={address(draft, word)}"


def test_an_unknown_step_or_petition_is_not_found(author, draft):
    assert author.get(f"{LAUNCH}{draft.pk}/couleur/").status_code == 404
    assert author.get(f"{LAUNCH}999999/titre/").status_code == 404


def test_the_pages_of_a_draft_are_kept_by_no_cache(author, draft):
    assert "no-store" in author.get(address(draft, "texte"))["Cache-Control"]


# --- Step by step ----------------------------------------------------------------------------------------------------


def test_the_whole_way_without_scripts_ends_with_a_submission(author, alice):
    here = author.post(LAUNCH, {"title": "Rouvrez la gare"})["Location"]
    assert here.endswith("/semblables/")
    draft = Draft.objects.get()
    steps = [
        ("semblables", {}),
        ("texte", {"text": TEXT}),
        ("destinataires", {"recipients-0-name": "La Région"}),
        ("image", {"video_url": ""}),
        ("details", {"theme": "social", "author_name": "Alice", "closes_on": f"{draft.closes_on}", "goal": ""}),
        ("relire", {"consent_publication": "on"}),
    ]
    for word, data in steps:
        assert here == address(draft, word)
        response = author.post(here, data)
        assert response.status_code == 303, response.content.decode()
        here = response["Location"]

    assert here.startswith("/espace/")
    assert Submission.objects.get().title == "Rouvrez la gare"


def test_previous_saves_as_well_as_next(author, draft):
    assert post(author, draft, "texte", "back", text="Le début.")["Location"] == address(draft, "semblables")
    assert post(author, draft, "texte", "relire", text="La suite.")["Location"] == address(draft, "relire")
    assert post(author, draft, "texte", "later", text="La fin.")["Location"] == reverse("space")

    assert Draft.objects.get().text == "La fin."


def test_what_is_missing_is_asked_for_only_on_the_way_on(author, draft):
    assert post(author, draft, "texte", "later", text="").status_code == 303
    refused = post(author, draft, "texte", text="")

    assert refused.status_code == 422
    assert "Écrivez votre texte" in refused.content.decode()


@pytest.mark.parametrize(
    ("word", "data", "message"),
    [
        ("titre", {"title": "x" * 201}, "deux cents caractères"),
        ("titre", {"title": ""}, "en une phrase"),
        ("texte", {"text": "x" * 20_001}, "dépasse la limite d’un caractère"),
        ("destinataires", {}, "au moins une personne"),
        ("destinataires", {"recipients-0-email": "region@example.org"}, "Indiquez le nom"),
        ("destinataires", {"recipients-0-name": "La Région", "recipients-0-email": "region"}, "adresse"),
        ("destinataires", {f"recipients-{n}-name": f"N° {n}" for n in range(6)}, "Cinq destinataires au plus"),
        ("image", {"video_url": "javascript:alert(1)"}, "https://"),
        ("details", {"theme": "couleur"}, "thème dans la liste"),
        ("details", {"author_name": "www.exemple.fr"}, "adresse web"),
        ("details", {"goal": "beaucoup"}, "nombre entier"),
        ("details", {"goal": "-3"}, "une signature au moins"),
        ("details", {"closes_on": "hier"}, "31/12/2026"),
        ("details", {"closes_on": f"{timezone.localdate()}"}, "jour à venir"),
        ("details", {"closes_on": f"{latest_last_day(timezone.localdate()) + timedelta(days=2)}"}, "trente mois"),
        ("relire", {}, "Cochez cette case"),
    ],
)
def test_refused_words_come_back_with_what_to_do(author, ready, word, data, message):
    before = Draft.objects.values().get()
    response = post(author, ready, word, **data)

    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert all(escape(value)[:40] in page for value in data.values() if "@" not in value and value != "couleur")
    assert Draft.objects.values().get() == before


def test_a_row_is_added_without_scripts_up_to_five(author, draft):
    rows = {"recipients-0-name": "La Région"}
    for count in range(1, 5):
        there = post(author, draft, "destinataires", "add", **rows)["Location"]
        page = author.get(there).content.decode()
        assert page.count("<fieldset") == count + 1
        rows[f"recipients-{count}-name"] = f"N° {count}"
    post(author, draft, "destinataires", "later", **rows)

    assert 'value="add"' not in page_of(author, draft, "destinataires")
    assert [row["name"] for row in Draft.objects.get().recipients] == ["La Région", "N° 1", "N° 2", "N° 3", "N° 4"]


def test_an_emptied_row_is_gone(author, ready):
    post(author, ready, "destinataires", **{"recipients-0-name": "", "recipients-1-name": "SNCF"})

    assert [row["name"] for row in Draft.objects.get().recipients] == ["SNCF"]


def test_a_title_in_capitals_is_written_otherwise_by_its_button(author, draft):
    post(author, draft, "titre", "normal-case", title="SAUVONS LES PLATANES DE LA PLACE")

    assert Draft.objects.get().title == "Sauvons les platanes de la place"


def test_the_review_names_what_is_missing_and_sends_nothing_without_it(author, draft):
    page = page_of(author, draft, "relire")
    response = post(author, draft, "relire", "send", consent_publication="on")

    assert address(draft, "texte") in page
    assert response.status_code == 422
    assert not Submission.objects.exists()


def test_the_similar_petitions_come_with_what_would_make_the_title_better(author, draft):
    drafting.save_draft(draft=draft, at=timezone.now(), title="SAUVONS LES PLATANES DE LA PLACE")

    assert "semble crier" in page_of(author, draft, "semblables")


def test_each_remark_of_the_review_leads_back_to_where_it_is_mended(author, ready):
    drafting.save_draft(draft=ready, at=timezone.now(), title="SAUVONS LES PLATANES", text="Trop court.")

    review = page_of(author, ready, "relire")

    for word in ("titre", "texte"):
        assert f'<a href="{address(ready, word)}">Y revenir</a>' in review


def test_a_refused_text_is_previewed_as_it_was_typed(author, draft):
    shown = post(author, draft, "texte", text="**Encore là** " + "x" * 20_001).content.decode()

    assert "<strong>Encore là</strong>" in shown


def test_an_older_page_keeps_its_words_and_shows_the_newer_ones(author, draft):
    seen = drafting.fingerprint(draft, ["text"])
    post(author, draft, "texte", text="Des mots plus récents.", seen=seen)

    response = post(author, draft, "texte", text="De vieux mots.", seen=seen)

    page = response.content.decode()
    assert response.status_code == 409
    assert "Des mots plus récents." in page
    assert "De vieux mots.</textarea>" in page
    assert Draft.objects.get().text == "Des mots plus récents."
    newer = drafting.fingerprint(Draft.objects.get(), ["text"])
    assert f'name="seen" value="{newer}"' in page  # sent again, they are kept


def test_words_typed_after_it_was_sent_come_back(author, ready):
    drafting.submit_draft(petition=ready.petition, language="fr", at=timezone.now())

    response = post(author, ready, "texte", text="Encore un mot.")

    assert response.status_code == 409
    assert "Encore un mot." in response.content.decode()
    assert author.get(address(ready, "texte"))["Location"] == reverse("space")


# --- As one types ----------------------------------------------------------------------------------------------------


def autosave(browser, draft, word="texte", **data):
    response = browser.post(address(draft, word), {"go": "autosave", **data})
    return response.status_code, json.loads(response.content)


def test_words_are_saved_as_they_are_typed_with_their_advice(author, draft):
    status, answer = autosave(author, draft, text="Appelez le 06 12 34 56 78")

    assert status == 200
    assert answer["saved"].startswith("Enregistré à")
    assert "06 12 34 56 78" in answer["advice"]
    assert answer["seen"] == drafting.fingerprint(Draft.objects.get(), ["text"])
    assert Draft.objects.get().text == "Appelez le 06 12 34 56 78"


def test_an_older_tab_is_told_that_its_words_are_not_saved(author, draft):
    seen = drafting.fingerprint(draft, ["text"])
    autosave(author, draft, text="Récents.", seen=seen)

    status, answer = autosave(author, draft, text="Vieux.", seen=seen)

    assert (status, Draft.objects.get().text) == (409, "Récents.")
    assert "autre fenêtre" in answer["words"]


def test_words_that_are_too_many_are_refused_with_the_reason(author, draft):
    status, answer = autosave(author, draft, text="x" * 20_002)

    assert status == 422
    assert "2 caractères" in answer["words"]


def test_who_is_not_logged_in_any_more_is_told_the_way_back(client, draft):
    status, answer = autosave(client, draft, text="Des mots.")

    assert (status, answer["login"]) == (401, f"/compte/login/?next={address(draft, 'texte')}")


def test_the_preview_is_for_who_is_logged_in(client, author):
    shown = author.post(f"{LAUNCH}apercu/", {"text": "<script>alert(1)</script>\n\nBonjour"})

    assert (shown.status_code, acting_tags(shown)) == (200, [])
    assert "<p>Bonjour</p>" in shown.content.decode()
    client.logout()
    assert client.post(f"{LAUNCH}apercu/", {"text": "Bonjour"}).status_code == 302


def limit(settings, name):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {name: (1, 600)}


def test_who_saves_too_often_is_asked_to_wait_and_keeps_the_words(author, draft, settings):
    limit(settings, "draft-email")
    autosave(author, draft, text="Un.")

    refused = author.post(address(draft, "texte"), {"go": "autosave", "text": "Deux."})

    assert (refused.status_code, "Retry-After" in refused) == (429, True)
    assert "restent ici" in json.loads(refused.content)["words"]
    assert post(author, draft, "texte", text="Trois.").status_code == 429


def test_who_sends_too_often_is_asked_to_wait(author, ready, settings):
    limit(settings, "submit-email")
    post(author, ready, "relire", "send", consent_publication="on")
    drafting.take_back(petition=ready.petition, at=timezone.now())

    assert post(author, ready, "relire", "send", consent_publication="on").status_code == 429


# --- Similar petitions -----------------------------------------------------------------------------------------------


def test_similar_petitions_are_open_ones_that_share_words(author, alice):
    draft = drafting.start_draft(author=alice, title="Rouvrez la gare de Langres", at=timezone.now())
    make_petition(title="Pour la réouverture de la gare de Langres", slug="a")
    make_petition(title="Langres mérite sa gare", slug="b", status="closed")
    make_petition(title="La gare de Dijon", slug="c")
    make_petition(title="Des bancs sur la place", slug="d")

    found = author.get(address(draft, "semblables")).context["similar"]

    assert [card.title for card in found] == ["Pour la réouverture de la gare de Langres"]


def test_nothing_alike_is_said_kindly(author, draft):
    assert "La voie est libre" in page_of(author, draft, "semblables")


# --- What nobody should send -----------------------------------------------------------------------------------------

FIELDS = {
    "titre": ("title",),
    "texte": ("text",),
    "destinataires": ("recipients-0-name", "recipients-0-role", "recipients-0-email"),
    "image": ("image_alt", "video_url"),
    "details": ("theme", "author_name", "goal", "closes_on", "language", "shows_refusal"),
    "relire": ("consent_publication",),
}


@needs_lists
@pytest.mark.parametrize("word", FIELDS)
def test_naughty_strings_in_every_field_are_kept_harmlessly_or_refused(author, draft, word):
    complete(draft)
    for number, text in enumerate(naughty_strings()[::9]):
        go = ("autosave", "back", "later")[number % 3]
        response = post(author, draft, word, go, **dict.fromkeys(FIELDS[word], text))
        assert response.status_code in {200, 303, 422}, text
        assert word == "relire" or not acting_tags(response), text
        if response.status_code == 303 and number % 6 == 1:
            for page in (address(draft, word), address(draft, "relire"), reverse("space")):
                shown = author.get(page)
                assert (shown.status_code, acting_tags(shown)) == (200, []), text


@needs_lists
def test_naughty_strings_are_titles_for_visitors_too(client, db):
    for text in naughty_strings()[::12]:
        response = client.post(LAUNCH, {"title": text})
        assert response.status_code in {303, 422}, text
        if response.status_code == 303:
            shown = client.get(response["Location"])
            assert (shown.status_code, acting_tags(shown)) == (200, []), text


@pytest.mark.parametrize("go", ["", "\u202e", "relire ", "x" * 5_000, "../../"])
def test_an_unknown_button_goes_on(author, draft, go):
    assert post(author, draft, "texte", go, text="Des mots.").status_code == 303


def test_a_nul_and_a_megabyte_are_refused(author, draft):
    assert post(author, draft, "titre", title="a\0b").status_code in {400, 422}
    assert "ne pouvons pas garder" in post(author, draft, "texte", text="a\0b").content.decode()
    assert post(author, draft, "texte", text="é" * 600_000).status_code in {413, 422}


@pytest.mark.parametrize("rows", ["-1", "٣", "99999", "x", "2.5", ""])
def test_a_number_of_rows_that_is_none_is_no_failure(author, draft, rows):
    assert author.get(address(draft, "destinataires"), {"lignes": rows}).status_code == 200
