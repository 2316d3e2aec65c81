"""Everything a signer does from the one link, and everything that link must not do."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from mesopinions.core import tokens
from mesopinions.mail.models import MailBlock, OutgoingMail
from mesopinions.mail.services import is_blocked
from petitions.models import Comment, ContributorTrace, Signature, TallyDelta
from petitions.selectors import signature_count
from petitions.services import consents
from privacy.consent import Purpose
from privacy.models import ConsentRecord
from tests.factories import make_petition, make_signature, make_user


def url(name, signature):
    return reverse(name, args=[signature.manage_token])


def act(client, signature, action, **data):
    return client.post(url("signature", signature), {"action": action, **data})


def person(**changes):
    return {
        "first_name": "Samir",
        "last_name": "Benali",
        "country": "FR",
        "postal_code": "59440",
        "city": "Avesnes-sur-Helpe",
        **changes,
    }


# --- Opening ---------------------------------------------------------------------------------------------------------


def test_a_confirmation_link_opened_by_a_mail_scanner_counts_nothing(client, pending):
    for name in ("signature", "signature_confirm", "signature_disown", "signature_thanks"):
        client.get(url(name, pending))
        client.head(url(name, pending))

    pending.refresh_from_db()
    assert pending.status == "pending"
    assert signature_count(pending.petition_id) == 0


def test_the_link_is_kept_by_no_cache_and_leaks_to_no_other_site(client, pending):
    response = client.get(url("signature", pending))

    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"


def test_confirming_counts_one(client, pending):
    response = client.post(url("signature_confirm", pending), {"action": "confirm"})

    assert (response.status_code, response["Location"]) == (303, url("signature_thanks", pending))
    assert signature_count(pending.petition_id) == 1
    assert "Merci" in client.get(response["Location"]).content.decode()


def test_a_reused_link_thanks_again_and_counts_once(client, pending):
    answers = [client.post(url("signature_confirm", pending)) for _ in range(3)]

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(303, url("signature_thanks", pending))}
    assert signature_count(pending.petition_id) == 1
    assert TallyDelta.objects.count() == 1


@pytest.mark.parametrize("place", [0, 5, -1])
def test_a_tampered_link_is_not_found_and_says_nothing(client, pending, place):
    token = list(pending.manage_token)
    token[place] = "A" if token[place] != "A" else "B"
    changed = "".join(token)

    for name in ("signature", "signature_confirm", "signature_disown", "signature_thanks"):
        get = client.get(reverse(name, args=[changed]))
        post = client.post(reverse(name, args=[changed]), {"action": "erase", "count": "remove"})
        assert (get.status_code, post.status_code) == (404, 404)
        assert "Benali" not in get.content.decode()
    assert Signature.objects.filter(status="pending").count() == 1


def test_a_token_of_another_scope_opens_nothing(client, pending):
    foreign = tokens.make(tokens.Scope.PREFERENCES, pending.petition_id, pending.pk)

    assert client.get(reverse("signature", args=[foreign])).status_code == 404


def test_a_token_of_somebody_elses_keys_opens_nothing(client, pending, settings):
    settings.LINK_KEYS = ["another site's key, which is 32 characters long"]
    foreign = pending.manage_token
    settings.LINK_KEYS = ["the key of this site, which is 32 characters long"]

    assert client.get(reverse("signature", args=[foreign])).status_code == 404


def test_a_link_signed_with_an_older_key_still_opens(client, pending, settings):
    old = pending.manage_token
    settings.LINK_KEYS = ["a new key for the links, 32 characters or more", *settings.LINK_KEYS]

    assert client.get(reverse("signature", args=[old])).status_code == 200
    assert old != pending.manage_token


def test_a_link_of_an_earlier_generation_is_gone(client, pending):
    old = pending.manage_token
    Signature.objects.update(link_generation=1)

    assert client.get(reverse("signature", args=[old])).status_code == 410


def test_no_link_leads_to_a_signature_of_another_petition(client, pending):
    other = make_signature(make_petition(slug="autre"), "nadia")
    mixed = tokens.make(tokens.Scope.MANAGE, pending.petition_id, other.pk)

    assert client.get(reverse("signature", args=[mixed])).status_code == 410


def test_an_unknown_action_is_refused_and_changes_nothing(client, confirmed):
    assert act(client, confirmed, "delete").status_code == 400
    assert client.post(url("signature", confirmed)).status_code == 400
    assert signature_count(confirmed.petition_id) == 1


def test_another_site_cannot_send_the_forms(client, confirmed):
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
        response = client.post(url("signature", confirmed), {"action": "withdraw"}, headers=headers)
        assert response.status_code == 403
    assert signature_count(confirmed.petition_id) == 1


# --- Correcting and choosing -----------------------------------------------------------------------------------------


def test_a_correction_is_kept_and_moves_the_tally_to_the_new_departement(client, confirmed):
    response = act(client, confirmed, "update", **person(last_name="Ben Ali", postal_code="75001", city="Paris"))

    confirmed.refresh_from_db()
    assert response.status_code == 303
    assert (confirmed.last_name, confirmed.departement) == ("Ben Ali", "75")
    assert signature_count(confirmed.petition_id) == 1
    assert sorted(TallyDelta.objects.values_list("departement", "kind", "delta")) == [
        ("59", "confirmation", 1),
        ("59", "correction", -1),
        ("75", "correction", 1),
    ]


def test_a_refused_correction_says_why_and_keeps_the_words(client, confirmed):
    response = act(client, confirmed, "update", **person(first_name="", last_name="Nouveau"))

    assert response.status_code == 422
    assert "Indiquez votre prénom." in response.content.decode()
    assert 'value="Nouveau"' in response.content.decode()
    confirmed.refresh_from_db()
    assert confirmed.last_name == "Benali"


def test_the_address_cannot_be_changed_from_the_link(client, confirmed):
    act(client, confirmed, "update", **person(), email="oscar@example.org")

    confirmed.refresh_from_db()
    assert confirmed.email == "samir@example.org"


def test_showing_and_hiding_the_name_writes_a_proof_each(client, confirmed):
    scope = f"signature:{confirmed.pk}"
    act(client, confirmed, "update", **person(), is_name_public="on")
    act(client, confirmed, "update", **person(), is_name_public="on")
    shown = client.get(confirmed.petition.get_absolute_url(), headers={"cookie": "x=1"}).content.decode()
    act(client, confirmed, "update", **person())
    hidden = client.get(confirmed.petition.get_absolute_url(), headers={"cookie": "x=1"}).content.decode()

    assert "Samir Benali" in shown
    assert "Samir Benali" not in hidden
    history = ConsentRecord.objects.filter(purpose="public_name", scope=scope).order_by("pk")
    assert list(history.values_list("granted", flat=True)) == [True, False]


def test_a_comment_is_written_changed_and_removed_from_the_link(client, confirmed):
    act(client, confirmed, "update", **person(), comment="Mon train")
    first = Comment.objects.get()
    act(client, confirmed, "update", **person(), comment="Notre train")
    changed = Comment.objects.get()
    act(client, confirmed, "update", **person(), comment="")

    assert first.published_at is not None
    assert (changed.pk, changed.text) == (first.pk, "Notre train")
    assert not Comment.objects.exists()


def test_consents_change_one_by_one_and_nothing_else(client, confirmed):
    act(client, confirmed, "consents", consent_author_updates="on")
    assert consents.granted(confirmed, Purpose.AUTHOR_UPDATES)
    assert not consents.granted(confirmed, Purpose.NEWSLETTER)

    act(client, confirmed, "consents", consent_newsletter="on")
    assert not consents.granted(confirmed, Purpose.AUTHOR_UPDATES)
    assert consents.granted(confirmed, Purpose.NEWSLETTER)
    assert consents.granted(confirmed, Purpose.POLITICAL_SIGNATURE)


# --- Withdrawing -----------------------------------------------------------------------------------------------------


def test_withdrawing_lowers_the_count_and_writes_a_public_line(client, petition):
    signature = make_signature(petition, confirmed=True, comment="Mon train", consents=(Purpose.AUTHOR_UPDATES,))
    response = act(client, signature, "withdraw")
    journal = client.get(petition.url_of("petition_journal"), headers={"cookie": "x=1"}).content.decode()

    signature.refresh_from_db()
    assert response.status_code == 303
    assert (signature.status, signature_count(petition.pk)) == ("withdrawn", 0)
    assert "retirées par leurs signataires" in journal
    assert "Benali" not in journal
    assert not Comment.objects.exists()
    assert not consents.granted(signature, Purpose.POLITICAL_SIGNATURE)
    assert not consents.granted(signature, Purpose.AUTHOR_UPDATES)
    assert OutgoingMail.objects.filter(kind="signature_withdrawn").count() == 1


def test_withdrawing_twice_counts_once(client, confirmed):
    assert [act(client, confirmed, "withdraw").status_code for _ in range(2)] == [303, 303]
    assert signature_count(confirmed.petition_id) == 0


def test_a_withdrawn_signature_cannot_be_confirmed_again(client, confirmed):
    act(client, confirmed, "withdraw")
    response = client.post(url("signature_confirm", confirmed))

    assert response.status_code == 409
    assert signature_count(confirmed.petition_id) == 0


def test_withdrawing_works_after_the_petition_has_closed(client, db):
    petition = make_petition()
    signature = make_signature(petition, confirmed=True)
    petition.status, petition.closed_at = "closed", timezone.now()
    petition.save()
    with time_machine.travel(timezone.now() + timedelta(days=90)):
        assert act(client, signature, "withdraw").status_code == 303
    assert signature_count(petition.pk) == 0


def test_withdrawing_a_signature_that_was_never_confirmed_deletes_it(client, pending):
    assert act(client, pending, "withdraw").status_code == 200
    assert not Signature.objects.exists()
    assert not ConsentRecord.objects.exists()


# --- Erasing and disowning -------------------------------------------------------------------------------------------


def everything_stored():
    """Return every row of every table as one text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')  # noqa: S608
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


