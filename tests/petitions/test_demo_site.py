"""The demo site once it is loaded: exact, whole, and the same each time."""

import re
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.models import User
from mesopinions.mail.models import OutgoingMail
from petitions.demo_content import loading
from petitions.demo_content.people import place_of
from petitions.demo_content.texts import read_all
from petitions.models import (
    Appeal,
    Comment,
    DailyTally,
    Decision,
    Petition,
    Signature,
    Submission,
    TallyDelta,
    Update,
)
from petitions.selectors import number_of_signatures
from petitions.services import updates
from petitions.services.fraud.rules import RULES
from petitions.services.moderating import appeals, reading
from privacy.consent import Purpose, is_granted
from privacy.models import ConsentRecord
from privacy.registry import Subject
from tests.support import database

PASSWORD = "the demo's own password"
LOGINS = {"alice", "mona", "luc", "dpo", "finance", "support", "admin"}
CONTENTS = [
    content if content.flood else replace(content, signatures=max(content.signatures // 20, len(content.comments)))
    for content in read_all()
]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The petitions with a twentieth of their signatures, loaded once: each test leaves them as they were."""
    with (
        django_db_blocker.unblock(),
        override_settings(LOCAL=True),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        database.forget_plans()
        patch.setenv("DEMO_PASSWORD", PASSWORD)
        patch.setattr(loading, "read_all", lambda: CONTENTS)
        call_command("demo", stdout=StringIO())
        yield CONTENTS
        transaction.set_rollback(True)


def everything() -> list[object]:
    models = (User, Petition, Update, Signature, ConsentRecord, Comment, DailyTally, TallyDelta)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_counts_are_exact(demo, db):
    for content in demo:
        petition = Petition.objects.get(slug=content.slug)
        confirmed = petition.signatures.filter(status=Signature.Status.CONFIRMED).count()
        adjusted = sum(DailyTally.objects.filter(petition=petition).values_list("total", flat=True))
        assert petition.signatures_total == confirmed == adjusted == content.signatures
    assert not TallyDelta.objects.exists()


def test_a_second_loading_changes_nothing(demo, db):
    before = everything()
    out = StringIO()

    call_command("demo", stdout=out)

    assert everything() == before
    assert out.getvalue() == "0 petitions added\n"


def test_a_missing_petition_comes_back_with_its_own_signers(demo, db):
    lost = Petition.objects.get(slug=CONTENTS[1].slug)
    emails = set(lost.signatures.values_list("email", flat=True))
    Comment.objects.filter(petition=lost).delete()
    lost.signatures.all().delete()
    Petition.objects.filter(pk=lost.pk).update(source_ref=None)

    call_command("demo", stdout=StringIO())

    found = Petition.objects.get(source_ref=CONTENTS[1].source_ref)
    assert set(found.signatures.values_list("email", flat=True)) == emails


def test_every_signature_has_the_consents_of_its_journey(demo, db):
    for name_is_public in (True, False):
        signature = Signature.objects.filter(status="confirmed", is_name_public=name_is_public).first()
        signer = Subject(signature.email)
        assert is_granted(signer, Purpose.POLITICAL_SIGNATURE, scope=f"petition:{signature.petition_id}")
        assert is_granted(signer, Purpose.PUBLIC_NAME, scope=f"signature:{signature.pk}") is name_is_public

    withdrawn = Signature.objects.filter(status="withdrawn").first()
    petition = f"petition:{withdrawn.petition_id}"
    assert not is_granted(Subject(withdrawn.email), Purpose.POLITICAL_SIGNATURE, scope=petition)


def test_time_runs_forward_in_every_signature(demo, db):
    now = timezone.now()
    for signature in Signature.objects.select_related("petition"):
        closed_at = signature.petition.closed_at or now
        assert signature.petition.published_at < signature.created_at < signature.confirmed_at < closed_at
        assert signature.withdrawn_at is None or signature.confirmed_at < signature.withdrawn_at < now


def test_nobody_real_can_get_a_mail(demo, db):
    reserved = re.compile(r"@example\.(org|com|net)$")

    assert all(reserved.search(email) for email in Signature.objects.values_list("email", flat=True))
    assert all(reserved.search(email) for email in User.objects.values_list("email", flat=True))


def test_signers_of_a_local_petition_live_near_it(demo, db):
    content = max((content for content in demo if content.near), key=lambda content: content.signatures)
    by_departement = Petition.objects.get(slug=content.slug).signatures.values_list("departement").annotate(Count("pk"))
    counts = dict(by_departement)

    near = {place_of(code).departement if len(code) == 5 else code for code in content.near}

    assert sum(counts[code] for code in near) > 0.5 * sum(counts.values())
    assert len(counts) > 10


def test_the_logins_work_and_have_their_rights(demo, db):
    users = {user.email.partition("@")[0]: user for user in User.objects.all()}

    assert users.keys() >= LOGINS
    assert all(users[name].check_password(PASSWORD) for name in LOGINS)
    assert {name for name, user in users.items() if user.is_staff} == LOGINS - {"alice"}
    groups = {name: [group.name for group in users[name].groups.all()] for name in LOGINS - {"alice", "admin"}}
    assert groups.pop("luc") == groups.pop("mona") == ["moderator"]
    assert groups == {name: [name] for name in ("dpo", "finance", "support")}
    assert {name for name, user in users.items() if user.is_superuser} == {"admin"}
    assert not any(user.has_usable_password() for name, user in users.items() if name not in LOGINS)
    assert users["alice"].petitions.count() == 5


def test_the_authors_account_has_something_to_show(demo, db):
    alice = User.objects.get(email="alice@example.org")

    assert number_of_signatures(alice) == len(loading.SIGNED_BY_ALICE)
    assert alice.public_bio
    assert alice.profile.city == "Vannes"


def test_petitions_are_in_the_status_that_their_file_names(demo, db):
    assert dict(Petition.objects.values_list("slug", "status")) == {
        content.slug: content.status for content in CONTENTS
    }


def test_the_demo_mails_nobody(demo, db):
    assert Update.objects.count() == sum(len(content.updates) for content in demo)
    assert updates.queue_lost(at=timezone.now()) == 0
    assert not OutgoingMail.objects.exists()


def test_signatures_stay_bound_to_the_version_that_was_in_force(demo, db):
    revised = Petition.objects.get(slug=next(content.slug for content in CONTENTS if content.revised_days_ago))
    first, second = revised.versions.order_by("number")

    assert revised.current_text == second
    for signature in revised.signatures.all():
        assert signature.text_version == (first if signature.created_at < second.created_at else second)
    assert set(revised.signatures.values_list("text_version", flat=True)) == {first.pk, second.pk}


def test_about_half_of_those_who_comment_show_their_name(demo, db):
    shown = Comment.objects.filter(signature__is_name_public=True).count()

    assert 0.4 < shown / Comment.objects.count() < 0.65


# --- What waits for the moderators, and what they did -----------------------------------------------------------------


def test_a_moderator_finds_a_new_petition_and_an_edit_to_read(demo, db):
    mona = User.objects.get(email="mona@example.org")
    waiting = list(Submission.objects.filter(closed_at=None))

    assert {text.kind for text in waiting} == set(Submission.Kind)
    assert all(reading.claim(submission=text, by=mona, at=timezone.now()) for text in waiting)


def test_every_decision_against_a_petition_has_its_reasons_and_its_day(demo, db):
    decided = {content.slug: content for content in demo if content.decision}
    decisions = Decision.objects.filter(act__in=Decision.AGAINST)

    assert decisions.count() == len(decided) == 4
    for decision in decisions:
        content = decided[Petition.objects.get(pk=decision.petition_id).slug]
        assert (decision.reason, decision.statement) == (content.decision.reason, content.decision.statement)
        assert (timezone.now() - decision.decided_at).days == content.decision.days_ago


def test_an_appeal_waits_for_another_moderator(demo, db):
    appeal = Appeal.objects.get()
    mona, luc = (User.objects.get(email=f"{name}@example.org") for name in ("mona", "luc"))

    assert appeal.due_on > timezone.localdate()
    with pytest.raises(appeals.FirstDecider):
        appeals.claim_appeal(appeal=appeal, by=mona, at=timezone.now())
    assert appeals.claim_appeal(appeal=appeal, by=luc, at=timezone.now())


def test_rules_find_the_flood_and_nothing_else(demo, db):
    for content in demo:
        petition = Petition.objects.get(slug=content.slug)
        found = {number for rule in RULES.values() for number in rule.find(petition.pk)}
        browsers = set(Signature.objects.filter(pk__in=found).values_list("browser", flat=True))
        assert (len(found), browsers) == (content.flood, {loading.FLOOD_BROWSER} if content.flood else set())
    assert sum(content.flood for content in demo) >= 30


def test_the_author_goes_on_with_her_draft_and_with_what_was_returned(demo, db, client):
    alice = User.objects.get(email="alice@example.org")
    client.force_login(alice)
    writable = alice.petitions.filter(status__in=Petition.WRITABLE)

    assert {petition.status for petition in writable} == {"draft", "returned"}
    for petition in writable:
        step = client.get(reverse("space_edit", args=[petition.pk]))["Location"]
        assert client.get(step).status_code == 200


def test_a_refused_petition_can_be_read_among_the_refused(demo, db, client):
    page = client.get(reverse("petition_list"), {"statut": "refusees"}).content.decode()
    readable = [content.title for content in demo if content.is_readable]

    assert len(readable) == 1
    assert escape(readable[0]) in page
