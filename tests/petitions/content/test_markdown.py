"""An author's words as they are shown: a little Markdown, and nothing that acts, whatever was typed."""

import re
import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from petitions.content.markdown import plain, render
from petitions.content.writing import TEXT_AT_MOST
from tests.petitions.test_hostile_input import naughty_strings, needs_lists

TAGS = {"p", "br", "h3", "strong", "em", "ul", "ol", "li", "blockquote", "a"}
REL = "nofollow ugc noopener"


class Shown(HTMLParser):
    """What a browser makes of it."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.links, self.attributes, self.words = set(), [], set(), ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        self.links += [value for name, value in attrs if name == "href"]
        if tag == "a":
            assert dict(attrs)["rel"] == REL

    def handle_data(self, data):
        self.words += data

    def handle_comment(self, data):
        self.tags.add("!--")

    def handle_pi(self, data):
        self.tags.add("?")

    def handle_decl(self, decl):
        self.tags.add("!")


def is_harmless(html):
    shown = Shown(html)
    assert shown.tags <= TAGS, html
    assert shown.attributes <= {("a", "href"), ("a", "rel")}, html
    assert all(urlsplit(link).scheme in {"http", "https"} for link in shown.links), html
    return shown


# --- What is kept ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Un.\n\nDeux.", "<p>Un.</p>\n<p>Deux.</p>\n"),
        ("Un\nDeux", "<p>Un<br>\nDeux</p>\n"),
        ("**fort** et *fin*", "<p><strong>fort</strong> et <em>fin</em></p>\n"),
        ("# Un\n\n###### Deux", "<h3>Un</h3>\n<h3>Deux</h3>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"),
        ("> dit-elle", "<blockquote>\n<p>dit-elle</p>\n</blockquote>\n"),
        ("[ici](https://a.fr/b)", f'<p><a href="https://a.fr/b" rel="{REL}">ici</a></p>\n'),
        ("<https://a.fr>", f'<p><a href="https://a.fr" rel="{REL}">https://a.fr</a></p>\n'),
        (r"\*pas fin\*", "<p>*pas fin*</p>\n"),
        ("", ""),
    ],
)
def test_the_little_markdown_that_authors_are_told_of(typed, shown):
    assert render(typed) == shown


def test_a_heading_never_breaks_the_outline_of_the_page():
    assert Shown(render("# A\n\n## B\n\nC\n===\n\nD\n---")).tags <= {"h3", "p", "br"}


@pytest.mark.parametrize("typed", ["Prix < 3 € & TVA > 5", "a <b> c", "« L’été » : 1 000 €", "5 * 3 = 15", "x_y_z"])
def test_signs_of_every_day_are_words(typed):
    assert Shown(render(typed)).words.strip() == typed
    assert plain(typed) == typed


# --- What is not -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<iframe src=https://evil.example></iframe>",
        "<style>*{display:none}</style>",
        "<a href='javascript:alert(1)'>x</a>",
        "<!-- --><p onclick=alert(1)>",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<?php echo 1 ?>",
        "<form action=/compte/logout/><button>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "![x](https://evil.example/pixel.gif)",
        '![x](x"onerror="alert(1))',
        "```html\n<script>\n```",
        "`<script>alert(1)</script>`",
        "    <script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](javascript&colon;alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](&#x6A&#x61&#x76&#x61script:alert(1))",
        "[x](\x01javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](data:image/svg+xml,<svg onload=alert(1)>)",
        "[x](vbscript:msgbox)",
        "[x](file:///etc/passwd)",
        "[x](//evil.example)",
        "[x](/compte/logout/)",
        "[x](#)",
        "[x](mailto:a@b.fr)",
        '[x](https://a.fr "title onmouseover=alert(1)")',
        "[x](https://a.fr/\"onmouseover='alert(1)')",
        "[x](<https://a.fr/ onclick=alert(1)>)",
        "[x][1]\n\n[1]: javascript:alert(1)",
        "<javascript:alert(1)>",
        "<data:text/html,x>",
        "[[[[[x](https://a.fr)](https://b.fr)]",
        "**[*](https://a.fr)**](javascript:alert(1))",
        "| a | b |\n|---|---|\n| <script> | x |",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;script&#62;alert(1)",
        "\u202egpj.exe\u2066 <script>",
        "<\u200bscript>alert(1)</script>",
        "＜script＞alert(1)＜/script＞",
        "<p",
        "</p></div></article>",
        '<a href="https://a.fr\nonclick=alert(1)',
        "\0<script>",
    ],
)
def test_nothing_that_acts_comes_out(typed):
    shown = is_harmless(render(typed))
    assert "img" not in shown.tags
    is_harmless(plain(typed).replace("<", "&lt;"))


@pytest.mark.parametrize("address", ["ftp://a.fr/x", "/compte/logout/", "//a.fr", "#", "page.html", "mailto:a@b.fr"])
def test_a_link_that_is_no_web_address_stays_as_it_was_typed(address):
    shown = is_harmless(render(f"[le rapport]({address})"))

    assert (shown.links, shown.words.strip()) == ([], f"[le rapport]({address})")


@needs_lists
def test_the_list_of_naughty_strings_comes_out_harmless_alone_and_in_every_mark():
    for text in naughty_strings():
        for typed in (text, f"**{text}**", f"[{text}](https://a.fr)", f"[x]({text})", f"> - {text}", f"<{text}>"):
            is_harmless(render(typed))
        plain(text)


MARKS = (
    *("*", "_", "[", "]", "(", ")", "<", ">", "#", "- ", "1. ", "> ", "\n", "\n\n", "!", "`", "\\", "&", '"', "'"),
    *("javascript:", "https://", "data:", "<script>", "</a>", "onerror=", "&#x3c;", "&colon;", "\u202e", "\0", "\t"),
)


@given(st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=6)), max_size=40).map("".join))
@hypothesis_settings(max_examples=300, deadline=None)
def test_whatever_is_typed_only_allowed_tags_and_web_links_come_out(typed):
    is_harmless(render(typed))
    assert "\n" not in plain(typed)


# --- And quickly -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece",
    [
        *("*", "**a", "_a", "[", "](", "[a](", "![", "<", "<a ", ">", "> ", "- ", "&", "&#", "\\", "`", "a\n", "# "),
        *("*a_ ", "1. ", "[a]: b\n", "<https://a", "***a*** ", "a**b__c*d_ ", "\u202e", "((", "  - "),
    ],
)
def test_twenty_thousand_characters_of_any_mark_take_less_than_a_second(piece):
    typed = (piece * (TEXT_AT_MOST // len(piece) + 1))[:TEXT_AT_MOST]
    began = time.process_time()
    html = render(typed)

    assert time.process_time() - began < 1
    is_harmless(html)


# --- In one line -----------------------------------------------------------------------------------------------------


def test_the_words_alone_have_neither_marks_nor_tags_nor_line_ends():
    typed = "# Titre\n\nUn **mot**,\nune [page](https://a.fr).\n\n- a\n- b\n\n> dit-elle"
    assert re.sub(r" (?=[,.])", "", plain(typed)) == "Titre Un mot, une page. a b dit-elle"


def test_words_and_their_punctuation_stay_together():
    assert plain("Un **mot**, puis *deux*.") == "Un mot, puis deux."
