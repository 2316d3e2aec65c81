"""The team's day: what waits and what is late, who has had what, and mistakes that are taken back."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone
from playwright.sync_api import Page, expect

from mesopinions.mail.models import OutgoingMail
from petitions.models import Appeal, Decision, Petition
from petitions.services.moderating import appeals, deciding, reading, refusals
from tests.factories import PASSWORD, make_user
from tests.petitions.moderation.conftest import WHY, browser_of, send

pytestmark = pytest.mark.django_db

TEXTS = "/admin/petitions/submission/"
APPEALS = "/admin/petitions/appeal/"
now = timezone.now


@pytest.fixture
def refused(taken, mona):
    return deciding.refuse(submission=taken, **WHY, by=mona, at=now())


def queues(page):
    return page.content.decode().split('class="module queues"')[1].split("</section>")[0]


def test_the_front_page_says_what_waits_and_what_is_late(mona, luc, alice):
    for days in (0, 5, 6):
        send(alice, title=f"Il y a {days} jours", at=now() - timedelta(days=days))
    old = send(alice, title="Refusée")
    reading.claim(submission=old, by=luc, at=now())
    decision = deciding.refuse(submission=old, **WHY, by=luc, at=now() - timedelta(days=20))
    appeals.file_appeal(decision=decision, text="Relisez.", at=now() - timedelta(days=15))

    shown = queues(browser_of(mona).get("/admin/"))

    assert "<span>1</span>" in shown
    assert "dont 1 en retard" in shown
    assert "<span>3</span>" in shown
    assert "dont 2 en retard" in shown


def test_the_front_page_is_quiet_where_nothing_waits_or_nothing_is_ones_own(mona):
    assert "rien n’attend" in queues(browser_of(mona).get("/admin/"))

    looker = browser_of(mona, "view_submission", "view_appeal")
    assert "queues" not in looker.get("/admin/").content.decode()


def test_the_queue_shows_the_name_that_would_be_published(mona, alice):
    send(alice, author_name="Les usagers de la ligne")

    assert "Les usagers de la ligne" in browser_of(mona).get(TEXTS).content.decode()


def test_taking_and_giving_back_are_in_the_journal(sent, refused, luc, mona):
    appeal = appeals.file_appeal(decision=refused, text="Relisez.", at=now())
    text = send(refused.told, title="Une autre")
    browser = browser_of(luc)

    for row, queue in ((text, TEXTS), (appeal, APPEALS)):
        for verb in ("prendre", "rendre", "rendre"):
            browser.post(f"{queue}{row.pk}/{verb}/")

    assert list(LogEntry.objects.filter(user=luc).order_by("pk").values_list("change_message", flat=True)) == [
        "Pris",
        "Rendu",
        "Pris",
        "Rendu",
    ]
    assert Appeal.objects.get().handler is None


def test_a_refusal_by_mistake_is_taken_back(refused, mona):
    desk = browser_of(mona)
    address = f"{TEXTS}{refused.submission_id}/"
    assert "Revenir sur le refus et publier" in desk.get(f"{address}change/").content.decode()

    for _ in range(2):
        desk.post(f"{address}revenir/")

    assert Petition.objects.get().status == "published"
    assert list(Decision.objects.order_by("pk").values_list("act", flat=True)) == ["refused", "published"]
    assert OutgoingMail.objects.filter(kind="petition_published").count() == 1


def test_whoever_refused_does_not_decide_while_another_looks_again(refused, mona):
    appeals.file_appeal(decision=refused, text="Relisez.", at=now())
    desk = browser_of(mona)

    assert "Revenir sur le refus" not in desk.get(f"{TEXTS}{refused.submission_id}/change/").content.decode()
    desk.post(f"{TEXTS}{refused.submission_id}/revenir/")

    assert Petition.objects.get().status == "rejected"


def test_nobody_takes_back_the_refusal_of_their_own_text(refused, alice):
    with pytest.raises(refusals.OwnContent):
        deciding.reconsider(submission=refused.submission, by=alice, at=now())


@pytest.mark.browser
def test_a_text_is_taken_on_a_phone_without_looking_for_the_button(page: Page):
    send(make_user("alice", public_name="Alice Martin"), title="Rouvrons la ligne Avesnes–Maubeuge avant 2028")
    make_user("admin", is_staff=True, is_superuser=True)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/admin/")
    page.locator("[name=login]").fill("admin@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.get_by_role("link", name="Textes à lire").first.click()
    button = page.get_by_role("button", name="Prendre")
    box = button.bounding_box()

    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    button.click()
    expect(page.get_by_role("button", name="Publier")).to_be_visible()
