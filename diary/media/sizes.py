"""The sizes and pieces that readers are served, made of an upright picture in sRGB."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from math import sqrt

from PIL import Image

from diary.media import pieces

RECIPE = 2
"""Version of what is made here: raised whenever the code below would make it otherwise."""

WIDTHS = (480, 960, 1600)
PIECE_WIDTHS = (480, 960)
JPEG_WIDTH = 1200
MAX_WEBP_SIDE = 16_383
"""RFC 6386, section 9.1: the sides of a WebP image are 14-bit numbers."""

_ROOM = 1600 * 1200
"""Pixels of the largest size: an upright photo is never shown as wide as a lying one …"""
_LEGIBLE = 960
"""… but a long picture of a screen keeps this width."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """One size and format that is served; `sha256` (hexadecimal) stamps its address.

    `crop` names the piece it shows; empty: the whole picture.
    """

    width: int
    height: int
    extension: str
    media_type: str
    data: bytes
    sha256: str
    crop: str = ""


def coarse(image: Image.Image) -> Image.Image:
    """Return the picture as many whole times smaller as leaves enough for every size."""
    times = coarseness(image.size)
    return image.reduce(times) if times > 1 else image


def coarseness(size: tuple[int, int]) -> int:
    """Tell how many whole times smaller a picture may be decoded."""
    largest = size[0] / fit(size, WIDTHS[-1])[0]
    piece = min(size[0], size[1] * pieces.RATIO) / PIECE_WIDTHS[-1]
    return max(1, int(min(largest, piece)))


def whole(image: Image.Image) -> tuple[Rendition, ...]:
    """Return the whole picture as WebP at 480, 960 and 1600 pixels' width and as one JPEG.

    The JPEG, at most 1200 wide, is for feeds, cards and mail. Nothing is enlarged: a smaller
    picture's own width stands in for the larger ones.
    """
    card_size = fit(image.size, JPEG_WIDTH)
    steps = _shrunk(image, {fit(image.size, width) for width in WIDTHS})
    card = _on_white(_shrink(steps[0], card_size))
    return (*(_as_webp(step) for step in reversed(steps)), _as_jpeg(card))


def cut(image: Image.Image, names: Iterable[str]) -> tuple[Rendition, ...]:
    """Return the 4:3 pieces of these names as WebP at 480 and 960 pixels' width, not enlarged."""
    return tuple(made for name in names if name for made in _piece(image, name))


def _piece(image: Image.Image, name: str) -> Iterable[Rendition]:
    left, top, right, bottom = box = pieces.box(image.size, name)
    size = round(right - left), round(bottom - top)
    first, *more = sorted({fit(size, width) for width in PIECE_WIDTHS}, reverse=True)
    largest = image.resize(first, Image.Resampling.HAMMING, box=box)
    steps = [largest, *(_shrink(largest, smaller) for smaller in more)]
    return [_as_webp(step, name) for step in reversed(steps)]


def fit(size: tuple[int, int], width: int) -> tuple[int, int]:
    """Return the size a picture has when pages show it at most so wide."""
    wide, high = size
    roomy = max(sqrt(_ROOM / (wide * high)), _LEGIBLE / wide)
    scale = min(1, width / wide, MAX_WEBP_SIDE / high, roomy)
    return max(1, round(wide * scale)), max(1, round(high * scale))


def _shrunk(image: Image.Image, sizes: Iterable[tuple[int, int]]) -> list[Image.Image]:
    """The picture in these sizes, the largest first, each made of the one before."""
    steps = [image]
    for size in sorted(sizes, reverse=True):
        steps.append(_shrink(steps[-1], size))
    return steps[1:]


def _shrink(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    # Hamming: when shrinking as good as bicubic, in half the time of Lanczos.
    return image if image.size == size else image.resize(size, Image.Resampling.HAMMING)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    page = Image.new("RGB", image.size, "white")
    page.paste(image, mask=image.getchannel("A"))
    return page


def _as_webp(image: Image.Image, crop: str = "") -> Rendition:
    # Method 2: half the time of the usual 4 for three bytes in a hundred more.
    data = encode(image, "WEBP", quality=80, method=2)
    return _rendition(image, "webp", "image/webp", data, crop)


def _as_jpeg(image: Image.Image) -> Rendition:
    # Progressive, it would take 20 ms longer for three bytes in a hundred less.
    data = encode(image, "JPEG", quality=82, optimize=True)
    return _rendition(image, "jpg", "image/jpeg", data)


def _rendition(
    image: Image.Image, extension: str, media_type: str, data: bytes, crop: str = ""
) -> Rendition:
    sha256 = hashlib.sha256(data).hexdigest()
    return Rendition(*image.size, extension, media_type, data, sha256, crop)


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return a picture as a file of a kind that Pillow knows."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
