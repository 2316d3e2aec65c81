"""Who signed in public, and what signers say."""

from django.db.models import QuerySet

from petitions.models import Comment, Signature

PUBLIC_NAMES = 12
PUBLIC_COMMENTS = 8


def public_signers(petition_id: int) -> QuerySet[Signature]:
    """Return the latest confirmed signers who show their name (1 query)."""
    shown = Signature.objects.filter(petition=petition_id, status=Signature.Status.CONFIRMED, is_name_public=True)
    return shown.only("first_name", "last_name", "city", "confirmed_at").order_by("-confirmed_at")[:PUBLIC_NAMES]


def public_comments(petition_id: int) -> QuerySet[Comment]:
    """Return the latest public comments with their signers, whose name shows only if they said so (1 query)."""
    shown = Comment.objects.filter(petition=petition_id, published_at__isnull=False, hidden_at__isnull=True)
    return shown.select_related("signature").order_by("-published_at")[:PUBLIC_COMMENTS]
