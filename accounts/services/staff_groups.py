"""The rights of the staff: what the database grants follows the table of the code."""

from collections.abc import Iterator, Mapping

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.models import User
from accounts.selectors.staff import members_of, name_of

Table = Mapping[str, Mapping[str, str]]


class UnknownRight(Exception):
    """The table names a model or an action that this site does not have."""


@transaction.atomic
def follow_table(table: Table) -> list[str]:
    """Make groups and their rights equal to `table` (group → model → actions), and return what changed, in words.

    Other groups go, and so do rights that accounts hold outside of a group. Who is in which group stays. Safe to run
    twice or at once. Raises UnknownRight, and changes nothing, when the table names what does not exist.
    """
    known = {name_of(permission): permission for permission in Permission.objects.select_related("content_type")}
    wanted = {group: rights_in(models) for group, models in table.items()}
    if unknown := set().union(*wanted.values()) - known.keys():
        raise UnknownRight(", ".join(sorted(unknown)))
    changes = list(_drop_what_is_not_in(wanted))
    for name, rights in wanted.items():
        changes += _grant(name, {right: known[right] for right in rights})
    return changes


def rights_in(models: Mapping[str, str]) -> set[str]:
    """Return the rights of one group of the table as `petitions.view_petition`."""
    return {
        f"{app}.{action}_{model}"
        for label, actions in models.items()
        for app, _dot, model in [label.partition(".")]
        for action in actions.split()
    }


def _drop_what_is_not_in(wanted: Mapping[str, set[str]]) -> Iterator[str]:
    for group in Group.objects.exclude(name__in=wanted).order_by("name"):
        yield f"group {group.name} removed, which had {members_of(group)} members"
        group.delete()
    dropped, _by_model = User.user_permissions.through.objects.all().delete()
    if dropped:
        yield f"{dropped} rights of single accounts removed"


def _grant(name: str, wanted: Mapping[str, Permission]) -> Iterator[str]:
    group, is_new = Group.objects.get_or_create(name=name)
    if is_new:
        yield f"group {name} added"
    held = {name_of(permission): permission for permission in group.permissions.select_related("content_type")}
    for right in sorted(held.keys() - wanted.keys()):
        group.permissions.remove(held[right])
        yield f"{name}: {right} taken away"
    for right in sorted(wanted.keys() - held.keys()):
        group.permissions.add(wanted[right])
        yield f"{name}: {right} granted"
