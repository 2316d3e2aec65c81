"""What becomes of an edit: a version with its number, or a refusal that leaves the public words as they are."""

import time

import pytest
from django.core import mail as sent
from django.db import transaction
from django.test import Client

from mesopinions.mail.models import OutgoingMail
from mesopinions.mail.services import send_due_mails
from petitions.models import Decision, Draft, Petition, SearchEntry, Submission, TextVersion
from petitions.selectors.rewordings import Rewording
from petitions.services import tally
from petitions.services.moderating import appeals, deciding, refusals, verdicts
from petitions.services.moderating.verdicts import Verdict
from petitions.services.rewording import editing, mailing, publishing
from tests.factories import make_petition, make_signature, make_user
from tests.petitions.moderation.conftest import browser_of
from tests.petitions.rewording.conftest import NOTE, REGION, TITLE, WHY, now, publish, send, take
from tests.support.concurrency import run_all_together

pytestmark = pytest.mark.django_db

LONG = " ".join(f"mot{number}" for number in range(200))


def told():
    return OutgoingMail.objects.filter(kind="text_changed").count()


def version(text, title="Titre", recipients=()):
    return TextVersion(title=title, text=text, recipients=list(recipients))


# --- Published -------------------------------------------------------------------------------------------------------


def test_the_next_version_is_in_force_and_the_one_before_stays(petition, mona):
    before = petition.text
    signature = make_signature(petition, confirmed=True)

    submission = publish(petition, mona, title=TITLE, text="Autrement dit.")

    petition.refresh_from_db()
    assert (petition.text.number, petition.text.title, petition.text.note) == (2, TITLE, NOTE)
    assert (submission.version, submission.tells_signers) == (petition.text, True)
    assert submission.closed_at is not None
    before.refresh_from_db()
    assert before.title == "Rouvrons la ligne"
    signature.refresh_from_db()
    assert signature.text_version == before
    assert not Draft.objects.exists()
    tally.fold()
    petition.refresh_from_db()
    assert petition.signatures_total == 1


def test_who_signs_afterwards_signs_the_new_words(petition, mona):
    publish(petition, mona)

    assert make_signature(petition, confirmed=True).text_version.number == 2


def test_recipients_are_replaced_and_their_addresses_kept(petition, mona):
    petition.recipients.update(email="region@example.org")
    both = [{**REGION, "email": "region@example.org"}, {"name": "SNCF Réseau", "role": "", "email": "rail@example.org"}]

    publish(petition, mona, recipients=both)

    rows = list(petition.recipients.values_list("name", "role", "email"))
    assert rows == [(REGION["name"], REGION["role"], "region@example.org"), ("SNCF Réseau", "", "rail@example.org")]
    petition.refresh_from_db()
    assert petition.text.recipients == [REGION, {"name": "SNCF Réseau", "role": ""}]
    assert "example.org" not in str(petition.text.recipients)


def test_the_old_address_leads_to_the_new_one_and_pages_show_the_new_words(settings, petition, mona, commit):
    client = Client(headers={"host": settings.SITE_URL.netloc})
    old = petition.get_absolute_url()
    client.get(old)
    with commit(execute=True):
        publish(petition, mona)
    petition.refresh_from_db()

    response = client.get(old, follow=True)

    assert response.redirect_chain[0][0] == petition.get_absolute_url()
    assert TITLE in response.content.decode()


def test_search_finds_the_new_words(petition, mona):
    publish(petition, mona, title="Un tramway à Langres")

    assert "tramway" in str(SearchEntry.objects.values_list("title", flat=True).get(petition=petition))


def test_the_author_is_told(petition, mona):
    publish(petition, mona)
    send_due_mails()

    [message] = [message for message in sent.outbox if message.to == ["alice@example.org"]]
    assert message.subject.startswith("Votre modification est publiée")
    assert Decision.objects.get().act == "edit_published"


def test_what_the_author_wrote_meanwhile_of_looks_stays(petition, mona, alice):
    submission = take(send(petition, title=TITLE), mona)
    Petition.objects.filter(pk=petition.pk).update(goal=900)

    publishing.publish_edit(submission=submission, by=mona, at=now())

    petition.refresh_from_db()
    assert petition.goal == 900


# --- Who is told -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "is_told"),
    [
        ({"title": "Rouvrons la ligne !"}, True),
        ({"recipients": [{"name": "L’État", "role": "", "email": ""}]}, True),
        ({"text": LONG + " fin"}, False),
        ({"text": LONG.replace("mot", "autre")}, True),
    ],
)
def test_a_moderator_may_keep_quiet_of_a_slight_change_of_the_text_only(petition, mona, fields, is_told):
    publish(petition, mona, text=LONG)
    submission = publish(petition, mona, tells_signers=False, **fields)

    assert submission.tells_signers is is_told


