"""The files of pictures: under random names, and never anything but a picture."""

from http import HTTPStatus

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from petitions.services.pictures import folder_of

A_YEAR = 31_536_000


@require_safe
def picture(request: HttpRequest, name: str, width: int) -> HttpResponseBase:
    """Send one file. It never changes, so that browsers and proxies may keep it."""
    try:
        file = (folder_of(name) / f"{width}.webp").open("rb")
    except OSError:
        raise Http404 from None
    headers = {"Cache-Control": f"public, max-age={A_YEAR}, immutable", "X-Content-Type-Options": "nosniff"}
    return FileResponse(file, status=HTTPStatus.OK, content_type="image/webp", headers=headers)
