"""An author's words and pictures in a template: {% load content %}."""

from django import template
from django.utils.safestring import SafeString

from petitions.content import markdown as content
from petitions.content.video import Video, video_of
from petitions.models import Picture
from petitions.services.pictures import widths_of

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    """Show an author's text: {{ petition.text|markdown }}."""
    return content.render(text)


@register.filter
def plain_words(text: str) -> str:
    """Show an author's text without its marks, in one line."""
    return content.plain(text)


@register.inclusion_tag("components/picture.html")
def picture(picture: Picture, sizes: str = "100vw", *, in_list: bool = False) -> dict[str, object]:
    """Show a picture in the width that the screen needs. In a list it adds nothing to the words beside it."""
    return {"picture": picture, "sizes": sizes, "widths": widths_of(picture.width), "in_list": in_list}


@register.filter
def as_video(url: str) -> Video | None:
    """Return the video of an address, None when there is none."""
    return video_of(url) if url else None
