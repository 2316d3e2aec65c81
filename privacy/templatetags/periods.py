"""The periods that the purge obeys, for the pages and mails that promise them."""

from django import template

from privacy.registry.wording import period_of

register = template.Library()


@register.simple_tag
def period(rule: str) -> str:
    """Say the period of a retention rule: {% period "petitions.signature:withdrawn" as kept %} … {{ kept }}."""
    return str(period_of(rule))
