"""Tags and filters of every template (they are built in: no `{% load %}`)."""

from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.context import Context
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from mesopinions.core import illustrations
from mesopinions.core.sessionless import has_session

register = template.Library()

NARROW_NO_BREAK_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"


def _is_english() -> bool:
    return (get_language() or "").startswith("en")


@register.filter
def number(value: int) -> str:
    """Write a whole number as readers of the active language do: 18 462 or 18,462."""
    grouped = f"{value:,}"
    return grouped if _is_english() else grouped.replace(",", NARROW_NO_BREAK_SPACE)


@register.filter
def plain(value: int) -> str:
    """Write a whole number for scripts and addresses: digits only, whatever the language."""
    return f"{value:d}"


@register.filter
def signed(value: int) -> str:
    """Write a change of a count with its sign: +128, −3 (U+2212, as wide as the plus)."""
    return f"+{number(value)}" if value >= 0 else f"\u2212{number(-value)}"


@register.filter
def long_date(value: date | None) -> str:
    """Write a day in full, in local time: 1er septembre 2026, 1 September 2026. Empty when there is no date."""
    if value is None:
        return ""
    day = timezone.localtime(value) if isinstance(value, datetime) else value
    written = date_format(day, "j F Y").replace(" ", NO_BREAK_SPACE)
    return f"1er{written[1:]}" if day.day == 1 and not _is_english() else written


@register.simple_tag
def illustration(seed: int, hue: int) -> SafeString:
    """Draw the waves of a petition."""
    return mark_safe(illustrations.waves(int(seed), int(hue)))  # noqa: S308  only numbers go in


@register.simple_tag(takes_context=True)
def other_language_url(context: Context, path: str = "") -> str:
    """Return the address of this page, or of `path`, in the other language; the home page if it has no other."""
    other = other_language()
    request: HttpRequest | None = context.get("request")
    here = path or (request.get_full_path() if request else "/")
    there = translate_url(here, other)
    return translate_url("/", other) if there == here else there


@register.simple_tag
def mail_viewer_url() -> str:
    """Return where mails can be read on a developer's machine, '' elsewhere."""
    return reverse("dev_mails") if settings.LOCAL else ""


@register.simple_tag
def other_language() -> str:
    """Return the code of the language that the page is not in."""
    current = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return next(code for code, _ in settings.LANGUAGES if code != current)


@register.simple_tag
def form_token(request: HttpRequest | None) -> SafeString:
    """Print the CSRF input for a browser that has a session, and nothing on a page that is the same for everybody."""
    if request is None or not has_session(request):
        return SafeString("")
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, *, mark_optional: bool = True, **attributes: str) -> dict[str, Any]:
    """Show one field with its label, hint and errors; `attributes` go to the control (autocomplete, inputmode)."""
    return {
        "field": bound,
        "control": bound.as_widget(attrs=dict(attributes)),
        "is_optional": mark_optional and not bound.field.required,
    }


@register.inclusion_tag("components/checkbox.html")
def checkbox(bound: BoundField) -> dict[str, Any]:
    """Show one box with its text beside it, its hint and errors below."""
    return {"field": bound}
