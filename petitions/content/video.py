"""Videos that a petition may show: whose they are, and where they play."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

# Where a frame may come from, for the content security policy.
FRAMES = ("https://www.youtube-nocookie.com", "https://player.vimeo.com", "https://geo.dailymotion.com")
_YOUTUBE = {"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "www.youtube-nocookie.com"}
_VIMEO = {"vimeo.com", "www.vimeo.com", "player.vimeo.com"}
_DAILYMOTION = {"dailymotion.com", "www.dailymotion.com", "geo.dailymotion.com"}
_YOUTUBE_KEY = re.compile(r"[A-Za-z0-9_-]{11}")
_YOUTUBE_PATH = re.compile(r"/(?:embed|shorts|live|v)/([A-Za-z0-9_-]{11})/?")
# A video that its owner left off the lists has a second key.
_VIMEO_PATH = re.compile(r"(?:/video)?/([0-9]{5,12})(?:/([0-9a-f]{8,16}))?/?")
_DAILYMOTION_PATH = re.compile(r"/(?:embed/)?video/([A-Za-z0-9]{5,12})(?:_[\w-]*)?/?")
_SHORT_KEY = re.compile(r"/([A-Za-z0-9_-]{5,12})/?")


@dataclass(frozen=True, slots=True)
class Video:
    """One video elsewhere: `watch_url` opens it there, `embed_url` is what a frame plays after a click."""

    provider: str
    watch_url: str
    embed_url: str


def video_of(url: str) -> Video | None:
    """Return the video that an address leads to, None when it is none of YouTube, Vimeo or Dailymotion.

    Nothing of the address itself is kept but the key of the video.
    """
    try:
        parts = urlsplit(url.strip())
        host, asked = parts.hostname, parse_qs(parts.query, max_num_fields=50)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"}:
        return None
    if host in _YOUTUBE:
        return _youtube(asked.get("v", [""])[0] if parts.path == "/watch" else _key(_YOUTUBE_PATH, parts.path))
    if host == "youtu.be":
        return _youtube(_key(_SHORT_KEY, parts.path))
    if host in _VIMEO and (found := _VIMEO_PATH.fullmatch(parts.path)):
        return _vimeo(found[1], found[2] or asked.get("h", [""])[0])
    if host in _DAILYMOTION:
        is_player = parts.path == "/player.html"
        return _dailymotion(asked.get("video", [""])[0] if is_player else _key(_DAILYMOTION_PATH, parts.path))
    if host == "dai.ly":
        return _dailymotion(_key(_SHORT_KEY, parts.path))
    return None


def _youtube(key: str) -> Video | None:
    if not _YOUTUBE_KEY.fullmatch(key):
        return None
    return Video("YouTube", f"https://www.youtube.com/watch?v={key}", f"{FRAMES[0]}/embed/{key}?autoplay=1")


def _vimeo(key: str, second: str) -> Video:
    unlisted = second if re.fullmatch(r"[0-9a-f]{8,16}", second) else ""
    watch = f"https://vimeo.com/{key}/{unlisted}" if unlisted else f"https://vimeo.com/{key}"
    embed = f"{FRAMES[1]}/video/{key}?autoplay=1&dnt=1"
    return Video("Vimeo", watch, f"{embed}&h={unlisted}" if unlisted else embed)


def _dailymotion(key: str) -> Video | None:
    if not re.fullmatch(r"[A-Za-z0-9]{5,12}", key):
        return None
    return Video("Dailymotion", f"https://www.dailymotion.com/video/{key}", f"{FRAMES[2]}/player.html?video={key}")


def _key(pattern: re.Pattern[str], path: str) -> str:
    found = pattern.fullmatch(path)
    return found[1] if found else ""
