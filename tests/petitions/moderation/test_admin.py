"""The queues of the team: who sees what, who takes what, and no word lost."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mesopinions.mail.models import OutgoingMail
from petitions.models import Appeal, Comment, Decision, Petition, Submission
from petitions.reasons import statement_for
from petitions.services import drafting
from petitions.services.moderating import appeals, deciding, reading
from tests.factories import make_petition, make_user
from tests.petitions.moderation.conftest import TEXT, WHY, browser_of, send
from tests.support.concurrency import run_all_together

pytestmark = pytest.mark.django_db

TEXTS = "/admin/petitions/submission/"
APPEALS = "/admin/petitions/appeal/"
DECISIONS = "/admin/petitions/decision/"
PETITIONS = "/admin/petitions/petition/"
now = timezone.now


@pytest.fixture
def desk(mona):
    """Mona at her desk."""
    return browser_of(mona)


@pytest.fixture
def other_desk(luc):
    return browser_of(luc)


def act(browser, submission, verb, **words):
    return browser.post(f"{TEXTS}{submission.pk}/{verb}/", words, follow=True)


# --- The queue -------------------------------------------------------------------------------------------------------


def test_the_queue_shows_what_waits_the_oldest_first_and_says_how_long(desk, alice):
    old = send(alice, title="La plus vieille", at=now() - timedelta(days=5))
    middle = send(alice, title="Entre deux", at=now() - timedelta(days=2, hours=1))
    new = send(alice, title="La plus jeune")

    response = desk.get(TEXTS)
    page = response.content.decode()
    assert [row.pk for row in response.context["cl"].result_list] == [old.pk, middle.pk, new.pk]
    assert 'class="due-late">5 jours (trop longtemps)' in page
    assert 'class="due-soon">2 jours (longtemps)' in page
    assert "moins d’un jour" in page


def test_one_click_takes_a_text_and_the_second_moderator_is_told(desk, other_desk, sent, mona):
    page = act(desk, sent, "prendre").content.decode()
    assert "Publier" in page

    page = act(other_desk, sent, "prendre").content.decode()
    assert "Une autre personne vient de le prendre" in page
    assert Submission.objects.get().claimed_by == mona


@pytest.mark.django_db(transaction=True)
def test_two_moderators_who_click_at_once_one_has_it():
    submission = send(make_user("alice"))
    desks = [browser_of(make_user(f"staff{number}", is_staff=True)) for number in range(4)]

    pages = run_all_together([lambda one=one: act(one, submission, "prendre").content.decode() for one in desks])

    assert sum("Publier" in page for page in pages) == 1
    assert sum("Une autre personne" in page for page in pages) == 3


def test_what_was_decided_leaves_the_queue_and_is_found_by_its_filter(desk, taken):
    act(desk, taken, "decider/publier")

    assert not desk.get(TEXTS).context["cl"].result_list
    assert [row.pk for row in desk.get(TEXTS, {"etat": "traite"}).context["cl"].result_list] == [taken.pk]


@pytest.mark.parametrize("address", [TEXTS, APPEALS, DECISIONS])
def test_a_list_costs_as_many_queries_for_nine_rows_as_for_two(desk, mona, alice, address, monkeypatch):
    monkeypatch.setattr(drafting, "OPEN_DRAFTS_AT_MOST", 99)

    def add(number):
        send(alice, title=f"En attente {number}")
        submission = send(alice, title=f"Refusée {number}")
        reading.claim(submission=submission, by=mona, at=now())
        decision = deciding.refuse(submission=submission, **WHY, by=mona, at=now())
        appeals.file_appeal(decision=decision, text="Relisez.", at=now())

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(address).status_code == 200
        return len(captured)

    for number in range(2):
        add(number)
    desk.get(address)
    few = queries()
    for number in range(2, 9):
        add(number)

    assert queries() == few


# --- Reading and deciding --------------------------------------------------------------------------------------------


def test_the_page_shows_all_that_helps_to_judge(desk, alice, mona):
    similar = make_petition(title="Rouvrons la ligne de train", slug="autre")
    first = send(alice)
    reading.claim(submission=first, by=mona, at=now())
    deciding.return_petition(submission=first, **WHY, by=mona, at=now())
    petition = Petition.objects.get(pk=first.petition_id)
    draft = drafting.Draft.objects.get(pk=petition.pk)
    words = f"{TEXT.replace('rouvre', 'répare')}\n\nAppelez-moi au 06 12 34 56 78."
    drafting.save_draft(draft=draft, at=now(), text=words)
    again = drafting.submit_draft(petition=petition, language="fr", at=now())
    elsewhere = make_petition(title="Une autre d’Alice", slug="dalice", author=alice)

    page = desk.get(f"{TEXTS}{again.pk}/change/").content.decode()

    for expected in (
        "La Région, autorité des transports",
        "<del>rouvre </del><ins>répare </ins>",
        "06 12 34 56 78",
        similar.text.title,
        elsewhere.text.title,
        "pas assez claire",
        "Prendre",
    ):
        assert expected in page
    assert "region@example.org" not in page


def test_a_hostile_text_is_shown_as_words(desk, alice):
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>" * 20
    submission = send(alice, text=hostile, title="<script>alert(2)</script>")

    for address in (TEXTS, f"{TEXTS}{submission.pk}/change/"):
        page = desk.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize(("verb", "status"), [("renvoyer", "returned"), ("refuser", "rejected")])
def test_a_verdict_against_asks_why_proposes_words_and_loses_none(desk, taken, verb, status):
    address = f"decider/{verb}"
    assert "Motif" in desk.get(f"{TEXTS}{taken.pk}/{address}/").content.decode()

    proposed = act(desk, taken, address, suggest="1", reason="unclear", statement="").context["form"]
    assert proposed["statement"].value() == statement_for("unclear", "fr")
    kept = act(desk, taken, address, suggest="1", reason="hate", statement="Mes mots à moi.").context["form"]
    assert kept["statement"].value() == f"{statement_for('hate', 'fr')}\n\nMes mots à moi."
    changed = act(desk, taken, address, suggest="1", reason="hate", statement=statement_for("unclear", "fr"))
    assert changed.context["form"]["statement"].value() == statement_for("hate", "fr")
    for wrong in ({"reason": ""}, {"statement": ""}, {"reason": "x"}, {"statement": "x" * 5_001}, {"statement": "\0"}):
        page = act(desk, taken, address, confirmed="1", **{**WHY, **wrong})
        assert page.context["form"].errors
        if "statement" not in wrong:
            assert WHY["statement"] in page.content.decode()
    assert Petition.objects.get().status == "submitted"

    act(desk, taken, address, confirmed="1", **WHY)

    decision = Decision.objects.get()
    assert Petition.objects.get().status == status
    assert (decision.reason, decision.statement) == (WHY["reason"], WHY["statement"])
    assert LogEntry.objects.get().object_id == str(taken.pk)
    assert OutgoingMail.objects.filter(kind="decision").count() == 1


def test_a_proposed_text_with_a_gap_has_to_be_completed(desk, taken):
    page = act(desk, taken, "decider/refuser", confirmed="1", reason="other", statement=statement_for("other", "fr"))

    assert "Remplacez ce qui est entre crochets." in page.content.decode()
    assert not Decision.objects.exists()


def test_words_are_proposed_in_the_language_of_the_authors_account(desk, mona):
    submission = send(make_user("nora", language="en"))
    reading.claim(submission=submission, by=mona, at=now())

    page = act(desk, submission, "decider/renvoyer", suggest="1", reason="unclear", statement="")

    assert page.context["form"]["statement"].value() == statement_for("unclear", "en")
    assert "écrivez-lui en anglais" in page.content.decode()


def test_publishing_by_a_link_does_nothing(desk, taken):
    desk.get(f"{TEXTS}{taken.pk}/decider/publier/")

    assert Petition.objects.get().status == "submitted"
    act(desk, taken, "decider/publier")
    assert Petition.objects.get().status == "published"


def test_nobody_decides_on_what_somebody_else_reads(other_desk, taken):
    page = act(other_desk, taken, "decider/publier").content.decode()
    act(other_desk, taken, "decider/refuser", confirmed="1", **WHY)

    assert "Prenez d’abord ce texte" in page
    assert Petition.objects.get().status == "submitted"


def test_a_moderator_who_writes_petitions_is_an_author_like_another(mona, desk):
    submission = send(mona)

    assert "à quelqu’un d’autre" in desk.get(TEXTS).content.decode()
    page = act(desk, submission, "prendre").content.decode()
    assert "une autre personne doit en décider" in page
    assert Submission.objects.get().claimed_by is None


def test_a_text_given_back_is_free(desk, other_desk, taken, luc):
    act(desk, taken, "rendre")
    act(other_desk, taken, "prendre")

    assert Submission.objects.get().claimed_by == luc


@pytest.mark.parametrize("verb", ["prendre", "rendre"])
def test_looking_takes_nothing(desk, sent, verb):
    assert desk.get(f"{TEXTS}{sent.pk}/{verb}/").status_code == 405


@pytest.mark.parametrize("number", ["x", "0", "9" * 30])
def test_a_number_without_a_text_is_not_found(desk, sent, number):
    for place in ("prendre/", "rendre/", "decider/publier/", "change/"):
        method = desk.get if place == "change/" else desk.post
        assert method(f"{TEXTS}{number}/{place}").status_code == 404
    assert desk.post(f"{TEXTS}{sent.pk}/decider/rien/").status_code == 404


# --- Appeals ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def appeal(taken, mona):
    decision = deciding.refuse(submission=taken, **WHY, by=mona, at=now())
    return appeals.file_appeal(decision=decision, text="Relisez la fin.", at=now())


def test_the_first_decider_sees_an_appeal_and_cannot_take_it(desk, appeal):
    assert "à quelqu’un d’autre" in desk.get(APPEALS).content.decode()
    page = desk.get(f"{APPEALS}{appeal.pk}/change/").content.decode()
    assert "Relisez la fin." in page
    assert f"{APPEALS}{appeal.pk}/prendre/" not in page

    page = desk.post(f"{APPEALS}{appeal.pk}/prendre/", follow=True).content.decode()
    assert "une autre personne doit la revoir" in page
    desk.post(f"{APPEALS}{appeal.pk}/repondre/", {"outcome": "upheld", "answer": "Non."})
    assert (Appeal.objects.get().handler, Appeal.objects.get().outcome) == (None, "")


def test_another_takes_it_and_answers_and_no_word_is_lost(other_desk, appeal, luc):
    page = other_desk.post(f"{APPEALS}{appeal.pk}/prendre/", follow=True).content.decode()
    assert "Votre réponse" in page

    answer = f"{APPEALS}{appeal.pk}/repondre/"
    page = other_desk.post(answer, {"outcome": "", "answer": "Elle est claire."}).content.decode()
    assert "Elle est claire." in page
    assert "Choisissez une suite." in page
    other_desk.post(answer, {"outcome": "reversed", "answer": "Elle est claire."})

    done = Appeal.objects.get()
    assert (done.outcome, done.handler) == ("reversed", luc)
    assert Petition.objects.get().status == "published"
    assert not other_desk.get(APPEALS).context["cl"].result_list


def test_appeals_stand_by_the_day_they_are_due_and_late_ones_say_so(other_desk, appeal):
    Appeal.objects.update(due_on=timezone.localdate() - timedelta(days=1))

    page = other_desk.get(APPEALS, {"echeance": "passee"}).content.decode()
    assert 'class="due-late"' in page
    assert "(dépassée)" in page
    assert not other_desk.get(APPEALS, {"echeance": "proche"}).context["cl"].result_list


# --- Removing from the list of petitions -----------------------------------------------------------------------------


def test_a_petition_is_removed_with_reasons_and_comes_back(desk, alice):
    petition = make_petition(author=alice)
    row = {"_selected_action": petition.pk}

    asked = desk.post(PETITIONS, {"action": "remove", **row}).content.decode()
    assert "Motif" in asked
    desk.post(PETITIONS, {"action": "remove", **row, **WHY, "confirmed": "1"})
    assert Petition.objects.get().status == "removed"
    desk.post(PETITIONS, {"action": "restore", **row})

    assert Petition.objects.get().status == "published"
    assert [one.act for one in Decision.objects.order_by("pk")] == ["removed", "restored"]


# --- The trail -------------------------------------------------------------------------------------------------------


def test_the_trail_is_read_and_never_written(desk, staff, appeal):
    decision = Decision.objects.get()

    page = desk.get(f"{DECISIONS}{decision.pk}/change/").content.decode()
    assert WHY["statement"] in page
    for query in (
        {"q": decision.pk},
        {"q": decision.petition_id},
        {"act__exact": "refused"},
        {"reason__exact": "unclear"},
    ):
        assert [row.pk for row in desk.get(DECISIONS, query).context["cl"].result_list] == [decision.pk]
    assert not desk.get(DECISIONS, {"q": "alice"}).context["cl"].result_list
    for browser in (desk, staff):
        for address in (DECISIONS, TEXTS, APPEALS):
            assert browser.post(f"{address}add/", {}).status_code == 403
            assert browser.post(f"{address}{decision.pk}/delete/", {"post": "yes"}).status_code in {302, 403}
    assert browser.post(f"{DECISIONS}{decision.pk}/change/", {"statement": "Autre"}).status_code == 403
    assert Decision.objects.get().statement == WHY["statement"]


def test_comments_keep_their_words_when_they_are_hidden(desk, comment):
    row = {"_selected_action": comment.pk, "action": "hide"}
    desk.post("/admin/petitions/comment/", {**row, **WHY, "confirmed": "1"})

    assert Comment.objects.get().hidden_at
    assert (Decision.objects.get().act, Decision.objects.get().subject) == ("hidden", "comment")
