"""Bombs, fragments and what is no picture at all are refused, each by its name."""

import functools
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from diary.media import images
from diary.media.images import (
    BrokenImage,
    ImageRefused,
    IsAFilm,
    NotAnImage,
    TooManyBytes,
    TooManyPixels,
    TooManyPixelsForItsKind,
    clean,
    prepare,
)
from tests.media.builders import (
    DISPLAY_P3,
    HEIC,
    a_drawing,
    encoded,
    everything,
    opened,
    patched,
    photo,
    prepared,
)


def a_huge_png() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
    return b"\x89PNG\r\n\x1a\n" + head + pixels + chunk(b"IEND", b"")


def a_huge_jpeg(width: int, height: int) -> bytes:
    data = bytearray(encoded(a_drawing(), "JPEG"))
    at = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, at + 5, height, width)
    return bytes(data)


def a_huge_gif() -> bytes:
    data = bytearray(encoded(a_drawing(), "GIF"))
    struct.pack_into("<HH", data, 6, 65_000, 65_000)
    return bytes(data)


def a_huge_webp() -> bytes:
    data = bytearray(encoded(a_drawing(), "WEBP", xmp=b"x"))
    data[24:30] = (16_382).to_bytes(3, "little") * 2
    return bytes(data)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    "bomb",
    [
        a_huge_png(),
        a_huge_jpeg(20_000, 20_000),
        a_huge_jpeg(9000, 9000),
        a_huge_gif(),
        a_huge_webp(),
    ],
    ids=["PNG", "JPEG", "JPEG of 81 MP", "GIF", "WebP"],
)
def test_a_small_file_that_claims_to_be_huge_is_refused(bomb: bytes):
    assert len(bomb) < 5000
    with pytest.raises(TooManyPixels) as caught:
        prepare(bomb)
    assert caught.value.limit == images.MAX_PIXELS
    assert caught.value.actual in {None, 9000 * 9000}


def test_a_line_longer_than_any_photo_is_refused():
    with pytest.raises(TooManyPixels) as caught:
        clean(a_huge_jpeg(65_501, 1))
    assert (caught.value.limit, caught.value.actual) == (65_500, 65_501)


def test_a_phone_of_64_megapixels_is_within_the_limit():
    images._check_pixels((9280, 6944))


def test_a_file_over_the_limit_is_refused_before_it_is_read():
    data = encoded(a_drawing(), "JPEG")
    data += bytes(images.MAX_BYTES + 1 - len(data))
    with pytest.raises(TooManyBytes) as caught:
        prepare(data)
    assert (caught.value.limit, caught.value.actual) == (41_943_040, 41_943_041)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        "Vi träffas på torsdag.".encode(),
        SVG,
        b"<?xml version='1.0'?>" + SVG,
        b"%PDF-1.7\n%",
        b"PK\x03\x04" + bytes(30),
        b"\0\0\0\x1cftypM4A " + bytes(30),
        b"RIFF\x24\0\0\0WAVEfmt ",
        encoded(a_drawing(), "TIFF"),
        encoded(a_drawing(), "BMP"),
        encoded(a_drawing(), "ICO"),
    ],
)
def test_what_is_no_picture_is_said_to_be_none(data: bytes):
    with pytest.raises(NotAnImage):
        prepare(data)


FILMS = {
    "MP4": b"\0\0\0\x18ftypisom" + bytes(30),
    "MP4 of Apple": b"\0\0\0\x18ftypM4V " + bytes(30),
    "QuickTime": b"\0\0\0\x14ftypqt  " + bytes(30),
    "QuickTime of old": b"\0\0\0\x08wide\0\0\0\0mdat" + bytes(30),
    "3GP": b"\0\0\0\x18ftyp3gp4" + bytes(30),
    "WebM": b"\x1aE\xdf\xa3\x9fB\x86\x81\1" + bytes(30),
    "AVI": b"RIFF\x24\0\0\0AVI LIST",
}


@pytest.mark.parametrize("kind", FILMS)
def test_a_film_is_said_to_be_one_however_large(kind: str):
    for data in (FILMS[kind], FILMS[kind] + bytes(images.MAX_BYTES)):
        with pytest.raises(IsAFilm):
            prepare(data)


