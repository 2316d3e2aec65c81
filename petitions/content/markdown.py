"""From what an author typed to HTML that can be shown."""

from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe


def render(text: str) -> SafeString:
    """Return the text as safe HTML: paragraphs and line ends."""
    return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 - it is escaped
