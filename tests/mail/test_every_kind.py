"""Every kind of mail, in both languages: what it says, how it is written, where it leads, whoever it names."""

import html
import re
import urllib.request
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path

import polib
import pytest

from mesopinions.mail import kinds
from mesopinions.mail.compose import SUBJECT_AT_MOST, compose
from petitions.models import Petition, Signature
from tests.mail import test_kinds
from tests.support.programs import LiveSite

LINK = re.compile(r'href="([^"]+)"')
# Kinds that leave because somebody agreed to them, so that somebody may stop them.
CONSENTED = {"petition_update"}
EVERY_HEADER = {
    *("From", "To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted"),
    *("MIME-Version", "Content-Type"),
}
HOSTILE = {
    "html": "<script>alert(1)</script>\"'>",
    "turned around": "\u202eSamir\u2066 \u200b\ufeff",
    "from right to left": "سمير بنعلي",
    "line ends": "Samir\r\nBcc: oscar@example.org\n\n<b>",
    "a template": "{{ home_url }}{% now 'Y' %}%(title)s{0}",
    "a header": "=?utf-8?q?Bcc:_oscar?= <oscar@example.org>,",
    "a family": "👩‍👩‍👧 N̶adia",
}

every_kind = pytest.mark.parametrize("kind", kinds.registered_kinds())
every_language = pytest.mark.parametrize("language", ["fr", "en"])


def sent(kind: str, language: str) -> EmailMessage:
    """Return the mail as a mail program reads it."""
    message = compose(test_kinds.mail_about(kind, language))
    return message_from_bytes(message.message().as_bytes(), policy=policy.default)


def text_of(message: EmailMessage) -> str:
    return message.get_body(("plain",)).get_content()


def html_of(message: EmailMessage) -> str:
    return message.get_body(("html",)).get_content()


def links_of(message: EmailMessage) -> set[str]:
    return {html.unescape(link) for link in LINK.findall(html_of(message))}


@cache
def french_of_the_catalogue() -> list[str]:
    catalogue = polib.pofile(str(Path(__file__).parents[2] / "locale/en/LC_MESSAGES/django.po"))
    return [entry.msgid for entry in catalogue if "%" not in entry.msgid and " " in entry.msgid]


# --- What it says ----------------------------------------------------------------------------------------------------


@every_kind
@every_language
def test_nothing_is_left_unfilled(db, kind, language):
    message = sent(kind, language)

    for part in (message["Subject"], text_of(message), html_of(message)):
        assert not re.search(r"\{\{|\{%|%\(|\bNone\b|\bundefined\b", part)
    assert message["Subject"].strip()


@every_kind
def test_an_english_mail_has_no_french_in_it(db, kind):
    message = sent(kind, "en")

    parts = (message["Subject"], text_of(message), html.unescape(html_of(message)))
    assert [words for words in french_of_the_catalogue() for part in parts if words in part] == []


@every_kind
@every_language
def test_the_text_part_has_every_link_of_the_other_on_a_line_of_its_own(db, kind, language):
    message = sent(kind, language)
    lines = text_of(message).splitlines()
    pages = {link for link in links_of(message) if link.startswith("http")}

    assert pages
    assert pages - set(lines) == set()
    for link in links_of(message) - pages:
        assert link.removeprefix("mailto:") in text_of(message)


@every_kind
def test_french_is_written_as_french_readers_expect(db, kind):
    message = sent(kind, "fr")
    words = re.sub(r"<style>.*?</style>|<[^>]*>", "", html_of(message), flags=re.DOTALL)

    for part in (message["Subject"], text_of(message), html.unescape(words)):
        plain = re.sub(r"https?://\S+|\S+@\S+", "", part)
        assert re.findall(r".{0,20}(?: [:;!?»]|« |\w[;!?]|\w'\w|\").{0,20}", plain) == []


# --- How it is sent --------------------------------------------------------------------------------------------------


