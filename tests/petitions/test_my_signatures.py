"""« Mes signatures »: one link for an hour, to the address that signed and to no other."""

from datetime import timedelta

import time_machine
from django.urls import reverse
from django.utils import timezone

from mesopinions.core import tokens
from mesopinions.mail.models import OutgoingMail
from tests.factories import make_petition, make_signature


def manage_address(signature):
    return reverse("signature", args=[signature.manage_token])


def test_my_signatures_mails_a_link_to_who_signed_and_says_the_same_to_who_did_not(client, confirmed):
    OutgoingMail.objects.all().delete()
    known = client.post(reverse("my_signatures"), {"email": "Samir@example.org"})
    unknown = client.post(reverse("my_signatures"), {"email": "oscar@example.org"})

    assert (known.status_code, unknown.status_code) == (200, 200)
    assert known.content == unknown.content
    assert OutgoingMail.objects.get().recipient == "samir@example.org"


def test_the_link_goes_to_the_address_that_signed_and_not_to_an_alias_typed_by_somebody(client, confirmed):
    OutgoingMail.objects.all().delete()
    client.post(reverse("my_signatures"), {"email": "samir+oscar@example.org"})

    assert OutgoingMail.objects.get().recipient == "samir@example.org"


def list_link(client, email="samir@example.org"):
    client.post(reverse("my_signatures"), {"email": email})
    link_id = OutgoingMail.objects.filter(kind="my_signatures").latest("pk").about_id
    return reverse("my_signatures_list", args=[tokens.make(tokens.Scope.SIGNATURES_LIST, link_id)])


def test_the_list_shows_each_signature_with_its_own_link_for_an_hour(client, confirmed):
    other = make_signature(make_petition(title="Une autre pétition", slug="autre"))
    make_signature(confirmed.petition, "nadia", confirmed=True)
    link = list_link(client)
    page = client.get(link).content.decode()

    assert manage_address(confirmed) in page
    assert manage_address(other) in page
    assert page.count("/signature/") == 2
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert client.get(link).status_code == 410


def test_the_list_takes_the_same_statements_for_one_signature_as_for_ten(client, db, django_assert_num_queries):
    for number in range(10):
        make_signature(make_petition(slug=f"p{number}"))
    link = list_link(client)

    with django_assert_num_queries(2):
        client.get(link)


def test_a_tampered_list_link_is_not_found(client, confirmed):
    assert client.get(list_link(client)[:-2] + "A/").status_code == 404
