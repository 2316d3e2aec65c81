"""What an owner tells of themselves: all optional, nothing public but what says so, a phone with consent only."""

import json
import os
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.forms.profile import ProfileForm
from accounts.models import Profile, User
from accounts.phones import e164
from accounts.services.profile import update_profile
from petitions.models import Petition
from privacy import consent
from privacy.consent import Purpose
from privacy.models import ConsentRecord
from privacy.registry import Subject
from tests.factories import make_petition, make_user
from tests.support.concurrency import run_together

pytestmark = pytest.mark.django_db

PROFILE = "/compte/profil/"
PHONE = {"phone": "06 12 34 56 78", "phone_contact": "on"}
BAD_INPUT = Path(__file__).resolve().parents[3] / "shared" / "data" / "bad-input"


@pytest.fixture
def samir(client) -> User:
    samir = make_user("samir")
    client.force_login(samir)
    return samir


def may_call(user: User) -> bool:
    return consent.is_granted(Subject(user.email, user.pk), Purpose.PHONE_CONTACT)


def told(**words: str) -> dict[str, str]:
    fields = ("first_name", "last_name", "public_name", "public_bio", "phone", "address", "postal_code", "city")
    return dict.fromkeys((*fields, "country"), "") | words


# --- Optional ---------------------------------------------------------------------------------------------------------


def test_an_empty_form_is_fine_and_leaves_nothing(client, samir):
    response = client.post(PROFILE, {})

    assert response.status_code == 303
    samir.refresh_from_db()
    assert (samir.first_name, samir.public_name, samir.slug) == ("", "", None)
    assert not Profile.objects.exists()
    assert not ConsentRecord.objects.exists()


def test_what_is_told_is_kept_and_shown_again(client, samir):
    client.post(
        PROFILE,
        {
            "first_name": " Samir ",
            "last_name": "Benali",
            "public_name": "Samir B.",
            "public_bio": "Cheminot.\r\nÀ Avesnes.",
            "address": "3 rue des  Tilleuls",
            "country": "FR",
            "postal_code": "59 440",
            "city": "Avesnes-sur-Helpe",
        },
    )

    samir.refresh_from_db()
    assert (samir.first_name, samir.public_name, samir.slug) == ("Samir", "Samir B.", "samir-b")
    assert samir.public_bio == "Cheminot.\nÀ Avesnes."
    profile = Profile.objects.get()
    assert (profile.address, profile.postal_code, profile.country) == ("3 rue des Tilleuls", "59440", "FR")
    page = client.get(PROFILE).content.decode()
    assert "3 rue des Tilleuls" in page
    assert "Cheminot." in page


def test_a_french_code_with_one_commune_fills_the_city_without_javascript(client, samir):
    client.post(PROFILE, {"country": "FR", "postal_code": "13001"})

    assert Profile.objects.get().city == "Marseille"


def test_a_french_code_that_is_none_is_refused_and_the_words_typed_stay(client, samir):
    response = client.post(PROFILE, {"first_name": "Sami", "country": "FR", "postal_code": "594"})

    assert response.status_code == 422
    page = response.content.decode()
    assert "Un code postal a cinq chiffres" in page
    assert 'value="Sami"' in page
    assert not Profile.objects.exists()


def test_the_row_goes_when_everything_in_it_is_emptied(client, samir):
    client.post(PROFILE, {"address": "3 rue des Tilleuls", **PHONE})
    assert Profile.objects.get().phone == "+33612345678"
    client.post(PROFILE, {})

    assert not Profile.objects.exists()
    assert not may_call(samir)


def test_a_page_of_a_profile_is_its_owners_alone(client, samir):
    client.post(PROFILE, {"address": "3 rue des Tilleuls"})
    client.force_login(make_user("oscar"))
    client.post(PROFILE, {"address": "ailleurs", "user": samir.pk, "id": samir.pk})

    assert Profile.objects.get(user=samir).address == "3 rue des Tilleuls"
    assert "Tilleuls" not in client.get(PROFILE).content.decode()


def test_a_stranger_is_led_to_the_login(client, db):
    assert client.get(PROFILE).url == f"/compte/login/?next={PROFILE}"


def test_no_cache_keeps_the_page(client, samir):
    assert "no-store" in client.get(PROFILE)["Cache-Control"]


# --- The public name --------------------------------------------------------------------------------------------------


def test_petitions_keep_the_name_they_were_published_under(client, samir):
    samir.public_name = "Samir B."
    samir.save()
    petition = make_petition(author=samir, author_name="Samir B.")
    client.post(PROFILE, {"public_name": "Collectif du rail"})

    assert Petition.objects.get(pk=petition.pk).author_name == "Samir B."
    assert client.get("/auteur/samir-b/").status_code == 404
    assert client.get("/auteur/collectif-du-rail/").status_code == 404


@pytest.mark.parametrize("name", ["www.evil.example", "Écrivez à moi@evil.example", "https://evil.example"])
def test_a_public_name_smuggles_no_link(client, samir, name):
    assert client.post(PROFILE, {"public_name": name}).status_code == 422


def test_a_presentation_that_is_too_long_is_told_by_how_much(client, samir):
    response = client.post(PROFILE, {"public_bio": "x" * 602})

    assert response.status_code == 422
    assert "dépasse la limite de 2 caractères" in response.content.decode()


def test_line_ends_of_browsers_do_not_count_twice(client, samir):
    assert client.post(PROFILE, {"public_bio": "x\r\n" * 300}).status_code == 303


