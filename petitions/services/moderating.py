"""What staff do about content that harms. Hiding keeps the words: a decision can be taken back."""

from datetime import datetime

from petitions.models import Comment


def hide_comment(*, comment: Comment, at: datetime) -> bool:
    """Take a comment off the public pages. Return whether this call did: twice changes nothing."""
    return bool(Comment.objects.filter(pk=comment.pk, hidden_at=None).update(hidden_at=at))


def show_comment(*, comment: Comment) -> bool:
    """Put a hidden comment back, as public as its signature makes it. Return whether this call did."""
    return bool(Comment.objects.filter(pk=comment.pk, hidden_at__isnull=False).update(hidden_at=None))
