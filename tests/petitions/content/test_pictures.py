"""Files that authors send as pictures: only the pixels are kept, and only of what is a picture."""

import io
import struct
import time
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from petitions.models import Picture
from petitions.services.pictures import (
    BYTES_AT_MOST,
    NotAPicture,
    PictureRefused,
    TooLarge,
    TooSmall,
)
from tests.petitions.content.conftest import files_of, picture_bytes
from tests.petitions.test_hostile_input import LISTS, needs_lists

# The library warns of broken notes; the site does not stop at them.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

RED, BLUE, PAPER = (254, 0, 0), (0, 0, 254), (250, 247, 242)


def drawn(picture):
    return Image.open(files_of(picture)[-1]).convert("RGB")


def is_near(colour, wanted):
    return all(abs(one - other) < 24 for one, other in zip(colour, wanted, strict=True))


# --- What is kept ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((320, 180), [320]),
        ((180, 320), [180]),
        ((480, 300), [480]),
        ((640, 360), [480, 640]),
        ((960, 500), [480, 960]),
        ((1599, 900), [480, 960, 1599]),
        ((1600, 900), [480, 960, 1600]),
        ((2400, 1350), [480, 960, 1600]),
    ],
)
def test_a_picture_is_kept_in_the_widths_that_it_fills(store, size, widths):
    picture = store(picture_bytes(size=size))

    assert [int(path.stem) for path in files_of(picture)] == widths
    for path in files_of(picture):
        with Image.open(path) as image:
            assert image.format == "WEBP"
            assert image.width == int(path.stem)
            assert abs(image.height - image.width * size[1] / size[0]) <= 1
    assert abs(picture.height / picture.width - size[1] / size[0]) < 0.01


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_three_formats_are_taken_whatever_the_name_and_type_say(store, kind):
    for name in ("photo.jpg", "photo.exe", "photo.php.png", "x", "photo.svg"):
        image = drawn(store(picture_bytes(kind), name=name, content_type="text/html"))
        assert is_near(image.getpixel((10, 10)), RED)
        assert is_near(image.getpixel((630, 10)), BLUE)


@pytest.mark.parametrize(
    "name",
    ["../../../etc/cron.d/x.jpg", "..\\..\\x.jpg", "/etc/passwd", "a\0b.jpg", "\u202egpj.exe", "x" * 300 + ".jpg"],
)
def test_the_name_of_a_file_is_never_used(store, media, name):
    picture = store(picture_bytes(), name=name)

    assert [path.name for path in media.iterdir()] == [picture.name]
    assert [path.name for path in files_of(picture)] == ["480.webp", "640.webp"]


@pytest.mark.parametrize(
    ("orientation", "size", "red"), [(3, (640, 360), (630, 10)), (6, (360, 640), (10, 10)), (8, (360, 640), (10, 630))]
)
def test_a_picture_stands_as_the_camera_was_held(store, orientation, size, red):
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = store(picture_bytes(exif=exif))

    assert (picture.width, picture.height) == size
    assert is_near(drawn(picture).getpixel(red), RED)


@pytest.mark.parametrize("mode", ["L", "1", "CMYK", "YCbCr"])
def test_every_colour_model_of_jpeg_and_png_is_read(store, mode):
    picture = store(picture_bytes("PNG" if mode in "1L" else "JPEG", mode=mode))

    assert drawn(picture).size == (640, 360)


def test_broken_notes_do_not_cost_the_picture(store):
    assert drawn(store(picture_bytes(exif=b"Exif\0\0MM\0*\0\0\0\x08"))).size == (640, 360)


def test_sixteen_bits_of_grey_stay_grey(store):
    file = io.BytesIO()
    Image.new("I;16", (640, 360), 0x8000).save(file, "PNG")

    assert is_near(drawn(store(file.getvalue())).getpixel((300, 100)), (128, 128, 128))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_transparent_shows_paper(store, kind):
    image = Image.new("RGBA", (640, 360), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 320, 360))
    file = io.BytesIO()
    image.save(file, kind, lossless=True)

    shown = drawn(store(file.getvalue()))
    assert is_near(shown.getpixel((600, 100)), PAPER)
    assert is_near(shown.getpixel((20, 100)), RED)


def test_a_transparent_palette_shows_paper(store):
    file = io.BytesIO()
    Image.new("P", (640, 360), 0).save(file, "PNG", transparency=0)

    assert is_near(drawn(store(file.getvalue())).getpixel((5, 5)), PAPER)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_picture_that_moves_the_first_moment_is_kept(store, kind):
    file = io.BytesIO()
    first, then = Image.new("RGB", (640, 360), "red"), Image.new("RGB", (640, 360), "blue")
    first.save(file, kind, save_all=True, append_images=[then] * 3, duration=100)

    picture = store(file.getvalue())
    with Image.open(files_of(picture)[-1]) as image:
        assert getattr(image, "n_frames", 1) == 1
        assert is_near(image.convert("RGB").getpixel((5, 5)), RED)