def test_a_presentation_is_text_and_never_html(client, samir):
    make_petition(author=samir, author_name="Samir B.")
    client.post(PROFILE, {"public_name": "Samir B.", "public_bio": "<script>alert(1)</script>"})

    page = client.get("/auteur/samir-b/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# --- The phone --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("+33612345678", "+33612345678"),
        ("0692 12 34 56", "+262692123456"),
        ("0690 12 34 56", "+590690123456"),
        ("+32 470 12 34 56", "+32470123456"),
        ("+1 (514) 555-0123", "+15145550123"),
    ],
)
def test_a_number_is_kept_as_every_phone_dials_it(written, number):
    assert e164(written) == number


@pytest.mark.parametrize(
    "written", ["12", "06 12 34 56", "allô", "+0612345678", "+33 6 12 34 56 78 90 12 34", "٠٦١٢٣٤٥٦٧٨", "++33612345678"]
)
def test_what_is_no_number_is_refused(client, samir, written):
    with pytest.raises(ValueError, match="phone"):
        e164(written)
    response = client.post(PROFILE, {"phone": written, "phone_contact": "on"})

    assert response.status_code == 422
    assert not Profile.objects.exists()


def test_the_box_is_not_ticked_beforehand_and_says_the_words_of_the_ledger(client, samir):
    page = client.get(PROFILE).content.decode()

    assert consent.current_text(Purpose.PHONE_CONTACT).french in page
    assert "checked" not in page


def test_a_number_with_its_box_is_kept_with_the_proof(client, samir):
    client.post(PROFILE, PHONE)

    record = ConsentRecord.objects.get()
    assert Profile.objects.get().phone == "+33612345678"
    assert (record.purpose, record.granted, record.place) == ("phone_contact", True, "profile")
    assert (record.subject_user, record.language) == (samir, "fr")


def test_a_number_without_its_box_is_not_kept(client, samir):
    response = client.post(PROFILE, {"phone": PHONE["phone"]})

    assert response.status_code == 422
    assert "Cochez la case" in response.content.decode()
    assert not Profile.objects.exists()


def test_a_box_without_a_number_asks_for_it(client, samir):
    response = client.post(PROFILE, {"phone_contact": "on"})

    assert response.status_code == 422
    assert not ConsentRecord.objects.exists()


def test_taking_the_box_away_erases_the_number_that_is_still_typed(client, samir):
    client.post(PROFILE, PHONE | {"address": "3 rue des Tilleuls"})
    client.post(PROFILE, {"phone": "+33612345678", "address": "3 rue des Tilleuls"})

    assert not may_call(samir)
    profile = Profile.objects.get()
    assert (profile.phone, profile.address) == ("", "3 rue des Tilleuls")


def test_saving_twice_leaves_one_proof(client, samir):
    client.post(PROFILE, PHONE)
    client.post(PROFILE, PHONE)

    assert ConsentRecord.objects.count() == 1


def test_another_number_needs_no_other_consent(client, samir):
    client.post(PROFILE, PHONE)
    client.post(PROFILE, PHONE | {"phone": "07 12 34 56 78"})

    assert Profile.objects.get().phone == "+33712345678"
    assert ConsentRecord.objects.count() == 1


def test_an_account_with_an_unconfirmed_address_is_not_asked_for_a_number(client, db):
    nadia = make_user("nadia", confirmed=False)
    client.force_login(nadia)

    assert "phone_contact" not in client.get(PROFILE).content.decode()
    assert client.post(PROFILE, PHONE).status_code == 303
    assert not Profile.objects.exists()
    assert not ConsentRecord.objects.exists()


def test_the_database_refuses_a_number_that_no_phone_dials(samir):
    with pytest.raises(IntegrityError), transaction.atomic():
        Profile.objects.create(user=samir, phone="06 12 34 56 78")


@pytest.mark.django_db(transaction=True)
def test_forms_sent_at_once_leave_one_row_and_one_proof():
    samir = make_user("samir")
    words = told(phone="+33612345678", address="3 rue des Tilleuls")
    run_together(
        6,
        lambda: update_profile(user_id=samir.pk, told=words, may_call=True, language="fr", at=timezone.now()),
    )

    assert Profile.objects.get().phone == "+33612345678"
    assert ConsentRecord.objects.count() == 1


# --- Hostile words ----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(
    not BAD_INPUT.is_dir() and os.environ.get("CI") != "true", reason="../shared/data/bad-input is not here"
)
def test_naughty_strings_are_kept_as_text_or_refused(client, samir):
    fields = ("first_name", "public_name", "public_bio", "phone", "address", "country", "postal_code", "city")
    for words in json.loads((BAD_INPUT / "blns.json").read_text()):
        forms = {name: ProfileForm({name: words, "phone_contact": "on" if name == "phone" else ""}) for name in fields}
        kept = {name: form.told[name] for name, form in forms.items() if form.is_valid()}
        update_profile(user_id=samir.pk, told=told(**kept), may_call=True, language="fr", at=timezone.now())
    assert client.get(PROFILE).status_code == 200


@pytest.mark.parametrize("field", ["first_name", "public_bio", "phone", "address", "country"])
def test_a_nul_is_refused(client, samir, field):
    assert client.post(PROFILE, {field: "a\0b"}).status_code in (400, 422)


@pytest.mark.parametrize("field", ["public_bio", "address", "phone", "country"])
def test_a_text_of_a_million_characters_is_refused(client, samir, field):
    assert client.post(PROFILE, {field: "x" * 900_000}).status_code == 422
