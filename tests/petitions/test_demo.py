"""The demo site: whole, exact, the same each time, and never on top of a real one."""

import re
from collections import Counter
from dataclasses import replace
from io import StringIO
from time import perf_counter

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from mesopinions.core.addresses import canonical_email
from mesopinions.mail.models import OutgoingMail
from petitions.demo_content import loading
from petitions.demo_content.people import named, people, place_of
from petitions.demo_content.texts import read_all
from petitions.models import Comment, DailyTally, Petition, Signature, TallyDelta, Theme, Update
from petitions.selectors import number_of_signatures
from petitions.services import updates
from privacy.consent import Purpose, is_granted
from privacy.models import ConsentRecord
from privacy.registry import Subject

PASSWORD = "the demo's own password"
LOGINS = {"alice", "mona", "luc", "dpo", "finance", "support", "admin"}
CONTENTS = read_all()


@pytest.fixture
def local(settings, monkeypatch):
    settings.LOCAL = True
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)


@pytest.fixture
def small(monkeypatch):
    """The petitions with a twentieth of their signatures, which are enough for most tests."""
    contents = [
        replace(content, signatures=max(content.signatures // 20, len(content.comments))) for content in CONTENTS
    ]
    monkeypatch.setattr(loading, "read_all", lambda: contents)
    return contents


@pytest.fixture
def demo(small, local, db):
    call_command("demo", stdout=StringIO())
    return small


def everything() -> list[object]:
    models = (User, Petition, Update, Signature, ConsentRecord, Comment, DailyTally, TallyDelta)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_counts_are_exact(demo):
    for content in demo:
        petition = Petition.objects.get(slug=content.slug)
        confirmed = petition.signatures.filter(status=Signature.Status.CONFIRMED).count()
        adjusted = sum(DailyTally.objects.filter(petition=petition).values_list("total", flat=True))
        assert petition.signatures_total == confirmed == adjusted == content.signatures
    assert not TallyDelta.objects.exists()


def test_the_whole_demo_loads_in_seconds(local, db):
    start = perf_counter()
    call_command("demo", stdout=StringIO())

    assert perf_counter() - start < 20
    assert Signature.objects.filter(status="confirmed").count() == sum(content.signatures for content in CONTENTS)


def test_a_second_loading_changes_nothing(demo):
    before = everything()
    out = StringIO()

    call_command("demo", stdout=out)

    assert everything() == before
    assert out.getvalue() == "0 petitions added\n"


def test_a_missing_petition_comes_back_with_its_own_signers(demo):
    lost = Petition.objects.get(slug=CONTENTS[1].slug)
    emails = set(lost.signatures.values_list("email", flat=True))
    Comment.objects.filter(petition=lost).delete()
    lost.signatures.all().delete()
    Petition.objects.filter(pk=lost.pk).update(source_ref=None)

    call_command("demo", stdout=StringIO())

    found = Petition.objects.get(source_ref=CONTENTS[1].source_ref)
    assert set(found.signatures.values_list("email", flat=True)) == emails


def test_every_signature_has_the_consents_of_its_journey(demo):
    for name_is_public in (True, False):
        signature = Signature.objects.filter(status="confirmed", is_name_public=name_is_public).first()
        signer = Subject(signature.email)
        assert is_granted(signer, Purpose.POLITICAL_SIGNATURE, scope=f"petition:{signature.petition_id}")
        assert is_granted(signer, Purpose.PUBLIC_NAME, scope=f"signature:{signature.pk}") is name_is_public

    withdrawn = Signature.objects.filter(status="withdrawn").first()
    petition = f"petition:{withdrawn.petition_id}"
    assert not is_granted(Subject(withdrawn.email), Purpose.POLITICAL_SIGNATURE, scope=petition)


def test_time_runs_forward_in_every_signature(demo):
    now = timezone.now()
    for signature in Signature.objects.select_related("petition"):
        closed_at = signature.petition.closed_at or now
        assert signature.petition.published_at < signature.created_at < signature.confirmed_at < closed_at
        assert signature.withdrawn_at is None or signature.confirmed_at < signature.withdrawn_at < now


def test_nobody_real_can_get_a_mail(demo):
    reserved = re.compile(r"@example\.(org|com|net)$")

    assert all(reserved.search(email) for email in Signature.objects.values_list("email", flat=True))
    assert all(reserved.search(email) for email in User.objects.values_list("email", flat=True))


def test_signers_of_a_local_petition_live_near_it(demo):
    content = max((content for content in demo if content.near), key=lambda content: content.signatures)
    by_departement = Petition.objects.get(slug=content.slug).signatures.values_list("departement").annotate(Count("pk"))
    counts = dict(by_departement)

    near = {place_of(code).departement if len(code) == 5 else code for code in content.near}

    assert sum(counts[code] for code in near) > 0.5 * sum(counts.values())
    assert len(counts) > 10


def test_the_logins_work_and_have_their_rights(demo):
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


def test_the_authors_account_has_something_to_show(demo):
    alice = User.objects.get(email="alice@example.org")

    assert number_of_signatures(alice) == len(loading.SIGNED_BY_ALICE)
    assert alice.public_bio
    assert alice.profile.city == "Vannes"


def test_without_a_password_one_is_made_and_told_once(small, local, db, monkeypatch):
    monkeypatch.delenv("DEMO_PASSWORD")
    first, second = StringIO(), StringIO()

    call_command("demo", stdout=first)
    call_command("demo", stdout=second)

    password = re.search(r"with the password (\S+)", first.getvalue())[1]
    assert re.search(r"^mona@example.org +moderator$", first.getvalue(), re.MULTILINE)
    assert User.objects.get(email="mona@example.org").check_password(password)
    assert "logins" not in second.getvalue()


@pytest.mark.django_db
def test_a_site_in_production_that_has_an_account_is_left_alone(settings):
    settings.LOCAL = False
    User.objects.create_user("oscar@example.org")

    with pytest.raises(CommandError):
        call_command("demo")

    assert User.objects.count() == 1
    assert not Petition.objects.exists()


def test_a_demo_petition_is_worth_reading():
    for content in CONTENTS:
        assert len(content.title) <= 120
        assert 95 <= len(content.text.split()) <= 290
        assert "\n\n" in content.text
        assert 1 <= len(content.recipients) <= 3
        assert all(name and role for name, role in content.recipients)
        assert len(content.comments) <= content.signatures


def test_no_two_petitions_or_comments_begin_alike():
    titles = [content.title for content in CONTENTS]
    openings = [tuple(content.text.split()[:4]) for content in CONTENTS]
    comments = [comment.text for content in CONTENTS for comment in content.comments]

    assert len(set(titles)) == len(titles)
    assert len(set(openings)) == len(openings)
    assert len(set(comments)) == len(comments) >= 120


def test_the_demo_has_every_status_and_three_public_petitions_a_theme():
    statuses = Counter(content.status for content in CONTENTS)
    themes = Counter(content.theme for content in CONTENTS if content.status in Petition.PUBLIC)

    assert statuses.keys() == set(Petition.Status)
    assert statuses.total() >= 42
    assert statuses[Petition.Status.CLOSED] >= 4
    assert len(themes) == 13
    assert min(themes.values()) >= 3


def test_petitions_are_in_the_status_that_their_file_names(demo):
    assert dict(Petition.objects.values_list("slug", "status")) == {
        content.slug: content.status for content in CONTENTS
    }


def test_news_is_told_between_the_launch_and_today_in_order():
    telling = [content for content in CONTENTS if content.updates]

    assert 16 <= len(telling) <= 24
    for content in telling:
        days = [news.days_ago for news in content.updates]
        assert content.published_days_ago > days[0]
        assert days == sorted(set(days), reverse=True)
        assert all(news.title and len(news.text.split()) >= 30 for news in content.updates)


def test_petitions_of_the_demo_end_in_every_way():
    ends = Counter(content.outcome.kind for content in CONTENTS if content.outcome)

    assert ends.keys() == set(Petition.Outcome)
    for content in CONTENTS:
        if content.outcome:
            assert len(content.outcome.words) <= 600
            assert content.published_days_ago > content.outcome.days_ago
            assert content.outcome.kind == Petition.Outcome.ANSWERED or content.closed_days_ago


def test_the_demo_mails_nobody(demo):
    assert Update.objects.count() == sum(len(content.updates) for content in demo)
    assert updates.queue_lost(at=timezone.now()) == 0
    assert not OutgoingMail.objects.exists()


def test_signatures_stay_bound_to_the_version_that_was_in_force(demo):
    revised = Petition.objects.get(slug=next(content.slug for content in CONTENTS if content.revised_days_ago))
    first, second = revised.versions.order_by("number")

    assert revised.current_text == second
    for signature in revised.signatures.all():
        assert signature.text_version == (first if signature.created_at < second.created_at else second)
    assert set(revised.signatures.values_list("text_version", flat=True)) == {first.pk, second.pk}


def test_about_half_of_those_who_comment_show_their_name(demo):
    shown = Comment.objects.filter(signature__is_name_public=True).count()

    assert 0.4 < shown / Comment.objects.count() < 0.65


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: content.slug)
def test_french_typography_is_kept(content):
    comments = [comment.text for comment in content.comments]
    told = [words for news in content.updates for words in (news.title, news.text)]
    ended = [content.outcome.words] if content.outcome else []
    fields = [content.title, content.text, content.first_text, *comments, *told, *ended]
    words = "\n".join([*fields, *map(" ".join, content.recipients)])

    assert not re.search(r"[ \u00a0][;!?»]|[^\u202f\n][;!?»]|«[^\u202f]|[ \u00a0]:|'|\"|\.\.\.", words)
    assert not re.search(r"\d \d{3}\b", words)


@pytest.mark.django_db
def test_every_theme_of_the_demo_exists():
    assert {content.theme for content in CONTENTS} <= set(Theme.objects.values_list("slug", flat=True))


def test_there_are_enough_invented_people_and_no_two_share_a_mailbox():
    crowd = [canonical_email(person.email) for person in people()]
    speakers = {named(comment.signer).email for content in CONTENTS for comment in content.comments if comment.signer}
    logins = {content.author_email for content in CONTENTS}

    assert len(crowd) == len(set(crowd))
    assert speakers.isdisjoint(crowd)
    assert speakers.isdisjoint(logins)
    assert len(crowd) > 1.05 * sum(content.signatures for content in CONTENTS)