@pytest.mark.parametrize(
    ("before", "after", "must"),
    [
        (version(LONG), version(LONG.replace("mot7 ", "mot8 ")), False),
        (version(LONG), version(LONG + "\n\n" + LONG), True),
        (version("a b"), version("a c"), True),
        (version(LONG, recipients=[REGION]), version(LONG, recipients=[REGION, {"name": "B", "role": ""}]), True),
        (version(LONG, recipients=[REGION, {"name": "B"}]), version(LONG, recipients=[{"name": "B"}, REGION]), False),
        (version(LONG, "A"), version(LONG, "B"), True),
    ],
)
def test_more_than_five_words_in_a_hundred_are_no_correction(before, after, must):
    assert Rewording(before, after).must_be_told is must


def test_the_button_for_a_correction_is_there_only_where_it_counts(petition, mona):
    publish(petition, mona, text=LONG)
    slight = send(petition, text=LONG + " fin")

    assert Verdict.CORRECT in verdicts.verdicts_for(slight)
    slight.delete()
    assert Verdict.CORRECT not in verdicts.verdicts_for(send(petition, title="Autre demande"))


# --- Refused ---------------------------------------------------------------------------------------------------------


def refuse(submission, by):
    return publishing.refuse_edit(submission=submission, **WHY, by=by, at=now())


def test_a_refusal_leaves_the_public_words_and_the_draft(petition, mona, author):
    make_signature(petition, confirmed=True)
    decision = refuse(take(send(petition, title=TITLE), mona), mona)
    send_due_mails()

    petition.refresh_from_db()
    assert (petition.text.number, petition.status) == (1, "published")
    assert Draft.objects.get().title == TITLE
    assert (decision.act, told()) == ("edit_refused", 0)
    [message] = [message for message in sent.outbox if "modification" in message.subject]
    assert WHY["statement"] in message.body
    assert "/decision/" in message.body
    shown = author.get(f"/espace/petition/{petition.pk}/modifier/").content.decode()
    assert WHY["statement"] in shown
    assert TITLE in shown


def test_it_can_be_bettered_and_sent_again(petition, mona):
    refuse(take(send(petition, title=TITLE), mona), mona)

    publish(petition, mona, title="Rouvrons la ligne de Langres")

    petition.refresh_from_db()
    assert petition.text.title == "Rouvrons la ligne de Langres"


def appeal_of(decision, by):
    appeal = appeals.file_appeal(decision=decision, text="Relisez.", at=now())
    assert appeals.claim_appeal(appeal=appeal, by=by, at=now())
    return appeal


def answer(appeal, by, outcome="reversed"):
    return appeals.answer_appeal(appeal=appeal, outcome=outcome, answer="C’est clair.", by=by, at=now())


def test_an_appeal_that_is_granted_publishes_it_and_signers_are_told(petition, mona, luc):
    make_signature(petition, confirmed=True)
    appeal = appeal_of(refuse(take(send(petition, title=TITLE), mona), mona), luc)

    decision = answer(appeal, luc)
    mailing.queue_lost(at=now())

    petition.refresh_from_db()
    assert (decision.act, petition.text.title, told()) == ("edit_published", TITLE, 1)
    assert not Draft.objects.exists()


def test_an_appeal_does_not_undo_what_the_author_has_sent_since(petition, mona, luc):
    appeal = appeal_of(refuse(take(send(petition, title=TITLE), mona), mona), luc)
    publish(petition, mona, title="Encore mieux")

    assert answer(appeal, luc) is None

    petition.refresh_from_db()
    assert petition.text.title == "Encore mieux"


def test_an_appeal_keeps_what_the_author_has_written_since(petition, mona, luc, alice):
    appeal = appeal_of(refuse(take(send(petition, title=TITLE), mona), mona), luc)
    draft = editing.begin_edit(petition=petition, by=alice, at=now())
    editing.save_edit(draft=draft, at=now(), title="Encore mieux")

    answer(appeal, luc)

    assert Draft.objects.get().title == "Encore mieux"


def test_an_appeal_that_is_turned_down_changes_nothing(petition, mona, luc):
    appeal = appeal_of(refuse(take(send(petition, title=TITLE), mona), mona), luc)

    assert answer(appeal, luc, "upheld") is None
    petition.refresh_from_db()
    assert petition.text.number == 1


# --- Not theirs, twice, at once, too late, killed --------------------------------------------------------------------


def test_only_who_took_it_decides(petition, mona, luc):
    submission = take(send(petition, title=TITLE), mona)

    for act in (publishing.publish_edit, publishing.publish_correction):
        with pytest.raises(refusals.NotYours):
            act(submission=submission, by=luc, at=now())
    with pytest.raises(refusals.NotYours):
        refuse(submission, luc)


def test_it_is_published_once(petition, mona):
    submission = publish(petition, mona)

    with pytest.raises(refusals.AlreadyDecided):
        publishing.publish_edit(submission=submission, by=mona, at=now())
    assert TextVersion.objects.count() == 2