# --- What is lost on the way -----------------------------------------------------------------------------------------

SECRET = b"Hanteville-48.8566N"


def hidden_in_exif():
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = SECRET.decode()  # what it shows, who took it
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[0x1D] = "N", (48.0, 51.0, 24.0), SECRET.decode()
    return picture_bytes(exif=exif, comment=SECRET)


def hidden_in_text():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return picture_bytes("PNG", pnginfo=info)


def hidden_behind():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("x.html", SECRET)
    return picture_bytes() + b"<script>" + SECRET + b"</script>" + file.getvalue() + b"GIF89a=1/*" + SECRET


def hidden_in_a_comment():
    return picture_bytes(comment=b"*/=1;alert(1)/*<html><script>" + SECRET)


def hidden_in_webp():
    return picture_bytes("WEBP", exif=b"Exif\0\0" + SECRET, xmp=SECRET, icc_profile=SECRET)


@pytest.mark.parametrize("hide", [hidden_in_exif, hidden_in_text, hidden_behind, hidden_in_a_comment, hidden_in_webp])
def test_nothing_but_pixels_survives(store, hide):
    data = hide()
    assert SECRET in data
    picture = store(data)

    for path in files_of(picture):
        kept = path.read_bytes()
        assert SECRET not in kept
        assert not any(sign in kept for sign in (b"<script", b"<html", b"PK\x03\x04", b"Exif", b"XMP ", b"ICCP"))
        with Image.open(path) as image:
            assert not image.getexif()
            assert not {"exif", "xmp", "icc_profile", "comment"} & set(image.info)


@needs_lists
def test_pictures_full_of_payloads_lose_them_or_are_refused(store):
    for path in sorted((LISTS / "images").iterdir()):
        try:
            picture = store(path.read_bytes(), name=path.name)
        except PictureRefused:
            continue
        for kept in files_of(picture):
            assert not any(sign in kept.read_bytes().lower() for sign in (b"script", b"alert", b"onerror"))


# --- What is refused -------------------------------------------------------------------------------------------------


def other_format(kind):
    file = io.BytesIO()
    Image.new("RGB", (640, 360), "red").save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"bonjour",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><script>alert(1)</script></svg>',
        b"<html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        b"GIF89a" + picture_bytes(),
        *(other_format(kind) for kind in ("GIF", "TIFF", "BMP", "AVIF", "ICO", "PPM", "TGA", "PCX")),
    ],
    ids=lambda data: repr(data[:12]),
)
def test_whatever_is_no_jpeg_png_or_webp_is_refused_and_leaves_nothing(store, media, data):
    with pytest.raises(PictureRefused):
        store(data)

    assert not Picture.objects.exists()
    assert not media.exists()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_that_was_cut_off_is_refused(store, media, kind, share):
    noise = Image.effect_noise((640, 360), 90).convert("RGB")
    file = io.BytesIO()
    noise.save(file, kind)
    data = file.getvalue()

    with pytest.raises(NotAPicture):
        store(data[: int(len(data) * share)])
    assert not media.exists()


@pytest.mark.parametrize("size", [(1, 1), (319, 180), (320, 179), (10, 4_000), (12, 8)])
def test_a_picture_too_small_for_a_page_is_refused(store, size):
    with pytest.raises(TooSmall):
        store(picture_bytes(size=size))


def test_one_byte_too_many_is_refused(store):
    data = picture_bytes()
    store(data.ljust(BYTES_AT_MOST, b"\0"))
    with pytest.raises(TooLarge):
        store(data.ljust(BYTES_AT_MOST + 1, b"\0"))


def bomb(width, height):
    """Return a PNG of a few kilobytes that says it is that big."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 3_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "size", [(30_000, 30_000), (2**31 - 1, 2**31 - 1), (12_001, 400), (9_000, 9_000), (11_000, 11_000)]
)
def test_a_bomb_is_refused_before_it_is_decoded(store, size):
    data = bomb(*size)
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(TooLarge):
        store(data)
    seconds, memory = time.process_time() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert seconds < 0.2
    assert memory < 5_000_000


def test_text_that_swells_is_refused(store):
    info = PngImagePlugin.PngInfo()
    info.add_text("x", "a" * 30_000_000, zip=True)
    with pytest.raises(NotAPicture):
        store(picture_bytes("PNG", pnginfo=info))


SEEDS = [
    picture_bytes("JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08"),
    picture_bytes("PNG", mode="RGBA"),
    picture_bytes("WEBP"),
]


@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), min_size=1, max_size=12),
)
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_with_wrong_bytes_is_a_picture_or_is_refused(store, seed, changes):
    data = bytearray(seed)
    for place, byte in changes:
        data[place % len(data)] = byte
    try:
        picture = store(bytes(data))
    except PictureRefused:
        return
    assert drawn(picture).width == picture.width or picture.width > 1600
