"""Boxes on pictures: nothing is left inside, and what is outside stays."""

import pytest
from PIL import Image, ImageChops, ImageStat

from diary.media.blurring import blur
from diary.media.images import Prepared, blurred, prepare
from tests.media.builders import HEIC, encoded, everything, opened, photo

BOX = (0.25, 0.25, 0.5, 0.5)
NAMES = ["gps/DSCN0010.jpg", "orientation/Portrait_6.jpg", HEIC]


def inside(image: Image.Image) -> Image.Image:
    """The middle of the box, a few pixels away from its edges."""
    wide, high = image.size
    return image.crop((wide // 4 + 9, high // 4 + 9, 3 * wide // 4 - 9, 3 * high // 4 - 9))


def outside(image: Image.Image) -> Image.Image:
    """The picture down to a few pixels above the box."""
    return image.crop((0, 0, image.width, image.height // 4 - 9))


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference from 0 (the same) to 255."""
    pair = (image.convert("RGB") for image in (one, other))
    return sum(ImageStat.Stat(ImageChops.difference(*pair)).mean) / 3


def detail(image: Image.Image) -> float:
    """How much neighbouring pixels differ: what tells a face from a smudge."""
    grey = image.convert("L")
    return difference(grey, ImageChops.offset(grey, 2, 0))


@pytest.mark.parametrize("name", NAMES)
def test_a_photo_is_smudged_inside_and_the_same_outside(name: str) -> None:
    before = prepare(photo(name))
    after = blurred(before.original.data, [BOX], _crops(before))
    assert (after.original.width, after.original.height) == (
        before.original.width,
        before.original.height,
    )
    pairs = list(zip(everything(before), everything(after), strict=True))
    for was, now in pairs:
        assert (was.width, was.height, was.media_type) == (now.width, now.height, now.media_type)
        assert was.data != now.data
        if not getattr(was, "crop", ""):
            old, new = opened(was.data), opened(now.data)
            assert difference(outside(old), outside(new)) < 6  # both were packed with loss
            assert difference(inside(old), inside(new)) > 8
            assert detail(inside(new)) < detail(inside(old)) / 3


def _crops(made: Prepared) -> list[str]:
    return sorted({size.crop for size in made.renditions})


def test_only_mean_colours_are_left() -> None:
    stripes = Image.new("RGB", (64, 64), "white")
    for x in range(0, 64, 2):
        stripes.paste("black", (x, 0, x + 1, 64))
    blur(stripes, [(0.25, 0.25, 0.5, 0.5)])
    assert stripes.crop((16, 16, 48, 48)).getcolors() == [(32 * 32, (128, 128, 128))]
    assert stripes.getpixel((15, 15)) == (255, 255, 255)
    assert stripes.getpixel((14, 15)) == (0, 0, 0)


@pytest.mark.parametrize(
    "box", [(0.99, 0.99, 0.5, 0.5), (0, 0, 1, 1), (0.5, 0.5, 0.001, 0.001), (0.999, 0, 0.01, 1)]
)
def test_a_box_may_reach_over_the_edge_or_be_tiny(box: tuple[float, float, float, float]) -> None:
    image = Image.effect_noise((50, 40), 90).convert("RGB")
    before = image.copy()
    blur(image, [box])
    assert image.size == before.size


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_what_came_without_loss_stays_so(mode: str) -> None:
    image = Image.effect_noise((200, 100), 90).convert(mode)
    original = prepare(encoded(image, "PNG")).original.data
    after = opened(blurred(original, [BOX], []).original.data)
    assert difference(outside(after), outside(image)) == 0
    assert difference(inside(after), inside(image)) > 8