@every_kind
@every_language
def test_the_headers_are_those_of_a_letter_that_a_machine_wrote(db, kind, language, settings):
    message = sent(kind, language)
    unsubscribe = {"List-Unsubscribe", "List-Unsubscribe-Post"} if kind in CONSENTED else set()

    assert set(message.keys()) == EVERY_HEADER | unsubscribe
    assert message["To"] == "samir@example.org"
    assert message["From"] == settings.DEFAULT_FROM_EMAIL
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == language
    assert re.fullmatch(r"<[\w-]+@localhost>", message["Message-ID"])


@pytest.mark.parametrize("kind", sorted(CONSENTED & set(kinds.registered_kinds())))
def test_what_was_agreed_to_says_in_its_text_too_how_to_stop_it(db, kind):
    message = sent(kind, "fr")

    assert message["List-Unsubscribe"].strip(" <>") in text_of(message)


def test_answers_go_to_whoever_reads_them(db, settings):
    settings.EMAIL_REPLY_TO = ["aide@example.org"]

    assert sent("confirm_signature", "fr")["Reply-To"] == "aide@example.org"


@every_kind
@every_language
def test_nothing_is_loaded_from_anywhere_and_nobody_is_followed(db, kind, language):
    page = html_of(sent(kind, language))

    assert not re.search(r"<img|<link|<script|\bsrc=|url\(|@import|@font-face", page)
    assert "repeating-radial-gradient" in page


@every_kind
def test_lines_are_as_long_as_the_standard_allows(db, kind, monkeypatch):
    monkeypatch.setattr(test_kinds, "TITLE", "Ligne " * 20)
    message = compose(test_kinds.mail_about(kind))

    assert max(len(line) for line in message.message().as_bytes().splitlines()) <= 998


@every_kind
@every_language
def test_a_long_title_is_cut_after_a_word(db, kind, language, monkeypatch):
    monkeypatch.setattr(test_kinds, "TITLE", "Rouvrons la ligne de train entre Avesnes et Valenciennes pour ses élèves")
    subject = sent(kind, language)["Subject"]

    assert len(subject) <= SUBJECT_AT_MOST
    if subject.endswith("…"):
        assert subject.removesuffix("…").split()[-1] in test_kinds.TITLE.split()


# --- Where it leads --------------------------------------------------------------------------------------------------


def test_every_link_of_every_kind_opens_a_page_in_its_language(live_site: LiveSite, settings):
    for kind in kinds.registered_kinds():
        for language in ("fr", "en"):
            for link in links_of(sent(kind, language)):
                if link.startswith("mailto:"):
                    continue
                path = link.removeprefix(settings.SITE_ORIGIN)
                assert path.startswith("/en/") == (language == "en")
                with urllib.request.urlopen(live_site.url + path, timeout=10) as page:
                    assert page.status == 200
            Signature.objects.all().delete()


# --- Whatever people are called --------------------------------------------------------------------------------------


@pytest.mark.parametrize("hostile", HOSTILE)
@every_kind
@every_language
def test_no_name_and_no_title_changes_what_a_mail_is(db, kind, language, hostile, monkeypatch):
    monkeypatch.setattr(test_kinds, "TITLE", HOSTILE[hostile])
    mail = test_kinds.mail_about(kind, language)
    Signature.objects.update(first_name=HOSTILE[hostile][:50], last_name=HOSTILE[hostile][:50])
    Petition.objects.update(author_name=HOSTILE[hostile][:50])

    message = message_from_bytes(compose(mail).message().as_bytes(), policy=policy.default)

    assert set(message.keys()) <= EVERY_HEADER | {"List-Unsubscribe", "List-Unsubscribe-Post"}
    assert message["To"] == "samir@example.org"
    assert "<script>" not in html_of(message)
    assert "<b>" not in html_of(message).replace('<p dir="auto"><b>', "")
    for part in (message["Subject"], text_of(message), html_of(message)):
        assert not re.search("[\u200b\u202a-\u202e\u2066-\u2069\ufeff\r\x00]", part)
