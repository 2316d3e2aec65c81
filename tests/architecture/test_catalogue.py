"""Every French text on screen has its English one. Reads the sources itself, so it needs no gettext tools."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
LITERAL = r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
IN_TEMPLATE = re.compile(rf"\b(?:gettext|ngettext|_)\(\s*u?{LITERAL}")


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))


def python_texts() -> Iterator[tuple[str, str]]:
    for folder in ("accounts", "mesopinions", "petitions", "privacy"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                    continue
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in CALLS and isinstance(node.args[0].value, str):
                    yield str(path.relative_to(ROOT)), node.args[0].value


def template_texts() -> Iterator[tuple[str, str]]:
    for path in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")]:
        source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        for match in IN_TEMPLATE.finditer(source):
            yield str(path.relative_to(ROOT)), ast.literal_eval(match[1])


def test_the_reader_finds_texts_of_both_kinds():
    assert "Indiquez votre prénom." in {text for _path, text in python_texts()}
    assert "Confirmer ma signature" in {text for _path, text in template_texts()}


@pytest.mark.parametrize("texts", [python_texts, template_texts])
def test_every_text_has_an_entry_in_the_english_catalogue(texts):
    known = {entry.msgid for entry in catalogue("en")}

    assert [(path, text) for path, text in texts() if text and text not in known] == []


def test_every_entry_is_translated_and_none_is_a_guess():
    assert [entry.msgid for entry in catalogue("en") if not entry.translated() or entry.fuzzy] == []


def test_placeholders_are_the_same_on_both_sides():
    def holes(text: str) -> list[str]:
        return sorted(re.findall(r"%\(\w+\)s|\{\w+\}", text))

    wrong = [e.msgid for e in catalogue("en") if not e.msgid_plural and holes(e.msgid) != holes(e.msgstr)]

    assert wrong == []


def test_zero_is_singular_in_french():
    plurals = {entry.msgid for entry in catalogue("en") if entry.msgid_plural}

    assert plurals == {entry.msgid for entry in catalogue("fr")}
