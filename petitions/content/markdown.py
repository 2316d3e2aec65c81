"""From what an author typed to HTML that can be shown: a small part of Markdown, then a cleaning that trusts nothing.

What remains: paragraphs, line ends, headings, bold, italic, lists, quotes and links. No picture, no HTML, no code.
"""

import re
from html import unescape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_RULES = ["heading", "list", "blockquote", "emphasis", "link", "autolink", "newline", "escape"]
_TAGS = {"p", "br", "h3", "strong", "em", "ul", "ol", "li", "blockquote", "a"}
_WEB_ADDRESS = re.compile(r"https?://[^/\s]", re.IGNORECASE)
_ENDS_A_LINE = re.compile(r"</(?:p|h3|li|blockquote)>|<br")


class _Parser(MarkdownIt):
    """Takes what leads elsewhere than to another site on the web for words."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - its name in the library
        return bool(_WEB_ADDRESS.match(url))


_parser = _Parser("zero", {"breaks": True}).enable(_RULES)


def render(text: str) -> SafeString:
    """Return the text as HTML that runs no script, whatever it says. Search engines are told not to count its links."""
    tokens = _parser.parse(text)
    _level_headings(tokens)
    html = _parser.renderer.render(tokens, _parser.options, {})
    return mark_safe(  # noqa: S308 - nh3 has just cleaned it
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}, "*": set()},
            url_schemes={"http", "https"},
            url_relative="deny",
            link_rel="nofollow ugc noopener",
        )
    )


def plain(text: str) -> str:
    """Return the words alone, for a description or a mail."""
    html = _ENDS_A_LINE.sub(r" \g<0>", render(text))
    return " ".join(unescape(nh3.clean(html, tags=set())).split())


def _level_headings(tokens: list[Token]) -> None:
    """Give every heading the level below the page's own, so that an author cannot break its outline."""
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h3"
