"""Which addresses are videos that we show, and what is made of them."""

import re

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from petitions.content.video import FRAMES, video_of
from tests.petitions.test_hostile_input import naughty_strings, needs_lists

KEY = "aqz-KE-bpKQ"
WATCH = f"https://www.youtube.com/watch?v={KEY}"


@pytest.mark.parametrize(
    ("url", "watch"),
    [
        (WATCH, WATCH),
        (f"http://youtube.com/watch?v={KEY}&t=42s&list=PL1", WATCH),
        (f"https://m.youtube.com/watch?app=desktop&v={KEY}", WATCH),
        (f"https://youtu.be/{KEY}?si=suivi", WATCH),
        (f" https://www.youtube.com/shorts/{KEY}/ ", WATCH),
        (f"https://www.youtube.com/live/{KEY}", WATCH),
        (f"https://www.youtube-nocookie.com/embed/{KEY}", WATCH),
        (f"HTTPS://WWW.YOUTUBE.COM/watch?v={KEY}", WATCH),
        ("https://vimeo.com/76979871", "https://vimeo.com/76979871"),
        ("https://vimeo.com/76979871/0a1b2c3d4e", "https://vimeo.com/76979871/0a1b2c3d4e"),
        ("https://player.vimeo.com/video/76979871?h=0a1b2c3d4e", "https://vimeo.com/76979871/0a1b2c3d4e"),
        ("https://www.dailymotion.com/video/x8abcde", "https://www.dailymotion.com/video/x8abcde"),
        ("https://www.dailymotion.com/video/x8abcde_un-titre_news", "https://www.dailymotion.com/video/x8abcde"),
        ("https://dai.ly/x8abcde", "https://www.dailymotion.com/video/x8abcde"),
        ("https://geo.dailymotion.com/player.html?video=x8abcde", "https://www.dailymotion.com/video/x8abcde"),
    ],
)
def test_a_video_is_known_by_any_of_its_addresses_and_kept_by_one(url, watch):
    video = video_of(url)

    assert video.watch_url == watch
    assert video.embed_url.startswith(tuple(f"{host}/" for host in FRAMES))
    assert video_of(video.watch_url) == video


@pytest.mark.parametrize(
    "url",
    [
        "",
        "bonjour",
        "https://www.youtube.com/",
        "https://www.youtube.com/@mesopinions",
        "https://www.youtube.com/marquesbrow",
        "https://www.youtube.com/watch?v=trop-court",
        f"https://www.youtube.com/watch?v={KEY}x",
        f"https://www.youtube.com/watch?v={KEY[:-1]}é",
        f"https://www.youtube.com/watch?v={KEY[:-1]}%22",
        f"https://www.youtube.com.evil.example/watch?v={KEY}",
        f"https://evil.example/https://www.youtube.com/watch?v={KEY}",
        f"https://www.youtube.com@evil.example/watch?v={KEY}",
        f"javascript://www.youtube.com/watch?v={KEY}",
        f"data:text/html,https://youtu.be/{KEY}",
        f"//youtu.be/{KEY}",
        f"ftp://youtu.be/{KEY}",
        "https://vimeo.com/about",
        "https://vimeo.com/１２３４５６",
        "https://www.dailymotion.com/login",
        'https://www.dailymotion.com/video/x8abc"onload=alert(1)',
        "https://[::1",
        "https://youtu.be/" + "a" * 100_000,
        "https://www.youtube.com/watch?" + "v=x&" * 60,
    ],
)
def test_anything_else_is_none(url):
    assert video_of(url) is None


@needs_lists
def test_naughty_strings_are_no_videos():
    assert not any(video_of(text) or video_of(f"https://www.youtube.com/{text}") for text in naughty_strings())


@given(st.text(max_size=40), st.sampled_from(["youtu.be/", "www.youtube.com/watch?v=", "vimeo.com/", "dai.ly/"]))
def test_whatever_follows_the_host_what_is_kept_is_plain(text, start):
    if video := video_of(f"https://{start}{text}"):
        assert re.fullmatch(r"https://[\w./?=-]+", video.watch_url, re.ASCII)
        assert re.fullmatch(r"https://[\w./?=&-]+", video.embed_url, re.ASCII)


def test_frames_come_from_the_hosts_of_videos_and_from_nowhere_else():
    assert tuple(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["frame-src"]) == FRAMES