def test_a_photo_that_asks_for_endless_work_is_refused_at_once():
    """A few bytes make a progressive JPEG walk through all of its pixels once more."""
    data = encoded(a_drawing((200, 200)), "JPEG", progressive=True)
    start, end = data.rindex(b"\xff\xda"), data.rindex(b"\xff\xd9")
    assert clean(data[:end] + data[start:end] * 20 + data[end:]).width == 200
    with pytest.raises(BrokenImage):
        clean(data[:end] + data[start:end] * 200 + data[end:])


def test_what_lies_behind_a_photo_is_not_counted_as_work():
    """Some phones hang a film on the photo."""
    data = encoded(a_drawing(), "JPEG")
    assert clean(data + b"\xff\xda" * 500).width == 60


def test_a_webp_too_large_for_its_decoder_is_sent_back_for_a_jpeg():
    with pytest.raises(TooManyPixelsForItsKind):
        images._check_pixels((8000, 6000), "WEBP")
    images._check_pixels((8000, 6000), "JPEG")


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_what_is_too_large_for_lossless_webp_becomes_png(
    mode: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(images, "_MAX_LOSSLESS_WEBP", 1000)
    drawing = a_drawing(mode=mode)
    if mode == "RGBA":
        drawing.putpixel((0, 0), (0, 0, 0, 0))
    original = clean(encoded(drawing, "PNG"))
    assert (original.media_type, opened(original.data).mode) == ("image/png", mode)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_truncated_picture_is_said_to_be_broken(kind: str, part: float):
    data = encoded(Image.effect_noise((60, 40), 90), kind)
    with pytest.raises(BrokenImage):
        prepare(data[: int(len(data) * part)])


@pytest.mark.parametrize("size", [12, 2000, 3015, 400_000, 833_000])
def test_a_truncated_iphone_photo_is_said_to_be_broken(size: int):
    with pytest.raises(BrokenImage):
        prepare(photo(HEIC)[:size])


@pytest.mark.parametrize("name", [b"\xb9pplication/rdf+xml", b"application/rdf\xffxml"])
def test_an_iphone_photo_with_unreadable_names_is_broken_and_ends_no_process(name: bytes):
    with pytest.raises(BrokenImage):
        clean(patched(photo(HEIC), b"application/rdf+xml", name))


def test_what_a_phone_appends_to_its_photo_does_no_harm():
    assert clean(photo(HEIC) + b"SEFH" + bytes(40)) == prepared(HEIC).original


def test_every_refusal_is_one_of_a_kind():
    for refusal in (NotAnImage, BrokenImage, TooManyBytes, TooManyPixels):
        assert issubclass(refusal, ImageRefused)


@functools.cache
def small_pictures() -> list[bytes]:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    drawing = a_drawing((24, 16))
    pictures = [
        encoded(drawing, kind, exif=exif, icc_profile=DISPLAY_P3)
        for kind in ("JPEG", "PNG", "WEBP", "AVIF")
    ]
    palette = encoded(drawing.convert("P"), "PNG", transparency=bytes(range(200)))
    cmyk = encoded(drawing.convert("CMYK"), "JPEG")
    mpo = encoded(drawing, "MPO", save_all=True, append_images=[drawing])
    return [*pictures, palette, cmyk, mpo, encoded(drawing, "GIF")]


garbled = st.builds(
    lambda data, changes, cut: functools.reduce(
        lambda all_, change: all_[: change[0]] + change[1] + all_[change[0] + len(change[1]) :],
        changes,
        data,
    )[:cut],
    st.sampled_from(range(8)).map(lambda number: small_pictures()[number]),
    st.lists(st.tuples(st.integers(0, 1500), st.binary(min_size=1, max_size=4)), max_size=6),
    st.none() | st.integers(0, 1500),
)


@pytest.mark.filterwarnings("ignore")  # as in production, where a decoder's warning stops nothing
@settings(max_examples=150, deadline=None)
@given(garbled)
def test_a_garbled_picture_is_prepared_or_refused_and_nothing_else(data: bytes):
    try:
        result = prepare(data)
    except ImageRefused:
        return
    for picture in everything(result):
        assert opened(picture.data).size == (picture.width, picture.height)
