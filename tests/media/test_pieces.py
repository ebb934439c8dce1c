"""Where 4:3 pieces are cut, and that the pixels around the focus are in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from diary.media import pieces
from diary.media.images import clean, cropped
from diary.media.sizes import PIECE_WIDTHS
from tests.media.builders import distance, encoded, opened

SIDES = st.integers(1, 20_000)
SHARES = st.floats(0, 1)


@given(st.tuples(SIDES, SIDES), st.tuples(SHARES, SHARES))
def test_a_piece_lies_inside_its_picture_and_is_4_to_3(
    size: tuple[int, int], focus: tuple[float, float]
):
    name = pieces.name(size, focus)
    if not name:
        assert abs(size[0] / size[1] / pieces.RATIO - 1) < 0.02
        return
    left, top, right, bottom = pieces.box(size, name)
    assert -1e-6 <= left < right <= size[0] + 1e-6
    assert -1e-6 <= top < bottom <= size[1] + 1e-6
    assert (right - left) / (bottom - top) == pytest.approx(4 / 3)
    assert right - left == pytest.approx(size[0]) or bottom - top == pytest.approx(size[1])


@pytest.mark.parametrize(
    ("size", "focus", "name"),
    [
        ((4000, 3000), (0.1, 0.9), ""),
        ((4080, 3072), (0.1, 0.9), ""),
        ((3000, 4000), (0.5, 0.5), "50-50"),
        ((3000, 4000), (0.9, 0.31), "50-30"),
        ((3000, 4000), (0.1, 0.0), "50-28"),
        ((3000, 4000), (0.1, 0.2), "50-28"),
        ((8000, 2000), (0.62, 0.1), "60-50"),
        ((8000, 2000), (1.0, 1.0), "83-50"),
    ],
)
def test_points_that_give_the_same_piece_give_the_same_name(
    size: tuple[int, int], focus: tuple[float, float], name: str
):
    assert pieces.name(size, focus) == name


def a_striped(size: tuple[int, int], at: int) -> Image.Image:
    """White, with a red stripe across at so many hundredths of its height."""
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, size[1] * (at - 2) // 100, size[0], size[1] * (at + 2) // 100))
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("at", [10, 30, 50, 90])
def test_what_was_tapped_is_in_the_piece(at: int, kind: str):
    original = clean(encoded(a_striped((1500, 2000), at), kind)).data
    made = cropped(original, (0.5, at / 100))
    assert [(piece.width, piece.height) for piece in made] == [(480, 360), (960, 720)]
    for piece in made:
        reds = [opened(piece.data).convert("RGB").getpixel((9, y)) for y in range(piece.height)]
        rows = [y for y, colour in enumerate(reds) if isinstance(colour, tuple) and colour[1] < 90]
        assert rows
        if 30 < at < 70:
            assert sum(rows) / len(rows) == pytest.approx(piece.height / 2, abs=piece.height / 50)


def test_a_piece_is_not_enlarged():
    original = clean(encoded(a_striped((300, 900), 50), "JPEG")).data
    (piece,) = cropped(original, (0.5, 0.5))
    assert (piece.width, piece.height, piece.crop) == (300, 225, "50-50")


def test_a_wide_picture_gives_all_its_pixels_to_the_piece():
    """Its piece is cut from more than the 1600 pixels that the whole is served in."""
    wide = a_striped((6000, 1500), 50)
    *_, largest = cropped(clean(encoded(wide, "JPEG")).data, (0.5, 0.5))
    assert largest.width == PIECE_WIDTHS[-1]
    like = wide.crop((2000, 0, 4000, 1500))
    assert distance(opened(largest.data), like) < 2


def test_a_4_to_3_picture_is_its_own_piece():
    assert cropped(clean(encoded(a_striped((400, 300), 50), "JPEG")).data, (0, 0)) == ()
