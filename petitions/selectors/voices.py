"""Who signed in public, and what signers say."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from petitions import keyset
from petitions.models import Comment, Signature

PUBLIC_NAMES = 12
PUBLIC_COMMENTS = 8
COMMENTS_PAGE = 20
COMMENTS_COUNTED = 1_000
NEWEST = ("published_at", "pk")


@dataclass(frozen=True, slots=True)
class CommentPage:
    """Some public comments, newest first, and where the older ones start, '' at the end."""

    comments: list[Comment]
    next_cursor: str


def public_signers(petition_id: int) -> QuerySet[Signature]:
    """Return the latest confirmed signers who show their name (1 query)."""
    shown = Signature.objects.filter(petition=petition_id, status=Signature.Status.CONFIRMED, is_name_public=True)
    return shown.only("first_name", "last_name", "city", "confirmed_at").order_by("-confirmed_at")[:PUBLIC_NAMES]


def public_comments(petition_id: int, *, after: str = "", at_most: int = PUBLIC_COMMENTS) -> CommentPage:
    """Return public comments with their signers, whose name shows only if they said so (1 query).

    `after` is the cursor of the page before; one that we did not make starts at the top.
    """
    found = _public(petition_id).select_related("signature")
    if place := keyset.place_of(after, NEWEST):
        found = found.filter(keyset.after(place, NEWEST))
    comments = list(found.order_by("-published_at", "-pk")[: at_most + 1])
    shown = comments[:at_most]
    return CommentPage(shown, keyset.cursor_of(shown[-1], NEWEST) if len(comments) > at_most else "")


def number_of_comments(petition_id: int) -> int:
    """Return how many comments are public; more than COMMENTS_COUNTED are counted as one more (1 query)."""
    return _public(petition_id).values("pk")[: COMMENTS_COUNTED + 1].count()


def _public(petition_id: int) -> QuerySet[Comment]:
    # The words of an invalidated signature go with it, and come back with it.
    stands = Q(signature=None) | ~Q(signature__status=Signature.Status.INVALIDATED)
    return Comment.objects.filter(stands, petition=petition_id, published_at__isnull=False, hidden_at__isnull=True)