def test_a_removed_petition_gets_no_new_words(petition, mona, luc):
    submission = take(send(petition, title=TITLE), mona)
    deciding.remove(petition=petition, **WHY, by=luc, at=now())

    with pytest.raises(refusals.AlreadyDecided):
        publishing.publish_edit(submission=submission, by=mona, at=now())
    refuse(submission, mona)


def test_one_that_closed_while_it_waited_is_published_all_the_same(petition, mona):
    submission = take(send(petition, title=TITLE), mona)
    Petition.objects.filter(pk=petition.pk).update(status="closed", closed_at=now())

    publishing.publish_edit(submission=submission, by=mona, at=now())

    petition.refresh_from_db()
    assert (petition.status, petition.text.title) == ("closed", TITLE)


@pytest.mark.django_db(transaction=True)
def test_published_and_refused_at_the_same_instant_one_holds():
    alice, mona = make_user("alice"), make_user("mona")
    petition = make_petition(author=alice)
    submission = take(send(petition, title=TITLE), mona)

    def tried(act, **why):
        def call():
            try:
                return act(submission=Submission.objects.get(pk=submission.pk), by=mona, at=now(), **why).act
            except refusals.AlreadyDecided:
                return ""

        return call

    acts = [tried(publishing.publish_edit), tried(publishing.refuse_edit, **WHY)] * 3

    decided = [act for act in run_all_together(acts) if act]

    assert len(decided) == 1
    assert Decision.objects.count() == 1
    assert TextVersion.objects.count() == (2 if decided == ["edit_published"] else 1)


@pytest.mark.django_db(transaction=True)
def test_killed_before_the_end_nothing_is_published_and_nobody_is_told():
    alice, mona = make_user("alice"), make_user("mona")
    petition = make_petition(author=alice)
    make_signature(petition, confirmed=True)
    submission = take(send(petition, title=TITLE), mona)

    def dies():
        with transaction.atomic():
            publishing.publish_edit(submission=submission, by=mona, at=now())
            raise SystemExit

    with pytest.raises(SystemExit):
        dies()
    mailing.queue_lost(at=now())

    petition.refresh_from_db()
    assert (petition.text.number, petition.recipients.count(), told()) == (1, 1, 0)
    assert Submission.objects.get().closed_at is None
    publishing.publish_edit(submission=submission, by=mona, at=now())
    mailing.queue_lost(at=now())
    assert told() == 1


# --- At the desk -----------------------------------------------------------------------------------------------------


def test_a_moderator_sees_what_changes_and_how_many_are_told(petition, mona):
    desk = browser_of(mona)
    for number in range(3):
        make_signature(petition, f"signer{number}", confirmed=True)
    other = [{"name": "L’État", "role": "", "email": ""}]
    submission = take(send(petition, title="Rouvrons <b>tout</b>", recipients=other), mona)

    shown = desk.get(f"/admin/petitions/submission/{submission.pk}/change/").content.decode()

    assert "<ins>L’État</ins>" in shown
    assert "<del>La Région, autorité des transports</del>" in shown
    assert "3 personnes" in shown
    assert "Publier et prévenir les signataires" in shown
    assert "le fond ne change pas" not in shown
    assert "<b>tout" not in shown
    assert NOTE in shown


def test_a_moderator_publishes_a_correction_with_one_click(petition, mona):
    desk: Client = browser_of(mona)
    publish(petition, mona, text=LONG)
    make_signature(petition, confirmed=True)
    submission = take(send(petition, text=LONG + " fin"), mona)

    desk.post(f"/admin/petitions/submission/{submission.pk}/decider/corriger/")

    submission.refresh_from_db()
    assert (submission.version.number, submission.tells_signers) == (3, False)


def test_no_button_means_no_way_around_either(petition, mona):
    submission = take(send(petition, title=TITLE), mona)

    answer = browser_of(mona).post(f"/admin/petitions/submission/{submission.pk}/decider/corriger/")

    assert answer.status_code == 404


# --- Differences of long texts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (" ".join(f"m{n % 50}" for n in range(5000)), " ".join(f"m{n % 49}" for n in range(5000))),
        ("a " * 10_000, "b " * 10_000),
        ("\n".join(f"ligne {n}" for n in range(2000)), "\n".join(f"ligne {n + n % 3}" for n in range(2000))),
        ("\n" * 20_000, "x\n" * 10_000),
        (" ".join(f"m{n % 90}" for n in range(990)), " ".join(f"m{n % 89}" for n in range(990))),
        ("\n".join(str(n % 97) for n in range(9000))[:20_000], "\n".join(str(n % 96) for n in range(9000))[:20_000]),
    ],
)
def test_the_difference_of_two_huge_texts_takes_less_than_half_a_second(old, new):
    rewording = Rewording(version(old), version(new))
    began = time.process_time()

    assert rewording.paragraphs
    assert rewording.must_be_told

    assert time.process_time() - began < 0.5
