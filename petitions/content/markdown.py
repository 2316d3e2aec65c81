"""From what an author typed to HTML that can be shown: a small part of Markdown, then a cleaning that trusts nothing.

What remains: paragraphs, line ends, headings, bold, italic, lists, quotes and links. No picture, no HTML, no code.
"""

from html import unescape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_RULES = ["heading", "list", "blockquote", "emphasis", "link", "autolink", "newline", "escape"]
_parser = MarkdownIt("zero", {"breaks": True}).enable(_RULES)
_TAGS = {"p", "br", "h3", "strong", "em", "ul", "ol", "li", "blockquote", "a"}
_LINKS_LEAD_TO = {"http", "https"}


def render(text: str) -> SafeString:
    """Return the text as HTML that runs no script, whatever it says. Search engines are told not to count its links."""
    tokens = _parser.parse(text)
    _level_headings(tokens)
    html = _parser.renderer.render(tokens, _parser.options, {})
    return mark_safe(  # noqa: S308 - nh3 has just cleaned it
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes=_LINKS_LEAD_TO,
            link_rel="nofollow ugc noopener",
        )
    )


def plain(text: str) -> str:
    """Return the words alone, for a description or a mail."""
    return " ".join(unescape(nh3.clean(render(text).replace("</", " </").replace("<br", " <br"), tags=set())).split())


def _level_headings(tokens: list[Token]) -> None:
    """Give every heading the level below the page's own, so that an author cannot break its outline."""
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h3"
