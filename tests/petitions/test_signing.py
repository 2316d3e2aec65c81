"""Signing over HTTP: what is kept, what is refused, what is answered."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from mesopinions.mail.models import OutgoingMail
from petitions.models import Partner, Signature
from petitions.selectors import signature_count
from privacy.models import ConsentRecord
from tests.factories import make_petition, make_user, sign_data


def sign(client, petition, **fields):
    return client.post(reverse("sign", args=[petition.pk]), sign_data(**fields))


def pending_address(petition):
    return petition.url_of("sign_pending")


def errors_of(response):
    return {name: [str(error) for error in errors] for name, errors in response.context["form"].errors.items()}


def test_a_signature_waits_for_its_confirmation(client, petition):
    response = sign(client, petition)

    signature = Signature.objects.get()
    assert (response.status_code, response["Location"]) == (303, pending_address(petition))
    assert signature.status == "pending"
    assert signature.text_version == petition.current_text
    assert (signature.first_name, signature.canonical_email, signature.departement) == (
        "Samir",
        "samir@example.org",
        "59",
    )
    assert signature_count(petition.pk) == 0


def test_signing_queues_one_mail_that_asks_to_confirm(client, petition):
    sign(client, petition)

    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient, mail.language) == ("confirm_signature", "samir@example.org", "fr")
    assert mail.about_id == Signature.objects.get().pk
    assert mail.context == {}


def test_only_the_ticked_boxes_become_consents(client, petition):
    sign(client, petition, consent_newsletter="on", is_name_public="on")

    signature = Signature.objects.get()
    assert set(ConsentRecord.objects.values_list("purpose", "scope", "granted", "place")) == {
        ("political_signature", f"petition:{petition.pk}", True, "sign_form"),
        ("public_name", f"signature:{signature.pk}", True, "sign_form"),
        ("newsletter", "", True, "sign_form"),
    }
    assert signature.consent.purpose == "political_signature"


def test_a_partner_gets_a_consent_of_its_own_for_this_petition(client, petition):
    ticked = Partner.objects.create(slug="rail", name="Rail pour tous")
    other = Partner.objects.create(slug="velo", name="Vélo pour tous")
    ticked.petitions.add(petition)
    other.petitions.add(petition)
    page = client.get(petition.get_absolute_url()).content.decode()

    sign(client, petition, consent_partner_rail="on")

    assert 'name="consent_partner_rail"' in page
    assert 'name="consent_partner_velo"' in page
    shared = ConsentRecord.objects.get(purpose="partner_share")
    assert shared.scope == f"petition:{petition.pk}/partner:{ticked.pk}"


def test_a_box_of_somebody_elses_partner_is_ignored(client, petition):
    Partner.objects.create(slug="rail", name="Rail pour tous")

    assert sign(client, petition, consent_partner_rail="on").status_code == 303
    assert not ConsentRecord.objects.filter(purpose="partner_share").exists()


def test_without_the_consent_nothing_is_stored(client, petition):
    response = sign(client, petition, consent_signature="", comment="Mes mots")

    assert response.status_code == 422
    assert list(errors_of(response)) == ["consent_signature"]
    assert "Mes mots" in response.content.decode()
    assert not Signature.objects.exists()
    assert not ConsentRecord.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_the_database_refuses_a_signature_without_its_own_consent(petition, pending):
    other = ConsentRecord.objects.create(
        subject_key="0" * 64, purpose="newsletter", granted=True, text_version="1", text_hash="0" * 64,
        language="fr", place="test",
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="needs the consent"), transaction.atomic():
        Signature.objects.filter(pk=pending.pk).update(consent=other)


def test_every_missing_field_has_its_own_message_and_keeps_the_words(client, petition):
    response = client.post(reverse("sign", args=[petition.pk]), {"last_name": "Benali"})

    assert response.status_code == 422
    assert set(errors_of(response)) == {"first_name", "email", "country", "consent_signature"}
    assert 'value="Benali"' in response.content.decode()


@pytest.mark.parametrize(
    ("postal_code", "message"),
    [
        ("", "Indiquez votre code postal."),
        ("5944", "Un code postal a cinq chiffres, par exemple 59000."),
        ("٥٩٤٤٠", "Un code postal a cinq chiffres, par exemple 59000."),
    ],
)
def test_a_french_signer_gives_five_digits(client, petition, postal_code, message):
    response = sign(client, petition, postal_code=postal_code)

    assert (response.status_code, errors_of(response)) == (422, {"postal_code": [message]})


@pytest.mark.parametrize(
    ("place", "departement", "city"),
    [
        ({"postal_code": "20000", "city": ""}, "2A", "Ajaccio"),
        ({"postal_code": "20200", "city": "Bastia"}, "2B", "Bastia"),
        ({"postal_code": "92055", "city": "Paris La Défense Cedex"}, "92", "Paris La Défense Cedex"),
        ({"postal_code": "97411", "city": ""}, "974", "Saint-Paul"),
        ({"postal_code": "01410", "city": "Lélex"}, "01", "Lélex"),
        ({"postal_code": "01410", "city": "Mijoux"}, "01", "Mijoux"),
        ({"postal_code": "1000", "city": "Bruxelles", "country": "BE"}, "99", "Bruxelles"),
        ({"postal_code": "", "city": "", "country": "BE"}, "99", ""),
    ],
)
def test_the_departement_follows_from_the_place(client, petition, place, departement, city):
    assert sign(client, petition, **place).status_code == 303

    signature = Signature.objects.get()
    assert (signature.departement, signature.city) == (departement, city)


def test_a_code_that_spans_two_departements_is_decided_by_the_city(client, petition):
    sign(client, petition, postal_code="42620", city="Saint-Martin-d'Estréaux")
    sign(client, petition, name="nadia", postal_code="42620", city="Saint-Pierre-Laval")

    assert list(Signature.objects.order_by("pk").values_list("departement", flat=True)) == ["42", "03"]


def test_the_same_address_twice_gets_the_same_answer_and_another_mail(client, petition):
    first = sign(client, petition)
    second = sign(client, petition, first_name="Autre")

    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert first.content == second.content
    assert Signature.objects.get().first_name == "Samir"
    assert list(OutgoingMail.objects.values_list("kind", flat=True)) == ["confirm_signature"] * 2


def test_somebody_who_has_signed_is_told_by_mail_alone(client, petition, confirmed):
    OutgoingMail.objects.all().delete()
    response = sign(client, petition)

    assert (response.status_code, response["Location"]) == (303, pending_address(petition))
    assert OutgoingMail.objects.get().kind == "already_signed"
    assert signature_count(petition.pk) == 1


@pytest.mark.parametrize(
    ("first", "alias"),
    [
        ("samir.benali@gmail.com", "SamirBenali+petition@googlemail.com"),
        ("samir@example.org", "Samir+2@EXAMPLE.org"),
        ("samir@exämple.org", "samir@xn--exmple-cua.org"),
        ("samir-shop@yahoo.fr", "samir@yahoo.fr"),
    ],
)
def test_an_alias_of_a_mailbox_signs_once(client, petition, first, alias):
    sign(client, petition, email=first)
    assert sign(client, petition, email=alias).status_code == 303

    assert Signature.objects.count() == 1
    assert set(OutgoingMail.objects.values_list("recipient", flat=True)) == {Signature.objects.get().email}


def test_a_disposable_address_signs_and_is_flagged(client, petition):
    assert sign(client, petition, email="samir@mailinator.com").status_code == 303
    assert sign(client, petition).status_code == 303

    assert dict(Signature.objects.values_list("email", "is_disposable")) == {
        "samir@mailinator.com": True,
        "samir@example.org": False,
    }


@pytest.mark.parametrize("name", ["محمد عبد الله", "יוסף", "𠮷田", "Zoé 🌻", "O’Brien", "Jean-Loup d'Ω"])
def test_names_of_the_world_are_kept_as_written(client, petition, name):
    assert sign(client, petition, first_name=name).status_code == 303
    assert Signature.objects.get().first_name == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Samir \t Ben\n", "Samir Ben"),
        ("Sa\u202emir", "Samir"),
        ("E\u0301lodie", "Élodie"),
        ("Sam\u200bir", "Samir"),
    ],
)
def test_invisible_characters_do_not_reach_a_name(client, petition, typed, kept):
    sign(client, petition, first_name=typed)

    assert Signature.objects.get().first_name == kept


@pytest.mark.parametrize("name", ["https://example.org", "www.example.org", "moi@example.org", "\u200b", "\u202e"])
def test_a_name_that_is_a_link_or_nothing_is_refused(client, petition, name):
    response = sign(client, petition, first_name=name)

    assert response.status_code == 422
    assert list(errors_of(response)) == ["first_name"]


def test_nul_bytes_are_refused_with_a_message(client, petition):
    response = sign(client, petition, first_name="Sa\0mir", comment="a\0b")

    assert response.status_code == 422
    assert set(errors_of(response)) == {"first_name", "comment"}
    assert not Signature.objects.exists()


def test_a_comment_of_ten_thousand_characters_is_refused_and_kept_in_the_form(client, petition):
    comment = "é" * 10_000
    response = sign(client, petition, comment=comment)

    assert response.status_code == 422
    assert errors_of(response) == {"comment": ["Votre commentaire dépasse la limite de 8000 caractères."]}
    assert comment in response.content.decode()


def test_a_comment_is_public_only_once_the_signature_is_confirmed(client, petition):
    sign(client, petition, comment="Mon <b>train</b>")
    before = client.get(petition.get_absolute_url(), headers={"cookie": "x=1"}).content.decode()
    client.post(reverse("signature_confirm", args=[Signature.objects.get().manage_token]))
    after = client.get(petition.get_absolute_url(), headers={"cookie": "x=1"}).content.decode()

    assert "Mon &lt;b&gt;train" not in before
    assert "Mon &lt;b&gt;train&lt;/b&gt;" in after
    assert "Benali" not in after


def test_an_unknown_petition_is_not_found(client, db):
    assert client.post(reverse("sign", args=[99]), sign_data()).status_code == 404
    assert client.post(f"/petition/{10**30}/signer/", sign_data()).status_code == 404


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "rejected", "removed"])
def test_a_petition_that_is_not_public_cannot_be_signed(client, db, status):
    response = sign(client, make_petition(status=status))

    assert response.status_code == 404
    assert not Signature.objects.exists()


def test_a_closed_petition_says_so_and_stores_nothing(client, db):
    response = sign(client, make_petition(status="closed"))

    assert response.status_code == 422
    assert errors_of(response) == {"__all__": ["Cette pétition est close\u202f: on ne peut plus la signer."]}
    assert "on ne peut plus la signer" in response.content.decode()
    assert not Signature.objects.exists()


def test_signing_ends_at_midnight_in_paris(client, db):
    # 23:59 on 1 July in Paris is 21:59 UTC.
    with time_machine.travel(datetime(2026, 7, 1, 21, 59, tzinfo=UTC), tick=False):
        petition = make_petition(closes_on=timezone.localdate())
        assert sign(client, petition).status_code == 303
    with time_machine.travel(datetime(2026, 7, 1, 22, 0, tzinfo=UTC), tick=False):
        assert sign(client, petition, name="nadia").status_code == 422


def test_the_sixty_first_signature_of_a_minute_from_one_address_waits(client, petition):
    settings_ = settings.RATE_LIMITS["sign-ip"]
    for number in range(settings_[0]):
        assert sign(client, petition, name=f"signer{number}").status_code == 303
    response = sign(client, petition)

    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= settings_[1]
    assert not Signature.objects.filter(email="samir@example.org").exists()


def test_one_address_cannot_be_flooded_from_many_machines(client, petition, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    allowed = settings.RATE_LIMITS["sign-email"][0]
    answers = [
        client.post(
            reverse("sign", args=[petition.pk]), sign_data(), headers={"x-forwarded-for": f"192.0.2.{number}"}
        ).status_code
        for number in range(allowed + 1)
    ]

    assert answers == [303] * allowed + [429]


def test_somebody_logged_in_with_a_confirmed_address_signs_in_one_step(client, petition):
    user = make_user("samir")
    client.force_login(user)
    client.get(petition.get_absolute_url())
    response = sign(client, petition, csrfmiddlewaretoken="")  # the test client needs no token

    signature = Signature.objects.get()
    assert response.status_code == 303
    assert response["Location"] == reverse("signature_thanks", args=[signature.manage_token])
    assert (signature.status, signature.user) == ("confirmed", user)
    assert signature_count(petition.pk) == 1
    assert OutgoingMail.objects.get().kind == "signed_with_account"
    assert client.get(response["Location"]).status_code == 200


def test_an_account_confirms_a_signature_that_was_waiting(client, petition, pending):
    client.force_login(make_user("samir"))

    sign(client, petition)

    pending.refresh_from_db()
    assert pending.status == "confirmed"
    assert signature_count(petition.pk) == 1


def test_an_account_signs_for_another_address_only_with_its_mail(client, petition):
    client.force_login(make_user("oscar"))

    response = sign(client, petition)

    signature = Signature.objects.get()
    assert response["Location"] == pending_address(petition)
    assert (signature.status, signature.user) == ("pending", None)


def test_an_account_whose_address_is_not_confirmed_waits_for_the_mail(client, petition):
    client.force_login(make_user("samir", confirmed=False))

    sign(client, petition)

    assert Signature.objects.get().status == "pending"


def test_an_english_page_signs_in_english(client, petition):
    client.post(f"/en/petition/{petition.pk}/signer/", sign_data())

    assert Signature.objects.get().language == "en"
    assert OutgoingMail.objects.get().language == "en"
    assert ConsentRecord.objects.get().language == "en"


def test_opening_the_address_of_the_form_leads_back_to_the_petition(client, petition):
    response = client.get(reverse("sign", args=[petition.pk]))

    assert (response.status_code, response["Location"]) == (302, f"{petition.get_absolute_url()}#sign-form")


def test_the_browser_and_address_are_kept_for_fraud_and_no_longer_than_a_line(client, petition):
    client.post(
        reverse("sign", args=[petition.pk]),
        sign_data(),
        headers={"user-agent": "Navigateur " * 100},
        REMOTE_ADDR="2001:db8::1",
    )

    signature = Signature.objects.get()
    assert signature.ip_address == "2001:db8::1"
    assert len(signature.browser) <= 200


def test_signing_takes_one_statement(client, petition, django_assert_num_queries):
    with django_assert_num_queries(1):
        sign(client, petition)
