"""« Ne plus jamais m’écrire » can be taken back."""

from django.test import Client

from mesopinions.core import tokens
from mesopinions.mail import services


def test_opening_the_link_shows_the_block_and_keeps_it(client: Client, db):
    path = services.unblock_path(services.block_address("samir@example.org"))

    page = client.get(path)
    client.head(path)

    assert "Nous n’écrivons plus" in page.text
    assert "samir" not in page.text
    assert services.is_blocked("samir@example.org")


def test_the_button_lifts_the_block(client: Client, db):
    path = services.unblock_path(services.block_address("samir@example.org"))

    answer = client.post(path)

    assert (answer.status_code, answer["Location"]) == (303, path)
    assert not services.is_blocked("samir@example.org")
    assert "de nouveau vous écrire" in client.get(path).text


def test_an_old_link_does_not_lift_a_later_block(client: Client, db):
    old = services.block_address("samir@example.org")
    services.unblock_address(old.pk)
    services.block_address("samir@example.org")

    client.post(services.unblock_path(old))

    assert services.is_blocked("samir@example.org")


def test_a_form_of_another_site_lifts_nothing(client: Client, db):
    path = services.unblock_path(services.block_address("samir@example.org"))

    answer = client.post(path, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert services.is_blocked("samir@example.org")


def test_a_link_made_for_something_else_is_not_found(client: Client, db):
    block = services.block_address("samir@example.org")

    for token in (tokens.make(tokens.Scope.MANAGE, block.pk), tokens.make(tokens.Scope.UNBLOCK), "nonsense", "é"):
        assert client.get(f"/adresse-bloquee/{token}/").status_code == 404
