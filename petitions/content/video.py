"""Videos that a petition may show: whose they are, and where they play."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

# Where a frame may come from, for the content security policy.
FRAMES = ("https://www.youtube-nocookie.com", "https://player.vimeo.com", "https://geo.dailymotion.com")
_YOUTUBE = {"youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be", "www.youtube-nocookie.com"}
_VIMEO = {"vimeo.com", "www.vimeo.com", "player.vimeo.com"}
_DAILYMOTION = {"dailymotion.com", "www.dailymotion.com", "dai.ly", "geo.dailymotion.com"}


@dataclass(frozen=True, slots=True)
class Video:
    """One video elsewhere: `watch_url` opens it there, `embed_url` is what a frame plays after a click."""

    provider: str
    watch_url: str
    embed_url: str


def video_of(url: str) -> Video | None:
    """Return the video that an address leads to, None when it is none of YouTube, Vimeo or Dailymotion."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"}:
        return None
    if parts.hostname in _YOUTUBE and (key := _youtube_key(parts.path, parts.query)):
        return Video("YouTube", f"https://www.youtube.com/watch?v={key}", f"{FRAMES[0]}/embed/{key}?autoplay=1")
    if parts.hostname in _VIMEO and (found := re.fullmatch(r"(?:/video)?/([0-9]{5,12})/?", parts.path)):
        return Video("Vimeo", f"https://vimeo.com/{found[1]}", f"{FRAMES[1]}/video/{found[1]}?autoplay=1&dnt=1")
    if parts.hostname in _DAILYMOTION and (found := re.fullmatch(r"(?:/video|/embed/video)?/(\w{5,12})/?", parts.path)):
        return Video(
            "Dailymotion", f"https://www.dailymotion.com/video/{found[1]}", f"{FRAMES[2]}/player.html?video={found[1]}"
        )
    return None


def _youtube_key(path: str, query: str) -> str:
    asked = parse_qs(query).get("v", [""])[0] if path == "/watch" else ""
    found = re.fullmatch(r"(?:/embed|/shorts|/live)?/([\w-]{11})/?", path)
    key = asked or (found[1] if found else "")
    return key if re.fullmatch(r"[\w-]{11}", key) else ""
