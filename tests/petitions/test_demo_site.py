"""The demo site once it is loaded: exact, whole, and the same each time."""

import re
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count
from django.test import override_settings
from django.utils import timezone

from accounts.models import User
from mesopinions.mail.models import OutgoingMail
from petitions.demo_content import loading
from petitions.demo_content.people import place_of
from petitions.demo_content.texts import read_all
from petitions.models import Comment, DailyTally, Petition, Signature, TallyDelta, Update
from petitions.selectors import number_of_signatures
from petitions.services import updates
from privacy.consent import Purpose, is_granted
from privacy.models import ConsentRecord
from privacy.registry import Subject

PASSWORD = "the demo's own password"
LOGINS = {"alice", "mona", "luc", "dpo", "finance", "support", "admin"}
CONTENTS = [replace(content, signatures=max(content.signatures // 20, len(content.comments))) for content in read_all()]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The petitions with a twentieth of their signatures, loaded once: each test leaves them as they were."""
    with (
        django_db_blocker.unblock(),
        override_settings(LOCAL=True),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
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
    assert users["alice"].petitions.count() == 4


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
