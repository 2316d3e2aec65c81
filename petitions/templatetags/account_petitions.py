"""What the pages of an account say of petitions: accounts know nothing of them, so their templates ask here."""

from typing import Any

from django import template

from accounts.models import User
from accounts.selectors.preferences import Choice
from petitions import selectors

register = template.Library()


@register.simple_tag
def number_of_signatures(user: User) -> int:
    return selectors.number_of_signatures(user)


@register.simple_tag
def number_of_petitions(user: User) -> int:
    return selectors.number_of_petitions(user)


@register.simple_tag
def with_subjects(choices: list[Choice]) -> list[dict[str, Any]]:
    """Say of each consent which petition it is about, and put the partner's name into its words."""
    about = selectors.about_scopes([choice.scope for choice in choices])
    return [
        {
            "choice": choice,
            "about": about[choice.scope],
            "words": choice.words.replace("{partner}", about[choice.scope].partner),
        }
        for choice in choices
    ]
