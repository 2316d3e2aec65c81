"""The page of suspected signatures and the queue of disputes: who may, what is asked first, what the journal keeps."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from petitions.models import Dispute, Invalidation
from petitions.selectors import signature_count
from petitions.services import disputes
from petitions.services.fraud.applying import invalidate
from tests.factories import make_user
from tests.petitions.fraud.conftest import FRAUD, browser_of
from tests.support.floods import write

QUEUE = "/admin/petitions/dispute/"


def suspects_of(petition):
    return reverse("admin:petitions_invalidation_suspects", args=[petition.pk])


def apply_to(petition, rule="network"):
    return reverse("admin:petitions_invalidation_apply", args=[petition.pk, rule])


@pytest.fixture
def done(petition, mona, flood):
    return invalidate(petition_id=petition.pk, rule=Invalidation.Rule.NETWORK, ids=flood, by=mona, at=timezone.now())


@pytest.fixture
def dispute(petition, done):
    signature = done.signatures.order_by("pk").first().signature
    return disputes.file_dispute(signature=signature, text="C’est moi.", at=timezone.now())


def test_the_page_counts_masks_and_is_logged(petition, flood, mona):
    page = browser_of(mona).get(suspects_of(petition))

    words = page.content.decode()
    names = petition.signatures.values_list("last_name", flat=True)
    assert "40 signatures" in words
    assert not [name for name in names if f"{name}<" in words]
    assert LogEntry.objects.filter(user=mona, change_message__contains="Consulté").count() == 1
    assert signature_count(petition.pk) == 40


def test_the_petition_leads_to_the_page(petition, mona):
    page = browser_of(mona).get(f"/admin/petitions/petition/{petition.pk}/change/")

    assert suspects_of(petition) in page.content.decode()


def test_applying_asks_first_with_the_count(petition, flood, mona):
    browser = browser_of(mona)

    page = browser.post(apply_to(petition))
    assert page.context["count"] == 40
    assert signature_count(petition.pk) == 40

    answer = browser.post(apply_to(petition), {"shown": "40"}, follow=True)
    assert "40 signatures invalidées" in answer.content.decode()
    assert signature_count(petition.pk) == 0


def test_a_count_that_changed_a_lot_is_shown_again(petition, crowd, flood, mona):
    write(petition, crowd.fast_network(40))

    answer = browser_of(mona).post(apply_to(petition), {"shown": "40"}, follow=True)

    assert "regardez de nouveau" in answer.content.decode()
    assert signature_count(petition.pk) == 80


def test_undoing_asks_first(petition, done, mona):
    browser = browser_of(mona)
    address = reverse("admin:petitions_invalidation_undo", args=[done.pk])

    assert browser.get(address).context["count"] == 40
    assert signature_count(petition.pk) == 0
    browser.post(address)
    assert signature_count(petition.pk) == 40
    assert "rien à rétablir" in browser.post(address, follow=True).content.decode()


def test_by_get_nothing_is_applied(petition, flood, mona):
    assert browser_of(mona).get(apply_to(petition)).status_code == 405
    assert signature_count(petition.pk) == 40


@pytest.mark.parametrize("shown", ["-1", "x", "9" * 40, "²"])
def test_hostile_counts_apply_nothing(petition, flood, mona, shown):
    browser_of(mona).post(apply_to(petition), {"shown": shown})

    assert signature_count(petition.pk) == 40


def test_an_unknown_rule_or_petition_is_not_found(petition, mona):
    browser = browser_of(mona)

    assert browser.post(apply_to(petition, "manual")).status_code == 404
    assert browser.post(apply_to(petition, "oscar")).status_code == 404
    assert browser.get("/admin/petitions/invalidation/suspectes/999/").status_code == 404


def test_an_author_of_the_team_takes_nothing_out_of_their_own_petition_and_puts_nothing_back(
    petition, done, mona, crowd
):
    write(petition, crowd.slow_network(40))
    petition.author = mona
    petition.save()
    browser = browser_of(mona)

    assert "Appliquer…" not in browser.get(suspects_of(petition)).content.decode()
    for address in (apply_to(petition), reverse("admin:petitions_invalidation_undo", args=[done.pk])):
        page = browser.post(address, {"shown": "40"}, follow=True).content.decode()
        assert "une autre personne doit en décider" in page
    assert signature_count(petition.pk) == 40
    assert Invalidation.objects.get().undone_at is None


def test_who_may_only_look_applies_and_undoes_nothing(petition, done, crowd):
    browser = browser_of(make_user("oscar", is_staff=True), "view_invalidation", "view_dispute")
    write(petition, crowd.slow_network(40))

    assert browser.get(suspects_of(petition)).status_code == 200
    assert browser.post(apply_to(petition), {"shown": "40"}).status_code == 403
    assert browser.post(reverse("admin:petitions_invalidation_undo", args=[done.pk])).status_code == 403
    assert signature_count(petition.pk) == 40


def test_who_has_no_right_sees_nothing(petition, dispute):
    browser = browser_of(make_user("oscar", is_staff=True), "view_signature")
    addresses = (suspects_of(petition), "/admin/petitions/invalidation/", QUEUE, f"{QUEUE}{dispute.pk}/change/")

    assert {browser.get(address).status_code for address in addresses} == {403}


# --- Disputes --------------------------------------------------------------------------------------------------------


def test_the_queue_shows_what_waits(dispute, luc):
    browser = browser_of(luc)
    assert len(browser.get(QUEUE).context["cl"].result_list) == 1

    Dispute.objects.update(outcome="upheld", answer="Non.", closed_at=timezone.now())

    assert not browser.get(QUEUE).context["cl"].result_list
    assert len(browser.get(f"{QUEUE}?etat=repondu").context["cl"].result_list) == 1


def test_a_dispute_is_read_and_answered(petition, dispute, luc):
    browser = browser_of(luc)
    address = f"{QUEUE}{dispute.pk}/change/"

    assert "C’est moi." in browser.get(address).content.decode()
    browser.post(address, {"outcome": "reinstated", "answer": "Merci."})

    assert signature_count(petition.pk) == 1
    assert LogEntry.objects.filter(user=luc, change_message__contains="Consulté").exists()


def test_an_address_is_seen_by_who_may_see_addresses(dispute, luc):
    address = f"{QUEUE}{dispute.pk}/change/"
    email = dispute.signature.email

    shown = browser_of(luc).get(address).content.decode()
    assert email not in shown
    assert f"…@{email.rpartition('@')[2]}" in shown
    assert email in browser_of(luc, *FRAUD, "view_user").get(address).content.decode()


def test_an_answer_without_words_is_kept(petition, dispute, luc):
    page = browser_of(luc).post(f"{QUEUE}{dispute.pk}/change/", {"outcome": "reinstated", "answer": ""})

    assert "Expliquez votre réponse" in page.content.decode()
    assert signature_count(petition.pk) == 0


def test_who_took_it_out_is_told_to_leave_it(petition, dispute, mona):
    browser = browser_of(mona)
    address = f"{QUEUE}{dispute.pk}/change/"

    assert "une autre personne doit répondre" in browser.get(address).content.decode()
    page = browser.post(address, {"outcome": "reinstated", "answer": "Merci."})

    assert "une autre personne doit la revoir" in page.content.decode()
    assert signature_count(petition.pk) == 0