@pytest.mark.parametrize(("choice", "count"), [("remove", 0), ("keep", 1)])
def test_erasing_leaves_no_trace_of_the_person_and_asks_about_the_count(client, petition, choice, count):
    signature = make_signature(
        petition, "ghost", confirmed=True, last_name="Spectre", city="Ville-Fantôme",
        ip_address="203.0.113.77", browser="NavigateurSpectral", consents=(Purpose.AUTHOR_UPDATES,),
    )  # fmt: skip
    response = act(client, signature, "erase", count=choice)

    stored = everything_stored()
    assert response.status_code == 200
    assert signature_count(petition.pk) == count
    for trace in ("ghost", "Spectre", "Fantôme", "203.0.113.77", "NavigateurSpectral"):
        assert trace not in stored
    assert ConsentRecord.objects.filter(pseudonymised_at__isnull=False, scope="").count() == 2
    assert not ConsentRecord.objects.filter(pseudonymised_at=None).exists()


def test_erasing_a_public_comment_leaves_its_author_in_the_archive_and_says_so(client, petition):
    signature = make_signature(petition, "ghost", confirmed=True, comment="mots-spectraux", ip_address="203.0.113.77")

    response = act(client, signature, "erase", count="keep")

    trace = ContributorTrace.objects.get()
    assert (trace.email, trace.ip_address, trace.what) == ("ghost@example.org", "203.0.113.77", "comment")
    assert "spectraux" not in everything_stored()
    assert "décret" in response.content.decode()


