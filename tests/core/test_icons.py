"""Icons: every file that a browser, a telephone or a network asks for is there, small, and drawn by our own code."""

import json
import re
from io import BytesIO

import pytest
from django.conf import settings
from PIL import Image, ImageChops

from mesopinions.core import icons

STATIC = settings.BASE_DIR / "static"


def opened(name: str) -> Image.Image:
    return Image.open(BytesIO((STATIC / name).read_bytes()))


@pytest.mark.parametrize("name", icons.FILES)
def test_the_files_are_what_draw_icons_draws(name):
    """Compared by eye-sized differences: another zlib or FreeType may write other bytes."""
    kept, anew = opened(name).convert("RGBA"), Image.open(BytesIO(icons.FILES[name]())).convert("RGBA")
    differences = ImageChops.difference(kept, anew).convert("L").histogram()

    assert kept.size == anew.size
    assert sum(differences[64:]) < kept.width * kept.height / 200


def test_the_files_are_small():
    sizes = {name: (STATIC / name).stat().st_size for name in icons.FILES}

    assert {name: size for name, size in sizes.items() if size > (40_000 if "share" in name else 8_000)} == {}


def test_the_manifest_names_icons_of_the_sizes_they_have():
    manifest = json.loads((STATIC / "img/site.webmanifest").read_text())
    found = {(icon["sizes"], icon.get("purpose", "any")) for icon in manifest["icons"]}

    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= found
    assert (manifest["name"], manifest["short_name"], manifest["start_url"]) == ("MesOpinions", "MesOpinions", "/")
    for icon in manifest["icons"]:
        if icon["type"] == "image/png":
            assert "{}x{}".format(*opened(f"img/{icon['src']}").size) == icon["sizes"]


def test_a_maskable_icon_keeps_its_waves_inside_the_circle_that_telephones_cut():
    image = opened("img/icon-maskable-512.png").convert("RGB")
    centre, radius = 256, 0.4 * 512 + 2
    outside = {
        image.getpixel((x, y))
        for x in range(0, 512, 4)
        for y in range(0, 512, 4)
        if (x - centre) ** 2 + (y - centre) ** 2 > radius**2
    }

    assert len(outside) == 1


def fetched(client, path):
    """Return what a file's address answers, with its bytes."""
    response = client.get(path)
    content = b"".join(response.streaming_content)
    response.close()
    return response, content


@pytest.mark.django_db  # the end of a request looks at the connection that an earlier test may have left
@pytest.mark.parametrize(("path", "kind"), [("/favicon.ico", "image/x-icon"), ("/apple-touch-icon.png", "image/png")])
def test_what_browsers_ask_for_without_being_told_is_there(client, path, kind):
    response, content = fetched(client, path)

    assert response.status_code == 200
    assert response["Content-Type"].replace("vnd.microsoft.icon", "x-icon") == kind
    assert Image.open(BytesIO(content)).size[0] in {48, 180}
    assert not response.cookies


def test_an_old_browser_finds_three_sizes_in_one_file():
    assert opened("root/favicon.ico").info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_every_page_names_its_icons_and_a_picture_to_share(client, db):
    page = client.get("/").content.decode()
    image = re.search(r'property="og:image" content="([^"]+)"', page)[1]

    assert 'rel="apple-touch-icon" href="/apple-touch-icon.png"' in page
    assert image.startswith(f"{settings.SITE_ORIGIN}/static/img/share.")
    assert fetched(client, image.removeprefix(settings.SITE_ORIGIN))[0].status_code == 200
    assert opened("img/share.png").size == (1200, 630)
