"""What the lists of what belongs to petitions share."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, cast

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
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


def waiting_for(since: datetime, closed_at: datetime | None, *, long: int, too_long: int) -> str:
    """Say for how many days something waits or waited; marked from `long` days on while it is open."""
    days = ((closed_at or timezone.now()) - since).days
    age = ngettext("%(days)d jour", "%(days)d jours", days) % {"days": days} if days else gettext("moins d’un jour")
    if closed_at or days < long:
        return age
    is_late = days >= too_long
    words = gettext("trop longtemps") if is_late else gettext("longtemps")
    return format_html('<span class="{}">{} ({})</span>', "due-late" if is_late else "due-soon", age, words)


def language_of_author(petition: Petition) -> str:
    """Return the language in which the author reads decisions."""
    return petition.author.language if petition.author else petition.language


def common_language(languages: Iterable[str]) -> str:
    """Return the language of them all, or the site's own where they differ."""
    found = set(languages)
    return found.pop() if len(found) == 1 else settings.LANGUAGE_CODE
