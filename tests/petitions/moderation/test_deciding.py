"""Published, returned, refused, removed, restored: each at once, by who may, and told."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from mesopinions.core.page_cache import CACHE_CONTROL
from mesopinions.mail.compose import compose
from mesopinions.mail.models import OutgoingMail
from petitions import emails
from petitions.models import Decision, Draft, Petition, Reason, Recipient, Submission, TextVersion
from petitions.reasons import GROUNDS, rule_of, statement_for
from petitions.services import drafting
from petitions.services.moderating import deciding, reading, refusals
from tests.factories import make_petition, make_user
from tests.petitions.moderation.conftest import TEXT, WHY, send
from tests.support.concurrency import run_all_together

pytestmark = pytest.mark.django_db

now = timezone.now
ACTS = {
    "publish": lambda text, by: deciding.publish_launch(submission=text, by=by, at=now()),
    "return": lambda text, by: deciding.return_petition(submission=text, **WHY, by=by, at=now()),
    "refuse": lambda text, by: deciding.refuse(submission=text, **WHY, by=by, at=now()),
}
each_act = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)


def mails(**about):
    return OutgoingMail.objects.filter(kind__in=["decision", "petition_published"], **about)


def text_of(mail):
    message = compose(mail)
    return f"{message.subject}\n{message.body}"


# --- Publishing ------------------------------------------------------------------------------------------------------


def test_a_published_petition_is_what_its_author_sent(taken, mona, client):
    decision = deciding.publish_launch(submission=taken, by=mona, at=now())

    petition = Petition.objects.get()
    page = client.get(petition.get_absolute_url()).content.decode()
    assert (petition.status, petition.slug, petition.theme.slug) == ("published", "rouvrons-la-ligne", "social")
    assert (petition.goal, petition.author_name, petition.text.number) == (500, "Alice Martin", 1)
    assert petition.text.text == TEXT
    assert petition.text.recipients == [{"name": "La Région", "role": "autorité des transports"}]
    assert Recipient.objects.get().email == "region@example.org"
    assert "Rouvrons la ligne" in page
    assert "region@example.org" not in page
    assert not Draft.objects.exists()
    assert Submission.objects.get().closed_at
    assert (decision.act, decision.decided_by, decision.told, decision.submission) == (
        "published",
        mona,
        petition.author,
        taken,
    )


def test_a_published_petition_is_found_by_its_words_at_once(taken, mona, client):
    assert "Rouvrons" not in client.get("/petitions/?q=rails").content.decode()

    deciding.publish_launch(submission=taken, by=mona, at=now())

    assert "Rouvrons" in client.get("/petitions/?q=rails+ligne").content.decode()


def test_words_that_the_author_changes_meanwhile_are_not_published(taken, mona):
    Draft.objects.update(text="Autre chose", title="Autre titre")

    deciding.publish_launch(submission=taken, by=mona, at=now())

    assert (TextVersion.objects.get().title, TextVersion.objects.get().text) == ("Rouvrons la ligne", TEXT)


def test_our_delay_costs_the_author_no_day(alice, mona):
    today = timezone.localdate()
    submission = send(alice, at=now() - timedelta(days=9), closes_on=today - timedelta(days=2))
    reading.claim(submission=submission, by=mona, at=now())

    deciding.publish_launch(submission=submission, by=mona, at=now())

    assert Petition.objects.get().closes_on == today + timedelta(days=7)


def test_a_title_without_a_letter_still_gets_an_address(alice, mona, client):
    submission = send(alice, title="¡¿…?!")
    reading.claim(submission=submission, by=mona, at=now())

    deciding.publish_launch(submission=submission, by=mona, at=now())

    assert client.get(Petition.objects.get().get_absolute_url()).status_code == 200


# --- Returning and refusing ------------------------------------------------------------------------------------------


def test_a_returned_petition_can_be_bettered_and_sent_again(taken, mona):
    deciding.return_petition(submission=taken, **WHY, by=mona, at=now())
    again = drafting.submit_draft(petition=Petition.objects.get(), language="fr", at=now())

    assert again.pk != taken.pk
    reading.claim(submission=again, by=mona, at=now())
    deciding.publish_launch(submission=again, by=mona, at=now())
    assert [one.act for one in Decision.objects.order_by("pk")] == ["returned", "published"]


def test_a_refused_petition_keeps_its_draft_and_is_nowhere(taken, mona, client):
    deciding.refuse(submission=taken, **WHY, by=mona, at=now())

    petition = Petition.objects.get()
    assert (petition.status, petition.shows_refusal) == ("rejected", False)
    assert petition.refused_at
    assert Draft.objects.exists()
    assert client.get(petition.get_absolute_url()).status_code == 404


# --- Who -------------------------------------------------------------------------------------------------------------


@each_act
def test_nobody_decides_without_having_taken_the_text(sent, taken, luc, act):
    with pytest.raises(refusals.NotYours):
        act(taken, luc)

    assert not Decision.objects.exists()


@each_act
def test_nobody_decides_on_their_own_petition(sent, alice, act):
    Submission.objects.update(claimed_by=alice, claimed_at=now())

    with pytest.raises(refusals.OwnContent):
        act(sent, alice)

    assert Petition.objects.get().status == "submitted"


@each_act
def test_a_text_is_decided_once(taken, mona, act):
    act(taken, mona)

    for other in ACTS.values():
        with pytest.raises(refusals.AlreadyDecided):
            other(taken, mona)
    assert Decision.objects.count() == 1
    assert mails().count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_click_sent_eight_times_at_once_publishes_once():
    mona = make_user("mona", is_staff=True)
    submission = send(make_user("alice"))
    reading.claim(submission=submission, by=mona, at=now())

    def publish():
        try:
            return deciding.publish_launch(submission=submission, by=mona, at=now()).pk
        except refusals.AlreadyDecided:
            return None

    published = run_all_together([publish] * 8)

    assert len([pk for pk in published if pk]) == 1
    assert (TextVersion.objects.count(), Recipient.objects.count(), mails().count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_taken_back_and_published_at_once_is_one_or_the_other():
    mona = make_user("mona", is_staff=True)
    submission = send(make_user("alice"))
    petition = submission.petition

    def publish():
        if not reading.claim(submission=submission, by=mona, at=now()):
            return "lost"
        return deciding.publish_launch(submission=submission, by=mona, at=now()).act

    def take_back():
        try:
            return drafting.take_back(petition=petition, at=now())
        except drafting.AlreadyClaimed:
            return False

    published, was_taken_back = run_all_together([publish, take_back])

    assert (published == "published") != was_taken_back
    assert Petition.objects.get().status == ("published" if published == "published" else "draft")


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_an_act_killed_in_the_middle_leaves_nothing(taken, mona, act, monkeypatch):
    def killed(_decision):
        raise SystemError

    monkeypatch.setattr(emails, "tell_of_decision", killed)
    with pytest.raises(SystemError), transaction.atomic():
        act(taken, mona)

    assert (Petition.objects.get().status, Submission.objects.get().closed_at) == ("submitted", None)
    assert Draft.objects.exists()
    for model in (Decision, TextVersion, Recipient, OutgoingMail):
        assert not model.objects.exists()


def test_what_was_decided_and_what_was_read_never_change(taken, mona):
    deciding.refuse(submission=taken, **WHY, by=mona, at=now())

    for rows, change in (
        (Decision.objects, {"statement": "Autre"}),
        (Decision.objects, {"act": "published"}),
        (Submission.objects, {"text": "Autre"}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)


# --- Removing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["published", "closed"])
def test_a_removed_petition_answers_410_and_comes_back_as_it_was(mona, client, alice, status):
    petition = make_petition(status=status, author=alice)
    address = petition.get_absolute_url()

    deciding.remove(petition=petition, reason="hate", statement="Ce passage vise des gens.", by=mona, at=now())
    assert client.get(address).status_code == 410
    assert "Rouvrons" not in client.get("/petitions/").content.decode()
    deciding.restore(petition=petition, by=mona, at=now())

    assert client.get(address, {"a": 1}).status_code == 200
    assert Petition.objects.get().status == status
    assert [one.act for one in Decision.objects.order_by("pk")] == ["removed", "restored"]
    assert mails().count() == 2


def test_only_what_is_public_is_removed_and_only_what_was_removed_comes_back(mona, alice):
    public, draft = make_petition(author=alice), make_petition(status="draft", slug="b", author=alice)

    with pytest.raises(refusals.AlreadyDecided):
        deciding.remove(petition=draft, **WHY, by=mona, at=now())
    with pytest.raises(refusals.AlreadyDecided):
        deciding.restore(petition=public, by=mona, at=now())
    with pytest.raises(refusals.OwnContent):
        deciding.remove(petition=public, **WHY, by=alice, at=now())


def test_cached_pages_vanish_at_once_on_removal(mona, alice, commit):
    petition = make_petition(author=alice)
    host = settings.SITE_URL.netloc
    addresses = [
        petition.get_absolute_url(),
        f"/en{petition.get_absolute_url()}",
        petition.url_of("petition_updates"),
        "/petitions/",
        "/",
    ]
    stranger = Client(headers={"host": host})
    for address in addresses:
        assert stranger.get(address)["Cache-Control"] == CACHE_CONTROL
        assert "Rouvrons la ligne" in stranger.get(address).content.decode()

    with commit(execute=True):
        deciding.remove(petition=petition, **WHY, by=mona, at=now())

    for address in addresses:
        assert "Rouvrons la ligne" not in stranger.get(address).content.decode()


# --- Mails -----------------------------------------------------------------------------------------------------------


def test_the_author_is_told_in_the_language_of_the_account(mona):
    author = make_user("alice", language="en")
    submission = send(author)
    reading.claim(submission=submission, by=mona, at=now())
    deciding.refuse(submission=submission, reason="duplicate", statement="Somebody asks that.", by=mona, at=now())

    mail = mails().get()
    words = text_of(mail)
    assert (mail.recipient, mail.language, Decision.objects.get().language) == ("alice@example.org", "en", "en")
    assert "Somebody asks that." in words
    assert "/en/decision/" in words


def test_a_mail_says_why_by_what_rule_that_a_person_decided_and_how_to_contest(taken, mona):
    deciding.return_petition(submission=taken, **WHY, by=mona, at=now())

    words = text_of(mails().get())
    for expected in (
        "Votre pétition est à reprendre : Rouvrons la ligne",
        "Dites à qui vous demandez quoi.",
        "pas assez claire",
        "la charte des pétitions",
        "aucun programme",
        "http://localhost:8000/decision/",
        "article 21",
        "tribunal",
    ):
        assert expected in words


def test_an_author_without_an_account_any_more_is_told_nothing(taken, mona, alice):
    Petition.objects.update(author=None)

    deciding.publish_launch(submission=taken, by=mona, at=now())

    assert not mails().exists()


def test_a_statement_cannot_turn_a_mail_into_something_else(taken, mona):
    hostile = "<script>alert(1)</script>\r\nBcc: oscar@example.org\n\n\u202e{{ home_url }}{% now 'Y' %}"
    deciding.return_petition(submission=taken, reason="other", statement=hostile, by=mona, at=now())

    message = compose(mails().get())
    html = str(message.alternatives[0].content)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "\u202e" not in message.body
    assert "{{ home_url }}" in message.body
    assert message.to == ["alice@example.org"]
    assert "Bcc" not in message.message()


# --- The words for each reason ---------------------------------------------------------------------------------------


def test_every_reason_has_a_rule_and_a_statement_in_both_languages():
    assert set(GROUNDS) == set(Reason)
    for reason in Reason:
        for said in (rule_of, statement_for):
            french, english = said(reason, "fr"), said(reason, "en")
            assert french
            assert english
            assert french != english
