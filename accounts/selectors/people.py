"""Reads about accounts."""

from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User
from privacy.registry import Retention, Subject, registry

# An account goes this long after its owner's second warning at the soonest.
SECOND_NOTICE = timedelta(days=7)


def confirmed_email(user: User | AnonymousUser) -> str | None:
    """Return the address that this visitor has shown to control, or None."""
    if isinstance(user, User) and user.is_active and user.email_confirmed_at:
        return user.email
    return None


def subject_of(user: User) -> Subject | None:
    """Return the person of an account, None while nobody has shown to read its mail: it may be another's address."""
    email = confirmed_email(user)
    return Subject(email, user.pk) if email else None


def accounts_ending_by(moment: datetime) -> QuerySet[User]:
    """Return the accounts whose period without a visit will have passed at that moment, in no order.

    Those that their owners closed end sooner, and otherwise.
    """
    return User.objects.alias(ends_at=_rule().ends_at).filter(ends_at__lte=moment, closes_at=None)


def ends_at(user: User) -> datetime:
    """Return when an account ends if nobody logs in to it (1 query)."""
    end: datetime = User.objects.annotate(ends_at=_rule().ends_at).values_list("ends_at", flat=True).get(pk=user.pk)
    return max(end, user.notice_at + SECOND_NOTICE) if user.notice_at else end


def _rule() -> Retention:
    """Return the purge's rule about inactivity, with the period that this site's settings may have changed."""
    [rule] = (rule for part in registry.of(User) for rule in part.rules if not rule.name)
    return rule
