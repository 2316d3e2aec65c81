"""How petitions are named in the copy of somebody's data: by what everybody may read of them."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from mesopinions.mail.kinds import site_url
from petitions.models import Petition, TextVersion

Mentions = dict[int, tuple[str, str]]


def mentions_of_petitions(keys: Sequence[int]) -> Mentions:
    """Return the title and the address of those that are public (1 query)."""
    found = Petition.objects.public().with_text().filter(pk__in=keys)
    return {petition.pk: (petition.text.title, site_url(petition.get_absolute_url())) for petition in found}


def mentions_of_texts(keys: Sequence[int]) -> Mentions:
    """Return which version of its petition each text is (1 query)."""
    numbers = TextVersion.objects.filter(pk__in=keys).values_list("pk", "number")
    return {key: (_("version %(number)d") % {"number": number}, "") for key, number in numbers}
