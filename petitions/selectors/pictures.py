"""Who may see a picture: everybody when a page shows it, else its author and the team."""

from django.db.models import Q

from accounts.models import User
from petitions.models import Petition, Picture


def is_public(name: str) -> bool:
    """Say whether the page of a petition shows this picture: a removed petition takes it along (1 query)."""
    shown = Q(status__in=Petition.PUBLIC) | Q(shows_refusal=True)
    return Petition.objects.filter(shown, picture__name=name).exists()


def may_see(user: User, name: str) -> bool:
    """Say whether somebody may see a picture that no page shows (1 query)."""
    pictures = Picture.objects.filter(name=name)
    if not user.has_perm("petitions.view_submission"):
        pictures = pictures.filter(petition__author=user)
    return pictures.exists()
