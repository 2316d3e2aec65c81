"""The picture that networks and messages show beside a link to a petition."""

from http import HTTPStatus

import redis
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mesopinions.core import rate_limit, share_images
from mesopinions.core.client_ip import client_ip, limit_key
from mesopinions.core.redis import client
from mesopinions.core.views import error_page, too_many_requests
from petitions import selectors
from petitions.models import Petition

# New words have a new address. A day, not a year, because the picture of a removed petition must go too.
CACHE_CONTROL = "public, max-age=86400"
# Short, because Redis drops what ends soonest when it is full: a crawl must not push out who asked how often.
KEPT_SECONDS = 300


@require_safe
def petition_image(request: HttpRequest, petition_id: int) -> HttpResponse:
    """A PNG of the words in force: 410 and 404 as the petition, and one address only, so that it is drawn once."""
    try:
        petition = get_object_or_404(Petition.objects.public().with_text(), pk=petition_id)
    except Http404:
        if selectors.is_removed(petition_id):
            return error_page(request, HTTPStatus.GONE)
        raise
    if request.META.get("QUERY_STRING") != f"v={petition.text.number}":
        return redirect(f"{request.path}?v={petition.text.number}")
    key = f"{petition.pk}-{petition.text.number}-{petition.theme.hue}-{share_images.EDITION}"
    return get_conditional_response(request, etag=f'"{key}"') or _image(request, petition, key)


def _image(request: HttpRequest, petition: Petition, key: str) -> HttpResponse:
    image = _read(key)
    if image is None:
        # Drawing takes the time of twenty pages, and there are as many pictures as petitions.
        if wait := rate_limit.hit({"image-ip": limit_key(client_ip(request))}):
            return too_many_requests(request, wait)
        image = _draw(petition)
        _keep(key, image)
    headers = {"Cache-Control": CACHE_CONTROL, "ETag": f'"{key}"'}
    return HttpResponse(image, content_type="image/png", headers=headers)


def _draw(petition: Petition) -> bytes:
    """Draw in the petition's own language: the picture leaves with its words."""
    with translation.override(petition.language):
        return share_images.draw(
            title=petition.text.title,
            kind=_("Pétition"),
            theme=petition.theme.label,
            seed=petition.pk,
            hue=petition.theme.hue,
        )


def _read(key: str) -> bytes | None:
    try:
        image = client().get(f"share-image:{key}")
    except redis.RedisError:
        return None
    return image if isinstance(image, bytes) else None


def _keep(key: str, image: bytes) -> None:
    try:
        client().set(f"share-image:{key}", image, ex=KEPT_SECONDS)
    except redis.RedisError:
        return
