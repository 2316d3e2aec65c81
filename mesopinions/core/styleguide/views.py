"""The page of the guide."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mesopinions.core.styleguide import colours, samples


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show every component once, with a line on when to use it."""
    return render(request, "dev/style.html", _context())


def _context() -> dict[str, Any]:
    return {
        "tokens": colours.tokens(),
        "pairs": colours.pairs(),
        "themes": enumerate(samples.THEMES.items(), start=1),
        "cards": samples.cards(),
        "form": samples.form(),
        "refused": samples.refused_form(),
        "tabs": samples.TABS,
        "params": QueryDict(),
    }
