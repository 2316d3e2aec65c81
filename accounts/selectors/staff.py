"""Reads about the staff: which rights the database grants."""

from django.contrib.auth.models import Group, Permission


def name_of(permission: Permission) -> str:
    """Return a right as `has_perm` spells it: petitions.view_petition."""
    return f"{permission.content_type.app_label}.{permission.codename}"


def rights_of(group: Group) -> list[str]:
    """Return what a group may do, sorted (1 query)."""
    return sorted(name_of(permission) for permission in group.permissions.select_related("content_type"))


def members_of(group: Group) -> int:
    """Return how many accounts are in a group (1 query)."""
    return group.user_set.count()
