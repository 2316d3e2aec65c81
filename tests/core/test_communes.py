"""The communes of a postal code, as the form asks for them and as the server offers them without a script."""

import pytest
from django.urls import reverse

from petitions.forms import UpdateForm
from petitions.models import Signature
from tests.factories import make_petition, make_signature, sign_data

SEVERAL = "59440"
CHOICES = ["Avesnes-sur-Helpe", "Avesnelles", "Dompierre-sur-Helpe"]


def names(client, code):
    return client.get(f"/communes/{code}/").json()["communes"]


# --- The address -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("59000", ["Lille"]),
        ("75001", ["Paris"]),
        ("20000", ["Ajaccio"]),
        ("97411", ["Saint-Paul"]),
        ("97133", ["Saint-Barthélemy"]),
        ("98800", ["Nouméa"]),
        ("59440", CHOICES),
        ("13780", ["Cuges-les-Pins", "Riboux"]),  # on two départements
    ],
)
def test_a_code_tells_its_communes_the_largest_first(client, code, first):
    assert names(client, code)[: len(first)] == first


@pytest.mark.parametrize("code", ["92055", "98000", "00000", "99999"])
def test_a_code_that_no_table_knows_is_not_found_and_has_no_commune(client, code):
    response = client.get(f"/communes/{code}/")

    assert (response.status_code, response.json()) == (404, {"communes": []})


@pytest.mark.parametrize("code", ["5900", "590000", "59 000", "5900a", "٥٩٠٠٠", "２０２００", "..", "59000%00", "-1"])
def test_what_is_no_code_leads_nowhere(client, code):
    assert client.get(f"/communes/{code}/").status_code in {400, 404}


@pytest.mark.parametrize("code", ["59000", "92055"])
def test_both_answers_are_kept_for_a_day_and_set_no_cookie(client, code):
    response = client.get(f"/communes/{code}/")

    assert response["Cache-Control"] == "public, max-age=86400"
    assert not response.cookies
    assert "Vary" not in response


def test_it_asks_no_database_and_reads_no_session(client):
    client.cookies["session"] = "x"  # the fixture of no database would refuse the query

    assert client.get("/communes/59000/").status_code == 200


def test_it_takes_nothing(client):
    assert client.post("/communes/59000/").status_code == 405


def test_the_english_page_asks_at_the_same_address(client, db):
    page = client.get(f"/en{make_petition().get_absolute_url()}").content.decode()

    assert 'data-communes="/communes/00000/"' in page
    assert client.get("/en/communes/59000/").status_code == 404


# --- Without a script ------------------------------------------------------------------------------------------------


def refused(client, petition, **fields):
    """Send a form in which the box to agree is missing, and return the page that comes back."""
    data = sign_data(consent_signature="", **fields)
    response = client.post(reverse("sign", args=[petition.pk]), data)
    assert response.status_code == 422
    return response


@pytest.mark.django_db
@pytest.mark.parametrize("code", [SEVERAL, "59 440", " 59440 "])
def test_a_form_that_comes_back_offers_the_communes_of_the_code(client, code):
    page = refused(client, make_petition(), postal_code=code, city="").content.decode()

    assert page.count('type="radio" name="commune" value=') == 14
    assert 'value="Avesnes-sur-Helpe"' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"postal_code": SEVERAL, "city": "Avesnes"},
        {"postal_code": "59000", "city": ""},
        {"postal_code": "92055", "city": ""},
        {"postal_code": "", "city": ""},
        {"postal_code": "x" * 5000, "city": ""},
        {"postal_code": SEVERAL, "city": "", "country": "BE"},
        {"postal_code": SEVERAL, "city": "", "country": ""},
    ],
)
def test_it_offers_none_where_there_is_nothing_to_choose(client, fields):
    form = refused(client, make_petition(), **fields).context["form"]

    assert form.communes_to_choose == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "city"),
    [
        ({"city": "", "commune": "Avesnelles"}, "Avesnelles"),
        ({"city": "Haut-Lieu", "commune": "Avesnelles"}, "Haut-Lieu"),  # what was typed is never overwritten
        ({"city": "", "commune": "Lille"}, ""),  # of another code
        ({"city": "", "commune": "<script>"}, ""),
        ({"city": ""}, ""),
        ({"city": "", "commune": "Avesnelles", "postal_code": "59000"}, "Lille"),
        ({"city": "", "commune": "Avesnelles", "country": "BE"}, ""),
    ],
)
def test_the_commune_chosen_is_the_city_when_none_was_typed(client, fields, city):
    petition = make_petition()
    response = client.post(reverse("sign", args=[petition.pk]), sign_data(**{"postal_code": SEVERAL, **fields}))

    assert response.status_code == 303
    assert Signature.objects.get().city == city


@pytest.mark.django_db
def test_a_choice_stays_ticked_while_the_rest_is_mended(client):
    page = refused(client, make_petition(), postal_code=SEVERAL, city="", commune="Avesnelles").content.decode()

    assert 'value="Avesnelles" checked' in page
    assert page.count(" checked>") == 1


@pytest.mark.django_db
def test_somebody_who_gave_no_city_chooses_it_on_the_manage_page(client):
    signature = make_signature(make_petition(), city="", confirmed=True)
    page = client.get(reverse("signature", args=[signature.manage_token])).content.decode()
    update = {"action": "update", **sign_data(city="", commune="Avesnelles", consent_signature="")}
    client.post(reverse("signature", args=[signature.manage_token]), update)
    signature.refresh_from_db()

    assert 'value="Avesnelles"' in page
    assert (signature.city, UpdateForm.of(signature).communes_to_choose) == ("Avesnelles", [])
