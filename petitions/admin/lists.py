"""What the lists of what belongs to petitions share."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from mesopinions.core.staff import ReadOnly, StaffList
from petitions.models import Petition


class OfPetition(ReadOnly, StaffList):
    """A list of what belongs to petitions. It names them by their public title."""

    list_select_related: ClassVar[tuple[str, ...]] = ("petition__current_text",)

    @admin.display(description=_("pétition"), ordering="petition_id")
    def petition_title(self, row: Any) -> str:
        return format_html(
            '<a href="{}">{}</a> {}',
            reverse("admin:petitions_petition_change", args=[row.petition_id]),
            row.petition_id,
            title_of(row.petition),
        )


def title_of(petition: Petition) -> str:
    return petition.current_text.title if petition.current_text else petition.slug


def actor(request: HttpRequest) -> User:
    """Return who acts: the staff's site lets nobody in without an account."""
    return cast(User, request.user)


def name_of(member: User | None) -> str:
    """Return what the team calls one of its own."""
    return (member.get_full_name() or str(member)) if member else ""
