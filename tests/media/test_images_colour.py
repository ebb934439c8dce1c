"""Every colour space, depth and transparency comes out in sRGB and looks the same."""

import pytest
from PIL import Image

from diary.media.images import CleanPicture, clean, prepare
from diary.media.sizes import Rendition
from tests.media.builders import (
    DISPLAY_P3,
    a_drawing,
    distance,
    encoded,
    opened,
)


def p3_to_srgb(*colour: int) -> tuple[int, ...]:
    """The same by the book: undo the curve, change primaries (CSS Color 4, 10.2), redo it."""
    matrix = ((1.2249, -0.2247, 0), (-0.0420, 1.0419, 0), (-0.0197, -0.0786, 1.0979))
    linear = [((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    mixed = [sum(a * b for a, b in zip(row, linear, strict=True)) for row in matrix]
    return tuple(round(255 * (1.055 * c ** (1 / 2.4) - 0.055)) for c in mixed)


def pixel(picture: CleanPicture | Rendition, at: tuple[int, int] = (5, 5)) -> tuple[int, ...]:
    colour = opened(picture.data).getpixel(at)
    assert isinstance(colour, tuple)
    return colour


def is_near(one: tuple[int, ...], other: tuple[int, ...], by: int = 2) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_wide_colour_space_is_brought_to_srgb(kind: str):
    colour = (200, 100, 90)
    data = encoded(Image.new("RGB", (20, 20), colour), kind, icc_profile=DISPLAY_P3)
    assert not is_near(p3_to_srgb(*colour), colour, by=8)
    assert is_near(pixel(clean(data)), p3_to_srgb(*colour), by=4)


def test_a_profile_leaves_transparency_alone():
    image = Image.new("RGBA", (20, 20), (200, 100, 90, 128))
    cleaned = clean(encoded(image, "PNG", icc_profile=DISPLAY_P3))
    assert is_near(pixel(cleaned), (*p3_to_srgb(200, 100, 90), 128))


@pytest.mark.parametrize("profile", [b"no profile at all", DISPLAY_P3])
@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_a_profile_that_does_not_fit_is_left_out(mode: str, profile: bytes):
    image = Image.new("RGB", (20, 20), "white").convert(mode)
    assert is_near(pixel(clean(encoded(image, "JPEG", icc_profile=profile))), (255, 255, 255))


def test_print_colours_become_screen_colours():
    image = Image.new("CMYK", (20, 20), (0, 255, 255, 0))
    cleaned = clean(encoded(image, "JPEG"))
    assert cleaned.media_type == "image/jpeg"
    assert is_near(pixel(cleaned), (255, 0, 0), by=4)


@pytest.mark.parametrize(("stored", "shown"), [(0, 0), (20_000, 78), (40_000, 156), (65_535, 255)])
def test_sixteen_bits_of_grey_become_eight(stored: int, shown: int):
    image = Image.new("I;16", (20, 20), stored)
    assert is_near(pixel(clean(encoded(image, "PNG"))), (shown,) * 3)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_mode_of_png_looks_the_same_afterwards(mode: str):
    drawing = a_drawing(mode=mode)
    cleaned = clean(encoded(drawing, "PNG"))
    assert opened(cleaned.data).mode == "RGB"
    assert distance(opened(cleaned.data), drawing) == 0


def test_transparency_is_kept_and_white_where_a_format_has_none():
    image = a_drawing(mode="RGBA")
    image.putpixel((0, 39), (0, 0, 0, 0))
    for kind in ("PNG", "WEBP", "AVIF"):
        result = prepare(encoded(image, kind))
        assert opened(result.original.data).mode == "RGBA"
        webp, jpeg, _ = result.renditions
        assert opened(webp.data).mode == "RGBA"
        assert min(pixel(jpeg, at=(0, 39))) > 200


def test_a_transparent_colour_of_a_palette_is_kept():
    image = a_drawing(mode="P")
    colour = image.getpixel((59, 39))
    cleaned = clean(encoded(image, "GIF", transparency=colour))
    assert opened(cleaned.data).getchannel("A").getpixel((59, 39)) == 0
