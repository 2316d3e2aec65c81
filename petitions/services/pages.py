"""The copies of public pages that an act of moderation makes wrong at once."""

from collections.abc import Iterator
from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from mesopinions.core.page_cache import forget_page
from petitions.models import Petition, Update

OF_A_PETITION = (
    "petition",
    "petition_history",
    "petition_journal",
    "petition_updates",
    "petition_comments",
)
LISTS = ("home", "petition_list", "victories")


def forget_pages(petition: Petition) -> None:
    """Drop the cached pages of a petition and the lists it stands in, in both languages, once this is committed.

    Lists that a query chose, and the copies of other processes, end within the second by themselves.
    """
    transaction.on_commit(partial(_forget, list(_paths(petition))))


def _forget(paths: list[str]) -> None:
    for path in paths:
        forget_page(settings.SITE_URL.netloc, path)


def _paths(petition: Petition) -> Iterator[str]:
    numbers = list(Update.objects.filter(petition=petition).values_list("number", flat=True))
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield from (petition.url_of(name) for name in OF_A_PETITION)
            yield from (petition.url_of("petition_update", number) for number in numbers)
            yield from (reverse(name) for name in LISTS)
            if petition.author and petition.author.slug:
                yield reverse("author", args=[petition.author.slug])
