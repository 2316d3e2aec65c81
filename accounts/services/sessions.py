"""Sessions: closed by the owner of the account, one or all others. A closed one is nobody's at its next request."""

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import QuerySet


@transaction.atomic
def end_session(*, user_id: int, session_id: int) -> bool:
    """End one session of this account. Return False when the account has no such session."""
    return _end(UserSession.objects.filter(user_id=user_id, pk=session_id)) > 0


@transaction.atomic
def end_other_sessions(*, user_id: int, but: str | None) -> int:
    """End every session of this account except the one with the key `but`, and return how many that were."""
    return _end(UserSession.objects.filter(user_id=user_id).exclude(session_key=but or ""))


def _end(sessions: QuerySet[UserSession]) -> int:
    found = list(sessions.select_for_update())
    for session in found:
        session.end()
    return len(found)
