"""Words of somebody who is not logged in, or no more: the session holds them until they are."""

from typing import Any

from django.http import HttpRequest, QueryDict

from mesopinions.core.sessionless import has_session
from petitions.forms.launch import words_typed

KEY = "launch"
SEEN = "seen"


def keep(request: HttpRequest) -> None:
    """Hold what was typed on this page until its author has logged in."""
    words = words_typed(request.POST)
    if seen := request.POST.get(SEEN, ""):
        words[SEEN] = seen[:16]
    request.session[KEY] = {"path": request.path, "words": words}


def kept(request: HttpRequest) -> QueryDict | None:
    """Return what was typed on this page before the login, None if nothing waits here."""
    held: dict[str, Any] | None = request.session.get(KEY) if has_session(request) else None
    if not held or held["path"] != request.path:
        return None
    words = QueryDict(mutable=True)
    words.update(held["words"])
    return words


def let_go(request: HttpRequest) -> None:
    """Forget what was held: it is saved now."""
    if has_session(request):
        request.session.pop(KEY, None)
