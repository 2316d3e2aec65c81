"""What somebody agreed to stays word for word what they read."""

from pathlib import Path

import pytest

from privacy.consent import Purpose
from privacy.consent.texts import TEXTS, current_text

LOCK = Path(__file__).resolve().parents[2] / "privacy" / "consent" / "texts.lock"
LANGUAGES = ("fr", "en")


def test_a_changed_text_needs_a_new_version():
    written = [
        f"{purpose.value} {text.version} {language} {text.sha256(language)}"
        for purpose, texts in TEXTS.items()
        for text in texts
        for language in LANGUAGES
    ]

    assert written == LOCK.read_text(encoding="ascii").splitlines()


def test_every_purpose_has_a_question_in_both_languages():
    assert set(TEXTS) == set(Purpose)
    assert all(text.words(language) for texts in TEXTS.values() for text in texts for language in LANGUAGES)


@pytest.mark.parametrize("purpose", Purpose)
def test_versions_of_one_question_have_different_names(purpose):
    versions = [text.version for text in TEXTS[purpose]]

    assert len(versions) == len(set(versions))


def test_signing_says_what_it_reveals_to_whom_and_from_which_age():
    question = current_text(Purpose.POLITICAL_SIGNATURE).words("fr")

    for words in ("15 ans", "révéler mes opinions", "visible par l’auteur", "remise au destinataire"):
        assert words in question


def test_another_language_reads_french():
    text = current_text(Purpose.NEWSLETTER)

    assert text.words("de") == text.french
