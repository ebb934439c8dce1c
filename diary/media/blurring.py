"""Making people in a picture unrecognisable, for good."""

from collections.abc import Iterable
from math import ceil

from PIL import Image

Box = tuple[float, float, float, float]
"""Left, top, width and height, as shares (0 to 1) of the picture's sides."""

_CELLS = 4
"""Along a box's longer side: a face of sixteen colours is nobody's; of 8 × 8, programs still know
some (McPherson and others, Defeating Image Obfuscation with Deep Learning, 2016)."""


def blur(image: Image.Image, boxes: Iterable[Box]) -> None:
    """Smudge what lies in the boxes, in place.

    Nothing is left of a box but the mean colours of its cells, softly joined: no sharpening brings
    back more.
    """
    for box in boxes:
        edges = _edges(image.size, box)
        region = image.crop(edges)
        cells = region.resize(_cells(region.size), Image.Resampling.BOX)
        image.paste(cells.resize(region.size, Image.Resampling.BICUBIC), edges)


def _edges(size: tuple[int, int], box: Box) -> tuple[int, int, int, int]:
    """The box in whole pixels, rounded outwards and kept inside the picture."""
    (wide, high), (left, top, width, height) = size, box
    x, y = min(int(left * wide), wide - 1), min(int(top * high), high - 1)
    right, bottom = ceil((left + width) * wide), ceil((top + height) * high)
    return x, y, min(max(right, x + 1), wide), min(max(bottom, y + 1), high)


def _cells(size: tuple[int, int]) -> tuple[int, int]:
    longer = max(size)
    return max(1, round(_CELLS * size[0] / longer)), max(1, round(_CELLS * size[1] / longer))