def test_erasing_asks_for_the_choice_and_ticks_none(client, confirmed):
    response = act(client, confirmed, "erase")
    page = client.get(url("signature", confirmed)).content.decode()

    assert response.status_code == 422
    assert Signature.objects.exists()
    assert "checked" not in page.split('name="count"')[1].split("</form>")[0]


def test_after_an_erasure_the_link_is_gone_and_nothing_happens_twice(client, confirmed):
    act(client, confirmed, "erase", count="remove")

    assert client.get(url("signature", confirmed)).status_code == 410
    assert act(client, confirmed, "erase", count="remove").status_code == 410
    assert signature_count(confirmed.petition_id) == 0


def test_erasing_a_withdrawn_signature_keeps_the_consents_of_the_new_one(client, petition, confirmed):
    act(client, confirmed, "withdraw")
    again = make_signature(petition, confirmed=True)
    act(client, confirmed, "erase", count="remove")

    assert consents.granted(again, Purpose.POLITICAL_SIGNATURE)
    assert signature_count(petition.pk) == 1


def test_this_is_not_me_deletes_the_signature_its_consents_and_its_mails(client, pending):
    response = client.post(url("signature_disown", pending))

    assert response.status_code == 200
    assert "samir" not in everything_stored().lower()
    assert not ConsentRecord.objects.exists()
    assert not MailBlock.objects.exists()
    assert client.get(url("signature", pending)).status_code == 410


def test_a_second_box_blocks_further_mails_until_the_owner_lifts_it(client, petition, pending):
    response = client.post(url("signature_disown", pending), {"block": "on"})
    page = response.content.decode()
    lift = page.split("/adresse-bloquee/")[1].split("/")[0]

    assert is_blocked("samir@example.org")
    assert "samir" not in everything_stored().lower()
    client.post(f"/adresse-bloquee/{lift}/")
    assert not is_blocked("samir@example.org")


def test_a_confirmed_signature_is_not_disowned_by_its_mail(client, confirmed):
    response = client.post(url("signature_disown", confirmed), {"block": "on"})

    assert (response.status_code, response["Location"]) == (303, url("signature", confirmed))
    assert signature_count(confirmed.petition_id) == 1
    assert not MailBlock.objects.exists()


# --- Downloading ---------------------------------------------------------------------------------------------------


def test_the_download_holds_everything_about_the_signature_and_nobody_else(client, petition):
    signature = make_signature(petition, confirmed=True, comment="Mon train", ip_address="203.0.113.7")
    make_signature(petition, "nadia", confirmed=True)
    response = act(client, signature, "download")

    data = json.loads(response.content)
    assert response["Content-Disposition"].startswith("attachment")
    assert "no-store" in response["Cache-Control"]
    assert (data["email"], data["comment"], data["ip_address"]) == ("samir@example.org", "Mon train", "203.0.113.7")
    assert [consent["purpose"] for consent in data["consents"]] == ["political_signature"]
    assert "nadia" not in response.content.decode().lower()


# --- Logged in -------------------------------------------------------------------------------------------------------


def test_somebody_who_logged_in_meanwhile_gets_the_form_again_with_the_words(petition):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("samir"))
    response = client.post(
        reverse("sign", args=[petition.pk]),
        {"first_name": "Samir", "comment": "Mon train"},
        headers={"sec-fetch-site": "same-origin"},
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "Mon train" in page
    assert 'name="csrfmiddlewaretoken"' in page
    assert not Signature.objects.exists()
