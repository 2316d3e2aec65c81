"""An author's public page: what the account published under its public name, and nothing else of it."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from petitions.models import Petition
from petitions.selectors.lists import NEWEST, ListPage, page_of


@dataclass(frozen=True, slots=True)
class AuthorPage:
    """`signatures` are folded sums."""

    slug: str
    name: str
    bio: str
    petitions: int
    signatures: int
    page: ListPage


def author_page(slug: str, *, after: str = "") -> AuthorPage:
    """Return a page of an author's public petitions (4 queries). Raises Http404 when there is none to show.

    A petition that came out under another name stays off the page: it would tell who hides behind that name.
    """
    author = get_object_or_404(User.objects.only("public_name", "public_bio"), slug=slug, is_active=True)
    petitions = published_by(author)
    totals = petitions.aggregate(petitions=Count("pk"), signatures=Sum("signatures_total"))
    if not totals["petitions"]:
        raise Http404
    page = page_of(petitions, NEWEST, after=after)
    return AuthorPage(slug, author.public_name, author.public_bio, totals["petitions"], totals["signatures"], page)


def published_by(author: User) -> QuerySet[Petition]:
    """Return the public petitions that bear the account's public name, in no order."""
    return Petition.objects.public().filter(author=author, author_name=author.public_name).order_by()
