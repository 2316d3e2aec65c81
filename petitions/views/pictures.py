"""The files of pictures: under random names, and never anything but a picture."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import User
from mesopinions.core.sessionless import has_session
from petitions.selectors import pictures
from petitions.services.pictures import folder_of

# A file never changes. A day, not a year, because the picture of a removed petition must go too.
PUBLIC = "public, max-age=86400, immutable"
PRIVATE = "private, no-store"


@require_safe
def picture(request: HttpRequest, name: str, width: str) -> HttpResponse:
    """Send one file: to everybody once a page shows it, before that to its author and the team."""
    is_public = pictures.is_public(name)
    if not is_public and not _may_see(request, name):
        raise Http404
    try:
        file = (folder_of(name) / f"{width}.webp").read_bytes()
    except OSError:
        raise Http404 from None
    headers = {"Cache-Control": PUBLIC if is_public else PRIVATE, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(file, content_type="image/webp", headers=headers)


def _may_see(request: HttpRequest, name: str) -> bool:
    return has_session(request) and isinstance(request.user, User) and pictures.may_see(request.user, name)
