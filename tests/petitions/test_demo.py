"""Loading the demo: the whole of it, in seconds, never on top of a real site; and what its files say."""

import re
from collections import Counter
from io import StringIO
from time import process_time

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from mesopinions.core.addresses import canonical_email
from petitions.demo_content import loading
from petitions.demo_content.people import named, people
from petitions.demo_content.texts import read_all
from petitions.models import Petition, Signature, Theme

CONTENTS = read_all()


@pytest.fixture(autouse=True)
def local(settings, monkeypatch):
    settings.LOCAL = True
    monkeypatch.setenv("DEMO_PASSWORD", "the demo's own password")


def test_the_whole_demo_loads_in_seconds(fresh_plans):
    begun = process_time()  # of this process: what else the machine does says nothing of the demo
    call_command("demo", stdout=StringIO())

    assert process_time() - begun < 15
    assert Signature.objects.filter(status="confirmed").count() == sum(content.signatures for content in CONTENTS)


def test_without_a_password_one_is_made_and_told_once(db, monkeypatch):
    monkeypatch.setattr(loading, "read_all", lambda: CONTENTS[:1])
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
